"""Which bucket holds the volumes, as two environment variables name it; none: a folder does."""

import importlib.util
import re
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

#: Characters that are the same in a path, in an address and in a signature.
PLACE = re.compile(
    r"s3://(?P<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/?(?P<prefix>([A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*/?)?)"
)
ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")


@dataclass(frozen=True)
class Bucket:
    """A bucket, the start of our names in it, and the server that has it."""

    endpoint: str
    name: str
    prefix: str

    def __str__(self) -> str:
        return "/".join(filter(None, ("s3:/", self.name, self.prefix)))


def bucket_of(place: str, endpoint: str) -> Bucket | None:
    """Read SECOND_LOOK_VOLUMES and SECOND_LOOK_S3_ENDPOINT; None for a folder.

    Raises
    ------
    ImproperlyConfigured
        They name no bucket, or what speaks to one isn't installed.

    Examples
    --------
    >>> str(bucket_of("s3://lab-volumes/second-look/", "https://s3.example.org"))
    's3://lab-volumes/second-look'
    """
    if not place:
        return None
    found = PLACE.fullmatch(place)
    if found is None:
        raise ImproperlyConfigured(
            f'SECOND_LOOK_VOLUMES must be s3://BUCKET/PREFIX of plain characters, not "{place}"'
        )
    if ENDPOINT.fullmatch(endpoint) is None:
        raise ImproperlyConfigured(
            "SECOND_LOOK_S3_ENDPOINT must be the address of the server that has the bucket, such "
            f'as https://s3.eu-central-1.amazonaws.com, not "{endpoint}"'
        )
    if missing := [name for name in ("storages", "boto3") if not importlib.util.find_spec(name)]:
        raise ImproperlyConfigured(
            f"SECOND_LOOK_VOLUMES names a bucket, but {' and '.join(missing)} can't be imported: "
            "install requirements-s3.txt"
        )
    return Bucket(endpoint, found["name"], found["prefix"].rstrip("/"))
