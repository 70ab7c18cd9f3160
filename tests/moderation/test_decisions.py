"""Decisions: by moderators, with a reason, once; the trail cannot be changed; licences stay valid."""

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace.accounts.models import MODERATORS
from marketplace.core.errors import NotAllowed
from marketplace.licensing.selectors import grant_by_number
from marketplace.moderation.errors import NothingToDecide, NotModerator, OwnWorkDecision, ReasonMissing
from marketplace.moderation.models import AuditEntry, Decision, Report
from marketplace.moderation.selectors import works_with_open_reports
from marketplace.moderation.services import decide
from marketplace.moderation.tasks import tell_hidden
from marketplace.orders.services import download_url
from tests.billing.processes import at_once
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.moderation import REASON, hidden_by, moderator, report_on

pytestmark = pytest.mark.django_db


def test_hiding_ends_every_open_report_and_writes_the_trail():
    work, judge = WorkFactory(), moderator()
    report_on(work)
    report_on(work, reporter=UserFactory())
    assert [w.open_report_count for w in works_with_open_reports()] == [2]
    decision = hidden_by(judge, work)
    work.refresh_from_db()
    assert work.status == "hidden"
    assert set(Report.objects.values_list("state", "decision")) == {("upheld", decision.pk)}
    assert list(works_with_open_reports()) == []
    entry = AuditEntry.objects.get(event="hidden")
    assert (entry.actor_pseudonym, entry.facts) == (judge.pseudonym, {"reports": 2})


def test_dismissing_leaves_the_work_in_the_shop():
    work, judge = WorkFactory(), moderator()
    report_on(work)
    decide(moderator=judge, work=work, action="dismiss", reason="It is the artist's own poster.")
    work.refresh_from_db()
    assert work.status == "listed"
    assert Report.objects.get().state == "dismissed"
    with pytest.raises(NothingToDecide):
        decide(moderator=judge, work=work, action="dismiss", reason="It is the artist's own poster.")


@pytest.mark.parametrize("who", ["owner", "member", "staff"])
def test_nobody_without_the_role_decides(who):
    work = WorkFactory()
    report_on(work)
    person = {
        "owner": work.artist.user,
        "member": UserFactory(),
        "staff": UserFactory(is_staff=True),
    }[who]
    with pytest.raises(NotModerator):
        hidden_by(person, work)
    work.refresh_from_db()
    assert work.status == "listed"
    assert Report.objects.get().state == "open"
    assert not Decision.objects.exists()


def test_a_moderator_leaves_her_own_work_to_others():
    judge = moderator()
    work = WorkFactory(artist=ArtistFactory(user=judge))
    with pytest.raises(OwnWorkDecision):
        hidden_by(judge, work)
    assert issubclass(OwnWorkDecision, NotAllowed)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("reason", ["", "   bad   ", "x" * 2001])
def test_a_decision_needs_a_reason(reason):
    work = WorkFactory()
    with pytest.raises(ReasonMissing) as refused:
        decide(moderator=moderator(), work=work, action="hide", reason=reason)
    assert refused.value.way_out
    work.refresh_from_db()
    assert work.status == "listed"


def test_the_group_may_see_the_queue_and_nothing_else():
    group = moderator().groups.get(name=MODERATORS)
    assert {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")} == {
        "moderation.view_report",
        "moderation.view_decision",
        "moderation.view_appeal",
        "moderation.view_auditentry",
        "moderation.view_reportedwork",
        "catalog.view_work",
    }


@pytest.mark.parametrize("table", ["moderation_decision", "moderation_auditentry"])
def test_decisions_and_the_trail_cannot_be_changed(table):
    hidden_by(moderator(), WorkFactory())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                cursor.execute(statement)
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] == 1


def test_the_artist_reads_the_reason_in_her_language(mailoutbox):
    work = WorkFactory(artist=ArtistFactory(user=UserFactory(language="zh-hans", email="lin@example.org")))
    decision = hidden_by(moderator(), work)
    tell_hidden(str(decision.pk))
    letter = mailoutbox[0]
    assert letter.to == ["lin@example.org"]
    assert REASON in letter.body
    assert decision.get_absolute_url() in letter.body


def test_a_buyers_licence_and_download_survive_the_hiding():
    work, buyer = work_on_sale(), UserFactory()
    grant = licence_in(work, holder=buyer)
    hidden_by(moderator(), work)
    assert grant_by_number(grant.number) == grant
    assert not hasattr(grant_by_number(grant.number), "ending")
    assert "X-Amz-Signature=" in download_url(user=buyer, grant=grant)


@pytest.mark.django_db(transaction=True)
def test_moderators_at_once_make_one_decision():
    work = WorkFactory()
    report_on(work)
    judges = [str(moderator().pk) for _n in range(4)]
    codes = at_once("tests.moderation.calls:hide", {"work": str(work.pk), "moderators": judges}, processes=2, threads=8)
    assert (codes.count("ok"), codes.count("nothing_to_decide")) == (1, 15)
    assert Decision.objects.count() == 1
    assert AuditEntry.objects.filter(event="hidden").count() == 1
