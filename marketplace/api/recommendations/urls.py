"""Recommendations and likes, for programs."""

from django.urls import path

from marketplace.api.recommendations.views import LikeOfWork, Recommendations

urlpatterns = [
    path("recommendations", Recommendations.as_view(), name="api-recommendations"),
    path("works/<uuid:work_id>/like", LikeOfWork.as_view(), name="api-like"),
]
