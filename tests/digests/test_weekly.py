"""The weekly letter and the letter about releases: for who chose them, once, and none when empty."""

from datetime import timedelta

import pytest

from marketplace.accounts.following import follow_artist
from marketplace.catalog.audiences import Audience
from marketplace.core.clock import now
from marketplace.digests.models import Digest, MailWishes
from marketplace.digests.selectors import mail_wishes_of, readers_due
from marketplace.digests.services import choose_letters, compose_due, send_digest
from recommendations.services import MuteTarget, like_work, mute
from recommendations.viewers import viewer_of
from tests.digests.readers import follower, next_week, tomorrow
from tests.factories.accounts import ArtistFactory, UserFactory, confirmed_user
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def told(digest, section):
    return list(digest.told.filter(section=section).order_by("place").values_list("work", flat=True))


def test_nobody_gets_a_letter_who_did_not_choose_it():
    person = confirmed_user()
    indexed_work(title="Sunset")
    assert not mail_wishes_of(person).weekly
    assert readers_due(at=next_week(), most=9) == []
    assert compose_due(reader_id=person.pk, at=next_week()) == []
    choose_letters(reader=person, weekly=True, releases=False)
    choose_letters(reader=person, weekly=False, releases=False)
    assert compose_due(reader_id=person.pk, at=next_week()) == []
    assert MailWishes.objects.get().weekly_next_at is None


def test_new_works_of_followed_artists_then_works_for_her():
    artist = ArtistFactory()
    person = follower(artist)
    liked = indexed_work(title="Liked", colour=COLOURS["sunset"])
    like_work(work_id=liked.pk, user=person)
    near = indexed_work(title="Alike", colour=COLOURS["sunset"])
    old = indexed_work(title="Old", artist=artist, colour=COLOURS["sea"], published_at=now() - timedelta(days=9))
    new = indexed_work(title="New", artist=artist, colour=COLOURS["sea"])
    bought = work_on_sale(artist=artist)
    licence_in(bought, holder=person)
    (digest,) = compose_due(reader_id=person.pk, at=next_week())
    assert told(digest, "followed") == [new.pk]
    recommended = told(digest, "recommended")
    assert recommended[0] == near.pk
    assert digest.told.get(work=near).because_of_id == liked.pk
    assert old.pk in recommended
    assert not {new.pk, bought.pk, liked.pk} & set(recommended)


def test_what_she_muted_comes_in_no_letter(mailoutbox):
    loud, quiet = ArtistFactory(), ArtistFactory()
    person = follower(loud)
    follow_artist(artist=quiet, user=person)
    choose_letters(reader=person, weekly=True, releases=True)
    mute(target=MuteTarget(artist_id=loud.pk), viewer=viewer_of(user=person))
    muted, new = indexed_work(title="Loud", artist=loud), indexed_work(title="Quiet", artist=quiet)
    digests = [*compose_due(reader_id=person.pk, at=tomorrow()), *compose_due(reader_id=person.pk, at=next_week())]
    works = {work for digest in digests for work in digest.told.values_list("work", flat=True)}
    assert new.pk in works
    assert muted.pk not in works


def test_once_a_week_and_nothing_twice():
    artist = ArtistFactory()
    person = follower(artist)
    indexed_work(title="One", artist=artist)
    at = next_week()
    (first,) = compose_due(reader_id=person.pk, at=at)
    assert compose_due(reader_id=person.pk, at=at + timedelta(days=6, hours=-1)) == []
    assert compose_due(reader_id=person.pk, at=at + timedelta(days=7)) == []  # nothing new: no letter
    two = indexed_work(title="Two", artist=artist, published_at=at + timedelta(days=8))
    (second,) = compose_due(reader_id=person.pk, at=at + timedelta(days=14))
    assert list(second.told.values_list("work", flat=True)) == [two.pk]
    assert first.pk != second.pk


def test_an_empty_shop_writes_no_letter():
    person = follower()
    assert compose_due(reader_id=person.pk, at=next_week()) == []
    assert readers_due(at=next_week(), most=9) == []


def test_works_for_members_are_told_to_members_and_without_the_picture(memberships, mailoutbox):
    artist = ArtistFactory()
    member, other = follower(artist), follower(artist)
    memberships.member_of(artist, user=member)
    indexed_work(title="For members", artist=artist, audience=Audience.MEMBERS)
    (digest,) = compose_due(reader_id=member.pk, at=next_week())
    assert compose_due(reader_id=other.pk, at=next_week()) == []
    Digest.objects.update(written_at=now())
    send_digest(digest_id=digest.pk)
    html = mailoutbox[0].alternatives[0].content
    assert "For members" in html
    assert "<img" not in html
    assert "You see it after signing in." in html


def test_releases_are_told_the_day_after_all_together_and_the_weekly_letter_does_not_repeat_them(mailoutbox):
    artist = ArtistFactory(name="Aoi")
    person = follower(artist, weekly=True, releases=True)
    works = [indexed_work(title=f"Number {n}", artist=artist) for n in range(2)]
    at = tomorrow()
    MailWishes.objects.update(weekly_next_at=at + timedelta(days=3))
    (digest,) = compose_due(reader_id=person.pk, at=at)
    assert digest.kind == "releases"
    assert sorted(told(digest, "followed")) == sorted(work.pk for work in works)
    send_digest(digest_id=digest.pk)
    assert mailoutbox[0].subject == "2 new works of artists you follow"
    assert compose_due(reader_id=person.pk, at=at + timedelta(days=4)) == []


def test_the_pictures_and_links_are_whole_addresses(mailoutbox, settings):
    artist = ArtistFactory()
    person = follower(artist)
    work = indexed_work(title="Sunset & sea", artist=artist)
    (digest,) = compose_due(reader_id=person.pk, at=next_week())
    Digest.objects.update(written_at=now())
    send_digest(digest_id=digest.pk)
    (message,) = mailoutbox
    html = message.alternatives[0].content
    assert f"{settings.BASE_URL}{work.get_absolute_url()}" in message.body
    assert f'href="{settings.BASE_URL}{work.get_absolute_url()}"' in html
    assert 'src="http' in html
    assert "Sunset &amp; sea" in html
    assert "Sunset & sea" in message.body
    assert "{{" not in message.body + html


def test_in_the_readers_language(mailoutbox):
    artist = ArtistFactory()
    person = follower(artist, language="zh-hans")
    indexed_work(title="日落", artist=artist, language="zh-hans")
    (digest,) = compose_due(reader_id=person.pk, at=next_week())
    Digest.objects.update(written_at=now())
    send_digest(digest_id=digest.pk)
    assert "日落" in mailoutbox[0].subject
    assert '<html lang="zh-Hans">' in mailoutbox[0].alternatives[0].content


def test_anothers_wishes_stay_as_they_are():
    person, other = follower(), UserFactory()
    choose_letters(reader=other, weekly=False, releases=True)
    assert (mail_wishes_of(person).weekly, mail_wishes_of(person).releases) == (True, False)
    assert (mail_wishes_of(other).weekly, mail_wishes_of(other).releases) == (False, True)
