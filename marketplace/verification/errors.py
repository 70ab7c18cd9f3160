"""What can go wrong while checking."""

from marketplace.core.errors import InvalidInput


class NothingToCheck(InvalidInput):
    """There is nothing to check."""

    code = "nothing_to_check"


class FileNotCheckable(InvalidInput):
    """This kind of file cannot be checked here."""

    code = "file_not_checkable"


class FileTooLarge(InvalidInput):
    """This file is too large to be checked here."""

    code = "file_too_large"
