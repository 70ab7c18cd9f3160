"""Whom a work is open to: its artist, members by tier, the club, those who bought it, moderators, others, strangers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from marketplace.catalog.audiences import (
    STRANGER,
    WHOEVER,
    Access,
    Audience,
    AudienceChoice,
    closed_among,
    may_open,
)
from marketplace.catalog.errors import AudienceInvalid, WorkClosed, WorkNotFound
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import listed_works, work_to_show, work_with_page
from marketplace.catalog.services import hide_work, set_audience
from marketplace.core.clock import now
from marketplace.licensing.services import end_licence
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.audiences import club_member
from tests.factories.catalog import WorkFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.moderation import moderator

pytestmark = pytest.mark.django_db


def for_members(level=1, **facts):
    return WorkFactory(audience=Audience.MEMBERS, members_level=level, **facts)


def for_club(hours=24, **facts):
    return WorkFactory(audience=Audience.CLUB_FIRST, public_from=now() + timedelta(hours=hours), **facts)


def opens(viewer, work) -> bool:
    """The row's rule, the query's and a list's, which must agree."""
    answers = {
        may_open(viewer, work),
        Work.objects.open_to(viewer).filter(pk=work.pk).exists(),
        listed_works(viewer).filter(pk=work.pk).exists(),
        not closed_among([work], viewer),
    }
    assert len(answers) == 1
    return answers.pop()


def test_everybodys_work_is_open_to_all_and_asks_nobody(memberships, django_assert_num_queries):
    work = WorkFactory()
    member = memberships.member_of(work.artist)
    with django_assert_num_queries(0):
        for viewer in (None, STRANGER, member, UserFactory.build()):
            assert may_open(viewer, work)
            assert closed_among([work], viewer) == set()
    assert memberships.asked == 0


def test_a_members_work_by_tier(memberships):
    low, high = for_members(), for_members(level=3)
    for level, also_high in ((1, False), (2, False), (3, True), (4, True)):
        member = memberships.member_of(low.artist, level=level)
        memberships.member_of(high.artist, level=level, user=member)
        assert opens(member, low)
        assert opens(member, high) is also_high


def test_members_of_another_artist_strangers_and_the_club_stay_outside(memberships):
    work = for_members()
    for viewer in (None, UserFactory(), memberships.member_of(ArtistFactory()), club_member(), ArtistFactory().user):
        assert not opens(viewer, work)


def test_what_several_checks_know_counts_together(memberships):
    from marketplace.catalog.audiences import register_membership

    work = for_members(level=2)
    member = memberships.member_of(work.artist, level=1)
    forget = register_membership(lambda *, user_id: {work.artist_id: 2})
    try:
        assert opens(member, work)
    finally:
        forget()
    assert not opens(member, work)


def test_the_artist_and_moderators_open_everything():
    for work in (for_members(level=5), for_club()):
        for viewer in (work.artist.user, moderator(), UserFactory(is_superuser=True), WHOEVER):
            assert opens(viewer, work)
        assert not opens(UserFactory(is_staff=True), work)


def test_the_club_is_first_until_the_moment_comes(memberships, monkeypatch):
    work = for_club(hours=2)
    member = memberships.member_of(work.artist)
    assert opens(club_member(), work)
    for viewer in (None, UserFactory(), member):
        assert not opens(viewer, work)
    later = now() + timedelta(hours=2, seconds=1)
    for module in ("audiences", "models"):
        monkeypatch.setattr(f"marketplace.catalog.{module}.now", lambda: later)
    for viewer in (None, UserFactory(), club_member()):
        assert opens(viewer, work)


@pytest.mark.parametrize(
    ("fields", "is_in"),
    [
        ({"state": "trialing"}, True),
        ({"state": "past_due", "grace_ends_at": now() + timedelta(days=1)}, True),
        ({"state": "past_due", "benefits_ended_at": now() - timedelta(days=1)}, False),
        ({"paused_from": now() - timedelta(days=1), "paused_until": now() + timedelta(days=9)}, False),
        ({"state": "ended"}, False),
    ],
)
def test_the_club_counts_while_its_plan_gives_benefits(fields, is_in):
    assert opens(club_member(**fields), for_club()) is is_in


def test_who_bought_a_work_keeps_it_until_the_licence_ends():
    work = work_on_sale()
    grant = licence_in(work)
    set_audience(work=work, choice=AudienceChoice(Audience.MEMBERS))
    assert opens(grant.holder, work)
    assert not opens(UserFactory(), work)
    end_licence(grant=grant, reason="refunded")
    assert not opens(grant.holder, work)


def test_an_access_is_asked_once_for_many_lists(memberships, django_assert_num_queries):
    works = [for_members() for _n in range(5)] + [for_club()]
    person = club_member()
    for work in works[:3]:
        memberships.member_of(work.artist, user=person, level=2)
    access = Access(person)
    # Moderator, storefront, purchases, the club's plan and memberships, once each; and each of the three lists.
    with django_assert_num_queries(5 + 3):
        assert closed_among(works, access) == {work.pk for work in works[3:5]}
        assert set(listed_works(access)) == {*works[:3], works[5]}
        assert closed_among(works[:3], access) == set()
    assert memberships.asked == 1


def test_a_closed_work_has_a_page_that_says_for_whom_it_is():
    for work, told, way_in in (
        (for_members(), "for members of", "/artists/{}/membership"),
        (for_members(level=2), "from tier 2 up", "/artists/{}/membership"),
        (for_club(), "for the club until", "/pricing"),
    ):
        for viewer in (None, UserFactory()):
            assert work_with_page(work_id=work.pk, viewer=viewer) == work
            with pytest.raises(WorkClosed, match=told) as raised:
                work_to_show(work_id=work.pk, viewer=viewer)
            assert raised.value.facts["url"] == way_in.format(work.artist.handle)
            assert raised.value.way_out
        assert work_to_show(work_id=work.pk, viewer=work.artist.user) == work


def test_what_is_hidden_is_no_page_for_members_either(memberships):
    work = for_members()
    member = memberships.member_of(work.artist)
    hide_work(work=work)
    with pytest.raises(WorkNotFound):
        work_with_page(work_id=work.pk, viewer=member)


class TestChoosing:
    @pytest.mark.parametrize("ahead", [timedelta(hours=1, minutes=1), timedelta(days=29)])
    def test_the_artist_narrows_and_opens_again(self, ahead):
        work = WorkFactory()
        moment = now() + ahead
        set_audience(work=work, choice=AudienceChoice(Audience.CLUB_FIRST, moment, members_level=7))
        assert (work.audience, work.public_from, work.members_level) == ("club_first", moment, 1)
        set_audience(work=work, choice=AudienceChoice(Audience.MEMBERS, moment, members_level=2))
        assert (work.audience, work.public_from, work.members_level) == ("members", None, 2)
        set_audience(work=work, choice=AudienceChoice(Audience.EVERYONE, moment, members_level=2))
        assert (work.audience, work.public_from, work.members_level) == ("everyone", None, 1)

    @pytest.mark.parametrize(
        "choice",
        [
            AudienceChoice(Audience.CLUB_FIRST),
            AudienceChoice(Audience.CLUB_FIRST, now() + timedelta(minutes=50)),
            AudienceChoice(Audience.CLUB_FIRST, now() - timedelta(days=1)),
            AudienceChoice(Audience.CLUB_FIRST, now() + timedelta(days=31)),
            AudienceChoice(Audience.MEMBERS, members_level=0),
            AudienceChoice(Audience.MEMBERS, members_level=21),
            AudienceChoice("friends"),
        ],
    )
    def test_what_is_not_possible_changes_nothing(self, choice):
        work = for_members(level=3)
        with pytest.raises(AudienceInvalid) as raised:
            set_audience(work=work, choice=choice)
        assert raised.value.way_out
        assert (Work.objects.get().audience, Work.objects.get().members_level) == ("members", 3)

    def test_a_moment_that_stands_already_may_stay(self):
        work = for_club()
        Work.objects.filter(pk=work.pk).update(public_from=now() - timedelta(days=2))
        work.refresh_from_db()
        set_audience(work=work, choice=AudienceChoice(Audience.CLUB_FIRST, work.public_from))
        assert work.audience == Audience.CLUB_FIRST

    @pytest.mark.parametrize(
        "fields",
        [
            {"audience": "club_first"},
            {"audience": "members", "public_from": now()},
            {"audience": "members", "members_level": 0},
        ],
    )
    def test_the_database_refuses_what_cannot_be(self, fields):
        work = WorkFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            Work.objects.filter(pk=work.pk).update(**fields)
