"""Works and search, for programs."""

from django.urls import path

from marketplace.api.catalog.views import OneWork, Search, Works

urlpatterns = [
    path("works", Works.as_view(), name="api-works"),
    path("works/<uuid:work_id>", OneWork.as_view(), name="api-work"),
    path("search", Search.as_view(), name="api-search"),
]
