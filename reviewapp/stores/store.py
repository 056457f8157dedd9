"""What the store of volumes must do, wherever it lies."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class StoreError(OSError):
    """The store can't be reached or refuses us; it says nothing of whether a volume is there."""


class Store(Protocol):
    """Packed volumes by the SHA-256 of their content; one that was written never changes."""

    def where(self, sha256: str) -> str:
        """Say where a volume lies or would lie, for messages."""

    def has(self, sha256: str) -> bool:
        """Say whether a volume is there."""

    def read(self, sha256: str) -> bytes:
        """Give the packed bytes of a volume.

        Raises
        ------
        OSError
            There is none, or it can't be read; a StoreError where the whole store is away.
        """

    def write(self, sha256: str, packed: bytes) -> None:
        """Store a volume, whole or not at all."""

    def settle(self, sha256: str) -> None:
        """Return once a volume that is there outlives a crash, its name included."""

    def address(self, sha256: str, method: str) -> str | None:
        """Give the place of a volume below the store, as nginx asks for it with GET or HEAD.

        None where nginx would let through more than the volume: then the app sends it.

        Raises
        ------
        FileNotFoundError
            There is none.
        StoreError
            The store is away.
        """

    def adding(self) -> AbstractContextManager[None]:
        """Hold whatever keeps a second command from adding, if a failed one is cleaned up."""

    def keeping(self) -> AbstractContextManager[None]:
        """Hold whatever keeps volumes that no row names yet from being discarded."""

    def discard(self, made: set[str], known: Callable[[set[str]], set[str]]) -> None:
        """Remove what a failed command made and no row names, where that is safe."""


def name_of(sha256: str) -> str:
    """Give the name of a volume below any store.

    >>> name_of("abcdef")
    'ab/cd/abcdef.nii.gz'
    """
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}.nii.gz"
