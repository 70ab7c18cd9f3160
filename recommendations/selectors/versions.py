"""The versions of spaces, and how far their filling is."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Func, IntegerField, OuterRef, QuerySet, Subquery, Value

from marketplace.catalog.models import Work, WorkQuerySet
from recommendations.models import Embedding, EmbeddingGap, EmbeddingSpace


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the published works: how many have a vector, can have none, and lack one still."""

    published: int
    with_vector: int
    without: int

    @property
    def lacking(self) -> int:
        """Works that are still to be looked at."""
        return max(0, self.published - self.with_vector - self.without)


def published_works() -> WorkQuerySet:
    """Works that are, or were, in the shop: a hidden one may come back and must be found then."""
    return Work.objects.exclude(status=Work.Status.DRAFT)


def works_lacking(version: EmbeddingSpace) -> WorkQuerySet:
    """Published works that have no vector in ``version`` and are not known to be without."""
    vectors = Embedding.objects.filter(work=OuterRef("pk"), space=version.space, version=version.version)
    gaps = EmbeddingGap.objects.filter(work=OuterRef("pk"), version=version)
    return published_works().filter(~Exists(vectors), ~Exists(gaps))


def any_work_lacking(version: EmbeddingSpace) -> bool:
    """Whether ``version`` is not whole."""
    return works_lacking(version).exists()


def progress_of(version: EmbeddingSpace) -> Progress:
    """How far ``version`` is."""
    return progress_by_version([version])[version]


def progress_by_version(versions: list[EmbeddingSpace]) -> dict[EmbeddingSpace, Progress]:
    """How far each version is, by one query however many there are."""
    rows: QuerySet[Any] = with_counts(EmbeddingSpace.objects.filter(pk__in=[version.pk for version in versions]))
    counts = {pk: Progress(*numbers) for pk, *numbers in rows.values_list("pk", "published", "with_vector", "without")}
    return {version: counts[version.pk] for version in versions if version.pk in counts}


def with_counts(versions: QuerySet[EmbeddingSpace]) -> QuerySet[EmbeddingSpace]:
    """``versions`` with the numbers ``published``, ``with_vector`` and ``without`` of Progress on each row."""
    vectors = Embedding.objects.filter(space=OuterRef("space"), version=OuterRef("version"), work__in=published_works())
    # A work that got its vector later may still have its gap's row from before.
    covered = Embedding.objects.filter(
        work=OuterRef("work"), space=OuterRef("version__space"), version=OuterRef("version__version")
    )
    gaps = EmbeddingGap.objects.filter(~Exists(covered), version=OuterRef("pk"), work__in=published_works())
    return versions.annotate(published=_count(published_works()), with_vector=_count(vectors), without=_count(gaps))


def _count(rows: QuerySet[Any]) -> Subquery:
    counted = rows.order_by().annotate(all=Func(Value("*"), function="COUNT", output_field=IntegerField()))
    return Subquery(counted.values("all"), output_field=IntegerField())
