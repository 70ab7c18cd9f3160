"""Appeals: by the artist alone, once per decision, answered once."""

import pytest

from marketplace.catalog.services import unlist_work
from marketplace.moderation.errors import (
    AppealedAlready,
    AppealInvalid,
    CannotBeAppealed,
    NothingToDecide,
    NoticeNotFound,
    NotModerator,
)
from marketplace.moderation.models import Appeal, AuditEntry
from marketplace.moderation.selectors import notice_for, works_with_open_reports
from marketplace.moderation.services import appeal, decide, decide_appeal
from marketplace.moderation.tasks import tell_appeal_decided
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.moderation import hidden_by, moderator, report_on

pytestmark = pytest.mark.django_db
WORDS = "It is my own poster of 2024; here is the sketch."


@pytest.fixture
def hidden():
    work = WorkFactory()
    report_on(work)
    return hidden_by(moderator(), work)


def test_a_granted_appeal_brings_the_work_back(hidden, mailoutbox):
    artist = hidden.work.artist.user
    made = appeal(artist=artist, decision=hidden, text=WORDS)
    assert [w.open_appeal_count for w in works_with_open_reports()] == [1]
    outcome = decide_appeal(moderator=moderator(), appeal=made, restore=True, reason="The sketch proves it.")
    hidden.work.refresh_from_db()
    made.refresh_from_db()
    assert (hidden.work.status, made.state, made.outcome) == ("listed", "granted", outcome)
    assert list(AuditEntry.objects.order_by("happened_at").values_list("event", flat=True)) == [
        "reported",
        "hidden",
        "appealed",
        "restored",
    ]
    tell_appeal_decided(str(outcome.pk))
    assert "The sketch proves it." in mailoutbox[0].body
    assert "in the shop again" in mailoutbox[0].body


def test_a_granted_appeal_does_not_put_into_the_shop_what_the_artist_had_taken_down(mailoutbox):
    work = WorkFactory()
    unlist_work(work=work)
    report_on(work)
    decision = hidden_by(moderator(), work)
    made = appeal(artist=work.artist.user, decision=decision, text=WORDS)
    outcome = decide_appeal(moderator=moderator(), appeal=made, restore=True, reason="The sketch proves it.")
    work.refresh_from_db()
    assert work.status == "unlisted"
    tell_appeal_decided(str(outcome.pk))
    assert "not in the shop before" in mailoutbox[0].body
    assert "in the shop again" not in mailoutbox[0].body


def test_a_rejected_appeal_keeps_it_hidden_and_tells_why(hidden, mailoutbox):
    made = appeal(artist=hidden.work.artist.user, decision=hidden, text=WORDS)
    outcome = decide_appeal(moderator=moderator(), appeal=made, restore=False, reason="The poster is older.")
    hidden.work.refresh_from_db()
    made.refresh_from_db()
    assert (hidden.work.status, made.state) == ("hidden", "rejected")
    tell_appeal_decided(str(outcome.pk))
    assert "stays hidden" in mailoutbox[0].body
    assert notice_for(reader=hidden.work.artist.user, decision_id=outcome.pk) == outcome


def test_only_the_artist_appeals_and_reads(hidden):
    other = UserFactory()
    with pytest.raises(NoticeNotFound):
        appeal(artist=other, decision=hidden, text=WORDS)
    for reader in (other, hidden.moderator, None):
        with pytest.raises(NoticeNotFound):
            notice_for(reader=reader, decision_id=hidden.pk)
    assert not Appeal.objects.exists()
    assert notice_for(reader=hidden.work.artist.user, decision_id=hidden.pk) == hidden


def test_one_appeal_per_decision(hidden):
    artist = hidden.work.artist.user
    appeal(artist=artist, decision=hidden, text=WORDS)
    with pytest.raises(AppealedAlready):
        appeal(artist=artist, decision=hidden, text=WORDS)
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("text", ["", "no", "x" * 4001])
def test_an_appeal_says_why(hidden, text):
    with pytest.raises(AppealInvalid) as refused:
        appeal(artist=hidden.work.artist.user, decision=hidden, text=text)
    assert refused.value.way_out


def test_a_dismissal_and_a_work_that_is_shown_again_cannot_be_appealed(hidden):
    artist = hidden.work.artist.user
    made = appeal(artist=artist, decision=hidden, text=WORDS)
    decide_appeal(moderator=moderator(), appeal=made, restore=True, reason="The sketch proves it.")
    with pytest.raises(CannotBeAppealed):
        appeal(artist=artist, decision=hidden, text=WORDS)
    report_on(hidden.work)
    dismissed = decide(moderator=moderator(), work=hidden.work, action="dismiss", reason="Nothing new in this.")
    with pytest.raises(CannotBeAppealed):
        appeal(artist=artist, decision=dismissed, text=WORDS)
    with pytest.raises(NoticeNotFound):
        notice_for(reader=artist, decision_id=dismissed.pk)


def test_the_artist_cannot_answer_her_own_appeal_and_an_answer_stands(hidden):
    made = appeal(artist=hidden.work.artist.user, decision=hidden, text=WORDS)
    with pytest.raises(NotModerator):
        decide_appeal(moderator=hidden.work.artist.user, appeal=made, restore=True, reason="Because I say so.")
    decide_appeal(moderator=moderator(), appeal=made, restore=False, reason="The poster is older.")
    with pytest.raises(NothingToDecide):
        decide_appeal(moderator=moderator(), appeal=made, restore=True, reason="I disagree with her.")
    hidden.work.refresh_from_db()
    assert hidden.work.status == "hidden"
