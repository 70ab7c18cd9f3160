"""One vocabulary of tags with labels in every language, so that 日落 and sunset are one tag."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marketplace.catalog.errors import TagInvalid
from marketplace.catalog.models import Tag, TagLabel, Work, WorkTag
from marketplace.catalog.signals import work_changed

MAX_TAGS = 12
MAX_LABEL_LENGTH = 60


def _language_of(label: str) -> str:
    return "zh-hans" if any("\u4e00" <= letter <= "\u9fff" for letter in label) else "en"


def _clean(label: str) -> str:
    cleaned = " ".join(label.strip().lstrip("#").lower().split())
    if not slugify(cleaned, allow_unicode=True) or len(cleaned) > MAX_LABEL_LENGTH:
        raise TagInvalid(
            _("“%(label)s” cannot be a tag.") % {"label": label.strip()[:80]},
            way_out=_("Use a word of 1 to %(most)d letters.") % {"most": MAX_LABEL_LENGTH},
        )
    return cleaned


@transaction.atomic
def define_tag(*, slug: str, concept: str = "", labels: dict[str, list[str]]) -> Tag:
    """Put a tag with its labels (language -> words, the preferred first) into the vocabulary, or complete it.

    A label that means another tag already stays with that one.
    """
    tag, _made = Tag.objects.get_or_create(slug=slug, defaults={"concept": concept})
    if concept and tag.concept != concept:
        tag.concept = concept
        tag.save(update_fields=["concept"])
    for language, words in labels.items():
        has_preferred = tag.labels.filter(language=language, preferred=True).exists()
        for word in words:
            _label, made = TagLabel.objects.get_or_create(
                language=language, label=_clean(word), defaults={"tag": tag, "preferred": not has_preferred}
            )
            has_preferred = has_preferred or made
    return tag


def _tag_for(label: str) -> Tag:
    cleaned = _clean(label)
    language = _language_of(cleaned)
    found = TagLabel.objects.filter(language=language, label=cleaned).select_related("tag").first()
    if found:
        return found.tag
    try:
        with transaction.atomic():
            return define_tag(slug=slugify(cleaned, allow_unicode=True)[:60], labels={language: [cleaned]})
    except IntegrityError:
        return TagLabel.objects.get(language=language, label=cleaned).tag


@transaction.atomic
def set_tags(*, work: Work, labels: Iterable[str]) -> list[Tag]:
    """Give the work exactly these tags; a label in any language finds its tag, a new word becomes one.

    Raises TagInvalid for a word that cannot be a tag or more than MAX_TAGS tags.
    """
    tags = {tag.pk: tag for tag in (_tag_for(label) for label in labels if label.strip())}
    if len(tags) > MAX_TAGS:
        raise TagInvalid(_("A work can have %(most)d tags.") % {"most": MAX_TAGS}, way_out=_("Remove some of them."))
    WorkTag.objects.filter(work=work).exclude(tag__in=tags).delete()
    WorkTag.objects.bulk_create([WorkTag(work=work, tag=tag) for tag in tags.values()], ignore_conflicts=True)
    work_changed.send(sender=Work, work=work)
    return list(tags.values())
