"""Writes of metering; each file has one subject."""

from marketplace.metering.services.adding_up import add_up, add_up_what_is_open
from marketplace.metering.services.costs import keep_unit_costs
from marketplace.metering.services.recording import record_usage
from marketplace.metering.services.storage import measure_storage

__all__ = ["add_up", "add_up_what_is_open", "keep_unit_costs", "measure_storage", "record_usage"]
