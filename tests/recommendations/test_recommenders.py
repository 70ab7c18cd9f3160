"""Versions of the recommender: recorded whole, switched and switched back, deleted when they are old."""

from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission

from marketplace.accounts.models import User
from marketplace.blobs import private_store
from marketplace.core.errors import NotAllowed
from recommendations.engine.errors import ModelUnusable
from recommendations.errors import RecommenderFilesChanged, RecommenderNotFound, RecommenderNotReady, TrainingUnderWay
from recommendations.models import RecommenderSwitch, RecommenderVersion, RelatedWorks
from recommendations.services import (
    forget_old_recommenders,
    forget_old_recommenders_unless_one_is_made,
    one_training,
    record_version,
    switch_back,
    switch_recommender,
)
from recommendations.services.recommenders import KEPT, PREFIX, fetch_version
from tests.billing.processes import at_once
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.recommenders import version_folder

COMMAND = RecommenderSwitch.Origin.COMMAND


@pytest.fixture
def made(tmp_path: Path):
    """Record a version; its name is unlike any other test's, since the store outlives the database's rows."""
    prefix = uuid4().hex[:6]

    def record(name: str, **facts) -> RecommenderVersion:
        version = f"{prefix}-{name}"
        return record_version(folder=version_folder(tmp_path / name, version, **facts))

    return record


def present() -> str:
    return RecommenderVersion.objects.filter(is_present=True).values_list("version", flat=True).first() or ""


def administrator() -> User:
    person: User = UserFactory(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="change_recommenderversion"))
    return person


@pytest.mark.django_db
def test_a_version_is_recorded_with_its_files_and_lists(made, tmp_path):
    works = [WorkFactory() for _ in range(3)]
    gone = uuid4()
    keys = [*(work.pk for work in works), gone]
    version = made("v1", works=keys, taste={0: [(1, 0.5), (2, 0.25)], 3: [(0, 1.0)]}, bought={1: [(0, 0.75)]})
    assert version.state == RecommenderVersion.State.READY
    assert not version.is_present
    lists = {(row.work_id, row.kind): (row.others, row.weights) for row in RelatedWorks.objects.all()}
    assert lists == {
        (works[0].pk, "taste"): ([works[1].pk, works[2].pk], [0.5, 0.25]),
        (works[1].pk, "bought"): ([works[0].pk], [0.75]),
    }
    fetch_version(version=version, folder=tmp_path / "fetched")
    for name in version.manifest["files"]:
        assert (tmp_path / "fetched" / name).read_bytes() == (tmp_path / "v1" / name).read_bytes()
    again = record_version(folder=tmp_path / "v1")
    assert again.pk == version.pk
    assert RelatedWorks.objects.count() == 2


@pytest.mark.django_db
def test_files_that_are_not_those_of_the_manifest_are_refused(tmp_path):
    folder = version_folder(tmp_path, f"{uuid4().hex[:6]}-spoilt")
    (folder / "ranker.onnx").write_bytes(b"something else")
    with pytest.raises(RecommenderFilesChanged):
        record_version(folder=folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(ModelUnusable):
        record_version(folder=folder)
    assert not RecommenderVersion.objects.exists()


@pytest.mark.django_db
def test_switched_and_back_and_back_again(made):
    first, second = made("v1"), made("v2")
    with pytest.raises(RecommenderNotFound):
        switch_back(origin=COMMAND)
    switch_recommender(version=first.version, origin=COMMAND)
    switch_recommender(version=second.version, origin=COMMAND)
    switch_recommender(version=second.version, origin=COMMAND)
    assert present() == second.version
    assert switch_back(origin=COMMAND) == first
    assert present() == first.version
    assert switch_back(origin=COMMAND) == second
    told = RecommenderSwitch.objects.order_by("switched_at").values_list("before", "after")
    assert list(told) == [
        ("", first.version),
        (first.version, second.version),
        (second.version, first.version),
        (first.version, second.version),
    ]


@pytest.mark.django_db
def test_back_from_the_first_version_is_without_any(made):
    switch_recommender(version=made("v1").version, origin=COMMAND)
    assert switch_back(origin=COMMAND) is None
    assert present() == ""


@pytest.mark.django_db
def test_what_is_unknown_refused_or_of_another_contract_is_not_switched_to(made):
    good = made("good")
    switch_recommender(version=good.version, origin=COMMAND)
    refused = made("refused", refusal="not_better_than_popularity")
    assert "popular" in refused.why_refused
    assert RelatedWorks.objects.count() == 0
    other = made("other")
    RecommenderVersion.objects.filter(pk=other.pk).update(manifest=other.manifest | {"contract": 999})
    for version, error in (
        (refused.version, RecommenderNotReady),
        ("nobody", RecommenderNotFound),
        (other.version, ModelUnusable),
    ):
        with pytest.raises(error):
            switch_recommender(version=version, origin=COMMAND)
    assert present() == good.version
    assert RecommenderSwitch.objects.count() == 1


@pytest.mark.django_db
def test_only_who_may_change_versions_switches(made):
    version, admin = made("v1"), administrator()
    for stranger in (UserFactory(), UserFactory(is_staff=True)):
        with pytest.raises(NotAllowed):
            switch_recommender(version=version.version, origin=COMMAND, administrator=stranger)
        with pytest.raises(NotAllowed):
            switch_back(origin=COMMAND, administrator=stranger)
    assert present() == ""
    assert not RecommenderSwitch.objects.exists()
    origin = RecommenderSwitch.Origin.ADMINISTRATOR
    switch_recommender(version=version.version, origin=origin, administrator=admin)
    assert RecommenderSwitch.objects.get().administrator == admin


@pytest.mark.django_db
def test_old_versions_go_with_their_lists_and_files(made):
    works = [WorkFactory(), WorkFactory()]
    facts = {"works": [work.pk for work in works], "taste": {0: [(1, 1.0)]}}
    versions = [made(f"v{number}", **facts) for number in range(KEPT + 4)]
    switch_recommender(version=versions[0].version, origin=COMMAND)
    switch_recommender(version=versions[2].version, origin=COMMAND)
    stray = f"{versions[1].storage_prefix}-stray/ranker.onnx"
    private_store().put(stray, b"left by an interruption", media_type="application/octet-stream")
    gone = forget_old_recommenders()
    assert sorted(gone) == sorted([versions[1].version, versions[3].version])
    left = [versions[0], versions[2], *versions[4:]]
    assert set(RecommenderVersion.objects.all()) == set(left)
    assert set(RelatedWorks.objects.values_list("recommender", flat=True)) == {version.pk for version in left}
    stored = {key.rsplit("/", 1)[0] for key in private_store().keys(f"{PREFIX}/")}
    assert stored == {version.storage_prefix for version in left}
    assert switch_back(origin=COMMAND) == versions[0]
    assert forget_old_recommenders() == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_deleted_while_a_training_writes_its_files(made):
    for number in range(KEPT + 2):
        made(f"v{number}")
    with one_training():
        assert forget_old_recommenders_unless_one_is_made() == []
        with pytest.raises(TrainingUnderWay), one_training():
            pass
    assert RecommenderVersion.objects.count() == KEPT + 2
    assert len(forget_old_recommenders_unless_one_is_made()) == 2


@pytest.mark.django_db(transaction=True)
def test_many_switches_at_once_leave_one_present_and_a_chain_of_switches(made):
    names = [made(f"v{number}").version for number in range(4)]
    codes = at_once("tests.recommendations.calls:switch", {"versions": names}, processes=4, threads=2)
    assert codes == ["ok"] * 8
    assert RecommenderVersion.objects.filter(is_present=True).count() == 1
    chain = list(RecommenderSwitch.objects.order_by("switched_at").values_list("before", "after"))
    assert chain[0][0] == ""
    assert all(before == earlier for (_, earlier), (before, _) in pairwise(chain))
    assert chain[-1][1] == present()
