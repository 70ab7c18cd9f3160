"""How alike two pictures are: PSNR and SSIM, by scikit-image."""

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import peak_signal_noise_ratio, structural_similarity


def psnr(wanted: NDArray[np.uint8], got: NDArray[np.uint8]) -> float:
    """Peak signal to noise in dB over bytes (H, W, 3); equal pictures count as 99."""
    if np.array_equal(wanted, got):
        return 99.0
    return float(peak_signal_noise_ratio(wanted, got, data_range=255))


def ssim(wanted: NDArray[np.uint8], got: NDArray[np.uint8]) -> float:
    """Structural similarity (Wang et al., 2004, Gaussian windows), -1 to 1, mean of the channels of bytes (H, W, 3)."""
    return float(
        structural_similarity(
            wanted, got, data_range=255, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
    )
