"""Networks that give each candidate of a list a score, trained on lists of which some candidates were liked."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from recommendations.engine.rankers.lists import Lists

HIDDEN = 48
DROPOUT = 0.1
BATCH = 64
DRAWN = 64  # candidates that were not liked, drawn anew for each list and epoch
RATE = 3e-3
_FAR = 6.0  # deviations from the mean, where a feature is cut
_NEVER = -1e9  # the score of what is not possible
_AT_ONCE = 256


class Weigher(nn.Module):
    """A linear part, which is learnt in moments, and a perceptron with two hidden layers beside it (``deep``)."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, features: int, *, deep: bool = True) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("deviation", torch.ones(features))
        self.linear = nn.Linear(features, 1, bias=False)
        nn.init.zeros_(self.linear.weight)
        self.layers: nn.Sequential | None = _perceptron(features) if deep else None

    def forward(self, features: Tensor) -> Tensor:
        """(lists, candidates, features) -> (lists, candidates)."""
        scaled = ((features - self.mean) / self.deviation).clamp(-_FAR, _FAR)
        scores: Tensor = self.linear(scaled)
        if self.layers is not None:
            scores = scores + self.layers(scaled)
        return scores.squeeze(-1)


def _perceptron(features: int) -> nn.Sequential:
    last = nn.Linear(HIDDEN, 1)
    nn.init.zeros_(last.weight)
    return nn.Sequential(
        nn.Linear(features, HIDDEN),
        nn.GELU(),
        nn.Dropout(DROPOUT),
        nn.Linear(HIDDEN, HIDDEN),
        nn.GELU(),
        nn.Dropout(DROPOUT),
        last,
    )


class Training:
    """One network on its lists, an epoch at a time.

    Loss: the cross-entropy between a list's softmax and its likes (ListNet; Cao et al., 2007), by the root of their
    number, so that users with many likes do not decide alone.
    """

    def __init__(self, lists: Lists, *, deep: bool, epochs: int, seed: int) -> None:
        torch.manual_seed(seed)
        self.lists, self.stream = lists, np.random.default_rng(seed)
        self.network = Weigher(lists.features.shape[-1], deep=deep)
        some = slice(max(1, 500_000 // lists.features.shape[1]))
        sample = lists.features[some][lists.possible[some]].astype(np.float32)
        self.network.mean = torch.from_numpy(sample.mean(axis=0))
        self.network.deviation = torch.from_numpy(sample.std(axis=0) + 1e-4)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=RATE, weight_decay=1e-2)
        self.fading = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, epochs)

    def epoch(self) -> None:
        """All lists once, in another order each time."""
        self.network.train()
        lists = self.lists
        order = self.stream.permutation(len(lists.users))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            picked, chance = drawn(lists.liked[batch], lists.possible[batch], self.stream)
            features = np.take_along_axis(lists.features[batch], picked[..., None], axis=1).astype(np.float32)
            told = torch.from_numpy(np.take_along_axis(lists.liked[batch], picked, axis=1).astype(np.float32))
            never = torch.from_numpy(~np.take_along_axis(lists.possible[batch], picked, axis=1))
            scores = self.network(torch.from_numpy(features)) - torch.from_numpy(np.log(chance))
            scores = scores.masked_fill(never, _NEVER)
            losses = -(torch.log_softmax(scores, dim=-1) * told).sum(dim=-1) / told.sum(dim=-1).sqrt()
            self.optimizer.zero_grad()
            losses.mean().backward()
            self.optimizer.step()
        self.fading.step()


def scores_of(network: Weigher, features: NDArray[np.floating]) -> NDArray[np.float32]:
    """(lists, candidates), logits."""
    network.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(features), _AT_ONCE):
            found.append(network(torch.from_numpy(features[start : start + _AT_ONCE].astype(np.float32))).numpy())
    return np.concatenate(found) if found else np.zeros(features.shape[:2], dtype=np.float32)


def drawn(
    liked: NDArray[np.bool_], possible: NDArray[np.bool_], stream: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """All liked candidates and some of the others, as columns, and the chance (lists, columns) that each was drawn.

    Lists are equally long, so those with fewer likes draw more; what is not possible comes only where nothing else is
    left. Scores less ln(chance) make the sum over what was drawn an estimate of the sum over all (importance sampling
    of the softmax; Bengio and Senecal, 2008).
    """
    likes = liked.sum(axis=1)
    length = min(liked.shape[1], int(likes.max()) + DRAWN)
    order = stream.random(liked.shape, dtype=np.float32) - liked + ~possible  # liked ones first
    picked = np.argpartition(order, length - 1, axis=1)[:, :length]
    others = np.maximum(possible.sum(axis=1) - likes, 1)
    chance = np.clip((length - likes) / others, 1e-6, 1).astype(np.float32)
    return picked, np.where(np.take_along_axis(liked, picked, axis=1), np.float32(1), chance[:, None])
