"""What can go wrong with pictures and their credentials."""

from marketplace.core.errors import Final, InvalidInput


class PictureUnreadable(InvalidInput):
    """This file cannot be read as a picture."""

    code = "picture_unreadable"


class PictureTooLarge(InvalidInput):
    """This picture is too large."""

    code = "picture_too_large"


class CredentialsNotWritten(Final):
    """The Content Credentials could not be written into the file."""

    code = "credentials_not_written"
    http_status = 500
