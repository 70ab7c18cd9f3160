"""The restorer's four networks.

All take pictures in 0 to 1. The repairer, the denoiser and the tone begin, untrained, at a plain classical result: they
learn only what that misses. U-Nets after Ronneberger et al. (2015); the repairer's gate after Yu et al., "Free-Form
Image Inpainting with Gated Convolution" (2019), here one gate, in the open, that chooses between what lies under the
damage and what lies around it; the tone's colour polynomials after Finlayson et al., "Color correction using
root-polynomial regression" (2015).
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

# Each halving is one stage; sides must be multiples of 2 to the power of the stages.
STRIDE = 8


class _Stage(nn.Module):
    """Two convolutions with a way around them."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, padding=1)
        self.second = nn.Conv2d(after, after, 3, padding=1)
        self.around = nn.Identity() if before == after else nn.Conv2d(before, after, 1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.add(self.around(x), self.second(functional.silu(self.first(functional.silu(x)))))


class UNet(nn.Module):
    """(N, inputs, H, W) to (N, outputs, H, W), H and W multiples of STRIDE; all zeros until trained.

    Without normalisation, so that a piece of a picture gives what the whole would. `RADIUS_PX` bounds how far it sees.
    """

    # Per stage at stride s: two 3×3 convolutions down and two up reach 4s, halving and doubling another 2s.
    RADIUS_PX = 2 + 6 * (1 + 2 + 4 + 8)

    def __init__(self, inputs: int, outputs: int, widths: tuple[int, int, int, int]) -> None:
        super().__init__()
        self.head = nn.Conv2d(inputs, widths[0], 3, padding=1)
        self.down = nn.ModuleList(_Stage(width, width) for width in widths)
        self.shrink = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in pairwise(widths))
        self.grow = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(widths))
        self.up = nn.ModuleList(_Stage(width, width) for width in widths[:-1])
        self.tail = nn.Conv2d(widths[0], outputs, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        x = self.head(x)
        skips = []
        for index, stage in enumerate(self.down):
            x = stage(x)
            if index < len(self.shrink):
                skips.append(x)
                x = self.shrink[index](x)
        for index in reversed(range(len(self.up))):
            grown = functional.interpolate(self.grow[index](x), scale_factor=2, mode="nearest")
            x = self.up[index](grown + skips[index])
        return torch.as_tensor(self.tail(functional.silu(x)))


class Finder(nn.Module):
    """A damaged picture (N, 3, H, W) to logits (N, 1, H, W): is this pixel locally damaged?"""

    def __init__(self) -> None:
        super().__init__()
        self.net = UNet(3, 1, (16, 32, 48, 64))
        # Damage is rare.
        nn.init.constant_(self.net.tail.bias, -2.0)  # type: ignore[arg-type]

    def forward(self, damaged: Tensor) -> Tensor:
        return torch.as_tensor(self.net(damaged - 0.5))


class Repairer(nn.Module):
    """(damaged, filled, mask), stacked to (N, 7, H, W), to (N, 4, H, W): the repaired picture and the gate.

    `filled` is the classical inpainting of the mask. The gate is 1 where the colour is taken from the damaged pixel
    itself and 0 where it is taken from its surroundings, that is, invented.
    """

    def __init__(self) -> None:
        super().__init__()
        self.net = UNet(7, 4, (32, 48, 96, 128))

    def forward(self, stacked: Tensor) -> Tensor:
        damaged, filled, mask = stacked[:, :3], stacked[:, 3:6], stacked[:, 6:7]
        made = self.net(torch.cat([damaged - 0.5, filled - damaged, mask], dim=1)).float()
        gate = torch.sigmoid(made[:, 3:4] * 4)
        repaired = gate * damaged + (1 - gate) * filled + made[:, :3]
        return torch.cat([mask * repaired + (1 - mask) * damaged, gate], dim=1)


class Denoiser(nn.Module):
    """A noisy picture (N, 3, H, W) to a clean one; it learns the noise (Zhang et al., DnCNN, 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.net = UNet(3, 3, (32, 48, 64, 96))

    def forward(self, noisy: Tensor) -> Tensor:
        return torch.add(noisy, self.net(noisy - 0.5).float())


def colour_terms(colours: Tensor) -> Tensor:
    """Colours (..., 3) to the ten terms of degree two and less (..., 10)."""
    r, g, b = colours.unbind(-1)
    return torch.stack([torch.ones_like(r), r, g, b, r * r, g * g, b * b, r * g, g * b, b * r], dim=-1)


class ToneReader(nn.Module):
    """A picture reduced to (N, 3, 64, 64) to coefficients (N, 10, 3), which turn `colour_terms` into a correction.

    Per picture one polynomial for all pixels: no place is treated unlike another, and any size costs the same to judge.
    """

    SIDE_PX = 64

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        shape = ((3, width), (width, 2 * width), (2 * width, 3 * width), (3 * width, 3 * width))
        self.layers = nn.ModuleList(nn.Conv2d(before, after, 3, stride=2, padding=1) for before, after in shape)
        # Mean, spread, lowest and highest of each channel tell most of a tint and of lost contrast.
        self.middle = nn.Linear(3 * width + 12, 96)
        self.tail = nn.Linear(96, 30)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)

    def forward(self, reduced: Tensor) -> Tensor:
        x = reduced - 0.5
        flat = x.flatten(2)
        facts = torch.cat([flat.mean(2), flat.std(2), flat.amin(2), flat.amax(2)], dim=1)
        for layer in self.layers:
            x = functional.silu(layer(x))
        features = torch.cat([x.mean((2, 3)), facts * 4], dim=1)
        return torch.as_tensor(self.tail(functional.silu(self.middle(features)))).float().view(-1, 10, 3)


def corrected(pictures: Tensor, coefficients: Tensor) -> Tensor:
    """Pictures (N, 3, H, W) plus their polynomial correction (N, 10, 3)."""
    terms = colour_terms(pictures.permute(0, 2, 3, 1))
    return torch.add(pictures, torch.einsum("nhwt,ntc->nchw", terms, coefficients))
