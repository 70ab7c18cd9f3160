"""Generations, for programs."""

from django.urls import path

from marketplace.api.studio.editing import Inpaint, Outpaint, Variations
from marketplace.api.studio.grids import Grid, GridCellRetry, GridQuote, Grids
from marketplace.api.studio.leading import Led
from marketplace.api.studio.loras import Loras, OneLora
from marketplace.api.studio.recipes import Again, RecipeOrder, RecipeQuote
from marketplace.api.studio.tools import (
    Colourize,
    CutOut,
    Palette,
    RestorationOfPicture,
    Restore,
    Style,
    ToolPrice,
    Upscale,
)
from marketplace.api.studio.views import (
    Generation,
    GenerationPicture,
    GenerationQuote,
    GenerationRecipe,
    Generations,
)

urlpatterns = [
    path("loras", Loras.as_view(), name="api-loras"),
    path("loras/<uuid:lora_id>", OneLora.as_view(), name="api-lora"),
    path("generations", Generations.as_view(), name="api-generations"),
    path("generations/quote", GenerationQuote.as_view(), name="api-generation-quote"),
    path("generations/inpaint", Inpaint.as_view(), name="api-inpaint"),
    path("generations/outpaint", Outpaint.as_view(), name="api-outpaint"),
    path("generations/variations", Variations.as_view(), name="api-variations"),
    path("generations/led", Led.as_view(), name="api-led"),
    path("generations/upscale", Upscale.as_view(), name="api-upscale"),
    path("generations/restore", Restore.as_view(), name="api-restore"),
    path("generations/colourize", Colourize.as_view(), name="api-colourize"),
    path("generations/style", Style.as_view(), name="api-style"),
    path("generations/palette", Palette.as_view(), name="api-palette"),
    path("generations/cut-out", CutOut.as_view(), name="api-cut-out"),
    path("generations/tools/quote", ToolPrice.as_view(), name="api-tool-quote"),
    path("generations/grids", Grids.as_view(), name="api-grids"),
    path("generations/grids/quote", GridQuote.as_view(), name="api-grid-quote"),
    path("generations/grids/<uuid:grid_id>", Grid.as_view(), name="api-grid"),
    path("generations/grids/cells/<uuid:cell_id>/retry", GridCellRetry.as_view(), name="api-grid-cell-retry"),
    path("generations/recipe", RecipeOrder.as_view(), name="api-recipe-order"),
    path("generations/recipe/quote", RecipeQuote.as_view(), name="api-recipe-quote"),
    path("generations/<uuid:job_id>", Generation.as_view(), name="api-generation"),
    path("generations/pictures/<uuid:output_id>", GenerationPicture.as_view(), name="api-generation-picture"),
    path(
        "generations/pictures/<uuid:output_id>/restoration",
        RestorationOfPicture.as_view(),
        name="api-generation-restoration",
    ),
    path("generations/pictures/<uuid:output_id>/recipe", GenerationRecipe.as_view(), name="api-generation-recipe"),
    path("generations/pictures/<uuid:output_id>/again", Again.as_view(), name="api-generation-again"),
]
