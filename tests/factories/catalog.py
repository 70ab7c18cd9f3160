"""Works with their texts and files' records (no bytes in the store)."""

import hashlib

import factory

from marketplace.catalog.models import Work, WorkFile, WorkText, WorkVersion
from marketplace.core.clock import now
from tests.factories.accounts import ArtistFactory


class WorkFactory(factory.django.DjangoModelFactory):
    """A listed work titled in English; `WorkFactory(title="…", language="zh-hans")` for another."""

    class Meta:
        model = Work
        skip_postgeneration_save = True

    artist = factory.SubFactory(ArtistFactory)
    slug = factory.Sequence(lambda n: f"work-{n}")
    status = Work.Status.LISTED
    published_at = factory.LazyFunction(now)

    @factory.post_generation
    def title(self, create, extracted, **kwargs):
        if create:
            WorkText.objects.create(work=self, language=self.language, title=extracted or f"Title of {self.slug}")


class WorkVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkVersion

    work = factory.SubFactory(WorkFactory)


class WorkFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkFile

    version = factory.SubFactory(WorkVersionFactory)
    role = WorkFile.Role.PREVIEW
    media_type = "image/webp"
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    size_bytes = 1000
    storage_key = factory.LazyAttribute(lambda o: f"previews/{o.sha256[:2]}/{o.sha256}.webp")
    width = 512
    height = 512
