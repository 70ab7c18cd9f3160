"""The studio's addresses."""

from django.urls import path, re_path

from marketplace.pages.studio import editing, grids, leading, loras, pictures, recipes, restorations, tools, views
from marketplace.pages.studio.tool_forms import FORMS

urlpatterns = [
    path("studio", views.studio, name="studio"),
    path("studio/quote", views.live_quote, name="studio_quote"),
    path("studio/loras", loras.loras, name="studio_loras"),
    path("studio/loras/<uuid:lora_id>/remove", loras.remove, name="studio_lora_remove"),
    path("studio/grid", grids.new, name="studio_grid_new"),
    path("studio/grid/quote", grids.live_quote, name="studio_grid_quote"),
    path("studio/grids", grids.mine, name="studio_grids"),
    path("studio/grids/<uuid:grid_id>", grids.grid, name="studio_grid"),
    path("studio/grids/<uuid:grid_id>/cancel", grids.cancel, name="studio_grid_cancel"),
    path("studio/grids/<uuid:grid_id>/plot.png", grids.plot, name="studio_grid_plot"),
    path("studio/grids/<uuid:grid_id>/cells/<uuid:cell_id>/retry", grids.retry, name="studio_grid_retry"),
    path("studio/jobs", views.history, name="studio_history"),
    path("studio/jobs/<uuid:job_id>", views.job, name="studio_job"),
    path("studio/jobs/<uuid:job_id>/cancel", views.cancel, name="studio_cancel"),
    path("studio/jobs/<uuid:job_id>/preview.webp", pictures.preview, name="studio_preview"),
    path("studio/pictures/<uuid:output_id>.png", pictures.picture, name="studio_picture"),
    path("studio/pictures/<uuid:output_id>/small.webp", pictures.thumbnail, name="studio_thumbnail"),
    path("studio/pictures/<uuid:output_id>/recipe.json", pictures.recipe, name="studio_recipe"),
    path("studio/pictures/<uuid:output_id>/before.png", restorations.before, name="studio_before"),
    path("studio/pictures/<uuid:output_id>/restoration", restorations.restoration, name="studio_restoration"),
    path("studio/pictures/<uuid:output_id>/overlay.png", restorations.overlay, name="studio_overlay"),
    path("studio/pictures/<uuid:output_id>/record.png", restorations.record, name="studio_record"),
    path("studio/sketch", leading.led, name="studio_led"),
    path("studio/sketch/quote", leading.led_quote, name="studio_led_quote"),
    path("studio/tools", tools.tools, name="studio_tools"),
    re_path(rf"^studio/tools/(?P<name>{'|'.join(FORMS)})$", tools.tool, name="studio_tool"),
    re_path(rf"^studio/tools/(?P<name>{'|'.join(FORMS)})/quote$", tools.tool_quote, name="studio_tool_quote"),
    path("studio/pictures/<uuid:output_id>/again", recipes.again, name="studio_again"),
    path("studio/recipe", recipes.open_file, name="studio_open_recipe"),
    re_path(r"^studio/inputs/(?P<sha256>[0-9a-f]{64})\.png$", pictures.kept, name="studio_kept_input"),
    re_path(
        r"^studio/pictures/(?P<output_id>[0-9a-f-]{36})/(?P<tool>over|beyond|vary)$", editing.edit, name="studio_edit"
    ),
]
