"""Letters of news, for programs."""

from django.urls import path

from marketplace.api.digests.views import LettersOfMine

urlpatterns = [path("letters", LettersOfMine.as_view(), name="api-letters")]
