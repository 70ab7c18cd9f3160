"""Reads on the catalogue. What may be shown is decided here."""

from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.audiences import Audience, access_of, closed_among, may_open, membership_address
from marketplace.catalog.errors import NotYourWork, WorkClosed, WorkNotFound
from marketplace.catalog.models import Tag, TagLabel, Work, WorkFile, WorkQuerySet


def work_with_page(*, work_id: UUID, viewer: object = None) -> Work:
    """The work for its page, also one that is closed to ``viewer``: listed for everybody, in any state for its artist.

    Raises WorkNotFound.
    """
    work = Work.objects.select_related("artist", "artist__user").filter(pk=work_id).first()
    if work is None:
        raise WorkNotFound
    user = access_of(viewer).user
    is_owner = user is not None and work.artist.user_id == user.pk
    if work.status != Work.Status.LISTED and not is_owner:
        raise WorkNotFound
    return work


def work_to_show(*, work_id: UUID, viewer: object = None) -> Work:
    """The same, where ``viewer`` may see what is in it. Raises WorkNotFound and WorkClosed."""
    work = work_with_page(work_id=work_id, viewer=viewer)
    refuse_closed(work, viewer=viewer)
    return work


def refuse_closed(work: Work, *, viewer: object) -> None:
    """Raises WorkClosed, with the way in, where ``work`` is for others than ``viewer``."""
    if not may_open(viewer, work):
        raise closed_error(work)


def closed_error(work: Work) -> WorkClosed:
    """Why ``work`` is closed, and how it can be opened."""
    artist = work.artist.name
    if work.audience == Audience.CLUB_FIRST and work.public_from is not None:
        until = date_format(localtime(work.public_from), "DATETIME_FORMAT")
        return WorkClosed(
            _("This work is for the club until %(until)s (UTC).") % {"until": until},
            way_out=_("Join the club to see and buy it now, or come back then."),
            audience=work.audience,
            public_from=work.public_from.isoformat(),
            url="/pricing",
            url_label=_("What the club gives"),
        )
    message = _("This work is for members of %(artist)s.") % {"artist": artist}
    if work.members_level > 1:
        message = _("This work is for members of %(artist)s from tier %(level)d up.") % {
            "artist": artist,
            "level": work.members_level,
        }
    return WorkClosed(
        message,
        way_out=_("Become a member to see and buy it."),
        audience=work.audience,
        url=membership_address(work.artist),
        url_label=_("Memberships of %(artist)s") % {"artist": artist},
    )


def may_see_file(*, storage_key: str, viewer: object = None) -> tuple[bool, bool]:
    """Whether ``viewer`` may see the public object ``storage_key``, and whether everybody may.

    The picture of a work that moderation hid is for its artist and the moderators alone, and that of a work that is not
    for everybody for those who may open it; unless another work that is neither has the same file.
    """
    files = WorkFile.objects.filter(storage_key=storage_key)
    works = list(Work.objects.filter(pk__in=files.values("version__work")).select_related("artist"))
    hidden = [work for work in works if work.status == Work.Status.HIDDEN]
    if not works or any(work.is_open_to_all for work in works if work not in hidden):
        return True, True
    access = access_of(viewer)
    is_hers = access.user is not None and any(work.artist.user_id == access.user.pk for work in works)
    if is_hers or access.opens_all:
        return True, False
    others = [work for work in works if work not in hidden]
    return len(closed_among(others, access)) < len(others), False


def work_of_artist(*, work_id: UUID, artist: Artist | None) -> Work:
    """The work, for its own artist alone. Raises WorkNotFound and NotYourWork."""
    work = Work.objects.filter(pk=work_id).first()
    if work is None:
        raise WorkNotFound
    if artist is None or work.artist_id != artist.pk:
        raise NotYourWork
    return work


def listed_works(viewer: object = None) -> WorkQuerySet:
    """All works that the shop shows to ``viewer``, newest first."""
    return Work.objects.listed().open_to(viewer).order_by("-published_at")


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
