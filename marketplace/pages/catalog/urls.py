"""Search, a work, a storefront, a tag."""

from django.urls import path

from marketplace.pages.catalog import variations, views
from marketplace.pages.catalog.feeds import artist_feed, search_feed

urlpatterns = [
    path("search", views.search, name="search"),
    path("search/feed.atom", search_feed, name="search_feed"),
    path("search/suggest", variations.suggest, name="search_suggest"),
    path("search/picture", variations.by_picture, name="search_by_picture"),
    path("works/<uuid:work_id>/but/<slug:change>", variations.like_but, name="like_but"),
    path("works/<uuid:work_id>/like", views.like, name="like_work"),
    path("works/<uuid:work_id>", views.work, name="work_by_id"),
    path("works/<uuid:work_id>/<str:slug>", views.work, name="work"),
    path("tags/<str:slug>", views.tag, name="tag"),
    path("@<slug:handle>/feed.atom", artist_feed, name="artist_feed"),
    path("@<slug:handle>", views.storefront, name="storefront"),
]
