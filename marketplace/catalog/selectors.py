"""Reads on the catalogue. What may be shown is decided here."""

from uuid import UUID

from marketplace.accounts.models import Artist, User
from marketplace.catalog.errors import NotYourWork, WorkNotFound
from marketplace.catalog.models import Tag, TagLabel, Work, WorkFile, WorkQuerySet


def work_to_show(*, work_id: UUID, viewer: object = None) -> Work:
    """The work for its page: listed for everybody, in any state for its artist. Raises WorkNotFound."""
    work = Work.objects.select_related("artist", "artist__user").filter(pk=work_id).first()
    if work is None:
        raise WorkNotFound
    is_owner = isinstance(viewer, User) and work.artist.user_id == viewer.pk
    if work.status != Work.Status.LISTED and not is_owner:
        raise WorkNotFound
    return work


def may_see_file(*, storage_key: str, viewer: object = None) -> tuple[bool, bool]:
    """Whether ``viewer`` may see the public object ``storage_key``, and whether everybody may.

    The picture of a work that moderation hid is for its artist and the moderators alone, unless another work that is
    not hidden has the same file.
    """
    files = WorkFile.objects.filter(storage_key=storage_key)
    works = list(files.values_list("version__work__status", "version__work__artist__user_id"))
    if not works or any(status != Work.Status.HIDDEN for status, _ in works):
        return True, True
    if not isinstance(viewer, User):
        return False, False
    return any(owner == viewer.pk for _, owner in works) or viewer.is_moderator, False


def work_of_artist(*, work_id: UUID, artist: Artist | None) -> Work:
    """The work, for its own artist alone. Raises WorkNotFound and NotYourWork."""
    work = Work.objects.filter(pk=work_id).first()
    if work is None:
        raise WorkNotFound
    if artist is None or work.artist_id != artist.pk:
        raise NotYourWork
    return work


def listed_works() -> WorkQuerySet:
    """All works that the shop shows, newest first."""
    return Work.objects.listed().order_by("-published_at")


def current_file(work: Work, *, role: str) -> WorkFile | None:
    """The file of the current version in ``role``, the widest where there are several."""
    return WorkFile.objects.filter(version__work=work, version__is_current=True, role=role).order_by("-width").first()


def tag_by_label(label: str) -> Tag | None:
    """The tag that ``label`` means in any language."""
    found = TagLabel.objects.filter(label=" ".join(label.lower().split())).select_related("tag").first()
    return found.tag if found else None


def title_in(work: Work, language: str) -> str:
    """The title in the reader's language, else in the work's own; reads prefetched ``texts``."""
    texts = {text.language: text for text in work.texts.all()}
    text = texts.get(language) or texts.get(work.language) or next(iter(texts.values()), None)
    return text.title if text else work.slug
