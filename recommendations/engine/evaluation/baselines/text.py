"""Texts as vectors of their weighted words."""

import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

_WORD = re.compile(r"[一-鿿㐀-䶿぀-ヿ]+|[^\W_一-鿿㐀-䶿぀-ヿ]+")
_UNSPACED = re.compile(r"[一-鿿㐀-䶿぀-ヿ]")
_K1, _B = 1.2, 0.75


def words_of(text: str) -> list[str]:
    """Lower-case runs of letters and digits; where a script has no spaces (Chinese, kana), pairs of neighbours."""
    words: list[str] = []
    for run in _WORD.findall(text.lower()):
        if _UNSPACED.match(run) and len(run) > 1:
            words.extend(run[start : start + 2] for start in range(len(run) - 1))
        else:
            words.append(run)
    return words


def text_vectors(texts: tuple[str, ...], *, weighting: str) -> csr_matrix:
    """(texts, words) float32, each row of length 1 (or empty), so that products are cosines.

    ``weighting``: ``tf-idf``: (1 + ln count) · (ln((1 + n) / (1 + df)) + 1); ``bm25``: Robertson's saturation of counts
    (k1 1.2, b 0.75) with the same inverse document frequency.
    """
    counts = _counts(texts)
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log((1 + len(texts)) / (1 + frequency)) + 1
    if weighting == "bm25":
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()), 1e-9))
        counts.data = counts.data * (_K1 + 1) / (counts.data + np.repeat(norm, np.diff(counts.indptr)))
    else:
        counts.data = 1 + np.log(counts.data)
    counts.data *= rarity[counts.indices]
    return _of_length_one(counts)


def _counts(texts: tuple[str, ...]) -> csr_matrix:
    vocabulary: dict[str, int] = {}
    ends, places, counts = [0], [], []
    for text in texts:
        for word, count in Counter(words_of(text)).items():
            places.append(vocabulary.setdefault(word, len(vocabulary)))
            counts.append(float(count))
        ends.append(len(places))
    return csr_matrix((np.array(counts), np.array(places, dtype=np.int64), ends), shape=(len(texts), len(vocabulary)))


def _of_length_one(vectors: csr_matrix) -> csr_matrix:
    lengths: NDArray[np.float64] = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    return csr_matrix(diags_array(1 / np.where(lengths == 0, 1, lengths)) @ vectors, dtype=np.float32)
