"""Fréchet distance between two sets of pictures, in a feature space of our own."""

import numpy as np
from numpy.typing import NDArray
from scipy import linalg


def frechet_distance(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """The distance between Gaussians fitted to two sets of features (n, d) and (m, d).

    It shrinks with more pictures, so compare only distances between sets of equal size. Source: Heusel et al., "GANs
    Trained by a Two Time-Scale Update Rule" (2017), with the judge's features in place of Inception's.
    """
    means = one.mean(axis=0), other.mean(axis=0)
    spreads = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    # A little on the diagonal keeps the root real where a feature never varies.
    ridge = 1e-6 * np.eye(one.shape[1])
    root = linalg.sqrtm((spreads[0] + ridge) @ (spreads[1] + ridge))
    difference = means[0] - means[1]
    return float(difference @ difference + np.trace(spreads[0] + spreads[1] - 2 * np.real(root)))
