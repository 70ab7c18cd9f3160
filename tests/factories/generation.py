"""Image models and jobs as rows; jobs in the queue come from the service `create_job`."""

import factory

from generation.models import GenerationJob, GenerationModel, GenerationOutput
from tests.factories.accounts import UserFactory


class GenerationModelFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GenerationModel
        django_get_or_create = ("name", "version")

    name = "tiny-image"
    version = "1"
    title = "Tiny"
    default_steps = 4


class GenerationJobFactory(factory.django.DjangoModelFactory):
    """A waiting job that is in no queue."""

    class Meta:
        model = GenerationJob

    owner = factory.SubFactory(UserFactory)
    model = factory.SubFactory(GenerationModelFactory)
    kind = GenerationJob.Kind.TEXT_TO_IMAGE
    prompt = "a beautiful sunset over the sea"
    language = "en"
    width = 128
    height = 128
    count = 2
    seed = 7
    steps = 4
    guidance = 4.0
    steps_total = factory.LazyAttribute(lambda o: o.steps * o.count)


class GenerationOutputFactory(factory.django.DjangoModelFactory):
    """A picture's record; no bytes in the store."""

    class Meta:
        model = GenerationOutput

    job = factory.SubFactory(GenerationJobFactory)
    index = 0
    storage_key = factory.LazyAttribute(lambda o: f"jobs/{o.job.id}/pictures/{o.index}-{'0' * 64}.png")
    sha256 = "0" * 64
    size_bytes = 1000
    media_type = "image/png"
    width = 128
    height = 128
    seed = 7
    recipe = factory.LazyFunction(dict)
    render_s = 0.4
