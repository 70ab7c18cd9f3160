"""Text to words: English by PostgreSQL's own stemmer, Chinese by a segmenter (rjieba)."""

import re
from dataclasses import dataclass

import rjieba

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_OTHER_WORD = re.compile(r"[^\W_\u3400-\u4dbf\u4e00-\u9fff]+(?:['’][^\W_\u3400-\u4dbf\u4e00-\u9fff]+)?")
# Words that say nothing of a picture; PostgreSQL knows the English ones.
_CHINESE_STOP_WORDS = frozenset("的了和与在是有也又把被从到给让对地得着过这那一幅张图画或及中里上下") | {
    "一个",
    "一幅",
    "一张",
    "一片",
    "一些",
    "这个",
    "那个",
    "图片",
    "画面",
    "作品",
    "以及",
}
MAX_TERMS = 12


@dataclass(frozen=True, slots=True)
class Words:
    """``other``: what is not Chinese, as one text; ``chinese``: words, also those inside longer ones."""

    other: str
    chinese: tuple[str, ...]


def has_chinese(text: str) -> bool:
    """Whether any letter is Chinese."""
    return bool(_CHINESE.search(text))


def words_in(text: str) -> Words:
    """The words of a text in either language or a mixture."""
    chinese: list[str] = []
    for run in _CHINESE.findall(text):
        chinese += [word for word in rjieba.cut_for_search(run) if word not in _CHINESE_STOP_WORDS]
    return Words(other=" ".join(_OTHER_WORD.findall(_CHINESE.sub(" ", text))), chinese=tuple(chinese))


def plain_words_in(text: str) -> list[str]:
    """The words of a text that are not Chinese and have no digits, in small letters, in its order."""
    words = (word.lower() for word in words_in(text).other.split())
    return [word for word in words if word.isalpha()]


def terms_of_query(query: str) -> list[tuple[str, str]]:
    """(text search configuration, word) for each word of ``query``, at most MAX_TERMS, each once."""
    words = words_in(query)
    terms = [("english", word.lower()) for word in words.other.split()]
    terms += [("simple", word) for word in words.chinese]
    if not words.other and not words.chinese:
        # Nothing but words that say little: search for them all the same.
        terms = [("simple", run) for run in _CHINESE.findall(query)]
    return list(dict.fromkeys(terms))[:MAX_TERMS]
