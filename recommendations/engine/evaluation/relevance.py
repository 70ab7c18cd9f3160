"""From which rating on an item counts as liked."""

import numpy as np
from numpy.typing import NDArray


def default_threshold(ratings: NDArray[np.float64]) -> float:
    """The least rating that counts as liked, guessed from the scale that the file seems to use.

    - All ratings are the same: that one (a file of likes).
    - The highest is above 3 and at most 5: 4 (stars, whole or half).
    - The highest is above 5 and at most 10: 8 (the same on twice the scale).
    - Otherwise the least rating above 0: likes of 0 and 1, thumbs of -1 and 1, weights and counts of plays say that
      somebody chose the item; where none is above 0, the highest.
    """
    highest = float(ratings.max())
    if highest == float(ratings.min()):
        return highest
    if 3 < highest <= 5:
        return 4.0
    if 5 < highest <= 10:
        return 8.0
    return float(ratings[ratings > 0].min()) if highest > 0 else highest
