"""Tags in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from marketplace.catalog.models import Tag


@dataclass(frozen=True, slots=True)
class ShownTag:
    """A tag's word, and its address among the tag pages."""

    slug: str
    label: str

    @property
    def url(self) -> str:
        """The tag's page."""
        return f"/tags/{self.slug}"


def label_of(tag: Tag, language: str | None = None) -> str:
    """The preferred label in ``language`` (the reader's by default), else any; reads prefetched ``labels``."""
    wanted = language or get_language() or "en"
    labels = sorted(tag.labels.all(), key=lambda label: (label.language != wanted, not label.preferred, label.pk))
    return labels[0].label if labels else tag.slug


def tags_in_readers_language(tags: Iterable[Tag]) -> list[ShownTag]:
    """What templates show of tags."""
    return [ShownTag(tag.slug, label_of(tag)) for tag in tags]
