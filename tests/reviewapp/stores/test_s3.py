"""A bucket in the folder's place: private, checked, never emptied, told when it is away."""

import hashlib
import http.client
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from reviewapp import volumes
from reviewapp.models import Volume
from reviewapp.outages import is_outage
from reviewapp.stores.bucket import Bucket
from reviewapp.stores.s3 import SIGNED_FOR_S
from reviewapp.stores.store import StoreError, name_of
from reviewapp.volumes import VolumeError
from tests.s3_server import S3Server

pytestmark = pytest.mark.django_db
CONTENT = b"voxels" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def stored(bucket: Bucket) -> str:
    """Give the name of a volume that is there."""
    with volumes.adding() as add:
        return add(CONTENT)


def key_of(bucket: Bucket, sha256: str) -> str:
    return f"{bucket.prefix}/{name_of(sha256)}"


def names_in(s3: S3Server, bucket: Bucket) -> list[str]:
    found = s3.client().list_objects_v2(Bucket=bucket.name).get("Contents", [])
    return [entry["Key"] for entry in found]


def ask(s3: S3Server, place: str, method: str = "GET") -> tuple[int, bytes]:
    """Ask for an address below the endpoint, as nginx would."""
    context = ssl.create_default_context(cafile=s3.certificate)
    connection = http.client.HTTPSConnection(urlsplit(s3.endpoint).netloc, context=context)
    connection.request(method, f"/{place}")
    response = connection.getresponse()
    return response.status, response.read()


def test_content_is_stored_once_under_its_hash(s3: S3Server, bucket: Bucket, stored: str) -> None:
    assert names_in(s3, bucket) == [key_of(bucket, SHA256)]
    before = s3.client().head_object(Bucket=bucket.name, Key=key_of(bucket, SHA256))
    s3.refused = {"PUT", "POST"}
    with volumes.adding() as add, volumes.keeping() as keep:
        assert add(CONTENT) == keep(CONTENT) == stored == SHA256
    after = s3.client().head_object(Bucket=bucket.name, Key=key_of(bucket, SHA256))
    assert after["LastModified"] == before["LastModified"]
    assert volumes.read(SHA256) == CONTENT
    assert len(volumes.read_packed(SHA256)) < len(CONTENT)


def test_it_has_the_bytes_and_names_that_a_folder_has(
    s3: S3Server, bucket: Bucket, stored: str, settings: Any
) -> None:
    packed = volumes.read_packed(stored)
    settings.BUCKET = None
    with volumes.keeping() as keep:
        keep(CONTENT)
    files = list(Path(settings.VOLUME_DIR).rglob("*.nii.gz"))
    assert [path.relative_to(settings.VOLUME_DIR).as_posix() for path in files] == [
        name.removeprefix(f"{bucket.prefix}/") for name in names_in(s3, bucket)
    ]
    assert files[0].read_bytes() == packed


@pytest.mark.parametrize("size", [0, 20_000_000], ids=["empty", "in several parts"])
def test_content_of_any_size_comes_back(bucket: Bucket, size: int) -> None:
    content = np.random.default_rng(4).bytes(size)
    with volumes.keeping() as keep:
        name = keep(content)
    assert volumes.read(name) == content


def test_what_a_failed_command_made_stays(bucket: Bucket) -> None:
    def fail() -> None:
        with volumes.adding() as add:
            add(CONTENT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert volumes.read(SHA256) == CONTENT
    assert not Volume.objects.exists()


def test_a_missing_volume_is_named(bucket: Bucket) -> None:
    for act in (volumes.read, lambda name: volumes.address_of(name, "GET")):
        with pytest.raises(VolumeError, match=f"{bucket}/00/00/{'0' * 64}.*[Nn]o such file"):
            act("0" * 64)


def test_content_that_is_not_what_the_name_says_is_refused(
    s3: S3Server, bucket: Bucket, stored: str
) -> None:
    with volumes.adding() as add:
        other = add(b"other")
    for body in (volumes.read_packed(other), b"spoiled"):
        s3.client().put_object(Bucket=bucket.name, Key=key_of(bucket, SHA256), Body=body)
        with pytest.raises(VolumeError, match=SHA256):
            volumes.read(SHA256)


def test_nobody_else_may_read(s3: S3Server, bucket: Bucket, stored: str) -> None:
    where = {"Bucket": bucket.name, "Key": key_of(bucket, stored)}
    owner = s3.client().get_object_acl(**where)["Owner"]["ID"]
    grants = s3.client().get_object_acl(**where)["Grants"]
    assert [grant["Grantee"]["ID"] for grant in grants] == [owner]
    assert ask(s3, f"{bucket.name}/{where['Key']}")[0] == 403
    assert ask(s3, bucket.name)[0] == 403


def test_a_signed_address_is_good_for_a_minute_one_object_and_one_method(
    s3: S3Server, bucket: Bucket, stored: str
) -> None:
    place = volumes.address_of(stored, "GET")
    packed = volumes.read_packed(stored)
    with volumes.adding() as add:
        other = add(b"other")
    assert ask(s3, place) == (200, packed)
    assert ask(s3, place, "HEAD")[0] == 403
    assert ask(s3, volumes.address_of(stored, "HEAD"), "HEAD") == (200, b"")
    assert ask(s3, place, "DELETE")[0] == 403
    assert ask(s3, place.replace(name_of(stored), name_of(other)))[0] == 403
    assert ask(s3, place.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"))[0] == 403
    s3.late_s = SIGNED_FOR_S - 5
    assert ask(s3, place)[0] == 200
    s3.late_s = SIGNED_FOR_S + 5
    assert ask(s3, place)[0] == 403
    assert ask(s3, volumes.address_of(stored, "GET"))[0] == 403  # its clock is ahead of ours


def check_away(act: Any) -> None:
    with pytest.raises(StoreError) as caught:
        act()
    assert is_outage(caught.value)
    assert not isinstance(caught.value, VolumeError)


def keep(content: bytes) -> str:
    with volumes.keeping() as keep:
        return keep(content)


@pytest.mark.parametrize("what", ["gone", "busy", "no such bucket", "wrong key"])
def test_a_store_that_is_away_is_no_lost_volume(
    what: str, s3: S3Server, bucket: Bucket, stored: str, settings: Any, monkeypatch: Any
) -> None:
    place = bucket
    if what == "gone":
        s3.stop()
    elif what == "busy":
        s3.refused = {"GET", "HEAD", "PUT"}
    elif what == "wrong key":
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
        settings.BUCKET = Bucket(bucket.endpoint, bucket.name, f"{bucket.prefix}/elsewhere")
    else:
        settings.BUCKET = Bucket(bucket.endpoint, "no-such-bucket", bucket.prefix)
    try:
        check_away(lambda: volumes.read(stored))
        check_away(lambda: keep(b"new"))
        if what != "no such bucket":  # the head of an object tells no bucket from no object
            check_away(lambda: volumes.address_of(stored, "GET"))
    finally:
        if what == "gone":
            s3.start()
    s3.refused, settings.BUCKET = set(), place
    assert volumes.read(stored) == CONTENT
