"""Random numbers that a text settles: the same ones on any machine and with any library."""

import hashlib

import numpy as np
import numpy.typing as npt

#: Numbers made at once for those that are taken one by one.
BLOCK = 4096


class Chance:
    """A stream of random 64-bit numbers: SHAKE-256 (FIPS 202) of a text and a counter.

    Generators of libraries may change what they draw from the same numbers; this can't.

    Examples
    --------
    >>> Chance("42 anna").permutation(5).tolist()
    [3, 2, 4, 1, 0]
    """

    def __init__(self, text: str) -> None:
        """Begin the stream of a text."""
        self._text = hashlib.sha256(text.encode()).digest()
        self._n_blocks = 0
        self._left: list[int] = []

    def words(self, n: int) -> npt.NDArray[np.uint64]:
        """Give the next n numbers in [0, 2**64)."""
        block = self._text + self._n_blocks.to_bytes(8, "little")
        self._n_blocks += 1
        return np.frombuffer(hashlib.shake_256(block).digest(8 * n), "<u8").astype(np.uint64)

    def permutation(self, n: int) -> npt.NDArray[np.intp]:
        """Give 0 to n - 1 in random order: the order of n random numbers."""
        return np.argsort(self.words(n), kind="stable")

    def below(self, n: int) -> int:
        """Give a whole number in [0, n); of n choices none is likelier by more than n / 2**64."""
        if not self._left:
            self._left = self.words(BLOCK).tolist()
        return self._left.pop() * n >> 64
