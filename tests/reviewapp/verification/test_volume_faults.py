"""A stored volume that is not what its name says is found."""

import pytest
from isal import isal_zlib

from reviewapp import volumes
from reviewapp.models import Correction, Roi, Study
from reviewapp.stores.folder import path_of
from tests.reviewapp.verification.tampering import manage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("how", ["a flipped voxel", "half a file", "no file", "another file"])
@pytest.mark.parametrize("name", ["crop", "mask", "scan", "redrawn"])
def test_a_volume_that_is_not_what_was_stored_is_found(
    reviewed: Study, how: str, name: str
) -> None:
    roi = Roi.objects.select_related("scan").get(row=5)
    redrawn = Correction.objects.first()
    assert redrawn is not None
    sha256 = {
        "crop": roi.crop_id,
        "mask": roi.mask_id,
        "scan": roi.scan.volume_id,
        "redrawn": redrawn.mask_id,
    }[name]
    path = path_of(sha256)
    content = bytearray(volumes.read(sha256))
    content[-1] ^= 1
    if how == "no file":
        path.unlink()
    else:
        path.write_bytes({
            "a flipped voxel": isal_zlib.compress(bytes(content), 3, wbits=31),
            "half a file": path.read_bytes()[: path.stat().st_size // 2],
            "another file": path_of(Roi.objects.get(row=20).mask_id).read_bytes(),
        }[how])  # fmt: skip
    told = manage("verify_study", "cortex")
    named = {"crop": "crop of row ", "mask": "mask of row ", "scan": "scan ", "redrawn": "deline"}
    assert f"cortex: {named[name]}" in told
    assert str(path) in told
