"""A private bucket that holds volumes, on any server that speaks S3, by django-storages.

Nothing is ever removed from it: several machines may write to one bucket, and no lock of one
machine says what another is about to name. What no row names is private and harmless, and there
already when the same voxels come again. So our account on it needs no right to delete.
"""

import errno
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

from reviewapp.stores.bucket import Bucket
from reviewapp.stores.headers import NGINX_S_OWN, STRIPPED
from reviewapp.stores.store import StoreError, name_of

LOGGER = logging.getLogger(__name__)
#: How long a signed address is good: nginx asks for it at once, and nobody else ever sees it.
SIGNED_FOR_S = 60
#: A request waits no longer for the store than for the database, two tries taken together.
CONNECT_TIMEOUT_S, READ_TIMEOUT_S, TRIES = 3, 10, 2


class S3Store:
    """The objects of a bucket below a prefix."""

    def __init__(self, bucket: Bucket) -> None:
        """Make no connection yet. Keys and region come from AWS's usual variables and files."""
        self.bucket = bucket
        self._storage: Any = S3Storage(
            bucket_name=bucket.name,
            location=bucket.prefix,
            endpoint_url=bucket.endpoint,
            default_acl=None,  # the bucket's own, which must be private
            querystring_auth=True,
            querystring_expire=SIGNED_FOR_S,
            # Or it would be told from the name, and the content said to be something packed.
            object_parameters={"ContentType": "application/octet-stream"},
            client_config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},  # one host, which nginx knows
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=READ_TIMEOUT_S,
                retries={"total_max_attempts": TRIES, "mode": "standard"},
            ),
        )

    def where(self, sha256: str) -> str:
        """Give the address of a volume in S3's own form."""
        return f"{self.bucket}/{name_of(sha256)}"

    def has(self, sha256: str) -> bool:
        """Ask for an object's head.

        Raises
        ------
        StoreError
            The store is away, or refuses us.
        """
        with self._telling(sha256):
            return bool(self._storage.exists(name_of(sha256)))

    def read(self, sha256: str) -> bytes:
        """Fetch an object in one request.

        Raises
        ------
        FileNotFoundError
            There is none.
        StoreError
            The store is away, or refuses us.
        """
        with self._telling(sha256):
            found = self._client.get_object(Bucket=self.bucket.name, Key=self._key(sha256))
            return bytes(found["Body"].read())

    def write(self, sha256: str, packed: bytes) -> None:
        """Put an object; S3 acknowledges it when it is stored, and shows it to all.

        Raises
        ------
        StoreError
            The store is away, or refuses us.
        """
        with self._telling(sha256):
            self._storage.save(name_of(sha256), ContentFile(packed))

    def settle(self, sha256: str) -> None:
        """Do nothing: what was acknowledged is stored."""

    def address(self, sha256: str, method: str) -> str | None:
        """Sign the address of an object for a short time, and give it without its host.

        Raises
        ------
        FileNotFoundError
            There is none.
        StoreError
            The store is away, or refuses us.
        """
        with self._telling(sha256):
            head = self._client.head_object(Bucket=self.bucket.name, Key=self._key(sha256))
            signed = urlsplit(self._storage.url(name_of(sha256), http_method=method))
        if unknown := set(head["ResponseMetadata"]["HTTPHeaders"]) - STRIPPED - NGINX_S_OWN:
            LOGGER.warning(
                "the app sends volumes in nginx's place: the store adds %s, which "
                "nginx-s3.conf does not strip",
                ", ".join(sorted(unknown)),
            )
            return None
        return f"{signed.path.lstrip('/')}?{signed.query}"

    def adding(self) -> AbstractContextManager[None]:
        """Hold nothing: nothing is removed, so nobody is in another's way."""
        return nullcontext()

    def keeping(self) -> AbstractContextManager[None]:
        """Hold nothing, as `adding`."""
        return nullcontext()

    def discard(self, made: set[str], known: Callable[[set[str]], set[str]]) -> None:
        """Remove nothing, as the module says."""

    @property
    def _client(self) -> Any:
        return self._storage.connection.meta.client  # one for each thread

    def _key(self, sha256: str) -> str:
        return f"{self.bucket.prefix}/{name_of(sha256)}".lstrip("/")

    @contextmanager
    def _telling(self, sha256: str) -> Iterator[None]:
        """Tell that an object isn't there from that the store isn't."""
        try:
            yield
        except ClientError as error:
            if _is_missing(error):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
            raise StoreError(f"{self.where(sha256)}: the store refuses us: {error}") from error
        except (BotoCoreError, Boto3Error) as error:
            raise StoreError(f"{self.where(sha256)}: the store is away: {error}") from error


def _is_missing(error: ClientError) -> bool:
    """Say whether the object alone isn't there; a whole bucket that isn't is another matter."""
    status, code = (
        error.response["ResponseMetadata"]["HTTPStatusCode"],
        error.response["Error"]["Code"],
    )
    return bool(status == HTTPStatus.NOT_FOUND and code != "NoSuchBucket")
