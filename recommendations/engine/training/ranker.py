"""The ranker: a linear part and a perceptron over the features of a candidate, learnt from lists."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from recommendations.engine.feed.contract import Floats, Integers
from recommendations.engine.feed.features import NAMES, features_of
from recommendations.engine.rankers.listwise import Weigher
from recommendations.engine.training.data import Dataset
from recommendations.engine.training.examples import Batches, Examples, History, Moment
from recommendations.engine.training.related import NOTHING, Related
from recommendations.engine.training.sequence import Sequence, filled_up

# Of each list: works drawn by their popularity, works near to the viewer's own, works that go with them, any works.
POPULAR, NEAR, TIED, ANY = 30, 30, 20, 30
# The nearest are looked for among so many that are drawn.
_NEAR_AMONG = 2048


@dataclass(frozen=True, slots=True)
class Lists:
    """``features`` (B, C, F); ``chosen`` (B): the column of the work that was taken; ``there`` (B, C); ``weights``."""

    features: Tensor
    chosen: Tensor
    there: Tensor
    weights: Tensor


class RankerTask(nn.Module):
    """The loss of lists: the cross-entropy of the work that was taken (ListNet with one; Cao et al., 2007)."""

    def __init__(self, model: Weigher) -> None:
        super().__init__()
        self.model = model

    def forward(self, lists: Lists) -> Tensor:
        scores = self.model(lists.features).masked_fill(~lists.there, -1e9)
        chances = torch.log_softmax(scores, dim=-1).gather(1, lists.chosen[:, None]).squeeze(1)
        loss: Tensor = -(lists.weights * chances).sum() / lists.weights.sum().clamp(min=1e-6)
        return loss


class RankerBatches:
    """Makes the lists of a step: the work that was taken beside others that the viewer could have been shown."""

    def __init__(self, history: History, batches: Batches, *, related: Related, sequence: Sequence, seed: int) -> None:
        self.history, self.batches, self.related, self.seed = history, batches, related, seed
        self.sequence = sequence.eval()
        self.draw = _Draw(history.data)

    def of_step(self, step: int, device: torch.device) -> Lists:
        """The same step gives the same lists."""
        examples = self.batches.of_step(step)
        stream = np.random.default_rng([self.seed, step, self.batches.rank])
        tastes = tastes_before(self.sequence, self.history, examples)
        pairs = zip(examples.positions.tolist(), tastes, strict=True)
        made = [self._list(position, taste, stream) for position, taste in pairs]
        longest = max(len(works) for works, _, _ in made)
        features = np.zeros((len(made), longest, len(NAMES)), dtype=np.float32)
        there = np.zeros((len(made), longest), dtype=bool)
        for row, (works, _, found) in enumerate(made):
            features[row, : len(works)] = found
            there[row, : len(works)] = True
        chosen = np.array([place for _, place, _ in made], dtype=np.int64)
        arrays = (features, chosen, there, examples.weights)
        return Lists(*(torch.from_numpy(array).to(device) for array in arrays))

    def _list(self, position: int, taste: Floats, stream: np.random.Generator) -> tuple[Integers, int, Floats]:
        history, moment = self.history, self.history.moment(position)
        taken = int(history.work[position])
        works = np.unique(np.append(self._others(moment, taste, stream), taken))
        candidates = history.candidates(moment, works, self.related)
        features = features_of(moment.acts, candidates, taste=taste, parts=history.data.facts.parts)
        return works, int(np.searchsorted(works, taken)), features

    def _others(self, moment: Moment, taste: Floats, stream: np.random.Generator) -> Integers:
        """Works that were there, and with which the viewer never deals."""
        history = self.history
        tied = self.related.taste.others[moment.works].ravel()
        tied = tied[tied != NOTHING].astype(np.int64)
        tied = stream.choice(tied, size=min(TIED, len(tied)), replace=False) if len(tied) else tied
        among = stream.integers(len(history.data.works), size=min(_NEAR_AMONG, len(history.data.works)))
        likeness = history.content(among) @ taste
        near = among[np.argsort(-likeness, kind="stable")[:NEAR]]
        works = np.unique(np.concatenate([self.draw.popular(stream), near, tied, self.draw.any(stream)]))
        fits = (history.published_at[works] <= moment.at) & ~history.past.meets_ever(moment.viewer, works)
        return works[fits]


class _Draw:
    def __init__(self, data: Dataset) -> None:
        self.events, self.works = data.events["work"], len(data.works)

    def popular(self, stream: np.random.Generator) -> Integers:
        """Works by how often anybody dealt with them."""
        return self.events[stream.integers(len(self.events), size=POPULAR)].astype(np.int64)

    def any(self, stream: np.random.Generator) -> Integers:
        return stream.integers(self.works, size=ANY)


def tastes_before(sequence: Sequence, history: History, examples: Examples) -> Floats:
    """(examples, width) what the sequence model says of each viewer just before."""
    device = sequence.half_life.device
    with torch.no_grad():
        tastes = sequence(*(torch.from_numpy(array).to(device) for array in filled_up(history, examples)))
    found: Floats = tastes.cpu().numpy()
    return found


def standardised_by(model: Weigher, lists: list[Lists]) -> None:
    """Tell the model the features' means and deviations, from ``lists``."""
    rows = torch.cat([each.features[each.there] for each in lists])
    model.mean = rows.mean(0)
    model.deviation = rows.std(0) + 1e-3
