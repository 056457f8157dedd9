"""Changing labels, and writing them on exactly the image's grid."""

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from tests.training.conftest import FNL, FPL, SHAPE, TPL, filled
from training.labels import LabelChange, LabelError, change_labels, find_contacts, write_labels
from training.voxels import NO_PLACES, places_of

REFERENCE = filled(FNL, TPL)


def change(name, what, shown, after=None):
    """Give the change of one ROI, from masks."""
    shown = places_of(shown)
    places = NO_PLACES if what == "removed" else shown if after is None else places_of(after)
    return LabelChange(name, what, shown, places)


def test_added_and_removed_rois_change_their_voxels_alone():
    changes = [change("a", "removed", filled(FNL)), change("b", "added", filled(FPL))]
    np.testing.assert_array_equal(change_labels(REFERENCE, changes), filled(TPL, FPL))
    np.testing.assert_array_equal(change_labels(REFERENCE, changes[::-1]), filled(TPL, FPL))


def test_no_change_gives_a_copy_of_the_reference():
    labels = change_labels(REFERENCE, [])
    np.testing.assert_array_equal(labels, REFERENCE)
    assert labels is not REFERENCE


def test_an_added_roi_may_join_a_lesion_that_it_touches():
    beside = filled((slice(4, 5), slice(2, 4), slice(2, 4)))
    assert change_labels(REFERENCE, [change("a", "added", beside)]).sum() == 20


def test_an_added_roi_inside_the_reference_is_refused():
    with pytest.raises(LabelError, match=r"ROI a: .* came 8 shared"):
        change_labels(REFERENCE, [change("a", "added", filled(FNL))])


def test_a_removed_roi_outside_the_reference_is_refused():
    with pytest.raises(LabelError, match=r"ROI a: .* came 8 voxels outside"):
        change_labels(REFERENCE, [change("a", "removed", filled(FPL))])


def test_a_removed_roi_that_is_part_of_a_lesion_is_refused():
    part = filled((slice(2, 3), slice(2, 3), slice(2, 3)))
    with pytest.raises(LabelError, match=r"whole component .* 7 more"):
        change_labels(REFERENCE, [change("a", "removed", part)])


def test_a_lesion_at_the_corner_of_the_grid_can_be_removed():
    corner = filled((slice(0, 1), slice(11, 12), slice(0, 1)))
    assert change_labels(corner, [change("a", "removed", corner)]).sum() == 0


def test_a_redrawn_mask_replaces_the_component():
    smaller = filled((slice(2, 3), slice(2, 4), slice(2, 4)))
    labels = change_labels(REFERENCE, [change("a", "redrawn", filled(FNL), smaller)])
    np.testing.assert_array_equal(labels, smaller | filled(TPL))


def test_a_redrawn_mask_may_take_in_another_lesion_and_the_order_makes_no_difference():
    both = filled((slice(2, 10), slice(2, 4), slice(2, 4)))
    changes = [
        change("a", "redrawn", filled(FNL), both),
        change("b", "removed", filled(TPL)),
    ]
    for some in (changes, changes[::-1]):
        np.testing.assert_array_equal(change_labels(REFERENCE, some), both)


def test_a_redrawn_component_that_changed_since_the_review_is_refused():
    with pytest.raises(LabelError, match=r"ROI a: .* outside"):
        change_labels(REFERENCE, [change("a", "redrawn", filled(FPL), filled(TPL))])


def test_contacts_with_other_lesions_are_named():
    near = filled((slice(2, 8), slice(2, 4), slice(2, 4)))
    into = filled((slice(2, 9), slice(2, 4), slice(2, 4)))
    far = filled((slice(2, 3), slice(2, 3), slice(2, 3)))
    for after, contact in ((near, "touches"), (into, "overlaps"), (far, "none")):
        changes = [change("a", "redrawn", filled(FNL), after)]
        assert find_contacts(REFERENCE, changes) == {"a": contact}


def test_contacts_are_those_of_the_new_labels():
    near = change("a", "redrawn", filled(FNL), filled((slice(2, 8), slice(2, 4), slice(2, 4))))
    gone = change("b", "removed", filled(TPL))
    beside = change("c", "added", filled((slice(2, 8), slice(4, 5), slice(2, 4))))
    assert find_contacts(REFERENCE, [near, gone]) == {"a": "none"}
    assert find_contacts(REFERENCE, [near, gone, beside]) == {"a": "touches", "c": "touches"}


def oblique(shift=(10.0, -20.0, 5.0)):
    angle = np.deg2rad(17)
    c, s = np.cos(angle), np.sin(angle)
    affine = np.eye(4)
    affine[:3, :3] = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.diag([-0.8, 1.0, 1.2])
    affine[:3, 3] = shift
    return affine


@pytest.mark.parametrize("codes", [(1, 1), (2, 1), (1, 2), (0, 1), (1, 0), (0, 0), (4, 2)])
def test_labels_lie_where_simpleitk_puts_the_image(tmp_path, codes):
    sform_code, qform_code = codes
    image = nib.Nifti1Image(np.zeros(SHAPE, np.int16), None)
    image.header.set_sform(oblique(), sform_code)
    image.header.set_qform(oblique((1.0, 2.0, 3.0)), qform_code)
    image.header.set_xyzt_units("mm")
    image.header["descrip"] = b"somebody's name"
    nib.save(image, tmp_path / "image.nii.gz")
    write_labels(REFERENCE, tmp_path / "image.nii.gz", tmp_path / "labels.nii.gz")
    a = sitk.ReadImage(str(tmp_path / "image.nii.gz"))
    b = sitk.ReadImage(str(tmp_path / "labels.nii.gz"))
    assert a.GetOrigin() == b.GetOrigin()
    assert a.GetSpacing() == b.GetSpacing()
    assert a.GetDirection() == b.GetDirection()
    assert b.GetPixelIDTypeAsString() == "8-bit unsigned integer"
    np.testing.assert_array_equal(sitk.GetArrayFromImage(b).T, REFERENCE)
    affine = nib.nifti1.Nifti1Image.from_filename(tmp_path / "labels.nii.gz").affine
    np.testing.assert_array_equal(
        nib.nifti1.Nifti1Image.from_filename(tmp_path / "image.nii.gz").affine, affine
    )


def test_scaling_and_words_of_the_image_do_not_reach_the_labels(tmp_path):
    image = nib.Nifti1Image(np.zeros(SHAPE, np.int16), np.eye(4))
    image.header.set_slope_inter(1 / 255, 7)
    image.header["descrip"] = b"somebody's name"
    image.header.extensions.append(nib.nifti1.Nifti1Extension(6, b"somebody's name"))
    nib.save(image, tmp_path / "image.nii")
    write_labels(REFERENCE, tmp_path / "image.nii", tmp_path / "labels.nii.gz")
    labels = nib.nifti1.Nifti1Image.from_filename(tmp_path / "labels.nii.gz")
    np.testing.assert_array_equal(np.asanyarray(labels.dataobj), REFERENCE)
    assert b"somebody" not in labels.to_bytes()


def test_a_big_endian_image_gives_readable_labels(tmp_path):
    header = nib.Nifti1Header(endianness=">")
    header.set_data_dtype(">i2")
    nib.save(nib.Nifti1Image(np.zeros(SHAPE, ">i2"), oblique(), header), tmp_path / "image.nii")
    write_labels(REFERENCE, tmp_path / "image.nii", tmp_path / "labels.nii.gz")
    read = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "labels.nii.gz")))
    np.testing.assert_array_equal(read.T, REFERENCE)


def test_the_same_labels_give_the_same_bytes(tmp_path):
    nib.save(nib.Nifti1Image(np.zeros(SHAPE, np.int16), oblique()), tmp_path / "image.nii")
    for name in ("a.nii.gz", "b.nii.gz"):
        write_labels(REFERENCE, tmp_path / "image.nii", tmp_path / name)
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()
