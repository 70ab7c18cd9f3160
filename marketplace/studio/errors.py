"""What can go wrong in the studio, in words that say the way out."""

from marketplace.core.errors import Conflict, InvalidInput, NotFound


class WordsNotTaught(InvalidInput):
    """The model was not taught some of these words.

    Facts: ``unknown`` (list of words of the prompt), ``suggestion`` (for the prompt; empty where there is none),
    ``unknown_to_avoid`` (list of words of the negative prompt).
    """

    code = "words_not_taught"
    http_status = 422


class NothingIsAvoided(InvalidInput):
    """Without guidance a model avoids nothing."""

    code = "nothing_is_avoided"
    http_status = 422


class InputPictureUnusable(InvalidInput):
    """This picture cannot be used as an input."""

    code = "input_picture_unusable"
    http_status = 422


class PromptUnreadable(InvalidInput):
    """The weights in these words are not written right."""

    code = "prompt_unreadable"
    http_status = 422


class MaskUnusable(InvalidInput):
    """What to change is not marked."""

    code = "mask_unusable"
    http_status = 422


class CannotBeVaried(InvalidInput):
    """This picture has no variations."""

    code = "cannot_be_varied"
    http_status = 422


class RecipeUnreadable(InvalidInput):
    """This is no recipe of this site."""

    code = "recipe_unreadable"
    http_status = 422


class InputPictureMissing(NotFound):
    """The picture to begin with is not there."""

    code = "input_picture_missing"


class TooManyJobs(Conflict):
    """Too many of your jobs are waiting."""

    code = "too_many_jobs"
    http_status = 429


class NoModelForThis(InvalidInput):
    """No image model that you can use makes this."""

    code = "no_model_for_this"
    http_status = 422


class ReferenceMissing(InvalidInput):
    """The picture whose style or colours shall be taken is missing."""

    code = "reference_missing"
    http_status = 422


class RecipeOfTool(InvalidInput):
    """A picture tool makes the same picture of the same picture each time."""

    code = "recipe_of_tool"
    http_status = 422


class GridUnusable(InvalidInput):
    """This grid cannot be made."""

    code = "grid_unusable"
    http_status = 422


class GridNotFound(NotFound):
    """There is no such grid of yours."""

    code = "grid_not_found"


class GridActive(Conflict):
    """Another grid of yours is being made."""

    code = "grid_active"
    http_status = 429


class GridEndedAlready(Conflict):
    """This grid has ended already."""

    code = "grid_ended_already"


class CellCannotBeRetried(Conflict):
    """This picture cannot be ordered anew."""

    code = "cell_cannot_be_retried"


class GridHasNoPicture(Conflict):
    """This grid has no picture yet."""

    code = "grid_has_no_picture"
