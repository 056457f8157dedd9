"""The private store of volumes: canonical NIfTI files, named by the SHA-256 of their content.

The hash is that of the uncompressed file, so it says what the rater saw whatever packs it. Files
lie gzipped in two levels of folders, `ab/cd/abcd….nii.gz`, in a folder or a bucket that the
server's account alone may read (`reviewapp.stores`).
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string
from isal import isal_zlib

from reviewapp.models import Volume
from reviewapp.stores.bucket import Bucket
from reviewapp.stores.folder import FolderStore
from reviewapp.stores.store import Store, StoreError

#: isal's slowest and smallest level; volumes are packed once and served often.
LEVEL = 3
#: Window bits that mean a gzip wrapper (zlib manual, deflateInit2).
GZIP_WBITS = 31
#: What isal raises for a damaged file; its stubs give it as a value, not as a class.
DAMAGED = cast(type[Exception], isal_zlib.error)


class VolumeError(ValueError):
    """A volume is missing from the store, or a file in it is not what its name says."""


class BusyStoreError(VolumeError):
    """Another process is adding volumes."""


def address_of(sha256: str, method: str) -> str | None:
    """Give the place of a volume below the store, as nginx asks for it with a method.

    None where the app has to send it: nginx would let through more than the volume.

    Raises
    ------
    VolumeError
        The store has no such volume.
    StoreError
        The store is away.
    """
    store = _store()
    try:
        return store.address(sha256, method)
    except FileNotFoundError as error:
        raise _lost(store, sha256, error) from None


def read_packed(sha256: str) -> bytes:
    """Give the gzipped bytes of a volume.

    Raises
    ------
    VolumeError
        The store has no such volume.
    StoreError
        The store is away.
    """
    store = _store()
    try:
        return store.read(sha256)
    except StoreError:
        raise
    except OSError as error:
        raise _lost(store, sha256, error) from None


def read(sha256: str) -> bytes:
    """Give the bytes of a volume, inflated and checked against its name.

    Raises
    ------
    VolumeError
        The store has no such volume, or its content has another hash.
    StoreError
        The store is away.
    """
    packed = read_packed(sha256)
    try:
        content = isal_zlib.decompress(packed, wbits=GZIP_WBITS)
    except DAMAGED as error:
        raise VolumeError(f"{_store().where(sha256)}: expected a gzip file, but {error}") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        where = _store().where(sha256)
        raise VolumeError(f"{where}: expected content with that SHA-256, came another")
    return content


@contextmanager
def adding() -> Iterator[Callable[[bytes], str]]:
    """Give a function that stores bytes and gives their SHA-256.

    The rows that name the new volumes must be committed within the block: when it fails, Ctrl-C
    included, files that it made and no row names are removed from a folder, to which one process
    adds at a time. In a bucket they stay: private, harmless, and there already next time.

    Raises
    ------
    BusyStoreError
        Another process is adding.
    """
    store, made = _store(), set[str]()

    def add(content: bytes) -> str:
        sha256, is_new = _put(store, content)
        if is_new:
            made.add(sha256)
        return sha256

    with ExitStack() as stack:
        try:
            stack.enter_context(store.adding())
        except BlockingIOError:
            raise BusyStoreError("another command is adding volumes; wait for it") from None
        try:
            yield add
        except BaseException:
            store.discard(made, _known)
            raise


@contextmanager
def keeping() -> Iterator[Callable[[bytes], str]]:
    """Give a function that stores bytes and gives their SHA-256, while others add or keep too.

    The rows that name them must be committed within the block: meanwhile `adding` removes nothing.
    A file that no row names in the end stays: it is private, harmless, and next time there already.
    """
    store = _store()

    def keep(content: bytes) -> str:
        sha256, _ = _put(store, content)
        store.settle(sha256)
        return sha256

    with store.keeping():
        yield keep


def _store() -> Store:
    return FolderStore() if settings.BUCKET is None else _in_bucket(settings.BUCKET)


@cache
def _in_bucket(bucket: Bucket) -> Store:
    """Give the one store of a bucket; by name, since who has none needs no library for it."""
    made: Store = import_string("reviewapp.stores.s3.S3Store")(bucket)
    return made


def _lost(store: Store, sha256: str, error: OSError) -> VolumeError:
    return VolumeError(f"{store.where(sha256)}: expected a volume, but {error.strerror}")


def _put(store: Store, content: bytes) -> tuple[str, bool]:
    """Store what isn't there; give its name, and whether it is new."""
    sha256 = hashlib.sha256(content).hexdigest()
    is_new = not store.has(sha256)
    if is_new:
        store.write(sha256, isal_zlib.compress(content, LEVEL, wbits=GZIP_WBITS))
    return sha256, is_new


def _known(sha256s: set[str]) -> set[str]:
    return set(Volume.objects.filter(pk__in=sha256s).values_list("pk", flat=True))
