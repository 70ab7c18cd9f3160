"""What a person may be about to type: tags, artists, titles and words. Five queries, however large the shop is."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet

from marketplace.accounts.models import Artist
from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Tag, TagLabel, Work, WorkTag, WorkText
from recommendations.models import IndexedWord
from recommendations.selectors.spelling import held_by
from recommendations.words import has_chinese, words_in

OF_EACH = 4
MOST_LETTERS = 60
_WORDS_TRIED = 12


@dataclass(frozen=True, slots=True)
class TitleSuggestion:
    """A work's title that goes on from what was typed."""

    work_id: UUID
    slug: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """At most OF_EACH of each. ``tags``: (slug, label in the reader's language); ``words``: the whole query, ended."""

    tags: list[tuple[str, str]]
    artists: list[tuple[str, str]]
    titles: list[TitleSuggestion]
    words: list[str]


NOTHING = Suggestions([], [], [], [])


def suggestions(*, typed: str, language: str, access: Access = STRANGER) -> Suggestions:
    """What ``typed`` may become, of what listed works that ``access`` opens hold. From two letters, or one Chinese."""
    typed = " ".join(typed.split())[:MOST_LETTERS]
    if not typed or (len(typed) < 2 and not has_chinese(typed)):
        return NOTHING
    works = Work.objects.listed().open_to(access)
    return Suggestions(
        _tags(typed, language, works), _artists(typed, works), _titles(typed, works), _words(typed, works)
    )


def _tags(typed: str, language: str, works: QuerySet[Work]) -> list[tuple[str, str]]:
    carried = WorkTag.objects.filter(tag=OuterRef("pk"), work__in=works)
    tags = (
        Tag.objects.filter(Exists(TagLabel.objects.filter(tag=OuterRef("pk"), label__istartswith=typed)))
        .filter(Exists(carried))
        .order_by("slug")
        .prefetch_related("labels")[:OF_EACH]
    )
    return [(tag.slug, _label(tag, language)) for tag in tags]


def _label(tag: Tag, language: str) -> str:
    labels = sorted(tag.labels.all(), key=lambda label: (not label.preferred, label.language != language, label.pk))
    own = [label for label in labels if label.language == language]
    return (own or labels)[0].label if labels else tag.slug


def _artists(typed: str, works: QuerySet[Work]) -> list[tuple[str, str]]:
    named = Q(name__istartswith=typed) | Q(name__icontains=f" {typed}") | Q(handle__istartswith=typed.removeprefix("@"))
    showing = Artist.objects.filter(named).filter(Exists(works.filter(artist=OuterRef("pk"))))
    return list(showing.order_by("name", "handle").values_list("handle", "name")[:OF_EACH])


def _titles(typed: str, works: QuerySet[Work]) -> list[TitleSuggestion]:
    words = words_in(typed)
    other = words.other.lower().replace("’", " ").replace("'", " ").split()
    lexemes = [*(word for word in other if word.isalnum()), *words.chinese]
    if not lexemes:
        return []
    # The last word may go on, or be the beginning of a stop word, which no document has. English words stand stemmed in
    # the documents, Chinese ones as they are. The title itself decides; the index only makes it quick.
    lexemes = lexemes[:8]
    begun = [" & ".join(lexemes) + ":*", *([" & ".join(lexemes[:-1])] if lexemes[1:] else [])]
    either = reduce(or_, (SearchQuery(q, search_type="raw", config=c) for q in begun for c in ("simple", "english")))
    found = (
        WorkText.objects.filter(work__search_document__document=either, work__in=works, title__icontains=typed)
        .order_by("title", "pk")
        .values_list("work_id", "work__slug", "title", "language")[:OF_EACH]
    )
    return [TitleSuggestion(*row) for row in found]


def _words(typed: str, works: QuerySet[Work]) -> list[str]:
    before, _space, last = typed.rpartition(" ")
    if len(last) < 2 or not last.isalpha() or has_chinese(last):
        return []
    begun = IndexedWord.objects.filter(word__startswith=last.lower()).order_by("word")
    tried = list(begun.values_list("word", flat=True)[:_WORDS_TRIED])
    held = held_by(works, tried)
    likely = sorted((word for word in tried if held.get(word)), key=lambda word: (-held[word], word))[:OF_EACH]
    return [f"{before} {word}".strip() for word in likely]
