"""Tiers of artists and my memberships, for programs."""

from django.urls import path

from marketplace.api.memberships import views

urlpatterns = [
    path("artists/<slug:handle>/tiers", views.Tiers.as_view(), name="api-tiers"),
    path("memberships", views.MyMemberships.as_view(), name="api-memberships"),
]
