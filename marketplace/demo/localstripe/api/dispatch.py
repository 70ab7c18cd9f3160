"""What every API request goes through: authentication, version, parameters, idempotency, expansion, errors."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import FileStorage

from .. import API_VERSION, idempotency
from ..errors import StripeError, parameter_unknown, unauthorized
from ..expansion import expand
from ..identifiers import new_id
from ..params import Params, parse_pairs
from ..store import Store
from ..transaction import Json, Transaction

logger = logging.getLogger("localstripe.api")
Handler = Callable[..., Json]


def endpoint(blueprint: Blueprint, method: str, path: str) -> Callable[[Handler], Handler]:
    """Serve ``handler(tx, params, **path_values)`` at a path; GET reads one snapshot, others write."""

    def register(handler: Handler) -> Handler:
        def view(**path_values: str) -> Response:
            return _respond(handler, method, path_values)

        blueprint.add_url_rule(path, endpoint=f"{method}_{handler.__name__}", view_func=view, methods=[method])
        return handler

    return register


def store() -> Store:
    found: Store = current_app.extensions["localstripe_store"]
    return found


def keys_in_use() -> idempotency.KeysInUse:
    found: idempotency.KeysInUse = current_app.extensions["localstripe_keys"]
    return found


def base_url() -> str:
    """Where this server's pages are reached: the configured public URL, else what the caller used."""
    configured: str = current_app.config["PUBLIC_URL"]
    return configured or request.host_url.rstrip("/")


def error_response(error: StripeError, request_id: str) -> Response:
    return _json_response(json.dumps(error.as_body()), error.status, request_id)


def _json_response(body: str, status: int, request_id: str) -> Response:
    response = Response(body, status=status, content_type="application/json")
    response.headers["Request-Id"] = request_id
    response.headers["Stripe-Version"] = API_VERSION
    response.headers["Cache-Control"] = "no-cache, no-store"
    key = request.headers.get("Idempotency-Key")
    if key:
        response.headers["Idempotency-Key"] = key
    return response


def _respond(handler: Handler, method: str, path_values: dict[str, str]) -> Response:
    request_id = new_id("req", 14)
    try:
        _authenticate()
        _check_version()
        if method == "GET":
            return _read(handler, path_values, request_id)
        return _write(handler, method, path_values, request_id)
    except StripeError as error:
        return error_response(error, request_id)
    except Exception:
        # Nothing was kept (the transaction was rolled back), so the caller may safely try again.
        logger.exception("%s %s failed (%s)", method, request.path, request_id)
        unknown = StripeError(
            "An unknown error occurred in the local Stripe; its log names the cause.", status=500, type="api_error"
        )
        return error_response(unknown, request_id)


def _authenticate() -> None:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    key = credentials.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = ""
    elif scheme.lower() != "bearer":
        key = ""
    if not key:
        raise unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    expected: str = current_app.config["SECRET_KEY_OF_API"]
    hidden = f"{key[:8]}{'*' * 8}{key[-4:]}" if len(key) > 16 else "*" * len(key)
    if not key.startswith(("sk_test_", "rk_test_")):
        raise unauthorized(
            f"Invalid API Key provided: {hidden}. This is a local test server: it takes keys that begin with sk_test_."
        )
    if expected and key != expected:
        raise unauthorized(f"Invalid API Key provided: {hidden}")


def _check_version() -> None:
    version = request.headers.get("Stripe-Version")
    if version and version != API_VERSION:
        raise StripeError(
            f"Invalid Stripe API version: {version}. This local server answers in the shapes of {API_VERSION} only.",
            is_final=False,
        )


def _acting_account(tx: Transaction) -> str:
    wanted = request.headers.get("Stripe-Account")
    if wanted and wanted != tx.platform:
        if tx.find(wanted, kind="account") is None:
            raise StripeError(
                f"The provided key does not have access to account '{wanted}' (or that account does not exist).",
                status=403,
                code="account_invalid",
                is_final=False,
            )
        return wanted
    return tx.platform


def _parameters() -> dict[str, Any]:
    pairs: list[tuple[str, str]] = list(request.args.items(multi=True))
    pairs.extend(request.form.items(multi=True))
    pairs.extend((name, _named(upload)) for name, upload in request.files.items(multi=True))
    return parse_pairs(pairs)


def _named(upload: FileStorage) -> str:
    """A file among the parameters: by its content, so that another file under the same key is told apart."""
    digest = hashlib.sha256(upload.stream.read()).hexdigest()
    upload.stream.seek(0)
    return f"{upload.filename} sha256:{digest}"


def _run(handler: Handler, tx: Transaction, values: dict[str, Any], path_values: dict[str, str]) -> Json:
    tx.account = _acting_account(tx)
    params = Params(values)
    paths = params.texts("expand")
    try:
        answer = handler(tx, params, **path_values)
    except StripeError as error:
        if error.keeps_effects and params.unknown():
            raise parameter_unknown(params.unknown()) from None
        raise
    if params.unknown():
        raise parameter_unknown(params.unknown())
    return expand(tx, answer, paths)


def _read(handler: Handler, path_values: dict[str, str], request_id: str) -> Response:
    with store().reading() as tx:
        answer = _run(handler, tx, _parameters(), path_values)
    return _json_response(json.dumps(answer), 200, request_id)


def _write(handler: Handler, method: str, path_values: dict[str, str], request_id: str) -> Response:
    key = request.headers.get("Idempotency-Key") if method == "POST" else None
    values = _parameters()
    if not key:
        return _execute(handler, values, path_values, request_id, key=None, fingerprint="")
    idempotency.check_key(key)
    fingerprint = idempotency.fingerprint(method, request.path, values)
    with keys_in_use().hold(request.headers.get("Stripe-Account", ""), key):
        return _execute(handler, values, path_values, request_id, key=key, fingerprint=fingerprint)


def _execute(
    handler: Handler,
    values: dict[str, Any],
    path_values: dict[str, str],
    request_id: str,
    *,
    key: str | None,
    fingerprint: str,
) -> Response:
    error: StripeError | None = None
    with store().writing(request_id=request_id, idempotency_key=key) as tx:
        if key:
            account = _acting_account(tx)
            with tx.acting_as(account):
                stored = idempotency.stored_answer(tx, key, fingerprint)
            if stored is not None:
                response = _json_response(stored.body, stored.status, request_id)
                response.headers["Idempotent-Replayed"] = "true"
                response.headers["Original-Request"] = stored.request_id
                return response
        status, body = 200, ""
        try:
            body, error = _effect(handler, tx, values, path_values)
        except StripeError as refused:
            error = refused
        if error is not None:
            status, body = error.status, json.dumps(error.as_body())
        if key and (error is None or error.is_final):
            idempotency.store_answer(tx, key, fingerprint, request_id=request_id, status=status, body=body)
    response = _json_response(body, status, request_id)
    if key and error is not None and error.is_final:
        response.headers["Stripe-Should-Retry"] = "false"
    return response


def _effect(
    handler: Handler, tx: Transaction, values: dict[str, Any], path_values: dict[str, str]
) -> tuple[str, StripeError | None]:
    """Run the handler in a savepoint; a refusal that keeps its effects (a declined card) is returned, not raised."""
    with tx.savepoint():
        try:
            return json.dumps(_run(handler, tx, values, path_values)), None
        except StripeError as error:
            if not error.keeps_effects:
                raise
            return "", error
