"""Shares in works: one's own page, and that of each work of one's own."""

from django.urls import path

from marketplace.pages.royalties import views

urlpatterns = [
    path("account/royalties", views.my_royalties, name="my_royalties"),
    path("account/royalties/<uuid:share_id>", views.decide_share, name="decide_share"),
    path("my/works/<uuid:work_id>/royalties", views.work_royalties, name="work_royalties"),
    path("my/works/<uuid:work_id>/royalties/remixes", views.remix_share, name="remix_share"),
]
