"""Fixtures of the app's tests: a tiny sample, a study of it, its people."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp.answers import record
from reviewapp.builds import process
from reviewapp.models import Assignment, Build, Study
from reviewapp.studies import People, StudySettings, create_study
from tests.reviewapp.cohort import ANSWER, Sample, build_sample


@pytest.fixture(autouse=True)
def _private_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.VOLUME_DIR = tmp_path / "volumes"
    settings.STATIC_ROOT = tmp_path  # nothing collected: pages name the plain files
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[Build]:
    """Keep orders that would be built by a process of their own, which has another database."""
    kept: list[Build] = []
    monkeypatch.setattr(process, "start", kept.append)
    return kept


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return build_sample(tmp_path / "cohort")


@pytest.fixture
def people(db: None) -> dict[str, User]:
    names = ("anna", "ben", "researcher", "stranger")
    return {name: User.objects.create_user(name, password=f"pass of {name}") for name in names}


@pytest.fixture
def study(sample: Sample, people: dict[str, User]) -> Study:
    """Give a study of 24 ROIs, of which two come again, for anna and ben."""
    both = People((people["anna"], people["ben"]), people["researcher"])
    return create_study("cortex", sample.rois, sample.scans, both, StudySettings())


@pytest.fixture
def client_of(people: dict[str, User]) -> Callable[[str], Client]:
    """Give a browser that the named person has signed in with; "" for nobody."""

    def sign_in(name: str) -> Client:
        client = Client()
        if name:
            client.force_login(people[name])
        return client

    return sign_in


@pytest.fixture
def first(study: Study) -> Assignment:
    """Give anna's first assignment."""
    return Assignment.objects.get(
        membership__study=study, membership__user__username="anna", position=1
    )


@pytest.fixture
def new_key() -> Callable[[], str]:
    return lambda: str(uuid.uuid4())


@pytest.fixture
def answered(study: Study) -> Callable[..., None]:
    """Give a function that answers a rater's ROIs up to a position, those without answer alone."""

    def answer(name: str, position: int, **changes: Any) -> None:
        own = Assignment.objects.filter(membership__study=study, membership__user__username=name)
        open_ones = own.filter(position__lte=position, revisions=None)
        for assignment in open_ones.select_related("membership__study", "roi"):
            record(assignment, {**ANSWER, **changes}, uuid.uuid4())

    return answer
