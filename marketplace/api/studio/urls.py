"""Generations, for programs."""

from django.urls import path

from marketplace.api.studio.views import Generation, GenerationPicture, GenerationQuote, Generations

urlpatterns = [
    path("generations", Generations.as_view(), name="api-generations"),
    path("generations/quote", GenerationQuote.as_view(), name="api-generation-quote"),
    path("generations/<uuid:job_id>", Generation.as_view(), name="api-generation"),
    path("generations/pictures/<uuid:output_id>", GenerationPicture.as_view(), name="api-generation-picture"),
]
