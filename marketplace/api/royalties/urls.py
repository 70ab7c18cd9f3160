"""Shares in works, for programs."""

from django.urls import path

from marketplace.api.royalties.views import MyShares, OneShare, RemixShare, WorkShares

urlpatterns = [
    path("my/shares", MyShares.as_view(), name="api-my-shares"),
    path("my/shares/<uuid:share_id>", OneShare.as_view(), name="api-share"),
    path("my/works/<uuid:work_id>/shares", WorkShares.as_view(), name="api-work-shares"),
    path("my/works/<uuid:work_id>/remix-share", RemixShare.as_view(), name="api-remix-share"),
]
