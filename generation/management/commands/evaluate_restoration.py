"""Measure the restoration tool beside OpenCV and scikit-image on a folder of pictures."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """``manage.py evaluate_restoration --images DIR``: `name: value` lines a picture, kind and method, then means.

    ``--choose`` writes the winners into the weights' card, from which the tool takes its method. The tool is
    imported when it runs: the web process, which can list the commands, has neither torch nor OpenCV.
    """

    help = "Damage the pictures of a folder in eight ways, mend them by each method, print PSNR and SSIM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--images", type=Path, required=True, help="folder of sound pictures")
        parser.add_argument("--weights", type=Path, help="folder of the restorer's weights (default: the shipped ones)")
        parser.add_argument("--kinds", nargs="*", default=[], help="kinds of damage (default: all)")
        parser.add_argument("--longest", type=int, default=512, help="longest side in pixels; larger is reduced")
        parser.add_argument("--seed", type=int, default=1, help="of the damage")
        parser.add_argument("--threads", type=int, default=1)
        parser.add_argument("--choose", action="store_true", help="write the winners into the weights' card")

    def handle(self, *args: Any, **options: Any) -> None:
        from generation.engine.picture_tools.folders import pictures_in
        from generation.engine.picture_tools.restoring.choice import FOLDER
        from generation.engine.picture_tools.restoring.evaluation import Score, evaluate_picture, reduced
        from generation.engine.picture_tools.restoring.kinds import DamageKind
        from generation.engine.picture_tools.threads import use_threads

        use_threads(options["threads"])
        weights: Path = options["weights"] or FOLDER
        try:
            kinds = [DamageKind(kind) for kind in options["kinds"]] or list(DamageKind)
            pictures = list(pictures_in(options["images"]))
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        scores: list[Score] = []
        for name, picture in pictures:
            small = reduced(picture, options["longest"])
            for kind in kinds:
                for line in evaluate_picture(name, small, kind, seed=options["seed"], weights=weights):
                    if isinstance(line, Score):
                        scores.append(line)
                        self._say(f"{name}.{kind}.{line.method}", line.psnr, line.ssim)
                    else:
                        self.stdout.write(f"mask.{name}.{kind}.{line.found_by}.precision: {line.precision:.3f}")
                        self.stdout.write(f"mask.{name}.{kind}.{line.found_by}.recall: {line.recall:.3f}")
        self._summarise(scores, weights, choose=options["choose"])

    def _say(self, name: str, psnr: float, ssim: float) -> None:
        self.stdout.write(f"psnr.{name}: {psnr:.2f}")
        self.stdout.write(f"ssim.{name}: {ssim:.4f}")
        self.stdout.flush()

    def _summarise(self, scores: list[Any], weights: Path, *, choose: bool) -> None:
        from generation.engine.picture_tools.restoring.choice import LEARNED
        from generation.engine.picture_tools.restoring.evaluation import best_methods, mean_scores
        from generation.engine.picture_tools.weights import CARD, read_tool_card

        for kind, means in mean_scores(scores).items():
            for method, (psnr, ssim) in means.items():
                self._say(f"mean.{kind}.{method}", psnr, ssim)
        best = best_methods(scores)
        for kind, method in best.items():
            self.stdout.write(f"best.{kind}: {method}")
        self.stdout.write(f"learned_wins: {sum(method == LEARNED for method in best.values())} of {len(best)}")
        if choose:
            if not (weights / CARD).is_file():
                raise CommandError(f"{weights} holds no {CARD}: write the weights first (training.assemble_tool)")
            card = read_tool_card(weights)
            chosen = card.get("methods", {}) | {kind.value: method for kind, method in best.items()}
            (weights / CARD).write_text(json.dumps(card | {"methods": chosen}, indent=2) + "\n")
            self.stdout.write(f"written: {weights / CARD}")
