"""Errors as the API words them: a type, a code, a parameter, a message and an HTTP status."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """An answer that refuses a request.

    ``keeps_effects``: the transaction is committed all the same (a declined charge is a fact to keep).
    ``is_final``: the answer is stored under the request's idempotency key. Stripe stores an answer once the
    endpoint began to work, but not when the parameters themselves were refused.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        extra: dict[str, Any] | None = None,
        keeps_effects: bool = False,
        is_final: bool = True,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.extra = extra or {}
        self.keeps_effects = keeps_effects
        self.is_final = is_final

    def as_body(self) -> dict[str, Any]:
        """The JSON body of the answer: ``{"error": {...}}``."""
        error: dict[str, Any] = {"message": self.message, "type": self.type}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = "https://stripe.com/docs/error-codes/" + self.code.replace("_", "-")
        if self.param:
            error["param"] = self.param
        error.update(self.extra)
        return {"error": error}


def parameter_missing(param: str) -> StripeError:
    return StripeError(f"Missing required param: {param}.", code="parameter_missing", param=param, is_final=False)


def parameter_invalid(param: str, message: str, *, code: str = "parameter_invalid") -> StripeError:
    return StripeError(message, code=code, param=param, is_final=False)


def parameter_unknown(params: list[str]) -> StripeError:
    names = ", ".join(params)
    noun = "parameter" if len(params) == 1 else "parameters"
    return StripeError(
        f"Received unknown {noun}: {names}. (This local server refuses what it does not act on.)",
        code="parameter_unknown",
        param=params[0],
        is_final=False,
    )


def resource_missing(noun: str, id: str, *, param: str = "id") -> StripeError:
    return StripeError(f"No such {noun}: '{id}'", status=404, code="resource_missing", param=param, is_final=False)


def unexpected_state(message: str, *, code: str, param: str | None = None, **extra: Any) -> StripeError:
    """The request was understood, but the object's state forbids it."""
    return StripeError(message, code=code, param=param, extra=extra)


def unauthorized(message: str) -> StripeError:
    return StripeError(message, status=401, is_final=False)
