"""What can go wrong with an export."""

from recommendations.engine.errors import EncoderUnusable


class SourceUnsuitable(EncoderUnusable):
    """This model cannot be exported as an encoder."""

    code = "source_unsuitable"


class ExportDiffers(EncoderUnusable):
    """The exported encoder does not give what the original gives."""

    code = "export_differs"
