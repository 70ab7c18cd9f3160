"""What can go wrong with encoders."""

from marketplace.core.errors import Final


class EncoderMissing(Final):
    """The encoder's files are not there."""

    code = "encoder_missing"


class EncoderUnusable(Final):
    """The encoder's files do not fit together."""

    code = "encoder_unusable"
