"""Search documents: the words of works as tsvectors that this application builds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from recommendations.words import has_chinese, words_in

_WRITE = """
INSERT INTO recommendations_searchdocument (work_id, document, indexed_at) VALUES (%s,
    setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('simple', %s), 'A') ||
    setweight(to_tsvector('english', %s), 'B') || setweight(to_tsvector('simple', %s), 'B') ||
    setweight(to_tsvector('english', %s), 'D') || setweight(to_tsvector('simple', %s), 'D'), now())
ON CONFLICT (work_id) DO UPDATE SET document = excluded.document, indexed_at = excluded.indexed_at
"""


@dataclass(frozen=True, slots=True)
class WorkWords:
    """What of a work is searched by words. ``labels``: its tags', in both languages; ``artist``: name and address."""

    titles: Sequence[str]
    descriptions: Sequence[str] = ()
    labels: Sequence[str] = ()
    artist: Sequence[str] = ()


def write_documents(works: Iterable[tuple[UUID, WorkWords]]) -> None:
    """Write the search documents of works, replacing those that were there."""
    with connection.cursor() as cursor:
        cursor.executemany(_WRITE, [[work_id, *weighed(words)] for work_id, words in works])


def weighed(words: WorkWords) -> list[str]:
    """English and Chinese of the titles, of tags and artist, of the descriptions."""
    titles = words_in(" ".join(words.titles))
    tags = words_in(" . ".join([*words.labels, *words.artist]))
    # A label counts as one word too: the segmenter may cut it, and a query may be the label.
    whole_labels = tuple(label for label in words.labels if has_chinese(label))
    descriptions = words_in(" ".join(words.descriptions))
    return [
        titles.other,
        " ".join(titles.chinese),
        tags.other,
        " ".join(tags.chinese + whole_labels),
        descriptions.other,
        " ".join(descriptions.chinese),
    ]


def text_to_embed(
    texts: Iterable[tuple[str, str]], labels: Sequence[str], *, languages: Sequence[str] = ("en",)
) -> str:
    """What a text encoder of ``languages`` reads of a work: its (title, description) and tags; may be empty.

    An encoder that was not taught Chinese is not given any.
    """
    reads_chinese = any(language.startswith("zh") for language in languages)
    parts = [f"{title}. {description}" for title, description in texts]
    kept = [text for text in [*parts, *labels] if reads_chinese or not has_chinese(text)]
    return ", ".join(part.strip(" .") for part in kept if part.strip(" ."))
