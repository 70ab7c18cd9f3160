"""Whom a work is for: everybody, the buyers' club first, or the artist's members.

What a person is a member of is known above the catalogue; who knows it registers a check here when the app is ready.
With nothing registered nobody is a member of anything.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist, User
from marketplace.core.clock import now

if TYPE_CHECKING:
    from marketplace.catalog.models import Work

Check = TypeVar("Check")


class Audience(TextChoices):
    """Who may see and buy a work. Its artist, moderators and those who hold a licence in it always may."""

    EVERYONE = "everyone", _("Everybody")
    CLUB_FIRST = "club_first", _("The club first")
    MEMBERS = "members", _("My members only")


@dataclass(frozen=True, slots=True)
class AudienceChoice:
    """What an artist chooses. ``public_from``: of CLUB_FIRST alone; ``members_level``: of MEMBERS, 1 for every tier."""

    audience: str = Audience.EVERYONE
    public_from: datetime | None = None
    members_level: int = 1


FOR_EVERYONE = AudienceChoice()


class MembershipCheck(Protocol):
    """For all artists of whom the person is a member at this moment, the level of her tier (1 is the lowest)."""

    def __call__(self, *, user_id: UUID) -> Mapping[UUID, int]: ...


class ClubCheck(Protocol):
    """Whether the person has the benefits of the buyers' club at this moment."""

    def __call__(self, *, user_id: UUID) -> bool: ...


class Holdings(Protocol):
    """The ids of the works that the person has bought, as a query of one column."""

    def __call__(self, *, user_id: UUID) -> QuerySet[Any, Any]: ...


_memberships: list[MembershipCheck] = []
_clubs: list[ClubCheck] = []
_holdings: list[Holdings] = []


def _register(checks: list[Check], check: Check) -> Callable[[], None]:
    if check not in checks:
        checks.append(check)
    return lambda: checks.remove(check)


def register_membership(check: MembershipCheck) -> Callable[[], None]:
    """Ask ``check`` for memberships from now on, one query at most for a list; the answer takes it out again."""
    return _register(_memberships, check)


def register_club(check: ClubCheck) -> Callable[[], None]:
    """Ask ``check`` for the club from now on; the answer takes it out again."""
    return _register(_clubs, check)


def register_holdings(works: Holdings) -> Callable[[], None]:
    """Leave open what ``works`` says that a person has bought; the answer takes it out again."""
    return _register(_holdings, works)


class Access:
    """What one viewer may open. Asked when it is first needed, and then kept: made anew for each request."""

    def __init__(self, viewer: object = None, *, bought: Iterable[UUID] = (), opens_all: bool = False) -> None:
        """``bought``: works that are hers although nobody has signed in."""
        self.bought = frozenset(bought)
        self.user = viewer if isinstance(viewer, User) else None
        self._opens_all = opens_all

    @cached_property
    def opens_all(self) -> bool:
        """Moderators open every work."""
        return self._opens_all or (self.user is not None and self.user.is_moderator)

    @property
    def is_everybodys(self) -> bool:
        """Whether it opens what is open to everybody, and nothing else."""
        return self.user is None and not self.bought and not self._opens_all

    @cached_property
    def in_club(self) -> bool:
        """Whether the viewer is in the buyers' club."""
        user = self.user
        return user is not None and any(check(user_id=user.pk) for check in _clubs)

    @cached_property
    def levels(self) -> Mapping[UUID, int]:
        """The viewer's level with each artist of whom she is a member; the highest where several checks know one."""
        found: dict[UUID, int] = {}
        if self.user is not None:
            for check in _memberships:
                for artist_id, level in check(user_id=self.user.pk).items():
                    found[artist_id] = max(level, found.get(artist_id, 0))
        return found

    @cached_property
    def artist_id(self) -> UUID | None:
        """The viewer's own storefront."""
        if self.user is None:
            return None
        return Artist.objects.filter(user=self.user).values_list("pk", flat=True).first()

    @cached_property
    def held(self) -> frozenset[UUID]:
        """The works that the viewer has bought, those alone that are not for everybody."""
        from marketplace.catalog.models import Work

        found = set(self.bought)
        if self.user is not None:
            for works in _holdings:
                closed = Work.objects.not_for_everyone().filter(pk__in=works(user_id=self.user.pk))
                found |= set(closed.values_list("pk", flat=True))
        return frozenset(found)

    def condition(self) -> Q:
        """The works that are open to the viewer at this moment.

        Of plain values alone: with a join or a query in it, the database would think the index of vectors dearer than
        looking at all of them.
        """
        if self.opens_all:
            return Q()
        is_open = Q(audience=Audience.EVERYONE) | Q(audience=Audience.CLUB_FIRST, public_from__lte=now())
        if self.held:
            is_open |= Q(pk__in=self.held)
        if self.artist_id is not None:
            is_open |= Q(artist_id=self.artist_id)
        if self.in_club:
            is_open |= Q(audience=Audience.CLUB_FIRST)
        for level in sorted(set(self.levels.values())):
            artists = [artist_id for artist_id, has in self.levels.items() if has == level]
            is_open |= Q(audience=Audience.MEMBERS, members_level__lte=level, artist_id__in=artists)
        return is_open


STRANGER = Access()
# For lists that show also what is closed, as locked.
WHOEVER = Access(opens_all=True)


def access_of(viewer: object) -> Access:
    """``viewer``'s access: as it is where it is one already; a stranger's for all that is no person."""
    return viewer if isinstance(viewer, Access) else Access(viewer)


def may_open(viewer: object, work: "Work") -> bool:
    """Whether ``viewer`` (a person, an Access, or nobody) may see and buy ``work``, as far as its audience goes."""
    return work.is_open_to_all or type(work).objects.open_to(viewer).filter(pk=work.pk).exists()


def closed_among(works: Iterable["Work"], viewer: object) -> set[UUID]:
    """Which of ``works`` are closed to ``viewer``. One query, and those of her access; none where all are for all."""
    asked = {work.pk: type(work) for work in works if not work.is_open_to_all}
    if not asked:
        return set()
    model = next(iter(asked.values()))
    is_open = model.objects.open_to(viewer).filter(pk__in=list(asked)).values_list("pk", flat=True)
    return set(asked) - set(is_open)


def membership_address(artist: Artist) -> str:
    """The page on which somebody becomes a member of ``artist``."""
    return f"/artists/{artist.handle}/membership"
