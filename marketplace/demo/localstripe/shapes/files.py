"""Uploaded files."""

from __future__ import annotations

from .parts import Json, empty_list

EVIDENCE_KEPT_S = 90 * 24 * 3600


def file(*, id: str, created: int, filename: str, purpose: str, size: int, type: str, base: str) -> Json:
    return {
        "id": id,
        "object": "file",
        "created": created,
        "expires_at": created + EVIDENCE_KEPT_S,
        "filename": filename,
        "links": empty_list(f"/v1/file_links?file={id}"),
        "purpose": purpose,
        "size": size,
        "title": None,
        "type": type,
        "url": f"{base}/v1/files/{id}/contents",
    }
