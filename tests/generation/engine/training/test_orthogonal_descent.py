"""The optimizer: orthogonal updates of the promised size, and a loss that falls."""

import pytest
import torch
from torch import Tensor
from torch.nn import Parameter

from generation.engine.training.orthogonal_descent import Muon, orthogonalised


def _one_update(shape: tuple[int, ...], *, like_adam: bool, bf16: bool = False) -> Tensor:
    torch.manual_seed(0)
    parameter = Parameter(torch.zeros(shape))
    optimizer = Muon([parameter], [], lr=0.1, adam_ratio=1.0, like_adam=like_adam, bf16=bf16)
    parameter.grad = torch.randn(shape)
    optimizer.step()
    return parameter.detach()


def test_the_singular_values_of_an_orthogonalised_matrix_are_near_one() -> None:
    values = torch.linalg.svdvals(orthogonalised(torch.randn(3, 24, 60)))
    assert float(values.min()) > 0.6
    assert float(values.max()) < 1.3


@pytest.mark.parametrize("shape", [(32, 128), (128, 32), (64, 16, 3, 3)])
@pytest.mark.parametrize("bf16", [False, True])
def test_like_adam_an_update_has_the_size_of_adams(shape: tuple[int, ...], bf16: bool) -> None:
    change = _one_update(shape, like_adam=True, bf16=bf16)
    assert float(change.square().mean().sqrt()) == pytest.approx(0.1 * 0.2, rel=0.25)


def test_without_it_an_update_has_the_size_of_an_orthogonal_matrix() -> None:
    change = _one_update((32, 128), like_adam=False)
    assert float(torch.linalg.svdvals(change).mean()) == pytest.approx(0.1, rel=0.25)


def test_matrices_and_vectors_learn_together() -> None:
    torch.manual_seed(0)
    wanted, given = torch.randn(8, 16), torch.randn(200, 16)
    layer = torch.nn.Linear(16, 8)
    optimizer = Muon([layer.weight], [layer.bias], lr=0.05, adam_ratio=1.0, weight_decay=0.01, like_adam=True)
    losses = []
    for _ in range(200):
        loss = (layer(given) - given @ wanted.T - 1).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 20
