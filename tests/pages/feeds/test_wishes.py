"""Why a work is shown, less like it, and mutes, as a person, a stranger and somebody else."""

import pytest
from django.urls import reverse

from marketplace.catalog.models import Tag
from recommendations.models import Event, HiddenWork, Mute
from recommendations.services import MuteTarget, hide_for, like_work, mute
from recommendations.viewers import viewer_of
from tests.factories.accounts import PASSWORD, UserFactory, confirmed_user
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]
HTMX = {"HX-Request": "true"}


def test_why_is_told_in_words_with_the_work_that_caused_it(client):
    user = UserFactory()
    sunsets = [indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"]) for n in range(3)]
    like_work(work_id=sunsets[0].pk, user=user)
    client.force_login(user)
    html = client.get("/").content.decode()
    for_you = html.split('data-surface="for_you"')[1].split("</section>")[0]
    assert for_you.count("<details") == for_you.count("It is like a work that you liked:") == 2
    assert f'<a href="{sunsets[0].get_absolute_url()}">Sunset 0</a>' in for_you
    assert reverse("hide_work", args=[sunsets[1].pk]) in for_you
    assert reverse("feed_settings") in for_you
    new = html.split('data-surface="new"')[1].split("</section>")[0]
    assert "It was published lately." in new
    beside = client.get(sunsets[0].get_absolute_url()).content.decode()
    assert "are like those of the work on this page" in beside


def test_less_like_this_with_undo_in_place(client):
    work = indexed_work(title="Evening", tags=("dusk",))
    client.force_login(UserFactory())
    answer = client.post(reverse("hide_work", args=[work.pk]), headers=HTMX).content.decode()
    assert reverse("unhide_work", args=[work.pk]) in answer
    html = client.get("/").content.decode()
    assert work.get_absolute_url() not in html
    assert "You have hidden or muted all there is" in html
    again = client.post(reverse("unhide_work", args=[work.pk]), headers=HTMX).content.decode()
    assert "Evening" in again
    assert work.get_absolute_url() in client.get("/").content.decode()


def test_a_work_comes_back_with_its_why(client):
    user = UserFactory()
    sunsets = [indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"], tags=("dusk",)) for n in range(2)]
    liked, hidden = sunsets
    like_work(work_id=liked.pk, user=user)
    client.force_login(user)
    tag = Tag.objects.get(works=hidden)
    for name, words in {
        f"liked:{liked.pk}": "It is like a work that you liked:",
        f"picked:{tag.pk}": "as something that you like.",
        "popular": "Many people looked at it, liked it or bought it lately.",
    }.items():
        gone = client.post(reverse("hide_work", args=[hidden.pk]), {"why": name}, headers=HTMX).content.decode()
        assert f'name="why" value="{name}"' in gone
        again = client.post(reverse("unhide_work", args=[hidden.pk]), {"why": name}, headers=HTMX).content.decode()
        assert words in again
        assert f'name="why" value="{name}"' in again, "it can be hidden once more"
        assert (liked.get_absolute_url() in again) == name.startswith("liked:")


@pytest.mark.parametrize("name", ["", "nothing", "liked:", "liked:nobody", "nothing:{0}", "picked:{0}", "liked:{1}"])
def test_a_reason_that_is_none_is_left_out(client, name):
    work = indexed_work(title="Evening")
    client.force_login(UserFactory())
    name = name.format(work.pk, work.artist.pk)
    again = client.post(reverse("unhide_work", args=[work.pk]), {"why": name}, headers=HTMX).content.decode()
    assert "Evening" in again
    assert "why-words" not in again


def test_without_scripts_it_goes_back_to_the_page_with_a_way_to_undo(client):
    work = indexed_work(title="Evening")
    client.force_login(UserFactory())
    answer = client.post(reverse("hide_work", args=[work.pk]), {"next": "/search?q=x"})
    assert answer.headers["Location"] == "/search?q=x"
    assert f'<a href="{reverse("feed_settings")}#hidden">Undo</a>' in client.get("/").content.decode()
    elsewhere = client.post(reverse("hide_work", args=[work.pk]), {"next": "//evil.example/"})
    assert elsewhere.headers["Location"] == reverse("feed_settings")


def test_the_page_of_one_work_offers_its_artist_its_kind_and_its_tags(client):
    work = indexed_work(title="Evening", tags=("dusk",))
    html = client.get(reverse("less_like_this", args=[work.pk])).content.decode()
    tag = Tag.objects.get(works=work)
    for value in (work.artist.pk, "image", tag.pk):
        assert f'value="{value}"' in html
    assert client.get(reverse("less_like_this", args=[UserFactory().pk])).status_code == 404


@pytest.mark.parametrize("field", ["artist", "tag", "medium"])
def test_muting_and_taking_it_back(client, field):
    work = indexed_work(title="Evening", tags=("dusk",))
    value = {"artist": work.artist.pk, "tag": Tag.objects.get(works=work).pk, "medium": "image"}[field]
    client.force_login(UserFactory())
    assert client.post(reverse("mute"), {field: str(value), "next": "/"}).headers["Location"] == "/"
    assert work.get_absolute_url() not in client.get("/").content.decode()
    found = Mute.objects.get()
    assert reverse("unmute", args=[found.pk]) in client.get(reverse("feed_settings")).content.decode()
    client.post(reverse("unmute", args=[found.pk]))
    assert not Mute.objects.exists()
    assert work.get_absolute_url() in client.get("/").content.decode()


@pytest.mark.parametrize("wrong", [{}, {"artist": "nobody"}, {"medium": "stone"}])
def test_what_cannot_be_muted_is_answered_with_a_way_out(client, wrong):
    client.force_login(UserFactory())
    answer = client.post(reverse("mute"), wrong)
    assert answer.status_code == 400
    assert "Choose an artist, a medium or a tag." in answer.content.decode()
    assert not Mute.objects.exists()


def test_nobody_reads_or_changes_the_wishes_of_another(client):
    owner, work = UserFactory(), indexed_work(title="Evening", tags=("dusk",))
    her = viewer_of(user=owner)
    hide_for(work_id=work.pk, viewer=her)
    mute_id = mute(target=MuteTarget(medium="music"), viewer=her)
    events = Event.objects.count()
    for somebody in (None, UserFactory()):
        client.logout()
        if somebody:
            client.force_login(somebody)
        html = client.get(reverse("feed_settings")).content.decode()
        assert str(mute_id) not in html
        assert reverse("unhide_work", args=[work.pk]) not in html
        client.post(reverse("unhide_work", args=[work.pk]))
        client.post(reverse("unmute", args=[mute_id]))
        client.post(reverse("feed_settings"), {"novelty": 0, "diversity": 0, "no_personal_data": "on"})
        client.post(reverse("reset_taste"), {"delete": "1"})
    assert HiddenWork.objects.filter(viewer=her.key).count() == Mute.objects.filter(viewer=her.key).count() == 1
    assert Event.objects.filter(viewer=her.key).count() == events
    client.force_login(owner)
    assert reverse("unmute", args=[mute_id]) in client.get(reverse("feed_settings")).content.decode()


def test_a_stranger_steers_her_session_and_takes_it_along_when_she_signs_in(client):
    work, other = indexed_work(title="Evening"), indexed_work(title="Morning")
    client.post(reverse("hide_work", args=[work.pk]))
    html = client.get("/").content.decode()
    assert work.get_absolute_url() not in html
    assert other.get_absolute_url() in html
    user = confirmed_user()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session.get("_auth_user_id") == str(user.pk)
    assert HiddenWork.objects.get().viewer == viewer_of(user=user).key


@pytest.mark.parametrize("name", ["hide_work", "unhide_work"])
def test_a_look_changes_nothing(client, name):
    work = indexed_work(title="Evening")
    assert client.get(reverse(name, args=[work.pk])).status_code == 405
    assert client.get(reverse("mute")).status_code == 405
