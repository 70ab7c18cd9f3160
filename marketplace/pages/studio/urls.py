"""The studio's addresses."""

from django.urls import path, re_path

from marketplace.pages.studio import editing, loras, pictures, views

urlpatterns = [
    path("studio", views.studio, name="studio"),
    path("studio/quote", views.live_quote, name="studio_quote"),
    path("studio/loras", loras.loras, name="studio_loras"),
    path("studio/loras/<uuid:lora_id>/remove", loras.remove, name="studio_lora_remove"),
    path("studio/jobs", views.history, name="studio_history"),
    path("studio/jobs/<uuid:job_id>", views.job, name="studio_job"),
    path("studio/jobs/<uuid:job_id>/cancel", views.cancel, name="studio_cancel"),
    path("studio/jobs/<uuid:job_id>/preview.webp", pictures.preview, name="studio_preview"),
    path("studio/pictures/<uuid:output_id>.png", pictures.picture, name="studio_picture"),
    path("studio/pictures/<uuid:output_id>/recipe.json", pictures.recipe, name="studio_recipe"),
    re_path(
        r"^studio/pictures/(?P<output_id>[0-9a-f-]{36})/(?P<tool>over|beyond|vary)$", editing.edit, name="studio_edit"
    ),
]
