"""What every API request goes through: authentication, version, parameters, idempotency, expansion, errors."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, g, request

from .. import API_VERSION, idempotency
from ..errors import StripeError, parameter_unknown, unauthorized
from ..expansion import expand
from ..identifiers import new_id
from ..misbehaviour import faults
from ..misbehaviour.choosing import Fault, treat_request
from ..misbehaviour.plan import AFTER_WORK
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
    fault = faults.fault_before_work(store())
    if fault is not None:
        return faults.carry_out(fault, _instead_of_work(fault, request_id))
    g.fault = None
    response = _answer(handler, method, path_values, request_id)
    return response if g.fault is None else faults.carry_out(g.fault, response)


def _instead_of_work(fault: Fault, request_id: str) -> Response:
    refused = faults.refusal(fault.effect)
    response = Response(status=500) if refused is None else error_response(refused, request_id)
    if fault.effect == "lock_timeout":
        response.headers["Stripe-Should-Retry"] = "true"
    elif fault.effect == "rate_limit":
        response.headers["Stripe-Rate-Limited-Reason"] = "global-rate"
    return response


def answer_bytes(read: Callable[[Transaction], tuple[bytes, str]]) -> Response:
    """Serve a file's bytes under its name, to whoever has the key."""
    request_id = new_id("req", 14)
    try:
        _authenticate()
        with store().reading() as tx:
            tx.account = _acting_account(tx)
            content, name = read(tx)
    except StripeError as error:
        return error_response(error, request_id)
    response = Response(content, content_type="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _answer(handler: Handler, method: str, path_values: dict[str, str], request_id: str) -> Response:
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
    return parse_pairs(pairs)


def _digests_of_files() -> dict[str, str]:
    """Uploaded files belong to what must be the same when a key is used again."""
    digests = {}
    for name, upload in request.files.items():
        digests[name] = hashlib.file_digest(upload.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        upload.stream.seek(0)
    return digests


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
    g.fault = faults.fault_after_reading(store())
    if g.fault is not None and g.fault.effect == "error_after_work":
        return _instead_of_work(g.fault, request_id)
    return _json_response(json.dumps(answer), 200, request_id)


def _write(handler: Handler, method: str, path_values: dict[str, str], request_id: str) -> Response:
    key = request.headers.get("Idempotency-Key") if method == "POST" else None
    values = _parameters()
    if not key:
        return _execute(handler, method, values, path_values, request_id, key=None, fingerprint="")
    idempotency.check_key(key)
    fingerprint = idempotency.fingerprint(method, request.path, {**values, **_digests_of_files()})
    with keys_in_use().hold(request.headers.get("Stripe-Account", ""), key):
        return _execute(handler, method, values, path_values, request_id, key=key, fingerprint=fingerprint)


def _execute(
    handler: Handler,
    method: str,
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
                # The work was done before: of its faults those of the way back are left.
                g.fault = _fault_after_work(tx, method, but="error_after_work")
                response = _json_response(stored.body, stored.status, request_id)
                response.headers["Idempotent-Replayed"] = "true"
                response.headers["Original-Request"] = stored.request_id
                return response
        status, body = 200, ""
        try:
            body, error = _effect(handler, tx, values, path_values)
        except StripeError as refused:
            error = refused
        if error is None or error.is_final:
            g.fault = _fault_after_work(tx, method)
            if g.fault is not None and g.fault.effect == "error_after_work":
                error = faults.refusal(g.fault.effect)
        if error is not None:
            status, body = error.status, json.dumps(error.as_body())
        if key and (error is None or error.is_final):
            idempotency.store_answer(tx, key, fingerprint, request_id=request_id, status=status, body=body)
    response = _json_response(body, status, request_id)
    if key and error is not None and error.is_final:
        response.headers["Stripe-Should-Retry"] = "false"
    return response


def _fault_after_work(tx: Transaction, method: str, *, but: str = "") -> Fault | None:
    effects = [effect for effect in AFTER_WORK if effect != but]
    return treat_request(tx, method=method, path=request.path, effects=effects)


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
