"""A study whose volumes lie in a bucket: verified, backed up and restored as from a folder."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from reviewapp import append_only, frozen, volumes
from reviewapp.backups import rows
from reviewapp.backups.copy import back_up, restore
from reviewapp.models import Study, Volume
from reviewapp.stores.bucket import Bucket
from reviewapp.stores.store import StoreError, name_of
from reviewapp.volumes import VolumeError
from tests.reviewapp.verification.tampering import manage
from tests.s3_server import S3Server

pytestmark = pytest.mark.django_db(transaction=True)


def silent(what: str, things: list[str]) -> list[str]:
    return things


def all_rows() -> dict[str, list[str]]:
    return {name: list(rows.dump(model)) for name, model in rows.tables().items()}


def packed() -> dict[str, bytes]:
    return {name: volumes.read_packed(name) for name in Volume.objects.values_list("pk", flat=True)}


def empty_database() -> None:
    append_only.remove(connection, *append_only.TABLES)
    frozen.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    append_only.install(connection, *append_only.TABLES)
    frozen.install(connection)


@pytest.fixture
def backed_up(bucket: Bucket, study: Study, answered: Callable[..., None], tmp_path: Path) -> Path:
    """Give a backup of a study in a bucket, of which no volume lies in the folder."""
    answered("anna", 3)
    path = tmp_path / "backup.tar"
    back_up(path, silent)
    assert not (tmp_path / "volumes").exists()
    return path


def test_verify_study_finds_what_was_changed_in_a_bucket_and_tells_an_outage_from_it(
    s3: S3Server, bucket: Bucket, study: Study
) -> None:
    assert ": ok: 0 revisions, 33 volumes," in manage("verify_study", "cortex")
    roi = study.rois.get(row=3)
    where = {"Bucket": bucket.name, "Key": f"{bucket.prefix}/{name_of(roi.mask_id)}"}
    before = volumes.read_packed(roi.mask_id)
    other = volumes.read_packed(study.rois.get(row=20).mask_id)
    s3.client().put_object(**where, Body=other)
    with pytest.raises(CommandError, match="1 thing does not match"):
        call_command("verify_study", "cortex")
    s3.client().delete_object(**where)
    with pytest.raises(CommandError, match="1 thing does not match"):
        call_command("verify_study", "cortex")
    s3.client().put_object(**where, Body=before)
    s3.refused = {"GET"}
    with pytest.raises(CommandError, match="the store refuses us"):
        call_command("verify_study", "cortex")
    s3.refused = set()
    assert ": ok: " in manage("verify_study", "cortex")


@pytest.mark.parametrize("to", ["another bucket", "a folder"])
def test_a_backup_of_a_bucket_is_restored(
    to: str, s3: S3Server, backed_up: Path, settings: Any
) -> None:
    before, files = all_rows(), packed()
    empty_database()
    settings.BUCKET = s3.make_bucket(f"restored-{uuid.uuid4().hex}") if "bucket" in to else None
    restore(backed_up, silent)
    assert all_rows() == before
    assert packed() == files
    assert ": ok: 3 revisions, 33 volumes," in manage("verify_study", "cortex")


def test_a_backup_of_a_folder_is_restored_into_a_bucket(
    s3: S3Server, study: Study, answered: Callable[..., None], tmp_path: Path, settings: Any
) -> None:
    answered("anna", 3)
    back_up(tmp_path / "backup.tar", silent)
    before, files = all_rows(), packed()
    empty_database()
    settings.BUCKET = s3.make_bucket(f"restored-{uuid.uuid4().hex}")
    restore(tmp_path / "backup.tar", silent)
    assert all_rows() == before
    assert packed() == files


def test_no_backup_is_made_of_a_volume_that_a_bucket_lost_or_while_it_is_away(
    s3: S3Server, bucket: Bucket, study: Study, tmp_path: Path
) -> None:
    name = study.rois.get(row=3).crop_id
    path = tmp_path / "backup.tar"
    s3.refused = {"GET"}
    with pytest.raises(StoreError):
        back_up(path, silent)
    s3.refused = set()
    s3.client().delete_object(Bucket=bucket.name, Key=f"{bucket.prefix}/{name_of(name)}")
    with pytest.raises(VolumeError, match=name):
        back_up(path, silent)
    assert not path.exists()


def test_a_restore_that_the_bucket_refuses_leaves_no_row(
    s3: S3Server, backed_up: Path, settings: Any
) -> None:
    empty_database()
    settings.BUCKET = s3.make_bucket(f"restored-{uuid.uuid4().hex}")
    s3.refused = {"PUT"}
    with pytest.raises(StoreError):
        restore(backed_up, silent)
    assert rows.first_filled() is None
    s3.refused = set()
    restore(backed_up, silent)
    assert ": ok: 3 revisions," in manage("verify_study", "cortex")
