"""Reporting a work; notices to the artist and her appeals."""

from django.urls import path

from marketplace.pages.moderation import views

urlpatterns = [
    path("works/<uuid:work_id>/report", views.report, name="report_work"),
    path("moderation/notices", views.notices, name="moderation_notices"),
    path("moderation/notices/<uuid:decision_id>", views.notice, name="moderation_notice"),
]
