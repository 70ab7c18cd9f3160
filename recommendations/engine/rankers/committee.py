"""Several who weigh the signals, and how much each of them is worth: found on groups of lists that they did not see."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.evaluation.stages import PROGRESS
from recommendations.engine.rankers.lists import Lists, deviations, ndcg_by_list, shown
from recommendations.engine.rankers.listwise import Training, Weigher, scores_of

PARTS = 5  # of the groups of lists; a network learns from all but one
MOST_EPOCHS = 15
LOOKED_AT_EVERY = 3  # epochs: hearing a network on lists costs as much as an epoch
DRAWS = 40  # of groups, by whom shares are chosen: their mean is less led by chance than the best of one draw
STEPS = 10  # shares are tenths


@dataclass(frozen=True, slots=True)
class Committee:
    """``shares`` (sum 1) of deep networks, of linear ones, and of the one signal that is best alone, whose scores are
    the feature ``alone``.
    """

    deep: list[Weigher]
    linear: list[Weigher]
    alone: int
    shares: NDArray[np.float64]

    def scores(self, features: NDArray[np.float32], possible: NDArray[np.bool_]) -> NDArray[np.float32]:
        """(lists, candidates); what is not possible stands below all else."""
        told = [_mean(self.deep, features), _mean(self.linear, features), features[..., self.alone]]
        return _blended([deviations(each, possible) for each in told], self.shares, possible)


def convened(lists: Lists, *, signals: int, seed: int) -> Committee:
    """Learns from ``lists``, of whose features the first 2 · ``signals`` are a score and a place of each signal.

    Groups of lists are cut into PARTS; of each kind a network learns from the others of each part and is heard on that
    part. The number of epochs, the signal that stands alone and the shares are those with the best NDCG@20 there.
    """
    part = _parts(lists.groups, seed)
    deep, of_deep = _trained(lists, part, deep=True, seed=seed)
    linear, of_linear = _trained(lists, part, deep=False, seed=seed + 1)
    each = [ndcg_by_list(shown(lists.features[..., 2 * at], lists.possible), lists.liked) for at in range(signals)]
    alone = 2 * int(np.argmax([reached.mean() for reached in each]))
    told = [of_deep, of_linear, lists.features[..., alone].astype(np.float32)]
    shares = chosen_shares([deviations(each, lists.possible) for each in told], lists, seed=seed)
    PROGRESS.info("shares of networks, linear models and signal %d: %s", alone // 2, shares.round(2).tolist())
    return Committee(deep, linear, alone, shares)


def chosen_shares(told: list[NDArray[np.float32]], lists: Lists, *, seed: int) -> NDArray[np.float64]:
    """Of each of ``told`` (lists, candidates): the mean, over draws of groups with replacement, of the shares with the
    best NDCG@20 of that draw (bagging; Breiman, 1996).
    """
    grid = _grid(len(told))
    reached = np.stack([ndcg_by_list(_blended(told, shares, lists.possible), lists.liked) for shares in grid])
    _groups, of_list = np.unique(lists.groups, return_inverse=True)
    by_group = np.stack([np.bincount(of_list, row) for row in reached])  # (grid, groups)
    stream = np.random.default_rng(seed)
    drawn = stream.multinomial(by_group.shape[1], np.full(by_group.shape[1], 1 / by_group.shape[1]), size=DRAWS)
    best = np.argmax(by_group @ drawn.T, axis=0)
    shares: NDArray[np.float64] = grid[best].mean(axis=0)
    return shares


def _parts(groups: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """(lists,) which part a list is in: all lists of a group in the same."""
    names, of_list = np.unique(groups, return_inverse=True)
    places = np.random.default_rng(seed).permutation(len(names)) % PARTS
    found: NDArray[np.int64] = places[of_list]
    return found


def _trained(
    lists: Lists, part: NDArray[np.int64], *, deep: bool, seed: int
) -> tuple[list[Weigher], NDArray[np.float32]]:
    """A network for each part, and (lists, candidates) what each says of the part that it did not see."""
    looks = MOST_EPOCHS // LOOKED_AT_EVERY
    kept: list[list[dict[str, object]]] = []
    networks = []
    reached = np.zeros(looks)
    for number in range(PARTS):
        unseen = part == number
        training = Training(lists.part(~unseen), deep=deep, epochs=MOST_EPOCHS, seed=seed * PARTS + number)
        check = lists.part(unseen)
        states = []
        for look in range(looks):
            for _epoch in range(LOOKED_AT_EVERY):
                training.epoch()
            told = shown(scores_of(training.network, check.features), check.possible)
            reached[look] += ndcg_by_list(told, check.liked).sum() / len(lists.users)
            states.append({name: value.clone() for name, value in training.network.state_dict().items()})
        kept.append(states)
        networks.append(training.network)
    best = int(np.argmax(reached))
    PROGRESS.info(
        "%s networks reach NDCG %.4f on lists that they did not see, after %d epochs",
        "deep" if deep else "linear",
        reached[best],
        (best + 1) * LOOKED_AT_EVERY,
    )
    told = np.empty(lists.liked.shape, dtype=np.float32)
    for number, network in enumerate(networks):
        network.load_state_dict(kept[number][best])
        told[part == number] = scores_of(network.eval(), lists.features[part == number])
    return networks, told


def _mean(networks: list[Weigher], features: NDArray[np.float32]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = np.mean([scores_of(network, features) for network in networks], axis=0)
    return mean


def _blended(
    told: list[NDArray[np.float32]], shares: NDArray[np.float64], possible: NDArray[np.bool_]
) -> NDArray[np.float32]:
    together = sum(np.float32(share) * each for share, each in zip(shares, told, strict=True) if share)
    return shown(np.asarray(together, dtype=np.float32), possible)


def _grid(parts: int) -> NDArray[np.float64]:
    """All shares in steps of 1 / STEPS that have the sum 1."""
    axes = np.meshgrid(*[np.arange(STEPS + 1)] * parts, indexing="ij")
    whole = np.stack([axis.ravel() for axis in axes], axis=1)
    return whole[whole.sum(axis=1) == STEPS] / STEPS
