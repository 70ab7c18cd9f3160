"""The page of a feed's settings, reset and what is shown of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations.models import Event, FeedSettings
from recommendations.selectors import steering_of
from recommendations.services import MuteTarget, hide_for, like_work, mute
from recommendations.viewers import viewer_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def test_sliders_and_switch_are_kept_and_shown(client):
    user = UserFactory()
    client.force_login(user)
    url = reverse("feed_settings")
    assert 'value="50"' in client.get(url).content.decode()
    chosen = {"novelty": "85", "diversity": "10", "no_personal_data": "on"}
    assert client.post(url, chosen).headers["Location"] == url
    wishes = steering_of(viewer_of(user=user))
    assert (wishes.novelty, wishes.diversity, wishes.is_personal) == (85, 10, False)
    html = client.get(url).content.decode()
    assert 'value="85"' in html
    assert "Your feeds use no personal data" in html


@pytest.mark.parametrize("wrong", [{"novelty": "101"}, {"novelty": "-1"}, {"novelty": "much"}, {"novelty": ""}])
def test_what_is_out_of_bounds_is_told_and_not_kept(client, wrong):
    client.force_login(UserFactory())
    answer = client.post(reverse("feed_settings"), {"diversity": "10", **wrong})
    assert 'class="errors"' in answer.content.decode()
    assert not FeedSettings.objects.exists()


def test_without_personal_data_the_front_page_says_so(client):
    user = UserFactory()
    sunsets = [indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"]) for n in range(3)]
    like_work(work_id=sunsets[0].pk, user=user)
    client.force_login(user)
    assert 'data-surface="for_you"' in client.get("/").content.decode()
    client.post(reverse("feed_settings"), {"novelty": "50", "diversity": "30", "no_personal_data": "on"})
    html = client.get("/").content.decode()
    assert 'data-surface="for_you"' not in html
    assert "Your feeds use no personal data" in html


def test_resetting_asks_first_and_deletes_by_choice(client):
    user = UserFactory()
    works = [indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"]) for n in range(3)]
    like_work(work_id=works[0].pk, user=user)
    client.force_login(user)
    assert "Begin anew" in client.get(reverse("reset_taste")).content.decode()
    assert 'data-surface="for_you"' in client.get("/").content.decode()
    client.post(reverse("reset_taste"))
    assert 'data-surface="for_you"' not in client.get("/").content.decode()
    assert Event.objects.filter(viewer=viewer_of(user=user).key).count() == 1
    client.post(reverse("reset_taste"), {"delete": "1"})
    assert "1 event was deleted." in client.get(reverse("feed_settings")).content.decode()
    assert not Event.objects.filter(viewer=viewer_of(user=user).key).exists()
    assert works[0].likes.count() == 1


def test_queries_do_not_grow_with_what_is_muted_and_hidden(client):
    user = UserFactory()
    client.force_login(user)
    viewer, url = viewer_of(user=user), reverse("feed_settings")

    def more(number: int) -> int:
        for _n in range(number):
            work = indexed_work(title="Sunset", tags=(f"tag {Event.objects.count()}",))
            hide_for(work_id=work.pk, viewer=viewer)
            mute(target=MuteTarget(artist_id=ArtistFactory().pk), viewer=viewer)
            mute(target=MuteTarget(tag_id=work.tags.get().pk), viewer=viewer)
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    assert more(1) == more(6)
