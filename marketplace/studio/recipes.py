"""The recipe of a picture to take along: what makes it again, and no more, signed by the site."""

from typing import Any
from uuid import UUID

from generation.engine.contract import Recipe
from generation.models import GenerationOutput
from generation.selectors import output_of
from marketplace.accounts.models import User
from marketplace.transparency.services import sign_statement

FORMAT = "atelier-recipe/1"
# Neither who made it nor when: a recipe tells how, and may be given to anybody.
_LEFT_OUT_WHERE_EMPTY = ("negative_prompt", "strength", "parent_input_sha256", "adapters")


def minimal_recipe(output: GenerationOutput) -> dict[str, Any]:
    """What the picture needs to be made again: contract.Recipe without what is empty, and the picture's SHA-256."""
    recipe = Recipe.model_validate(output.recipe).model_dump(mode="json")
    for name in _LEFT_OUT_WHERE_EMPTY:
        if not recipe.get(name):
            recipe.pop(name, None)
    return {"format": FORMAT, "picture_sha256": output.sha256, "recipe": recipe}


def signed_recipe(user: User, output_id: UUID) -> dict[str, str]:
    """The recipe of one of ``user``'s pictures as a signed statement. Raises OutputNotFound (also for another's)."""
    return sign_statement(minimal_recipe(output_of(user, output_id)))
