"""The outbox: a real SMTP server that delivers to a page instead of the world, as a foreground process.

    python -m marketplace.demo.services.outbox --data DIR --smtp-port P --http-port Q

`/` is the page, `/messages.json?to=ADDRESS` the same as JSON, `DELETE /messages` forgets all.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.outbox_page import page
from marketplace.demo.services.outbox_store import OutboxStore
from marketplace.demo.services.ports import require_free
from marketplace.demo.services.processes import die_with_parent

LARGEST_MESSAGE_BYTES = 10 * 1024 * 1024


class Deliver:
    """Hands each received message to the store."""

    def __init__(self, store: OutboxStore) -> None:
        self.store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd when a message is whole; the answer tells the sender that it is kept."""
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 The message is not readable"
        self.store.add(content, recipients=list(envelope.rcpt_tos))
        return "250 Message accepted for delivery"


def application(store: OutboxStore) -> Starlette:
    """The page and its JSON."""

    def show(request: Request) -> HTMLResponse:
        return HTMLResponse(page(store.messages(), accept_language=request.headers.get("accept-language", "")))

    def listing(request: Request) -> Response:
        found = [asdict(message) for message in store.messages(to=request.query_params.get("to", ""))]
        return Response(json.dumps(found, ensure_ascii=False), media_type="application/json")

    def forget(request: Request) -> Response:
        store.clear()
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/", show),
            Route("/messages.json", listing),
            Route("/messages", forget, methods=["DELETE"]),
        ]
    )


async def serve(store: OutboxStore, *, smtp_port: int, http_port: int) -> None:
    """Serve both until a stop signal."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(Deliver(store), data_size_limit=LARGEST_MESSAGE_BYTES, enable_SMTPUTF8=True, hostname="outbox")

    smtp = await loop.create_server(protocol, host="127.0.0.1", port=smtp_port)
    config = uvicorn.Config(
        application(store), host="127.0.0.1", port=http_port, access_log=False, timeout_graceful_shutdown=5
    )
    try:
        await uvicorn.Server(config).serve()
    finally:
        smtp.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m marketplace.demo.services.outbox", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    options = parser.parse_args()
    try:
        require_free(options.smtp_port, service="outgoing mail", variable="ATELIER_SMTP_PORT")
        require_free(options.http_port, service="the outbox page", variable="ATELIER_OUTBOX_PORT")
    except ServiceCannotStart as error:
        sys.exit(f"outbox: {error}")
    die_with_parent(signal.SIGTERM)
    asyncio.run(serve(OutboxStore(options.data), smtp_port=options.smtp_port, http_port=options.http_port))


if __name__ == "__main__":
    main()
