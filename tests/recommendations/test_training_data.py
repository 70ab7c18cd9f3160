"""What the shop hands to a training."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from marketplace.catalog.models import Work
from recommendations.engine.errors import TrainingDataUnusable
from recommendations.engine.feed.contract import KINDS
from recommendations.engine.training import data
from recommendations.models import Embedding, Event
from recommendations.services import record_event, store_vector
from recommendations.services.popularity import WEIGHTS
from recommendations.services.training_data import write_training_data
from recommendations.viewers import Consent, Viewer
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory

BEGIN = datetime(2026, 11, 3, 9, tzinfo=UTC)
ANN, BEN = (Viewer(key=f"p:{name}", consent=Consent.GIVEN) for name in ("ann", "ben"))


def act(kind: str, work: Work, viewer: Viewer, hour: int, seconds: int | None = None) -> None:
    assert record_event(
        kind=kind,
        viewer=viewer,
        work_id=work.pk,
        seconds=seconds,
        once_key=f"{kind}-{viewer.key}-{hour}",
        happened_at=BEGIN + timedelta(hours=hour),
    )


def works_of(read: data.Dataset) -> list[UUID]:
    return [UUID(bytes=row.tobytes()) for row in read.works["id"]]


@pytest.mark.django_db
@pytest.mark.usefixtures("tiny_spaces")
def test_acts_come_in_the_order_of_time_without_those_taken_back_and_without_pseudonyms(tmp_path):
    first, second = WorkFactory(published_at=BEGIN), WorkFactory(published_at=BEGIN)
    act("liked", first, ANN, 3)
    act("viewed", first, ANN, 1)
    act("dwelt", second, BEN, 2, seconds=45)
    act("liked", second, BEN, 4)
    act("unliked", second, BEN, 5)
    act("saved", second, ANN, 6)
    act("unsaved", second, ANN, 7)
    act("saved", second, ANN, 8)
    record_event(kind="searched", viewer=ANN, query="sunset", happened_at=BEGIN)
    facts = write_training_data(folder=tmp_path / "data", version="v1")
    read = data.read_dataset(tmp_path / "data")
    works = works_of(read)
    rows = [(KINDS[row["kind"]], works[row["work"]], int(row["seconds"])) for row in read.events]
    assert rows == [
        ("viewed", first.pk, 0),
        ("dwelt", second.pk, 45),
        ("liked", first.pk, 0),
        ("saved", second.pk, 0),
    ]
    ann, ben = read.events["viewer"][0], read.events["viewer"][1]
    assert read.events["viewer"].tolist() == [ann, ben, ann, ann]
    assert ann != ben
    assert read.events["at"].tolist() == [int(BEGIN.timestamp()) + 3600 * hour for hour in (1, 2, 3, 8)]
    assert (facts.viewers, facts.works, facts.events) == (2, 2, 4)
    assert facts.popularity_weights == {kind: WEIGHTS[kind] for kind in KINDS if kind in WEIGHTS}
    everything = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"p:ann" not in everything


@pytest.mark.django_db
@pytest.mark.usefixtures("tiny_spaces")
def test_works_have_their_content_artist_medium_and_day(tmp_path):
    artist = ArtistFactory()
    painted = WorkFactory(artist=artist, published_at=BEGIN)
    worded = WorkFactory(artist=artist, medium=Work.Medium.MUSIC, published_at=BEGIN + timedelta(days=2))
    WorkFactory(status=Work.Status.DRAFT, published_at=None)
    store_vector(work_id=painted.pk, space="picture", vector=np.array([0.6, 0.8, 0], np.float32))
    Embedding.objects.create(work=painted, space="picture", version="older", vector=[0, 0, 1])
    store_vector(work_id=worded.pk, space="text", vector=np.array([0, 0, 1], np.float32))
    facts = write_training_data(folder=tmp_path, version="v1")
    read = data.read_dataset(tmp_path)
    assert facts.spaces == (("picture", "tiny-1", 3), ("text", "tiny-text-1", 3))
    by_id = dict(zip(works_of(read), zip(read.works, read.content, strict=True), strict=True))
    assert set(by_id) == {painted.pk, worded.pk}
    np.testing.assert_allclose(by_id[painted.pk][1], [0.6, 0.8, 0, 0, 0, 0], atol=1e-3)
    np.testing.assert_allclose(by_id[worded.pk][1], [0, 0, 0, 0, 0, 1])
    first, second = by_id[painted.pk][0], by_id[worded.pk][0]
    assert first["artist"] == second["artist"]
    assert first["medium"] != second["medium"]
    assert second["published_at"] - first["published_at"] == 2 * 86_400


@pytest.mark.django_db
@pytest.mark.usefixtures("tiny_spaces")
def test_follows_begin_and_end(tmp_path):
    work = WorkFactory()
    for number, kind in enumerate((Event.Kind.FOLLOWED, Event.Kind.UNFOLLOWED)):
        at = BEGIN + timedelta(hours=number)
        assert record_event(kind=kind, viewer=ANN, artist_id=work.artist_id, happened_at=at)
    facts = write_training_data(folder=tmp_path, version="v1")
    read = data.read_dataset(tmp_path)
    assert facts.artists == 1
    assert facts.events == 0
    assert read.follows["begins"].tolist() == [1, 0]
    assert set(read.follows["artist"].tolist()) == {0}


@pytest.mark.django_db
@pytest.mark.usefixtures("no_spaces")
def test_a_shop_with_nothing_gives_an_empty_folder(tmp_path):
    facts = write_training_data(folder=tmp_path, version="v1")
    assert (facts.works, facts.events, facts.viewers, facts.spaces) == (0, 0, 0, ())
    assert len(data.read_dataset(tmp_path).events) == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("tiny_spaces")
def test_a_folder_that_was_cut_short_is_refused(tmp_path):
    act("viewed", WorkFactory(), ANN, 1)
    write_training_data(folder=tmp_path, version="v1")
    (tmp_path / data.EVENTS).write_bytes(b"")
    with pytest.raises(TrainingDataUnusable):
        data.read_dataset(tmp_path)
    (tmp_path / data.FACTS).unlink()
    with pytest.raises(TrainingDataUnusable):
        data.read_dataset(tmp_path)
