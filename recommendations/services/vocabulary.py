"""The shop's tags begin with what the image model was taught: its concepts, named in both languages."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from marketplace.catalog.services import define_tag
from recommendations.errors import VocabularyUnusable

# Words that hold a sentence together, and how a picture is laid out, are nothing that people look for.
KINDS_WITHOUT_TAG = frozenset({"filler", "composition", "count"})
LANGUAGES = {"en": "en", "zh": "zh-hans"}
WAY_OUT = "Give the vocabulary.json of an image model (MODELS_DIR)."


@transaction.atomic
def load_vocabulary(*, path: Path) -> int:
    """Make a tag of every concept in a model's ``vocabulary.json``, or complete it; returns how many there are.

    ``{"concepts": [{"id", "kind", "labels": {"en": [...], "zh": [...]}}]}``, the preferred label first. Can be
    repeated. Raises VocabularyUnusable, and then nothing has changed.
    """
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        concepts = [concept for concept in document["concepts"] if concept["kind"] not in KINDS_WITHOUT_TAG]
        for concept in concepts:
            define_tag(
                slug=slugify(str(concept["id"]).replace("_", "-"))[:60],
                concept=str(concept["id"]),
                labels={ours: list(concept["labels"].get(theirs, [])) for theirs, ours in LANGUAGES.items()},
            )
    except FileNotFoundError as error:
        raise VocabularyUnusable(f"There is no {path}.", way_out=WAY_OUT) from error
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise VocabularyUnusable(f"{path} is not a vocabulary: {error!r}", way_out=WAY_OUT) from error
    return len(concepts)
