"""The REST API by domain."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("marketplace.api.accounts.urls")),
    path("", include("marketplace.api.billing.urls")),
]
