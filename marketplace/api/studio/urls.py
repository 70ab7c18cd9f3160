"""Generations, for programs."""

from django.urls import path

from marketplace.api.studio.editing import Inpaint, Outpaint, Variations
from marketplace.api.studio.grids import Grid, GridCellRetry, GridQuote, Grids
from marketplace.api.studio.recipes import Again, RecipeOrder, RecipeQuote
from marketplace.api.studio.views import (
    Generation,
    GenerationPicture,
    GenerationQuote,
    GenerationRecipe,
    Generations,
)

urlpatterns = [
    path("generations", Generations.as_view(), name="api-generations"),
    path("generations/quote", GenerationQuote.as_view(), name="api-generation-quote"),
    path("generations/inpaint", Inpaint.as_view(), name="api-inpaint"),
    path("generations/outpaint", Outpaint.as_view(), name="api-outpaint"),
    path("generations/variations", Variations.as_view(), name="api-variations"),
    path("generations/grids", Grids.as_view(), name="api-grids"),
    path("generations/grids/quote", GridQuote.as_view(), name="api-grid-quote"),
    path("generations/grids/<uuid:grid_id>", Grid.as_view(), name="api-grid"),
    path("generations/grids/cells/<uuid:cell_id>/retry", GridCellRetry.as_view(), name="api-grid-cell-retry"),
    path("generations/recipe", RecipeOrder.as_view(), name="api-recipe-order"),
    path("generations/recipe/quote", RecipeQuote.as_view(), name="api-recipe-quote"),
    path("generations/<uuid:job_id>", Generation.as_view(), name="api-generation"),
    path("generations/pictures/<uuid:output_id>", GenerationPicture.as_view(), name="api-generation-picture"),
    path("generations/pictures/<uuid:output_id>/recipe", GenerationRecipe.as_view(), name="api-generation-recipe"),
    path("generations/pictures/<uuid:output_id>/again", Again.as_view(), name="api-generation-again"),
]
