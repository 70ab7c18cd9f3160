"""Reports, for programs."""

from django.urls import path

from marketplace.api.moderation import views

urlpatterns = [path("works/<uuid:work_id>/reports", views.Reports.as_view(), name="api-reports")]
