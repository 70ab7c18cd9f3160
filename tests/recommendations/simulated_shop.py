"""A simulated year as rows of the shop: works with vectors in the tiny spaces, and what people did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from marketplace.catalog.models import Work
from marketplace.core.clock import now
from recommendations.encoders import facts_of
from recommendations.engine.feed.contract import KINDS
from recommendations.engine.training.data import Dataset, read_dataset
from recommendations.models import Embedding, Event
from tests.factories.accounts import ArtistFactory
from tests.recommendations.engine.training.simulated import PICTURE, simulated_folder

ARTISTS = 6


def fill_shop(folder: Path, *, works: int = 150, buyers: int = 70, seed: int = 1) -> Dataset:
    """Fill the database; the last event happened just now. Answers what was filled in, as its folder had it."""
    data = read_dataset(simulated_folder(folder, works=works, buyers=buyers, seed=seed))
    later = int(now().timestamp()) - int(data.events["at"].max()) - 60
    artists = [ArtistFactory() for _ in range(ARTISTS)]
    made = [
        Work(
            artist=artists[int(row["artist"]) % ARTISTS],
            slug=f"work-{number}",
            status=Work.Status.LISTED,
            published_at=_moment(int(row["published_at"]) + later),
        )
        for number, row in enumerate(data.works)
    ]
    Work.objects.bulk_create(made)
    _fill_vectors(data, made)
    Event.objects.bulk_create(
        Event(
            kind=KINDS[event["kind"]],
            work=made[event["work"]],
            viewer=f"p:{event['viewer']:032x}",
            once_key=f"simulated:{number}",
            happened_at=(at := _moment(int(event["at"]) + later)),
            happened_on=at.date(),
        )
        for number, event in enumerate(data.events)
    )
    return data


def _moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _fill_vectors(data: Dataset, works: list[Work]) -> None:
    """The first three principal directions of each part, as long as one."""
    for space, part in (("picture", data.content[:, :PICTURE]), ("text", data.content[:, PICTURE:])):
        whole = part.astype(np.float32)
        _, _, directions = np.linalg.svd(whole - whole.mean(0), full_matrices=False)
        small = (whole - whole.mean(0)) @ directions[:3].T
        small /= np.linalg.norm(small, axis=1, keepdims=True)
        Embedding.objects.bulk_create(
            Embedding(work=work, space=space, version=facts_of(space).version, vector=vector)
            for work, vector in zip(works, small, strict=True)
        )
