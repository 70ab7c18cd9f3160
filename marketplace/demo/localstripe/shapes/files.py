"""Uploaded files."""

from __future__ import annotations

from .parts import Json, empty_list


def file(*, id: str, created: int, filename: str, purpose: str, size: int, type: str, base_url: str) -> Json:
    return {
        "id": id,
        "object": "file",
        "created": created,
        "expires_at": None,
        "filename": filename,
        "links": empty_list(f"/v1/file_links?file={id}"),
        "purpose": purpose,
        "size": size,
        "title": None,
        "type": type,
        "url": f"{base_url}/v1/files/{id}/contents",
    }
