"""An S3 server on disk as a foreground process: nanio's application with its signature checks.

    STORAGE_ACCESS_KEY=… STORAGE_SECRET_KEY=… \\
    python -m marketplace.demo.services.storage --data DIR --port P --bucket NAME… [--public-bucket NAME]

Two of them run: the shop's, and one with keys and a folder of its own for the generation jobs, because
nanio cannot limit a key to a bucket. So the generation worker's keys open nothing of the shop.

Signed addresses may name the download (response-content-disposition, response-content-type) as S3's can;
nanio itself ignores these two, so they are applied here, after its signature check.

A bucket named by --public-bucket may be read without a signature, object by object, as an S3 bucket with
a public-read policy: no listing, no writing. Everything else needs a valid Signature V4.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import uvicorn
from nanio.app import build_app
from nanio.auth.credentials import CredentialResolver, StaticCredentialResolver
from nanio.auth.middleware import SigV4Middleware
from nanio.config import Settings
from nanio.errors import BucketAlreadyOwnedByYou
from nanio.logging import setup_logging
from nanio.storage.filesystem import FilesystemStorage
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.ports import require_free
from marketplace.demo.services.processes import die_with_parent

STOP_TIMEOUT_S = 5


_OVERRIDES = {
    "response-content-disposition": b"content-disposition",
    "response-content-type": b"content-type",
}


class Guard(SigV4Middleware):
    """Signature checks for all but unsigned GET and HEAD of an object in the public bucket."""

    public_bucket: str | None = None

    def __init__(self, app: ASGIApp, *, credentials: CredentialResolver, disabled: bool = False) -> None:
        super().__init__(ResponseOverrides(app), credentials=credentials, disabled=disabled)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, signed or public."""
        if scope["type"] == "http" and self._is_public_read(scope):
            await self._app(scope, receive, send)
        else:
            has_body = scope["type"] == "http" and scope["method"] in ("PUT", "POST")
            await super().__call__(scope, receive, _closing_after_a_refusal(send) if has_body else send)

    def _is_public_read(self, scope: Scope) -> bool:
        if self.public_bucket is None or scope["method"] not in ("GET", "HEAD") or scope["query_string"]:
            return False
        _, bucket, *key = scope["path"].split("/", 2)
        return bool(bucket == self.public_bucket and key and key[0])


def _closing_after_a_refusal(send: Send) -> Send:
    """A refused upload's body is never read; on a kept connection it would be taken for the next request."""

    async def send_and_close(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400:
            message = {**message, "headers": [*message.get("headers", []), (b"connection", b"close")]}
        await send(message)

    return send_and_close


class ResponseOverrides:
    """Headers that a signed address asks for. Runs inside the signature check, which covers the query."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a successful answer gets the headers that its query names."""
        query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
        wanted = {_OVERRIDES[name]: value for name, value in query.items() if name in _OVERRIDES}

        async def send_overridden(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 206):
                kept = [header for header in message["headers"] if header[0].lower() not in wanted]
                named = [(name, value.encode("latin-1", "replace")) for name, value in wanted.items()]
                message = {**message, "headers": kept + named}
            await send(message)

        await self._app(scope, receive, send_overridden if wanted else send)


def application(*, data: Path, access_key: str, secret_key: str, region: str, public_bucket: str | None) -> Starlette:
    """nanio's application over `data`, with the one key pair and the one public bucket."""
    app = build_app(
        Settings(data_dir=data, region=region, credentials=StaticCredentialResolver({access_key: secret_key}))
    )

    guard = type("Guard", (Guard,), {"public_bucket": public_bucket})
    for middleware in app.user_middleware:
        if middleware.cls is SigV4Middleware:
            middleware.cls = guard
            return app
    raise ServiceCannotStart("This version of nanio checks no signatures. Install the pinned one: make setup")


def create_buckets(data: Path, names: list[str]) -> None:
    """Make the buckets that are missing; those that exist keep their objects."""
    store = FilesystemStorage(data)
    for name in names:
        try:
            store.create_bucket(name)
        except BucketAlreadyOwnedByYou:
            continue


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m marketplace.demo.services.storage", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--port-variable", default="ATELIER_STORAGE_PORT", help="what error messages call the port")
    parser.add_argument("--bucket", action="append", default=[], help="created when missing; may be repeated")
    parser.add_argument("--public-bucket", help="readable without a signature; created when missing")
    parser.add_argument("--region", default="us-east-1")
    options = parser.parse_args()
    try:
        _serve(options)
    except ServiceCannotStart as error:
        sys.exit(f"storage: {error}")
    except OSError as error:
        sys.exit(f"storage: {options.data} can't be used ({error.strerror}).")


def _serve(options: argparse.Namespace) -> None:
    access_key, secret_key = os.environ.get("STORAGE_ACCESS_KEY"), os.environ.get("STORAGE_SECRET_KEY")
    if not access_key or not secret_key:
        raise ServiceCannotStart("set STORAGE_ACCESS_KEY and STORAGE_SECRET_KEY.")
    require_free(options.port, service="object storage", variable=options.port_variable)
    die_with_parent(signal.SIGTERM)
    setup_logging("info")
    buckets = [*options.bucket, *([options.public_bucket] if options.public_bucket else [])]
    create_buckets(options.data, buckets)
    app = application(
        data=options.data,
        access_key=access_key,
        secret_key=secret_key,
        region=options.region,
        public_bucket=options.public_bucket,
    )
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=options.port,
        access_log=False,
        log_level="info",
        timeout_graceful_shutdown=STOP_TIMEOUT_S,
    )


if __name__ == "__main__":
    main()
