"""Large symmetric matrices in float32, of which no second copy is held."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import get_lapack_funcs
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.errors import LeftOut

_BLOCK = 1024


def gram(inputs: csr_matrix) -> NDArray[np.float32]:
    """(columns, columns) XᵀX of ``inputs`` X, in the order of columns (LAPACK's)."""
    columns = inputs.shape[1]
    found = np.empty((columns, columns), dtype=np.float32, order="F")
    by_column = inputs.T.tocsr()
    for start in range(0, columns, _BLOCK):
        found[:, start : start + _BLOCK] = (by_column[start : start + _BLOCK] @ inputs).toarray().T
    return found


def inverse_in_place(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inverse of a symmetric positive definite ``matrix``, by its Cholesky factor, in the order of rows.

    A ``matrix`` in the order of columns becomes its inverse and is of no use afterwards. Raises LeftOut where it is not
    positive definite.
    """
    factor, inverse_of_factored = get_lapack_funcs(("potrf", "potri"), (matrix,))
    found, failed = factor(matrix, lower=1, overwrite_a=1, clean=0)
    if not failed:
        found, failed = inverse_of_factored(found, lower=1, overwrite_c=1)
    if failed:
        raise LeftOut(f"A matrix of {len(matrix)} rows is not positive definite.")
    inverse: NDArray[np.float32] = found.T  # symmetric: the same in the order of rows, which products want
    _mirror_upper(inverse)
    return inverse


def _mirror_upper(matrix: NDArray[np.float32]) -> None:
    """Copies what is above the diagonal to below it."""
    items = len(matrix)
    for start in range(0, items, _BLOCK):
        end = min(start + _BLOCK, items)
        matrix[end:, start:end] = matrix[start:end, end:].T
        corner = np.triu(matrix[start:end, start:end])
        matrix[start:end, start:end] = corner + np.triu(corner, 1).T
