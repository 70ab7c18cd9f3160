"""The sequence model: what a viewer did last, as the direction of content that she will take next."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from recommendations.engine.feed.contract import HALF_LIFE_DAYS, KINDS, LAST_ACTS, STRENGTHS, Floats
from recommendations.engine.training.examples import Batches, Examples, History

HEADS, LAYERS = 4, 2
LN2 = float(np.log(2.0))  # ONNX knows no powers of two
# Ages are told as how far each of these times is over.
_AGES_DAYS = (0.05, 1.0, 7.0, 30.0, 120.0)
_AT_FIRST_SCALE = 10.0  # cosines lie close together; a softmax needs larger differences


class _Block(nn.Module):
    """Self-attention and a perceptron, each beside what goes through (normalised before; Xiong et al., 2020)."""

    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.before_attention, self.before_layers = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.queries, self.keys, self.values = (nn.Linear(hidden, hidden) for _ in range(3))
        self.out = nn.Linear(hidden, hidden)
        self.layers = nn.Sequential(nn.Linear(hidden, 2 * hidden), nn.GELU(), nn.Linear(2 * hidden, hidden))
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, missing: Tensor) -> Tensor:
        """(B, L, hidden); ``missing`` (B, 1, 1, L): -inf where there is no act, else 0."""
        batch, length, hidden = states.shape
        given = self.before_attention(states)

        def in_heads(layer: nn.Module) -> Tensor:
            found: Tensor = layer(given).view(batch, length, HEADS, hidden // HEADS).transpose(1, 2)
            return found

        likeness = in_heads(self.queries) @ in_heads(self.keys).transpose(2, 3) / (hidden // HEADS) ** 0.5
        read = torch.softmax(likeness + missing, dim=-1) @ in_heads(self.values)
        states = states + self.dropout(self.out(read.transpose(1, 2).reshape(batch, length, hidden)))
        found: Tensor = states + self.dropout(self.layers(self.before_layers(states)))
        return found


class Sequence(nn.Module):
    """The mean direction of the acts' works, each act weighed by its kind and age; what two layers of self-attention
    over the acts make of them changes the weights and moves the direction.

    Before training it is the mean direction alone, weighed as in the contract (STRENGTHS, HALF_LIFE_DAYS).
    """

    ages: Tensor

    def __init__(self, width: int, *, hidden: int = 64, dropout: float = 0.1) -> None:
        super().__init__()
        self.strengths = nn.Parameter(torch.from_numpy(STRENGTHS.copy()))
        self.half_life = nn.Parameter(torch.tensor(float(np.log(HALF_LIFE_DAYS))))
        self.of_content = nn.Linear(width, hidden)
        self.of_kind = nn.Embedding(len(KINDS), hidden)
        self.of_age = nn.Linear(len(_AGES_DAYS), hidden)
        self.blocks = nn.ModuleList(_Block(hidden, dropout) for _ in range(LAYERS))
        self.last = nn.LayerNorm(hidden)
        self.weight = nn.Linear(hidden, 1)
        self.turn = nn.Linear(width, width, bias=False)
        self.offset = nn.Linear(hidden, width)
        self.dropout = nn.Dropout(dropout)
        for layer in (self.weight, self.turn, self.offset):
            nn.init.zeros_(layer.weight)
        for layer in (self.weight, self.offset):
            nn.init.zeros_(layer.bias)
        self.register_buffer("ages", torch.tensor(_AGES_DAYS), persistent=False)

    def forward(self, content: Tensor, kinds: Tensor, age_days: Tensor, there: Tensor | None = None) -> Tensor:
        """(B, L, width), (B, L), (B, L) -> (B, width). ``there`` (B, L): 0 where the row is filled up, else 1."""
        there = torch.ones_like(age_days) if there is None else there
        age = age_days.clamp(min=0.0)
        over = 1 - torch.exp(-age.unsqueeze(-1) / self.ages)
        states = self.dropout(self.of_content(content) + self.of_kind(kinds) + self.of_age(over))
        missing = ((there - 1) * 1e9)[:, None, None, :]
        for block in self.blocks:
            states = block(states, missing)
        states = self.last(states)
        stress = torch.exp(self.weight(states).squeeze(-1).clamp(-3.0, 3.0))
        weights = self.strengths[kinds] * torch.exp(-LN2 * age / self.half_life.exp()) * stress * there
        mean = (weights.unsqueeze(1) @ content).squeeze(1)
        direction = mean / mean.norm(dim=-1, keepdim=True).clamp(min=1e-6)
        met = (states * there.unsqueeze(-1)).sum(1) / there.sum(1, keepdim=True).clamp(min=1.0)
        taste: Tensor = direction + self.turn(direction) + self.offset(met)
        return taste


@dataclass(frozen=True, slots=True)
class SequenceBatch:
    """B examples: the acts before each (L filled up), and the next work among candidates that they share."""

    content: Tensor
    kinds: Tensor
    age_days: Tensor
    there: Tensor
    candidates: Tensor
    popularity: Tensor
    allowed: Tensor
    weights: Tensor


class SequenceTask(nn.Module):
    """The loss of a batch: the softmax over the candidates, where the next work is the i-th of the i-th example.

    How popular a work was is told with a learnt weight, so that the taste need not say it.
    """

    def __init__(self, model: Sequence) -> None:
        super().__init__()
        self.model = model
        self.scale = nn.Parameter(torch.tensor(float(np.log(_AT_FIRST_SCALE))))
        self.popularity = nn.Parameter(torch.tensor(0.5))

    def forward(self, batch: SequenceBatch) -> Tensor:
        taste = self.model(batch.content, batch.kinds, batch.age_days, batch.there)
        logits = self.scale.exp() * (taste @ batch.candidates.T) + self.popularity * batch.popularity
        logits = logits.masked_fill(~batch.allowed, -1e9)
        chances = torch.log_softmax(logits, dim=-1).diagonal()
        loss: Tensor = -(batch.weights * chances).sum() / batch.weights.sum().clamp(min=1e-6)
        return loss


class SequenceBatches:
    """Makes the batch of a step from the history. ``others``: works drawn at random beside the examples' own."""

    def __init__(self, history: History, batches: Batches, *, others: int, seed: int) -> None:
        self.history, self.batches, self.others, self.seed = history, batches, others, seed

    def of_step(self, step: int, device: torch.device) -> SequenceBatch:
        """The same step gives the same batch."""
        history, examples = self.history, self.batches.of_step(step)
        stream = np.random.default_rng([self.seed, step, self.batches.rank])
        own = history.work[examples.positions]
        drawn = stream.integers(len(history.data.works), size=self.others)
        works = np.concatenate([own, drawn])
        viewers, at = history.viewer[examples.positions][:, None], history.at[examples.positions][:, None]
        grid = np.broadcast_to(works, (len(own), len(works)))
        allowed = (history.published_at[works] <= at) & ~history.past.meets_ever(viewers, grid)
        places = np.arange(len(own))
        # The next work of several examples stands among the candidates once as itself.
        allowed[:, : len(own)] &= own[None, :] != own[:, None]
        allowed[places, places] = True
        content, kinds, ages, there = filled_up(history, examples)
        arrays = (
            content,
            kinds,
            ages,
            there,
            history.content(works),
            np.log1p(history.past.popularity.at(grid, at)),
            allowed,
            examples.weights,
        )
        return SequenceBatch(*(torch.from_numpy(np.ascontiguousarray(array)).to(device) for array in arrays))


def filled_up(history: History, examples: Examples) -> tuple[Floats, NDArray[np.int64], Floats, Floats]:
    """The acts before each example, up to LAST_ACTS, the last one in the last column."""
    positions = examples.positions
    columns = positions[:, None] - np.arange(LAST_ACTS, 0, -1)[None, :]
    there = columns >= history.begins[history.viewer[positions]][:, None]
    longest = max(1, int(there.sum(1).max()))
    columns, there = np.maximum(columns[:, -longest:], 0), there[:, -longest:]
    content = history.content(history.work[columns].ravel()).reshape(*columns.shape, -1) * there[..., None]
    ages = ((history.at[positions][:, None] - history.at[columns]) / 86_400).astype(np.float32)
    return content.astype(np.float32), history.kind[columns] * there, ages * there, there.astype(np.float32)
