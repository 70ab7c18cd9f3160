"""The studio's addresses."""

from django.urls import path

from marketplace.pages.studio import pictures, views

urlpatterns = [
    path("studio", views.studio, name="studio"),
    path("studio/quote", views.live_quote, name="studio_quote"),
    path("studio/jobs", views.history, name="studio_history"),
    path("studio/jobs/<uuid:job_id>", views.job, name="studio_job"),
    path("studio/jobs/<uuid:job_id>/cancel", views.cancel, name="studio_cancel"),
    path("studio/jobs/<uuid:job_id>/preview.webp", pictures.preview, name="studio_preview"),
    path("studio/pictures/<uuid:output_id>.png", pictures.picture, name="studio_picture"),
]
