"""A small network that has learnt to tell all likes of a user from some of them."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from recommendations.engine.evaluation.interactions import Interactions

WIDTH = 192
DROPOUT = 0.5  # of the likes that are read
BATCH = 128
RATE = 2e-3
DECAY = 0.3
MOST_UPDATES = 1500
EPOCHS = 80
_AT_ONCE = 512


class Autoencoder:
    """Likes of length one, some left out, through one hidden layer to a softmax over all items (Mult-DAE; Liang et
    al., Variational autoencoders for collaborative filtering, 2018).
    """

    name = "autoencoder"

    def fit(self, known: Interactions, *, seed: int) -> None:
        torch.manual_seed(seed)
        stream = np.random.default_rng(seed)
        self.positives = known.positives
        self.network = nn.Sequential(
            nn.Dropout(DROPOUT), nn.Linear(known.items, WIDTH), nn.Tanh(), nn.Linear(WIDTH, known.items)
        )
        users = np.flatnonzero(np.diff(known.positives.indptr))
        batches = -(-len(users) // BATCH)
        epochs = max(1, min(EPOCHS, MOST_UPDATES // batches))
        optimizer = torch.optim.AdamW(self.network.parameters(), lr=RATE, weight_decay=DECAY)
        fading = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
        self.network.train()
        for _epoch in range(epochs):
            for batch in np.array_split(stream.permutation(users), batches):
                likes = torch.from_numpy(self.positives[batch].toarray())
                told = torch.log_softmax(self.network(_of_length_one(likes)), dim=-1)
                loss = -(told * likes).sum(dim=-1).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            fading.step()
        self.network.eval()

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(users), items), logits."""
        with torch.no_grad():
            found = [
                self.network(
                    _of_length_one(torch.from_numpy(self.positives[users[start : start + _AT_ONCE]].toarray()))
                )
                for start in range(0, len(users), _AT_ONCE)
            ]
        scores: NDArray[np.float32] = torch.cat(found).numpy()
        return scores


def _of_length_one(likes: torch.Tensor) -> torch.Tensor:
    return nn.functional.normalize(likes, dim=-1)
