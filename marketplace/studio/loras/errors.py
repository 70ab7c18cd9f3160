"""What can go wrong with LoRA files, in words that say the way out."""

from marketplace.core.errors import Conflict, InvalidInput, NotFound


class LoraFileUnusable(InvalidInput):
    """This file cannot be used as a LoRA."""

    code = "lora_file_unusable"
    http_status = 422


class LoraDetailsUnusable(InvalidInput):
    """The LoRA needs another name or shorter words."""

    code = "lora_details_unusable"
    http_status = 422


class LoraKnown(Conflict):
    """You have this LoRA already."""

    code = "lora_known"


class TooManyLoras(Conflict):
    """You have as many LoRA files as we keep."""

    code = "too_many_loras"


class LoraMissing(NotFound):
    """There is no such LoRA of yours."""

    code = "lora_missing"


class LoraInUse(Conflict):
    """Pictures are being made with this LoRA."""

    code = "lora_in_use"


class LoraDoesNotFit(InvalidInput):
    """This LoRA was made for another image model."""

    code = "lora_does_not_fit"
    http_status = 422


class LoraChoiceUnusable(InvalidInput):
    """These LoRA files cannot be used together like this."""

    code = "lora_choice_unusable"
    http_status = 422
