"""What the two variables may say, and what is said of what they may not."""

import importlib.util

import pytest
from django.core.exceptions import ImproperlyConfigured

from reviewapp.stores.bucket import Bucket, bucket_of

ENDPOINT = "https://s3.example.org:9000"


def test_no_variable_means_a_folder() -> None:
    assert bucket_of("", "") is None


@pytest.mark.parametrize(
    ("place", "name", "prefix"),
    [("s3://lab", "lab", ""), ("s3://lab/", "lab", ""), ("s3://a.b-c/x/y_Z/", "a.b-c", "x/y_Z")],
)
def test_a_bucket_may_have_a_prefix(place: str, name: str, prefix: str) -> None:
    assert bucket_of(place, ENDPOINT) == Bucket(ENDPOINT, name, prefix)


@pytest.mark.parametrize(
    "place",
    ["lab", "s3://", "s3:///x", "s3://LAB", "s3://lab/../x", "s3://lab/a b", "s3://lab/%2e", "/x"],
)
def test_a_place_that_is_no_bucket_is_refused(place: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must be s3://BUCKET/PREFIX"):
        bucket_of(place, ENDPOINT)


@pytest.mark.parametrize(
    "endpoint", ["", "s3.example.org", "https://s3.example.org/path", "ftp://x"]
)
def test_a_bucket_needs_the_address_of_its_server(endpoint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECOND_LOOK_S3_ENDPOINT must be"):
        bucket_of("s3://lab", endpoint)


def test_a_bucket_needs_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements-s3\.txt"):
        bucket_of("s3://lab", ENDPOINT)
