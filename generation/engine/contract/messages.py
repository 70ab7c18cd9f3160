"""What every message has."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict

from generation.engine.contract.limits import CONTRACT_VERSION


class Message(BaseModel):
    """Frozen, of one version of the contract, and without fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contract: Literal[1] = CONTRACT_VERSION


def as_json(message: Message) -> str:
    """For the store, without what is at its default: a release that does not know a new field reads every message that
    does not use it.
    """
    told = message.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({"contract": CONTRACT_VERSION, **told}, ensure_ascii=False)
