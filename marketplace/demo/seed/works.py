"""The demo's works: pictures that our own model made once, shipped with their recipes, published here in earnest."""

import json
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from generation.selectors import own_model
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.services import OfferTerms
from marketplace.provenance.facts import ProvenanceFacts
from marketplace.publishing.errors import ListedAlready, LooksLikeAnothersWork
from marketplace.publishing.models import Publication
from marketplace.publishing.services.publish import Words, publish_picture
from marketplace.publishing.sources import SourcePicture
from marketplace.publishing.words import suggestions_for, vocabulary_of

FOLDER = Path(__file__).parent / "works"
DAYS_BACK = 75


@dataclass(frozen=True, slots=True)
class Recipe:
    """A line of recipes.jsonl: how a picture was made and what it is called."""

    file: str
    prompt: str
    language: str
    seed: int
    steps: int
    artist: int
    title_en: str = ""
    title_zh: str = ""

    @property
    def source_key(self) -> str:
        return f"seed:{self.file}"


def recipes() -> list[Recipe]:
    """All that is shipped, in the file's order."""
    path = FOLDER / "recipes.jsonl"
    if not path.exists():
        return []
    fields = Recipe.__dataclass_fields__
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Recipe(**{name: value for name, value in line.items() if name in fields}) for line in lines]


def publish_seed(recipe: Recipe, *, artist: Artist) -> Work | None:
    """Publish one picture as its artist would; None where it looks too much like one that is there."""
    texts = {}
    if recipe.title_en:
        texts["en"] = Words(recipe.title_en)
    if recipe.title_zh:
        texts["zh-hans"] = Words(recipe.title_zh)
    language = "en" if "en" in texts else "zh-hans"
    model = own_model()
    suggested = suggestions_for(prompt=recipe.prompt, vocabulary=vocabulary_of(model.name))
    dice = random.Random(recipe.seed)
    made_at = now() - timedelta(days=DAYS_BACK * dice.random() ** 1.5, minutes=dice.randrange(600))
    try:
        work = publish_picture(
            artist=artist,
            picture=SourcePicture(
                key=recipe.source_key,
                data=(FOLDER / recipe.file).read_bytes(),
                facts=ProvenanceFacts(
                    source="generated",
                    created_at=made_at,
                    model=model.name,
                    model_version=model.version,
                    weights_sha256=model.weights_sha256,
                    seed=recipe.seed,
                    steps=recipe.steps,
                ),
                prompt=recipe.prompt,
                prompt_language=recipe.language,
            ),
            texts=texts,
            language=language,
            tags=suggested.tags[language],
            offers=_offers(dice),
            show_prompt=dice.random() < 0.5,
        )
    except (LooksLikeAnothersWork, ListedAlready):
        return None
    # The demo opens with a history, so its works were not all published in this minute.
    Work.objects.filter(pk=work.pk).update(published_at=made_at, created_at=made_at)
    return work


def _offers(dice: random.Random) -> list[OfferTerms]:
    personal = dice.choice([500, 700, 900, 1200, 1500, 1900])
    offers = [
        OfferTerms("personal", Money(personal, "USD")),
        OfferTerms("commercial", Money(personal * dice.choice([3, 4, 5]), "USD")),
    ]
    if dice.random() < 0.3:
        offers.append(OfferTerms("exclusive", Money(personal * dice.choice([25, 40]), "USD")))
    return offers


def not_published_yet() -> list[Recipe]:
    """What a killed start left over, or everything at the first."""
    known = set(Publication.objects.filter(source_key__startswith="seed:").values_list("source_key", flat=True))
    return [recipe for recipe in recipes() if recipe.source_key not in known]
