"""Pages by domain, the specific before the general."""

from django.urls import include, path
from django.views.i18n import set_language

from marketplace.pages.media import media

urlpatterns = [
    path("language", set_language, name="set_language"),
    path("media/<path:key>", media, name="media"),
    path("", include("marketplace.pages.accounts.urls")),
    path("", include("marketplace.pages.digests.urls")),
    path("", include("marketplace.pages.following.urls")),
    path("", include("marketplace.pages.searches.urls")),
    path("", include("marketplace.pages.integrations.urls")),
    path("", include("marketplace.pages.studio.urls")),
    path("", include("marketplace.pages.billing.urls")),
    path("", include("marketplace.pages.licensing.urls")),
    path("", include("marketplace.pages.orders.urls")),
    path("", include("marketplace.pages.memberships.urls")),
    path("", include("marketplace.pages.moderation.urls")),
    path("", include("marketplace.pages.publishing.urls")),
    path("", include("marketplace.pages.royalties.urls")),
    path("", include("marketplace.pages.verification.urls")),
    path("", include("marketplace.pages.feeds.urls")),
    # Last: works/<id>/<slug> takes whatever is left under a work.
    path("", include("marketplace.pages.catalog.urls")),
    path("", include("marketplace.pages.home.urls")),
]
