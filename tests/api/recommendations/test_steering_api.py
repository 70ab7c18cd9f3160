"""Steering for programs: each person has her own alone."""

import pytest

from marketplace.catalog.models import Tag
from recommendations.models import Event, FeedSettings, HiddenWork, Mute, Save
from recommendations.services import MuteTarget, hide_for, like_work, mute
from recommendations.viewers import viewer_of
from tests.factories.accounts import UserFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]
API = "/api/v1"
JSON = "application/json"


def test_settings_are_read_and_changed_in_part(client):
    client.force_login(UserFactory())
    url = f"{API}/feed/settings"
    assert client.get(url).json() == {"novelty": 50, "diversity": 30, "is_personal": True, "consent": "unasked"}
    changed = client.patch(url, {"novelty": 80, "consent": "given"}, content_type=JSON).json()
    assert changed == {"novelty": 80, "diversity": 30, "is_personal": True, "consent": "given"}
    for wrong in ({"novelty": 101}, {"consent": "unasked"}, {"diversity": -1}):
        assert client.patch(url, wrong, content_type=JSON).status_code == 400
    assert client.get(url).json() == changed


def test_refusing_deletes_all_events(client):
    user, work = UserFactory(), indexed_work(title="Evening")
    like_work(work_id=work.pk, user=user)
    like_work(work_id=work.pk, user=UserFactory())
    client.force_login(user)
    client.patch(f"{API}/feed/settings", {"consent": "refused"}, content_type=JSON)
    assert Event.objects.exclude(viewer=viewer_of(user=user).key).count() == Event.objects.count() == 1


def test_mutes(client):
    user, work = UserFactory(), indexed_work(title="Evening", tags=("dusk",))
    client.force_login(user)
    url = f"{API}/feed/mutes"
    made = client.post(url, {"artist": str(work.artist_id)}, content_type=JSON)
    assert made.status_code == 201
    assert client.post(url, {"artist": str(work.artist_id)}, content_type=JSON).json() == made.json()
    assert client.post(url, {}, content_type=JSON).json()["error"] == "mute_not_possible"
    assert client.get(url).json() == [
        {"id": made.json()["id"], "artist": str(work.artist_id), "medium": "", "tag": None}
    ]
    assert client.get(f"{API}/recommendations").json() == []
    client.force_login(UserFactory())
    assert client.get(url).json() == []
    assert client.delete(f"{url}/{made.json()['id']}").status_code == 204
    assert Mute.objects.count() == 1
    client.force_login(user)
    client.delete(f"{url}/{made.json()['id']}")
    assert not Mute.objects.exists()


def test_hiding_and_saving(client):
    work = indexed_work(title="Evening")
    client.force_login(UserFactory())
    assert client.put(f"{API}/works/{work.pk}/hide").json() == {"is_hidden": True}
    assert client.get(f"{API}/recommendations").json() == []
    assert client.delete(f"{API}/works/{work.pk}/hide").json() == {"is_hidden": False}
    assert client.put(f"{API}/works/{work.pk}/save").json() == {"is_saved": True}
    assert [entry["id"] for entry in client.get(f"{API}/saved").json()] == [str(work.pk)]
    client.delete(f"{API}/works/{work.pk}/save")
    assert client.get(f"{API}/saved").json() == []


def test_tastes_and_reset(client):
    user = UserFactory()
    for n in range(3):
        indexed_work(title=f"Work {n}", tags=(f"tag {n}",))
    keys = [str(tag.pk) for tag in Tag.objects.all()]
    client.force_login(user)
    refused = client.put(f"{API}/feed/tastes", {"tags": keys[:2]}, content_type=JSON)
    assert (refused.status_code, refused.json()["error"]) == (400, "too_few_picks")
    assert set(client.put(f"{API}/feed/tastes", {"tags": keys}, content_type=JSON).json()["tags"]) == set(keys)
    first = client.get(f"{API}/recommendations").json()[0]
    assert first["reason"] == "picked"
    assert first["of_tag"] in keys
    like_work(work_id=first["work"]["id"], user=user)
    assert client.post(f"{API}/feed/reset", {"delete": True}, content_type=JSON).json() == {"deleted": 1}
    assert {entry["reason"] for entry in client.get(f"{API}/recommendations").json()} <= {"popular", "new"}


def test_a_stranger_has_none_of_it_and_nobody_reads_anothers(client):
    owner, work = UserFactory(), indexed_work(title="Evening")
    hide_for(work_id=work.pk, viewer=viewer_of(user=owner))
    mute(target=MuteTarget(medium="music"), viewer=viewer_of(user=owner))
    for path in ("feed/settings", "feed/mutes", "feed/events", "saved"):
        assert client.get(f"{API}/{path}").status_code in {401, 403}
    assert client.put(f"{API}/works/{work.pk}/hide").status_code in {401, 403}
    assert client.put(f"{API}/works/{work.pk}/save").status_code in {401, 403}
    assert client.post(f"{API}/feed/reset").status_code in {401, 403}
    assert client.patch(f"{API}/feed/settings", {"novelty": 1}, content_type=JSON).status_code in {401, 403}
    client.force_login(UserFactory())
    traces = client.get(f"{API}/feed/events").json()
    assert (traces["events"], traces["wishes"]["hidden"], traces["wishes"]["muted"]) == ([], [], [])
    assert HiddenWork.objects.count() == Mute.objects.count() == 1
    assert not Save.objects.exists()
    assert FeedSettings.objects.count() == 1
    client.force_login(owner)
    traces = client.get(f"{API}/feed/events").json()
    assert [event["kind"] for event in traces["events"]] == ["hidden"]
    assert traces["wishes"]["muted"][0]["medium"] == "music"
