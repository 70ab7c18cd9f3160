"""A small critic of patches, against which the decoder learns to draw texture instead of its average.

Sources: Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks" (2017) judge patches; Lim and
Ye, "Geometric GAN" (2017) for the hinge loss; Wang et al., pix2pixHD (2018) for matching the critic's features.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm


class Critic(nn.Module):
    """Pictures (N, 3, H, W) in [-1, 1] to scores of overlapping patches of 38 px, and the features."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        shape = ((3, width, 2), (width, 2 * width, 2), (2 * width, 4 * width, 2), (4 * width, 4 * width, 1))
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(before, after, 4 if stride == 2 else 3, stride, padding=1))
            for before, after, stride in shape
        )
        self.score = spectral_norm(nn.Conv2d(4 * width, 1, 3, padding=1))

    def forward(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        x = pictures
        features = []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.2)
            features.append(x)
        return self.score(x), features


def critic_loss(critic: Critic, real: Tensor, made: Tensor) -> Tensor:
    """Hinge loss of the critic: real patches above one, made ones below minus one."""
    real_score, _ = critic(real)
    made_score, _ = critic(made.detach())
    return functional.relu(1 - real_score).mean() + functional.relu(1 + made_score).mean()


def adversarial_loss(critic: Critic, real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
    """What the decoder pays: (minus its score, mean distance of its features from the real picture's)."""
    made_score, made_features = critic(made)
    with torch.no_grad():
        _, real_features = critic(real)
    distances = [functional.l1_loss(a, b) for a, b in zip(made_features, real_features, strict=True)]
    return -made_score.mean(), torch.stack(distances).mean()
