"""Writes on the catalogue."""

from marketplace.catalog.services.audiences import checked_audience, set_audience
from marketplace.catalog.services.tags import define_tag, set_tags
from marketplace.catalog.services.versions import FileFacts, add_version
from marketplace.catalog.services.works import (
    create_work,
    hide_work,
    list_work,
    mark_sold_exclusively,
    restore_work,
    set_text,
    unlist_work,
)

__all__ = [
    "FileFacts",
    "add_version",
    "checked_audience",
    "create_work",
    "define_tag",
    "hide_work",
    "list_work",
    "mark_sold_exclusively",
    "restore_work",
    "set_audience",
    "set_tags",
    "set_text",
    "unlist_work",
]
