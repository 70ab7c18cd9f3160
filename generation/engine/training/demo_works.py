"""Makes the pictures of the demo's 200 works with the default model, and writes their recipes.

    python -m generation.engine.training.demo_works MODEL_FOLDER marketplace/demo/seed/works

Twelve artists, each with a taste of their own. As an artist would, the program paints each prompt a few times and
keeps the picture that the picture space finds nearest to the prompt. Files are WebP of 512 px (256 px enlarged), under
25 KB; recipes.jsonl holds one line a work.
"""

import argparse
import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from generation.engine.training.demo_titles import title_en, title_zh
from generation.engine.training.model_shapes import DEFAULT_GUIDANCE, DEFAULT_STEPS, PICTURE_SIDE_PX, TEXT_TOKENS
from generation.engine.training.picture_space import SPACE_PICTURE_SIDE_PX, load_picture_space
from generation.engine.training.sampling import open_pipeline, paint
from generation.engine.training.scenes.captions import caption
from generation.engine.training.scenes.concepts import vocabulary_document
from generation.engine.training.scenes.facts import SceneFacts, draw_facts
from generation.engine.vocabulary import check_prompt, parse_vocabulary

LARGEST_FILE_BYTES = 25_000
SHOWN_SIDE_PX = 512
_FIRST_SEED = 70_000_000


@dataclass(frozen=True)
class Taste:
    """What an artist likes to paint."""

    scenes: tuple[str, ...]
    palettes: tuple[str, ...]


TASTES: tuple[Taste, ...] = (
    Taste(("sea", "harbour", "island", "sea"), ("orange", "crimson", "golden", "pink")),
    Taste(("mountains", "waterfall", "snow", "mountains"), ("blue", "violet", "turquoise")),
    Taste(("forest", "meadow", "botanical"), ("green", "turquoise", "golden")),
    Taste(("city", "city", "geometry", "stained_glass"), ("violet", "blue", "pink")),
    Taste(("desert", "volcano", "desert", "mountains"), ("golden", "orange", "crimson")),
    Taste(("snow", "snow", "temple", "forest"), ("blue", "monochrome", "turquoise")),
    Taste(("night_sky", "planet", "night_sky", "city"), ("blue", "violet", "turquoise", "green")),
    Taste(("geometry", "mandala", "fractal"), ("crimson", "golden", "blue", "monochrome")),
    Taste(("flow_field", "marbling", "coral_pattern"), ("turquoise", "violet", "orange")),
    Taste(("ink_wash", "ink_wash", "temple", "mountains"), ("monochrome", "blue", "monochrome")),
    Taste(("colour_wash", "colour_wash", "botanical", "still_life"), ("pink", "violet", "green")),
    Taste(("underwater", "island", "planet", "still_life", "sea"), ("turquoise", "blue", "violet", "golden")),
)


@dataclass(frozen=True)
class PlannedWork:
    """A work before it is painted."""

    prompt: str
    language: str
    facts: SceneFacts
    artist: int
    title_en: str
    title_zh: str


def plan_works(count: int) -> list[PlannedWork]:
    """`count` works with prompts and titles that differ; the same at every call."""
    vocabulary = parse_vocabulary(vocabulary_document())
    works: list[PlannedWork] = []
    prompts: set[str] = set()
    titles: set[str] = set()
    seed = _FIRST_SEED
    while len(works) < count:
        seed += 1
        rng = np.random.default_rng(seed)
        number = len(works)
        artist = number % len(TASTES)
        taste = TASTES[artist]
        facts = draw_facts(seed, scene=str(rng.choice(taste.scenes)), palette=str(rng.choice(taste.palettes)))
        # Half of the titles are English alone, a quarter Chinese alone, a quarter both.
        kind = (number // len(TASTES) + number) % 4
        language = ("en", "en", "zh", "en" if number % 8 < 4 else "zh")[kind]
        prompt = caption(facts, language, 0)
        named = check_prompt(prompt, vocabulary).concepts
        english = title_en(facts, rng) if kind != 2 else ""
        chinese = title_zh(facts, rng) if kind >= 2 else ""
        fresh = {title for title in (english, chinese) if title}
        if facts.scene not in named or facts.palette not in named or prompt in prompts or fresh & titles:
            continue
        prompts.add(prompt)
        titles |= fresh
        works.append(PlannedWork(prompt, language, facts, artist, english, chinese))
    return works


@torch.no_grad()
def _nearest(folder: Path, pipeline, prompts: list[str], tries: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    """For each prompt the number of the try (tries: prompts × tries × H × W × 3) that lies nearest to it."""
    encoder, projection = load_picture_space(folder)
    chosen = []
    for prompt, pictures in zip(prompts, tries, strict=True):
        tokens = pipeline.tokenizer(
            [prompt], truncation=True, max_length=TEXT_TOKENS, return_tensors="pt", return_token_type_ids=False
        )
        said = projection(pipeline.text_encoder(**tokens).last_hidden_state, tokens["attention_mask"])[0]
        pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        seen = encoder(torch.nn.functional.adaptive_avg_pool2d(pixels, SPACE_PICTURE_SIDE_PX))
        chosen.append(int((seen @ said).argmax()))
    return np.array(chosen)


def _as_webp(picture: np.ndarray) -> bytes:
    large = Image.fromarray(picture).resize((SHOWN_SIDE_PX, SHOWN_SIDE_PX), Image.Resampling.LANCZOS)
    for quality in range(82, 20, -6):
        file = io.BytesIO()
        large.save(file, "WEBP", quality=quality, method=6)
        if file.tell() < LARGEST_FILE_BYTES:
            break
    return file.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--tries", type=int, default=2)
    given = parser.parse_args()
    works = plan_works(given.count)
    pipeline = open_pipeline(given.model)
    seeds = [1000 + 10 * number + attempt for number in range(len(works)) for attempt in range(given.tries)]
    prompts = [work.prompt for work in works for _ in range(given.tries)]
    # One by one, as the generation worker paints, so that a recipe gives its picture again.
    made = paint(pipeline, prompts, seeds, at_once=1)
    tries = made.reshape(len(works), given.tries, *made.shape[1:])
    chosen = _nearest(given.model, pipeline, [work.prompt for work in works], tries)
    given.out.mkdir(parents=True, exist_ok=True)
    with (given.out / "recipes.jsonl").open("w", encoding="utf-8") as recipes:
        for number, work in enumerate(works):
            name = f"{number:03}.webp"
            (given.out / name).write_bytes(_as_webp(tries[number, chosen[number]]))
            recipe = {
                "file": name,
                "prompt": work.prompt,
                "language": work.language,
                "seed": seeds[number * given.tries + int(chosen[number])],
                "steps": DEFAULT_STEPS,
                "guidance": DEFAULT_GUIDANCE,
                "size": PICTURE_SIDE_PX,
                "scene": work.facts.scene,
                "palette": work.facts.palette,
                "title_en": work.title_en,
                "title_zh": work.title_zh,
                "artist": work.artist,
            }
            recipes.write(json.dumps(recipe, ensure_ascii=False) + "\n")
    print(f"wrote {len(works)} works to {given.out}")


if __name__ == "__main__":
    main()
