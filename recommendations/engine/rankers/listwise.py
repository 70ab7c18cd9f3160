"""A network that gives each candidate of a list a score, trained on lists of which some candidates were liked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from recommendations.engine.evaluation import metrics
from recommendations.engine.evaluation.errors import LeftOut
from recommendations.engine.evaluation.stages import PROGRESS

K = 20
HIDDEN = 48
DROPOUT = 0.1
MOST_EPOCHS = 24
PATIENCE = 5
BATCH = 64
DRAWN = 64  # candidates that were not liked, drawn anew for each list and epoch
RATE = 3e-3
VALIDATION_SHARE = 0.12
LEAST_LISTS = 20
_FAR = 6.0  # deviations from the mean, where a feature is cut


@dataclass(frozen=True, slots=True)
class Lists:
    """``features``: (lists, candidates, features) float16; ``liked``: (lists, candidates); ``users``: whose."""

    features: NDArray[np.float16]
    liked: NDArray[np.bool_]
    users: NDArray[np.int64]


def joined(lists: Sequence[Lists]) -> Lists:
    """All of ``lists``, which have as many candidates each. Raises LeftOut where they are fewer than LEAST_LISTS."""
    if sum(len(each.users) for each in lists) < LEAST_LISTS:
        raise LeftOut(f"fewer than {LEAST_LISTS} users like enough to learn from.")
    return Lists(
        features=np.concatenate([each.features for each in lists]),
        liked=np.concatenate([each.liked for each in lists]),
        users=np.concatenate([each.users for each in lists]),
    )


class Weigher(nn.Module):
    """A linear part, which is learnt in moments, and a perceptron with two hidden layers beside it."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("deviation", torch.ones(features))
        self.linear = nn.Linear(features, 1, bias=False)
        self.layers = nn.Sequential(
            nn.Linear(features, HIDDEN),
            nn.GELU(),
            nn.Dropout(DROPOUT),
            nn.Linear(HIDDEN, HIDDEN),
            nn.GELU(),
            nn.Dropout(DROPOUT),
            nn.Linear(HIDDEN, 1),
        )
        nn.init.zeros_(self.linear.weight)
        last = self.layers[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)

    def forward(self, features: Tensor) -> Tensor:
        """(lists, candidates, features) -> (lists, candidates)."""
        scaled = ((features - self.mean) / self.deviation).clamp(-_FAR, _FAR)
        scores: Tensor = (self.linear(scaled) + self.layers(scaled)).squeeze(-1)
        return scores


def learn(lists: Lists, *, seed: int) -> Weigher:
    """A network that puts the liked candidates first; of its epochs the one with the best NDCG@20 for users whose lists
    it did not see.

    Loss: the cross-entropy between a list's softmax and its likes (ListNet; Cao et al., 2007), by the root of their
    number, so that users with many likes do not decide alone.
    """
    torch.manual_seed(seed)
    stream = np.random.default_rng(seed)
    unseen = np.isin(lists.users, _some(np.unique(lists.users), stream))
    train, check = _part(lists, ~unseen), _part(lists, unseen)
    network = Weigher(lists.features.shape[-1])
    sample = train.features[: max(1, 500_000 // lists.features.shape[1])].astype(np.float32)
    network.mean = torch.from_numpy(sample.mean(axis=(0, 1)))
    network.deviation = torch.from_numpy(sample.std(axis=(0, 1)) + 1e-4)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-2)
    fading = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, MOST_EPOCHS)
    best, kept, since = -1.0, network.state_dict(), 0
    for _epoch in range(MOST_EPOCHS):
        _one_epoch(network, optimizer, train, stream)
        fading.step()
        reached = ndcg_of(network, check)
        if reached > best:
            best, since = reached, 0
            kept = {name: value.clone() for name, value in network.state_dict().items()}
        elif (since := since + 1) == PATIENCE:
            break
    PROGRESS.info("the network reaches NDCG %.4f on users that it did not see", best)
    network.load_state_dict(kept)
    return network.eval()


def scores_of(network: Weigher, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """(lists, candidates), the softmax of each list."""
    network.eval()
    with torch.no_grad():
        softmax: NDArray[np.float32] = torch.softmax(network(torch.from_numpy(features)), dim=-1).numpy()
    return softmax


def ndcg_of(network: Weigher, lists: Lists) -> float:
    """Mean NDCG@20 over ``lists``, among their candidates alone; 0 without lists."""
    reached = []
    for start in range(0, len(lists.users), 256):
        part = slice(start, start + 256)
        found = scores_of(network, lists.features[part].astype(np.float32))
        top = metrics.top_items(found, K)
        hits = np.take_along_axis(lists.liked[part], np.maximum(top, 0), axis=1) & (top != metrics.NOTHING)
        reached.append(metrics.ndcg(hits, lists.liked[part].sum(axis=1)))
    return float(np.concatenate(reached).mean()) if reached else 0.0


def _one_epoch(network: Weigher, optimizer: torch.optim.Optimizer, lists: Lists, stream: np.random.Generator) -> None:
    network.train()
    order = stream.permutation(len(lists.users))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        liked = lists.liked[batch]
        picked, chance = drawn(liked, stream)
        features = np.take_along_axis(lists.features[batch], picked[..., None], axis=1).astype(np.float32)
        told = torch.from_numpy(np.take_along_axis(liked, picked, axis=1).astype(np.float32))
        scores = network(torch.from_numpy(features)) - torch.from_numpy(np.log(chance))
        losses = -(torch.log_softmax(scores, dim=-1) * told).sum(dim=-1) / told.sum(dim=-1).sqrt()
        optimizer.zero_grad()
        losses.mean().backward()
        optimizer.step()


def drawn(liked: NDArray[np.bool_], stream: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """All liked candidates and some of the others, as columns, and the chance (lists, columns) that each was drawn.

    Lists are equally long, so those with fewer likes draw more. Scores less ln(chance) make the sum over what was
    drawn an estimate of the sum over all (importance sampling of the softmax; Bengio and Senecal, 2008).
    """
    count = liked.shape[1]
    likes = liked.sum(axis=1)
    length = min(count, int(likes.max()) + DRAWN)
    order = stream.random(liked.shape, dtype=np.float32) - liked  # liked ones first
    picked = np.argpartition(order, length - 1, axis=1)[:, :length]
    chance = ((length - likes) / np.maximum(count - likes, 1)).astype(np.float32)
    return picked, np.where(np.take_along_axis(liked, picked, axis=1), np.float32(1), chance[:, None])


def _some(users: NDArray[np.int64], stream: np.random.Generator) -> NDArray[np.int64]:
    return stream.choice(users, size=max(1, round(VALIDATION_SHARE * len(users))), replace=False)


def _part(lists: Lists, keep: NDArray[np.bool_]) -> Lists:
    return Lists(lists.features[keep], lists.liked[keep], lists.users[keep])
