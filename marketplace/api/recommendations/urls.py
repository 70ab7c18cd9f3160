"""Recommendations and likes, for programs."""

from django.urls import path

from marketplace.api.recommendations.following import Following, FollowOfArtist
from marketplace.api.recommendations.views import LikeOfWork, Recommendations

urlpatterns = [
    path("recommendations", Recommendations.as_view(), name="api-recommendations"),
    path("works/<uuid:work_id>/like", LikeOfWork.as_view(), name="api-like"),
    path("artists/<slug:handle>/follow", FollowOfArtist.as_view(), name="api-follow"),
    path("following", Following.as_view(), name="api-following"),
]
