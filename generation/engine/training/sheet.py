"""A sheet of twenty prompts, in both languages, by four seeds, to look at.

python -m generation.engine.training.sheet MODEL_FOLDER docs/model/sheet.webp
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from generation.engine.training.sampling import open_pipeline, paint

PROMPTS = (
    "a beautiful sunset over the sea, with two sailing boats",
    "一幅美丽的日落场景",
    "mountains in mist at dawn, blue",
    "翠绿的森林，小路，秋天",
    "a city at night in violet tones in the rain",
    "金色的沙漠，三株仙人掌",
    "a starry night sky with northern lights",
    "水墨山水，小船",
    "an oil painting of a waterfall in summer",
    "清晨的寺庙，薄雾，红色",
    "a coral reef in turquoise, with three fish",
    "热带海岛，白天，两棵椰子树",
    "a planet in space in violet tones with rings",
    "静物，三个苹果，油画",
    "a crimson stained glass window",
    "青绿的水拓画",
    "a poster of a meadow in spring with five trees",
    "像素画，夜晚的港口，蓝色",
    "a woodcut of a volcano in crimson",
    "金色的曼陀罗",
)
SEEDS = (1, 2, 3, 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    prompts = [prompt for prompt in PROMPTS for _ in SEEDS]
    made = paint(open_pipeline(given.model), prompts, [seed for _ in PROMPTS for seed in SEEDS])
    rows = made.reshape(len(PROMPTS), len(SEEDS), *made.shape[1:])
    # Two prompts side by side.
    lines = [np.concatenate([*rows[i], *rows[i + 1]], axis=1) for i in range(0, len(PROMPTS), 2)]
    given.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate(lines)).save(given.out, quality=82)


if __name__ == "__main__":
    main()
