"""Works and search, for programs."""

from django.urls import path

from marketplace.api.catalog.searching import LikeButDifferent, Search, SearchByPicture, SearchSuggestions
from marketplace.api.catalog.views import OneWork, Works

urlpatterns = [
    path("works", Works.as_view(), name="api-works"),
    path("works/<uuid:work_id>", OneWork.as_view(), name="api-work"),
    path("works/<uuid:work_id>/like-this", LikeButDifferent.as_view(), name="api-like-but"),
    path("search/suggestions", SearchSuggestions.as_view(), name="api-search-suggestions"),
    path("search/picture", SearchByPicture.as_view(), name="api-search-picture"),
    path("search", Search.as_view(), name="api-search"),
]
