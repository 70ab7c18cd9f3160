"""What an evaluation says: figures by name, and a table to read."""

from collections.abc import Iterator, Mapping

from recommendations.engine.evaluation.bootstrap import Interval
from recommendations.engine.evaluation.evaluation import Outcome, Part
from recommendations.engine.evaluation.measuring import K
from recommendations.engine.evaluation.tables import Table

Figure = int | float | str


def facts_of(table: Table) -> dict[str, Figure]:
    """What was read."""
    interactions = table.interactions
    facts: dict[str, Figure] = {
        "users": interactions.users,
        "items": interactions.items,
        "interactions": int(interactions.known().nnz),
        "positives": int(interactions.positives.nnz),
    }
    if table.positive_from is not None:
        facts["positive_from"] = table.positive_from
    if table.repeated:
        facts["repeated_rows_replaced"] = table.repeated
    if interactions.texts is not None:
        facts |= {"items_without_text": table.without_text, "items_unmet_and_left_out": table.unmet}
    return facts


def liked_in_words(table: Table) -> str:
    """What counts as liked."""
    if table.positive_from is None:
        return "liked is everything in the file"
    return f"liked are ratings of {table.positive_from:g} and more (--positive-from)"


def figures_of(part: Part, *, prefix: str = "") -> dict[str, Figure]:
    """Every figure of a part, as ``{prefix}{method}.{metric}``."""
    figures: dict[str, Figure] = {
        f"{prefix}tested_users": part.tested_users,
        f"{prefix}tested_items": part.tested_items,
        f"{prefix}held_out": part.held_out,
    }
    for outcome in part.outcomes:
        figures |= {f"{prefix}{outcome.name}.{name}": figure for name, figure in _of_outcome(outcome).items()}
    for name, reason in part.left_out.items():
        figures[f"{prefix}{name}.left_out"] = reason
    if part.best_baseline:
        figures[f"{prefix}best_baseline_on_validation"] = part.best_baseline
    for (ours, baseline), comparison in part.comparisons.items():
        name = f"{prefix}{ours}.over.{baseline}.ndcg@{K}"
        figures |= _of_interval(f"{name}.ratio", comparison.ratio)
        figures |= _of_interval(f"{name}.difference", comparison.difference)
    return figures


def lines_of(figures: Mapping[str, Figure]) -> Iterator[str]:
    """``name: value``, one a line; metrics with four digits."""
    for name, figure in figures.items():
        yield f"{name}: {figure:.4f}" if "@" in name else f"{name}: {_plain(figure)}"


def table_of(part: Part) -> Iterator[str]:
    """The methods below each other, with what decides."""
    named = max((len(outcome.name) for outcome in part.outcomes), default=0)
    yield f"{'':{named}}  recall@{K}  ndcg@{K}  coverage@{K}  novelty@{K}  chosen on validation"
    for outcome in part.outcomes:
        measured, choice = outcome.measured, outcome.choice
        chosen = "" if choice is None else ", ".join(f"{name} {_plain(v)}" for name, v in choice.parameters.items())
        yield (
            f"{outcome.name:{named}}  {measured.recall.mean():9.4f}  {measured.ndcg.mean():7.4f}  "
            f"{measured.coverage:11.4f}  {measured.novelty:10.2f}  {chosen}"
        ).rstrip()
    for (ours, baseline), comparison in part.comparisons.items():
        ratio = comparison.ratio
        best = " (the best on validation)" if baseline == part.best_baseline else ""
        yield (
            f"{ours} over {baseline}{best}: NDCG@{K} is {ratio.value:.3f} times as high, "
            f"95 % interval {ratio.low:.3f} to {ratio.high:.3f}"
        )


def _of_outcome(outcome: Outcome) -> dict[str, Figure]:
    measured = outcome.measured
    figures: dict[str, Figure] = {
        f"recall@{K}": float(measured.recall.mean()),
        f"recall_of_all@{K}": float(measured.recall_of_all.mean()),
        f"ndcg@{K}": float(measured.ndcg.mean()),
        f"coverage@{K}": measured.coverage,
        f"novelty@{K}": measured.novelty,
    }
    if outcome.choice is not None:
        figures[f"validation.ndcg@{K}"] = outcome.choice.ndcg
        figures |= {f"chosen.{name}": value for name, value in outcome.choice.parameters.items()}
    return figures


def _of_interval(name: str, interval: Interval) -> dict[str, Figure]:
    return {name: interval.value, f"{name}.low": interval.low, f"{name}.high": interval.high}


def _plain(figure: Figure) -> str:
    return f"{figure:g}" if isinstance(figure, float) else str(figure)
