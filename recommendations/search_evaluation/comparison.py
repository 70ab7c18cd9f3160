"""Full text, vector and fused, side by side over the queries of a file of works."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from uuid import UUID

from marketplace.catalog.models import Work
from marketplace.core.ids import new_id
from recommendations.encoders import Space, encoder_for
from recommendations.models import Embedding
from recommendations.search_evaluation.measures import ndcg, recall
from recommendations.search_evaluation.scratch_tables import count_rows_anew, scratch_tables
from recommendations.search_evaluation.works_file import DescribedWork, queries_of
from recommendations.selectors.full_text import works_by_words
from recommendations.selectors.fusion import fused
from recommendations.selectors.meaning import works_by_meaning
from recommendations.services.documents import WorkWords, text_to_embed, write_documents

NDCG_AT, RECALL_AT = 10, 50
BATCH = 512
WAYS = ("full_text", "vector", "fused")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class QueryScores:
    """One query's (NDCG@10, Recall@50) by each of WAYS. ``chosen_on``: the half on which parameters were chosen."""

    query: str
    chosen_on: bool
    by_way: dict[str, tuple[float, float]]


def compared(works: Sequence[DescribedWork], *, progress: Progress) -> list[QueryScores]:
    """Index ``works`` in temporary tables and ask the shop's search for each of their subjects."""
    queries = queries_of(list(works))
    with scratch_tables():
        ids = _indexed(works, progress)
        count_rows_anew()
        scores = []
        for count, (query, places) in enumerate(queries.items(), start=1):
            scores.append(_asked(query, frozenset(ids[place] for place in places)))
            if count % 50 == 0:
                progress(f"{count} of {len(queries)} queries")
    return scores


def averages(scores: Sequence[QueryScores]) -> dict[str, float]:
    """Means over ``scores`` by way and measure, and how far the fused lies above the better of its parts."""
    means: dict[str, float] = {}
    for way in WAYS:
        means[f"{way}_ndcg_at_{NDCG_AT}"] = fmean(s.by_way[way][0] for s in scores) if scores else 0.0
        means[f"{way}_recall_at_{RECALL_AT}"] = fmean(s.by_way[way][1] for s in scores) if scores else 0.0
    better = max(means[f"{way}_ndcg_at_{NDCG_AT}"] for way in WAYS[:2])
    means["fused_over_better_part"] = means[f"fused_ndcg_at_{NDCG_AT}"] / better if better else 0.0
    return means


def _asked(query: str, relevant: frozenset[UUID]) -> QueryScores:
    works = Work.objects.listed()
    hits = works_by_words(query=query, labels=[], works=works)
    meaning = works_by_meaning(query=query, tags=[], works=works)
    near = meaning.get(Space.TEXT)
    found = {
        "full_text": [hit.work_id for hit in hits],
        "vector": list(near.similarities) if near else [],
        "fused": fused(hits, meaning),
    }
    by_way = {
        way: (ndcg(ranked, relevant, at=NDCG_AT), recall(ranked, relevant, at=RECALL_AT))
        for way, ranked in found.items()
    }
    return QueryScores(query, hashlib.sha256(query.encode()).digest()[0] % 2 == 0, by_way)


def _indexed(works: Sequence[DescribedWork], progress: Progress) -> list[UUID]:
    """Put ``works`` into the tables, with documents and vectors; the ids in the order of ``works``.

    A work's medium is to its title what a description is in the shop.
    """
    ids = [new_id() for _work in works]
    encoder = encoder_for(Space.TEXT)
    numbered = list(zip(ids, works, strict=True))
    for start in range(0, len(numbered), BATCH):
        batch = numbered[start : start + BATCH]
        Work.objects.bulk_create(
            Work(pk=key, artist_id=key, slug=str(key), status=Work.Status.LISTED) for key, _work in batch
        )
        write_documents(
            (key, WorkWords(titles=[work.title], descriptions=[work.medium], artist=[work.artist]))
            for key, work in batch
        )
        texts = {key: text for key, work in batch if (text := text_to_embed([(work.title, work.medium)], []))}
        vectors = encoder.encode_texts(list(texts.values()))
        Embedding.objects.bulk_create(
            Embedding(work_id=key, space=Space.TEXT, version=encoder.facts.version, vector=vector)
            for key, vector in zip(texts, vectors, strict=True)
        )
        progress(f"{start + len(batch)} of {len(works)} works indexed")
    return ids
