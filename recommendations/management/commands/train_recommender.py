"""Train the models that rank feeds, and switch between their versions."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core.clock import now
from marketplace.core.errors import AtelierError
from recommendations import services
from recommendations.errors import TrainingUnderWay
from recommendations.models import RecommenderSwitch, RecommenderVersion
from recommendations.tasks import TRAINING_QUEUE, defer_training

Origin = RecommenderSwitch.Origin


class Command(BaseCommand):
    """The program that trains is started apart: this process reads no torch."""

    help = (
        "Train a version of the models that rank feeds on the events, and switch to it where its evaluation on what "
        "came later is good enough. Killed, it goes on from its checkpoint when it is started again. "
        "docs/training-the-recommender.md says more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument("--background", action="store_true", help="let a worker do it")
        instead.add_argument("--list", action="store_true", help="the versions, and nothing else")
        instead.add_argument("--switch", metavar="VERSION", help="rank feeds by this version from now on")
        instead.add_argument("--back", action="store_true", help="rank feeds by what did before the last switch")
        instead.add_argument("--write-data", type=Path, metavar="FOLDER", help="for a training on other machines")
        instead.add_argument("--record", type=Path, metavar="FOLDER", help="what a training on other machines wrote")
        parser.add_argument(
            "--no-switch", action="store_true", help="record the version, and stay with the present one"
        )
        parser.add_argument("--anew", action="store_true", help="forget what an interrupted training had learnt")
        parser.add_argument("--processes", type=int, default=1, metavar="N", help="so many at once, by torchrun")
        parser.add_argument("--seed", type=int, default=0, help="of all that is drawn by lot")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._do(options)
        except AtelierError as error:
            raise CommandError(f"{error.message} {error.way_out}".strip()) from error

    def _do(self, options: dict[str, Any]) -> None:
        switch = not options["no_switch"]
        if options["list"]:
            self._list()
        elif options["switch"]:
            version = services.switch_recommender(version=options["switch"], origin=Origin.COMMAND)
            self.stdout.write(f"Feeds are ranked by {version.version}.")
        elif options["back"]:
            before = services.switch_back(origin=Origin.COMMAND)
            ranked = f"by {before.version}" if before else "without a trained model"
            self.stdout.write(f"Feeds are ranked {ranked} again.")
        elif options["background"]:
            if options["anew"] or options["processes"] != 1 or options["seed"]:
                raise CommandError("--background takes --no-switch alone; the rest is for a training that you watch.")
            waits = defer_training(switch=switch)
            told = "A training waits in the queue." if waits else "A training waits in the queue already."
            self.stdout.write(f"{told} Workers of the queue {TRAINING_QUEUE} take it; --list shows the result.")
        elif options["write_data"]:
            facts = services.write_training_data(
                folder=options["write_data"], version=now().strftime(services.VERSION_NAME)
            )
            self.stdout.write(f"{facts.events} acts of {facts.viewers} viewers with {facts.works} works")
        elif options["record"]:
            self._told(services.record_trained(folder=options["record"], switch=switch))
        else:
            if options["processes"] < 1:
                raise CommandError("--processes counts from 1.")
            launch = services.Launch(processes=options["processes"], arguments=("--seed", str(options["seed"])))
            version = services.train_recommender(tell=self._tell, switch=switch, anew=options["anew"], launch=launch)
            self._told(version)

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _told(self, version: RecommenderVersion) -> None:
        if version.is_present:
            self.stdout.write(f"{version.version} is ready; feeds are ranked by it.")
        elif version.state == RecommenderVersion.State.READY:
            self.stdout.write(f"{version.version} is ready. --switch {version.version} ranks feeds by it.")
        else:
            self.stdout.write(f"{version.version} was refused: {version.why_refused}")

    def _list(self) -> None:
        for version in RecommenderVersion.objects.order_by("-made_at", "-pk"):
            measures = version.manifest.get("measures", {})
            ndcg = [
                f"{name} {measures[f'ndcg_{name}']:.4f}"
                for name in ("ours", "present", "heuristic", "popularity")
                if f"ndcg_{name}" in measures
            ]
            state = "present" if version.is_present else version.state
            line = f"{version.version}  {state}  NDCG@20: {', '.join(ndcg) or 'not measured'}"
            self.stdout.write(f"{line}  {version.why_refused}".rstrip())
        try:
            with services.one_training():
                self.stdout.write("No training runs.")
        except TrainingUnderWay:
            self.stdout.write("A training runs.")
