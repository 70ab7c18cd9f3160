"""The REST API by domain."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("marketplace.api.accounts.urls")),
    path("", include("marketplace.api.integrations.urls")),
    path("", include("marketplace.api.studio.urls")),
    path("", include("marketplace.api.billing.urls")),
    path("", include("marketplace.api.publishing.urls")),
    path("", include("marketplace.api.royalties.urls")),
    path("", include("marketplace.api.verification.urls")),
    path("", include("marketplace.api.licensing.urls")),
    path("", include("marketplace.api.orders.urls")),
    path("", include("marketplace.api.memberships.urls")),
    path("", include("marketplace.api.moderation.urls")),
    path("", include("marketplace.api.catalog.urls")),
    path("", include("marketplace.api.recommendations.urls")),
    path("", include("marketplace.api.digests.urls")),
]
