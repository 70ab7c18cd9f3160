"""Two hundred prompts that people wrote without looking at the captions' grammar, and what they ask for.

`outside_prompts.jsonl` holds one a line: text, language, and the facts it shares with what the model was taught.
"""

import json
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_suffix(".jsonl")


@dataclass(frozen=True)
class OutsidePrompt:
    """A prompt in "en" or "zh" and the facts it asks for, by the judge's fields."""

    text: str
    language: str
    asked: dict[str, str | int]


def outside_prompts(language: str) -> list[OutsidePrompt]:
    """The prompts of one language, in the file's order."""
    entries = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]
    return [OutsidePrompt(e["text"], e["language"], e["asked"]) for e in entries if e["language"] == language]
