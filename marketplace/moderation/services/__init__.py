"""Writes of moderation. Each leaves its entry in the audit trail in the same transaction."""

from marketplace.moderation.services.appeals import appeal, decide_appeal
from marketplace.moderation.services.decisions import decide
from marketplace.moderation.services.moderators import make_moderator, write_moderators_group
from marketplace.moderation.services.reports import report_work

__all__ = ["appeal", "decide", "decide_appeal", "make_moderator", "report_work", "write_moderators_group"]
