"""The simulator's works and people, put into the shop's database."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
from django.conf import settings
from django.db import connection
from django.test import override_settings

from marketplace.accounts.models import Artist, User
from marketplace.catalog.models import Work, WorkText
from marketplace.catalog.services import list_work
from recommendations.encoders import Space, facts_of
from recommendations.models import Embedding
from recommendations.partitions import ensure_months
from recommendations.services import register_space, set_consent, store_vector
from recommendations.viewers import Consent, Viewer, viewer_of
from tests.recommendations.tiny_space import write_picture_space
from tests.simulator.catalogue import Catalogue, Floats

from .clock import SimulatedClock

DIMENSIONS = 64


@contextmanager
def simulated_space() -> Iterator[None]:
    """A picture space of DIMENSIONS; nothing is encoded in it, the vectors come from the simulator."""
    with tempfile.TemporaryDirectory(prefix="simulated-space-") as folder:
        space = write_picture_space(Path(folder) / "picture_space_2", version="simulated-1")
        facts = json.loads((space / "space.json").read_text())
        (space / "space.json").write_text(json.dumps(facts | {"dim": DIMENSIONS}))
        with override_settings(CONFIGURATION=settings.CONFIGURATION.model_copy(update={"onnx_dir": Path(folder)})):
            yield


def _accounts(count: int, name: str) -> list[User]:
    """People whose pseudonyms are the same in each run, as the feed's draws go by them."""
    accounts = [
        User(email=f"{name}{number}@example.org", pseudonym=uuid5(NAMESPACE_URL, f"{name}{number}"))
        for number in range(count)
    ]
    for account in accounts:
        account.set_unusable_password()
    return User.objects.bulk_create(accounts)


class Shop:
    """`works[n]` is the database's work of the catalogue's n-th; `is_new[n]`: by an artist who comes in the month."""

    def __init__(
        self, catalogue: Catalogue, vectors: Floats, *, is_new: np.ndarray, buyers: int, clock: SimulatedClock
    ) -> None:
        self.catalogue, self.vectors, self.is_new, self.clock = catalogue, vectors, is_new, clock
        with connection.cursor() as cursor:
            first = clock.start - timedelta(days=60)
            ensure_months(cursor, first=first.date(), last=(clock.start + timedelta(days=60)).date())
        self.artists = self._open_storefronts()
        self.works = self._hang_works()
        self.number_of: dict[UUID, int] = {work.pk: number for number, work in enumerate(self.works)}
        self._waiting = sorted(np.flatnonzero(catalogue.appears > 0), key=lambda number: catalogue.appears[number])
        self.buyers = _accounts(buyers, "buyer")
        self.viewers = list(map(self.viewer_of, self.buyers))
        for viewer in self.viewers:
            set_consent(viewer=viewer, consent=Consent.GIVEN)

    @staticmethod
    def viewer_of(user: User) -> Viewer:
        viewer = viewer_of(user=user, consent=Consent.GIVEN)
        assert viewer is not None
        return viewer

    def _open_storefronts(self) -> list[Artist]:
        owners = _accounts(int(self.catalogue.artist.max()) + 1, "artist")
        made = [
            Artist(user=owner, handle=f"artist-{number}", name=f"Artist {number}")
            for number, owner in enumerate(owners)
        ]
        return Artist.objects.bulk_create(made)

    def _hang_works(self) -> list[Work]:
        works = []
        for number, (artist, appears) in enumerate(zip(self.catalogue.artist, self.catalogue.appears, strict=True)):
            is_there = appears <= 0
            works.append(
                Work(
                    id=UUID(int=(1 << 64) + number),
                    artist=self.artists[int(artist)],
                    slug=f"work-{number}",
                    status=Work.Status.LISTED if is_there else Work.Status.DRAFT,
                    published_at=self.clock.start + timedelta(days=float(appears)) if is_there else None,
                )
            )
        Work.objects.bulk_create(works)
        titles = [str(record["title"] or "Untitled")[:140] for record in self.catalogue.works]
        WorkText.objects.bulk_create(
            WorkText(work=work, language="en", title=title) for work, title in zip(works, titles, strict=True)
        )
        facts = facts_of(Space.PICTURE)
        register_space(space=Space.PICTURE, facts=facts)
        Embedding.objects.bulk_create(
            Embedding(work=work, space=Space.PICTURE, version=facts.version, vector=vector)
            for work, vector in zip(works, self.vectors, strict=True)
            if work.status == Work.Status.LISTED
        )
        return works

    def publish_until(self, day: float) -> None:
        """The works whose day has come are listed by the shop's service, and get their vectors as its job would."""
        while self._waiting and self.catalogue.appears[self._waiting[0]] <= day:
            number = int(self._waiting.pop(0))
            self.clock.day = float(self.catalogue.appears[number])
            list_work(work=self.works[number])
            store_vector(work_id=self.works[number].pk, space=Space.PICTURE, vector=self.vectors[number])
        self.clock.day = day
