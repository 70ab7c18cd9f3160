"""Recommendations, likes and steering, for programs."""

from django.urls import path

from marketplace.api.recommendations import steering
from marketplace.api.recommendations.following import Following, FollowOfArtist
from marketplace.api.recommendations.searches import SavedSearches, SavedSearchOfMine
from marketplace.api.recommendations.views import LikeOfWork, Recommendations

urlpatterns = [
    path("recommendations", Recommendations.as_view(), name="api-recommendations"),
    path("works/<uuid:work_id>/like", LikeOfWork.as_view(), name="api-like"),
    path("works/<uuid:work_id>/hide", steering.HidingOfWork.as_view(), name="api-hide"),
    path("works/<uuid:work_id>/save", steering.SavingOfWork.as_view(), name="api-save"),
    path("saved", steering.SavedWorks.as_view(), name="api-saved"),
    path("feed/settings", steering.FeedSettingsOfMine.as_view(), name="api-feed-settings"),
    path("feed/mutes", steering.Mutes.as_view(), name="api-mutes"),
    path("feed/mutes/<uuid:mute_id>", steering.MuteOfMine.as_view(), name="api-mute"),
    path("feed/tastes", steering.Tastes.as_view(), name="api-tastes"),
    path("feed/reset", steering.ResetOfTaste.as_view(), name="api-reset-taste"),
    path("feed/events", steering.TracesOfMine.as_view(), name="api-traces"),
    path("searches", SavedSearches.as_view(), name="api-saved-searches"),
    path("searches/<uuid:search_id>", SavedSearchOfMine.as_view(), name="api-saved-search"),
    path("artists/<slug:handle>/follow", FollowOfArtist.as_view(), name="api-follow"),
    path("following", Following.as_view(), name="api-following"),
]
