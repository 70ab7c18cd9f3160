"""The recipe of a picture to take along: what makes it again, and no more, signed by the site; and read again."""

import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import ValidationError

from generation.engine.contract import Recipe
from generation.models import GenerationOutput
from generation.selectors import output_of
from marketplace.accounts.models import User
from marketplace.studio.errors import RecipeUnreadable
from marketplace.transparency.services import sign_statement, verify_statement

FORMAT = "atelier-recipe/1"
# Several times what the longest words need.
MOST_BYTES = 64 * 1024
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


def read_recipe(statement: object) -> Recipe:
    """What a signed statement says of how a picture was made, where this site signed it.

    Raises StatementMalformed, SigningKeyUnknown (a stranger's), StatementTampered, and RecipeUnreadable where it is
    another kind of statement.
    """
    payload = verify_statement(statement)
    if payload.get("format") != FORMAT:
        raise RecipeUnreadable(way_out=_("Choose the file that “Recipe (signed)” gave you."))
    empty = {"negative_prompt": "", "strength": None, "parent_input_sha256": None}
    told = payload.get("recipe")
    try:
        return Recipe.model_validate({**empty, **told} if isinstance(told, dict) else told)
    except ValidationError as error:
        raise RecipeUnreadable(
            _("This recipe was written by another version of this site."),
            way_out=_("Export it again from the picture, or fill in the studio's form."),
        ) from error


def read_recipe_file(data: bytes) -> tuple[Recipe, dict[str, str]]:
    """The same from a file, and the statement. Raises the same, and RecipeUnreadable for what is no such file."""
    if len(data) > MOST_BYTES:
        raise RecipeUnreadable(way_out=_("Choose the file that “Recipe (signed)” gave you."))
    try:
        statement = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise RecipeUnreadable(way_out=_("Choose the file that “Recipe (signed)” gave you.")) from error
    return read_recipe(statement), statement
