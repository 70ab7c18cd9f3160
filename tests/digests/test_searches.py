"""Letters about saved searches: one for all that are due, no work twice, none for nothing."""

from datetime import timedelta

import pytest

from marketplace.catalog.services import hide_work
from marketplace.core.clock import now
from marketplace.digests.models import Digest, DigestWork
from marketplace.digests.selectors import readers_due
from marketplace.digests.services import compose_due, remove_old_digests, send_digest
from recommendations.models import SavedSearch
from tests.billing.processes import at_once
from tests.digests.readers import due_now, next_week, searcher, tomorrow
from tests.factories.accounts import UserFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]


def told(digest):
    return list(digest.told.order_by("place").values_list("work", flat=True))


def test_one_letter_for_all_searches_that_are_due_and_each_work_in_it_once(mailoutbox):
    owner = searcher("sunset", "sea")
    both, sea = indexed_work(title="Sunset over the sea"), indexed_work(title="Calm sea")
    indexed_work(title="Forest")
    (digest,) = compose_due(reader_id=owner.pk, at=tomorrow())
    assert sorted(told(digest)) == sorted([both.pk, sea.pk])
    assert send_digest(digest_id=digest.pk)
    (message,) = mailoutbox
    assert message.to == [owner.email]
    assert message.body.count("Sunset over the sea") == 1
    assert "Forest" not in message.body
    assert message.subject == "2 new works for your searches"


def test_nothing_is_due_before_its_time_and_no_letter_is_for_nothing():
    owner = searcher("sunset")
    indexed_work(title="Sunset")
    assert readers_due(at=now(), most=9) == []
    assert compose_due(reader_id=owner.pk) == []
    assert readers_due(at=tomorrow(), most=9) == [owner.pk]
    other = searcher("unicorn")
    assert compose_due(reader_id=other.pk, at=tomorrow()) == []
    assert not Digest.objects.exists()
    assert SavedSearch.objects.get(owner=other).next_look_at > tomorrow()


def test_no_work_is_told_twice_and_the_next_letter_has_what_came_since(mailoutbox):
    owner = searcher("sunset")
    first = indexed_work(title="Sunset one")
    (digest,) = compose_due(reader_id=owner.pk, at=now() + timedelta(days=1))
    due_now(owner)
    second = indexed_work(title="Sunset two", published_at=now() + timedelta(days=1, minutes=5))
    due_now(owner)
    (other,) = compose_due(reader_id=owner.pk, at=now() + timedelta(days=2))
    assert (told(digest), told(other)) == ([first.pk], [second.pk])
    due_now(owner)
    assert compose_due(reader_id=owner.pk, at=now() + timedelta(days=3)) == []


def test_a_work_that_was_found_late_is_told_still():
    owner = searcher("sunset")
    at = now() + timedelta(days=1)
    assert compose_due(reader_id=owner.pk, at=at) == []
    # Published before the look, and in the index only after it.
    late = indexed_work(title="Sunset", published_at=at - timedelta(minutes=1))
    (digest,) = compose_due(reader_id=owner.pk, at=at + timedelta(days=1))
    assert told(digest) == [late.pk]


def test_daily_and_weekly_searches_that_are_due_together_share_a_letter():
    owner = searcher("sunset", "sea")
    SavedSearch.objects.filter(query="sea").update(alerts="weekly")
    indexed_work(title="Sunset")
    indexed_work(title="Sea")
    due_now(owner)
    (digest,) = compose_due(reader_id=owner.pk)
    assert digest.told.count() == 2


def test_there_is_one_letter_a_day_whatever_is_chosen_meanwhile():
    owner = searcher("sunset")
    first, at = indexed_work(title="Sunset one"), tomorrow()
    assert len(compose_due(reader_id=owner.pk, at=at)) == 1
    indexed_work(title="Sunset two", published_at=at)
    SavedSearch.objects.update(next_look_at=at)
    assert compose_due(reader_id=owner.pk, at=at) == []
    assert SavedSearch.objects.get().next_look_at > at
    assert told(Digest.objects.get()) == [first.pk]


@pytest.mark.parametrize("person", [{"is_active": False}, {"is_guest": True}, {}])
def test_who_takes_no_letters_is_passed_over_and_not_due_again(person):
    owner = searcher("sunset", owner=UserFactory(**person))  # an address that nobody has confirmed
    indexed_work(title="Sunset")
    assert compose_due(reader_id=owner.pk, at=tomorrow()) == []
    assert readers_due(at=tomorrow(), most=9) == []
    assert not Digest.objects.exists()


def test_the_longest_due_come_first_and_only_so_many():
    owners = [searcher("sunset") for _ in range(3)]
    for n, owner in enumerate(owners):
        SavedSearch.objects.filter(owner=owner).update(next_look_at=now() - timedelta(hours=n))
    assert readers_due(at=now(), most=2) == [owners[2].pk, owners[1].pk]


def test_one_persons_letter_tells_nothing_of_anothers():
    owner, other = searcher("sunset"), searcher("sea")
    indexed_work(title="Sunset")
    indexed_work(title="Sea")
    compose_due(reader_id=owner.pk, at=tomorrow())
    compose_due(reader_id=other.pk, at=tomorrow())
    assert DigestWork.objects.count() == Digest.objects.count() == 2
    assert {digest.reader_id: digest.told.get().search.query for digest in Digest.objects.all()} == {
        owner.pk: "sunset",
        other.pk: "sea",
    }


def test_a_work_hidden_before_the_letter_goes_out_is_not_in_it(mailoutbox):
    owner = searcher("sunset")
    stays, goes = indexed_work(title="Sunset that stays"), indexed_work(title="Sunset that goes")
    (digest,) = compose_due(reader_id=owner.pk, at=next_week())
    hide_work(work=goes)
    Digest.objects.update(written_at=now())
    assert send_digest(digest_id=digest.pk)
    assert "Sunset that stays" in mailoutbox[0].body
    assert "Sunset that goes" not in mailoutbox[0].body + mailoutbox[0].alternatives[0].content
    assert stays.get_absolute_url() in mailoutbox[0].body


def test_writing_takes_a_number_of_queries_that_does_not_grow_with_the_works(django_assert_max_num_queries):
    owner = searcher("sunset")
    for n in range(40):
        indexed_work(title=f"Sunset {n}")
    with django_assert_max_num_queries(30):
        (digest,) = compose_due(reader_id=owner.pk, at=tomorrow())
    assert digest.told.count() == 40
    with django_assert_max_num_queries(20):
        send_digest(digest_id=digest.pk)


def test_old_letters_are_removed_and_late_ones_stay():
    owner = searcher("sunset")
    indexed_work(title="Sunset")
    (digest,) = compose_due(reader_id=owner.pk, at=tomorrow())
    assert remove_old_digests() == 0
    Digest.objects.update(day=now().date() - timedelta(days=200))
    assert remove_old_digests() == 1
    assert not DigestWork.objects.filter(digest=digest.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_eight_workers_write_one_letter():
    owner = searcher("sunset", "sea")
    indexed_work(title="Sunset over the sea")
    given = {"reader": str(owner.pk), "at": tomorrow().isoformat()}
    assert at_once("tests.digests.calls:compose", given, processes=4, threads=2) == ["ok"] * 8
    assert Digest.objects.count() == DigestWork.objects.count() == 1
