"""The words that an image model was taught become the shop's tags, with their labels in both languages."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify

from generation.engine.vocabulary import Concept, Vocabulary
from marketplace.catalog.models import Tag, TagLabel
from marketplace.catalog.services import define_tag
from marketplace.publishing.words import TAG_KINDS, concept_of_label, language_key


@transaction.atomic
def define_vocabulary(*, vocabulary: Vocabulary) -> int:
    """Put every concept that can be a tag into the vocabulary of tags; answers how many. Can run again."""
    concepts = [concept for concept in vocabulary.concepts.values() if concept.kind in TAG_KINDS]
    for concept in concepts:
        _define(concept)
    return len(concepts)


@transaction.atomic
def define_tags_for(*, vocabulary: Vocabulary, labels: Iterable[str]) -> None:
    """The same for those concepts that ``labels`` (in any language) name and that are no tag yet."""
    named = {
        concept.id: concept
        for label in labels
        if (concept := concept_of_label(label, vocabulary)) is not None and concept.kind in TAG_KINDS
    }
    # Nearly always all of them are: the vocabulary is loaded when a model is installed.
    present = set(Tag.objects.filter(concept__in=named).values_list("concept", flat=True))
    for concept in named.values():
        if concept.id not in present:
            _define(concept)


def _define(concept: Concept) -> None:
    labels = {language_key(language): list(words) for language, words in concept.labels.items()}
    # A word that somebody used as a tag before becomes the concept's tag, instead of standing beside it.
    present = (
        TagLabel.objects.filter(label__in=[words[0].lower() for words in labels.values()])
        .select_related("tag")
        .order_by("tag__created_at")
        .first()
    )
    slug = present.tag.slug if present else slugify(concept.id.replace("_", "-"))
    define_tag(slug=slug, concept=concept.id, labels=labels)
