"""The roots of the house's errors. Each domain derives its own, named after what happened."""

from typing import Any, ClassVar


class AtelierError(Exception):
    """Something a person can be told. ``message`` says what happened, ``way_out`` what to do about it.

    ``code`` is stable and machine-readable (the API answers it), ``http_status`` what a page or the API answers with.
    """

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 400

    def __init__(self, message: str = "", *, way_out: str = "", **facts: Any) -> None:
        self.message = message or (self.__doc__ or self.code).strip().splitlines()[0]
        self.way_out = way_out
        self.facts = facts
        super().__init__(self.message)


class InvalidInput(AtelierError):
    """What was sent cannot be used."""

    code = "invalid_input"
    http_status = 400


class NotAllowed(AtelierError):
    """You may not do this."""

    code = "not_allowed"
    http_status = 403


class NotFound(AtelierError):
    """There is nothing here."""

    code = "not_found"
    http_status = 404


class Conflict(AtelierError):
    """Somebody or something was faster, or the state has changed."""

    code = "conflict"
    http_status = 409


class ExternalServiceError(AtelierError):
    """A service that we depend on did not do what we asked."""

    code = "external_service"
    http_status = 502


class Retryable(ExternalServiceError):
    """It may work when tried again."""

    code = "external_retryable"
    http_status = 503


class Final(ExternalServiceError):
    """It will not work when tried again in the same way."""

    code = "external_final"
