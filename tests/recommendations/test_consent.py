"""Which events are kept of whom, and under which key."""

from datetime import UTC, datetime, timedelta

import pytest

from recommendations.models import CountingSalt, Event
from recommendations.services import like_work, record_event, record_view, set_consent
from recommendations.viewers import Consent, Viewer, passer_by, viewer_of
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def kept_as(kind: str, viewer: Viewer) -> str:
    """Whose key the event got: `own`, `day` for a key of the day, `none` where nothing was kept."""
    work = WorkFactory()
    about = {"work_id": work.pk}
    if kind == "dwelt":
        about["seconds"] = 9
    if kind == "searched":
        about = {"query": "sunset"}
    added = record_event(kind=kind, viewer=viewer, happened_at=AT, **about)
    event = Event.objects.filter(kind=kind).first()
    assert added == (event is not None)
    if event is None:
        return "none"
    return "own" if event.viewer == viewer.key else "day"


@pytest.mark.parametrize(
    ("kind", "given", "unasked", "refused"),
    [
        ("viewed", "own", "day", "none"),
        ("carted", "own", "day", "none"),
        ("dwelt", "own", "none", "none"),
        ("clicked", "own", "none", "none"),
        ("searched", "own", "none", "none"),
        ("liked", "own", "own", "none"),
        ("saved", "own", "own", "none"),
        ("hidden", "own", "own", "none"),
        ("bought", "own", "own", "day"),
    ],
)
@pytest.mark.parametrize("answer", ["given", "unasked", "refused"])
def test_what_is_kept_of_a_person(kind, given, unasked, refused, answer):
    person = viewer_of(user=UserFactory())
    if answer != "unasked":
        set_consent(viewer=person, consent=Consent(answer))
    assert kept_as(kind, person) == {"given": given, "unasked": unasked, "refused": refused}[answer]


@pytest.mark.parametrize(
    ("kind", "unasked"), [("viewed", "day"), ("carted", "day"), ("dwelt", "none"), ("hidden", "none")]
)
def test_what_is_kept_of_a_stranger(kind, unasked):
    stranger = passer_by(address="192.0.2.7", user_agent="Browser", consent=Consent.UNASKED)
    assert kept_as(kind, stranger) == unasked
    refusing = passer_by(address="192.0.2.7", user_agent="Browser", consent=Consent.REFUSED)
    assert not record_event(kind="viewed", work_id=WorkFactory().pk, viewer=refusing)


def test_the_raw_key_of_a_passer_by_is_never_stored_even_after_a_yes():
    passing = passer_by(address="192.0.2.7", user_agent="Browser", consent=Consent.GIVEN)
    assert kept_as("viewed", passing) == "day"


def test_a_key_of_the_day_counts_once_and_changes_with_the_day():
    work = WorkFactory()
    passing = passer_by(address="192.0.2.7", user_agent="Browser", consent=Consent.UNASKED)
    other = passer_by(address="192.0.2.8", user_agent="Browser", consent=Consent.UNASKED)
    look = {"kind": "viewed", "work_id": work.pk}
    assert record_event(**look, viewer=passing, happened_at=AT)
    assert not record_event(**look, viewer=passing, happened_at=AT + timedelta(hours=3))
    assert record_event(**look, viewer=other, happened_at=AT)
    assert record_event(**look, viewer=passing, happened_at=AT + timedelta(days=1))
    assert len(set(Event.objects.values_list("viewer", flat=True))) == 3
    assert CountingSalt.objects.count() == 2


def test_the_browsers_no_goes_before_a_stored_yes():
    user, work = UserFactory(), WorkFactory()
    set_consent(viewer=viewer_of(user=user), consent=Consent.GIVEN)
    assert not record_view(work=work, viewer=viewer_of(user=user, consent=Consent.REFUSED))
    assert record_view(work=work, viewer=viewer_of(user=user))


def test_a_like_of_somebody_who_said_no_is_kept_as_a_like_alone():
    user, work = UserFactory(), WorkFactory()
    set_consent(viewer=viewer_of(user=user), consent=Consent.REFUSED)
    assert like_work(work_id=work.pk, user=user)
    assert work.likes.count() == 1
    assert not Event.objects.exists()
