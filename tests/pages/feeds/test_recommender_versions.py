"""The administrators' page of the recommender's versions: who sees it, what it shows, and the switch."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import User
from recommendations.models import RecommenderSwitch, RecommenderVersion
from recommendations.services import record_version, switch_recommender
from tests.factories.accounts import UserFactory
from tests.factories.recommenders import version_folder

pytestmark = pytest.mark.django_db

PAGE = "/admin/recommendations/recommenderversion/"
SWITCHES = "/admin/recommendations/recommenderswitch/"


@pytest.fixture
def made(tmp_path: Path):
    prefix = uuid4().hex[:6]

    def record(name: str, **facts) -> RecommenderVersion:
        return record_version(folder=version_folder(tmp_path / name, f"{prefix}-{name}", **facts))

    return record


def staff(*permissions: str) -> User:
    person: User = UserFactory(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return person


@pytest.fixture
def reader() -> User:
    return staff("view_recommenderversion", "view_recommenderswitch")


@pytest.fixture
def switcher() -> User:
    return staff("view_recommenderversion", "view_recommenderswitch", "change_recommenderversion")


def act(client, name: str, *chosen: RecommenderVersion):
    return client.post(PAGE, {"action": name, "_selected_action": [str(each.pk) for each in chosen]}, follow=True)


def test_it_shows_versions_with_what_they_reached(client, reader, made):
    ready, refused = made("v1"), made("v2", refusal="worse_than_present")
    switch_recommender(version=ready.version, origin=RecommenderSwitch.Origin.COMMAND)
    client.force_login(reader)
    page = client.get(PAGE).content.decode()
    for said in (ready.version, refused.version, "0.2000", "0.1000", "may be worse than the present version"):
        assert said in page
    one = client.get(f"{PAGE}{ready.pk}/change/").content.decode()
    assert "ndcg_popularity: 0.0500" in one
    assert "picture tiny-1" in one
    assert 'name="_save"' not in one
    assert ready.version in client.get(SWITCHES).content.decode()


def test_its_queries_are_as_many_for_many_versions(client, reader, made):
    client.force_login(reader)
    made("v1")
    client.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(PAGE)
    for number in range(2, 8):
        made(f"v{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)


def test_who_may_switches_and_goes_back(client, switcher, made):
    first, second = made("v1"), made("v2")
    client.force_login(switcher)
    assert f"Feeds are ranked by {first.version}." in act(client, "rank_by", first).content.decode()
    act(client, "rank_by", second)
    assert RecommenderVersion.objects.get(is_present=True) == second
    assert "Choose one version." in act(client, "rank_by", first, second).content.decode()
    act(client, "rank_as_before", second)
    assert RecommenderVersion.objects.get(is_present=True) == first
    made_by = RecommenderSwitch.objects.values_list("administrator", "origin").distinct()
    assert list(made_by) == [(switcher.pk, "administrator")]


def test_a_refused_one_is_not_switched_to(client, switcher, made):
    refused = made("v1", refusal="not_better_than_heuristic")
    client.force_login(switcher)
    assert "was refused by its evaluation" in act(client, "rank_by", refused).content.decode()
    assert "nothing to go back to" in act(client, "rank_as_before", refused).content.decode()
    assert not RecommenderVersion.objects.filter(is_present=True).exists()


def test_nobody_else_switches(client, reader, made):
    version = made("v1")
    client.force_login(reader)
    assert "rank_by" not in client.get(PAGE).content.decode()
    act(client, "rank_by", version)
    client.force_login(staff())
    assert client.get(PAGE).status_code == 403
    assert act(client, "rank_by", version).status_code == 403
    client.force_login(UserFactory())
    assert client.get(PAGE).status_code == 302
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert not RecommenderVersion.objects.filter(is_present=True).exists()
    assert not RecommenderSwitch.objects.exists()
