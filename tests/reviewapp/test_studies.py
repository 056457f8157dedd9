"""Creating, closing and unblinding a study."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User

from lesions.formats import ROIS
from lesions.geometry import GridError
from lesions.nifti import ImageError, MaskError, write_nifti
from lesions.tsv import TableError, read_table, write_table
from reviewapp import freezing, studies
from reviewapp.freezing import SampleError
from reviewapp.models import Assignment, Membership, Roi, Study, Volume
from reviewapp.stores.folder import path_of
from reviewapp.studies import People, StudyError, StudySettings
from tests.reviewapp.cohort import AFFINES, SHAPE, Sample, mask_array

pytestmark = pytest.mark.django_db


def create(sample: Sample, people: dict[str, User], **settings: Any) -> Study:
    both = People((people["anna"], people["ben"]), people["researcher"])
    return studies.create_study("other", sample.rois, sample.scans, both, StudySettings(**settings))


def stored_files(settings: Any) -> list[Path]:
    return sorted(Path(settings.VOLUME_DIR).rglob("*.nii.gz"))


def test_every_rater_gets_every_roi_and_the_repeats(study: Study) -> None:
    for member in study.memberships.filter(role="rater"):
        assert member.assignments.filter(repeat=0).count() == 24
        assert member.assignments.filter(repeat=1).count() == 2
        places = list(member.assignments.values_list("position", flat=True))
        assert places == list(range(1, 27))


def test_raters_get_different_orders_and_the_same_seed_the_same_one(
    study: Study, sample: Sample, people: dict[str, User]
) -> None:
    def lesions(member: Membership) -> list[str]:
        return list(member.assignments.values_list("roi__lesion_id", flat=True))

    def orders(of: Study) -> list[list[str]]:
        return [lesions(member) for member in of.memberships.filter(role="rater")]

    anna, ben = orders(study)
    assert anna != ben
    assert orders(create(sample, people, seed=42)) == [anna, ben]
    studies.Study.objects.filter(name="other").update(name="third")
    assert orders(create(sample, people, seed=43)) != [anna, ben]


def test_no_repeats_where_the_share_is_zero(sample: Sample, people: dict[str, User]) -> None:
    create(sample, people, repeat_share=0.0)
    assert not Assignment.objects.filter(repeat__gt=0).exists()


def test_every_volume_of_the_study_is_in_the_store(study: Study, settings: Any) -> None:
    names = {path.name.removesuffix(".nii.gz") for path in stored_files(settings)}
    assert names == set(Volume.objects.values_list("pk", flat=True))
    assert set(study.rois.values_list("mask", flat=True)) <= names


def test_two_studies_of_one_sample_share_their_volumes(
    study: Study, sample: Sample, people: dict[str, User], settings: Any
) -> None:
    before = stored_files(settings)
    create(sample, people)
    assert stored_files(settings) == before


def test_the_protocol_holds_the_settings_and_the_inputs(
    study: Study, sample: Sample, people: dict[str, User]
) -> None:
    assert study.protocol["settings"]["seed"] == 42
    assert study.protocol["rois_sha256"] == freezing.file_sha256(sample.rois)
    other = create(sample, people, repeat_distance=30)
    assert other.protocol_sha256 != study.protocol_sha256


def break_mask_grid(sample: Sample) -> None:
    moved = AFFINES[0].copy()
    moved[2, 3] += 2
    write_nifti(mask_of(sample, "reference"), mask_array("reference"), moved)


def break_component(sample: Sample) -> None:
    write_nifti(mask_of(sample, "prediction"), np.zeros(SHAPE, bool), AFFINES[0])


def break_component_size(sample: Sample) -> None:
    mask = mask_array("reference")
    mask[3, 5, 3] = True
    write_nifti(mask_of(sample, "reference"), mask, AFFINES[0])


def truncate_mask(sample: Sample) -> None:
    path = mask_of(sample, "reference")
    path.write_bytes(path.read_bytes()[:-20])


def break_image(sample: Sample) -> None:
    image = np.zeros(SHAPE, np.float32)
    image[0, 0, 0] = np.nan
    write_nifti(sample.folder / "sub-secret3" / "sub-secret3_T1w.nii.gz", image, AFFINES[2])


def remove_image(sample: Sample) -> None:
    (sample.folder / "sub-secret3" / "sub-secret3_T1w.nii.gz").unlink()


def change_rows(sample: Sample, column: str, value: Any) -> None:
    frame = read_table(sample.rois, ROIS)
    frame.loc[3, column] = value
    write_table(frame, sample.rois, ROIS, synthetic=True)


def mask_of(sample: Sample, drawn_in: str) -> Path:
    return sample.folder / "sub-secret1" / f"sub-secret1_{drawn_in}.nii.gz"


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (break_mask_grid, GridError, "2 mm away"),
        (break_component, MaskError, "expected a component"),
        (break_component_size, SampleError, r"row 2 .*expected 4 voxels, came 5"),
        (truncate_mask, ImageError, "sub-secret1_reference"),
        (break_image, ValueError, "finite values"),
        (remove_image, TableError, "row 4: image must be a file"),
        (lambda s: change_rows(s, "acquisition", "FLAIR"), SampleError, "row 5 .*has no .*FLAIR"),
        (lambda s: change_rows(s, "diagnosis", "mimic"), SampleError, "row 5 .*one diagnosis"),
        (lambda s: change_rows(s, "label", 1), SampleError, "row 5 .*that of row 2"),
    ],
)
def test_a_bad_input_is_refused_and_leaves_nothing(
    sample: Sample, people: dict[str, User], settings: Any, spoil: Any, error: Any, says: str
) -> None:
    spoil(sample)
    with pytest.raises(error, match=says):
        create(sample, people)
    assert not Study.objects.exists()
    assert not Volume.objects.exists()
    assert stored_files(settings) == []


def test_an_interrupted_creation_leaves_nothing(
    sample: Sample, people: dict[str, User], settings: Any
) -> None:
    def stop_at_the_second(scans: Any) -> Any:
        yield scans[0]
        raise KeyboardInterrupt

    both = People((people["anna"],), people["researcher"])
    with pytest.raises(KeyboardInterrupt):
        studies.create_study("x", sample.rois, sample.scans, both, progress=stop_at_the_second)
    assert not Study.objects.exists()
    assert stored_files(settings) == []


def test_a_failed_creation_keeps_the_volumes_of_other_studies(
    study: Study, sample: Sample, people: dict[str, User], settings: Any
) -> None:
    before = stored_files(settings)
    break_image(sample)
    with pytest.raises(ValueError, match="finite"):
        create(sample, people)
    assert stored_files(settings) == before


@pytest.mark.parametrize(
    ("name", "raters", "says"),
    [
        ("cortex", ["anna"], 'a study "cortex" already'),
        ("  ", ["anna"], "printable characters"),
        ("x", [], "at least one rater"),
        ("x", ["anna", "anna"], "anna twice"),
        ("x", ["anna", "researcher"], "can't rate and lead"),
    ],
)
def test_a_study_needs_a_new_name_and_raters_who_do_not_lead_it(
    study: Study, sample: Sample, people: dict[str, User], name: str, raters: list[str], says: str
) -> None:
    crew = People(tuple(people[rater] for rater in raters), people["researcher"])
    with pytest.raises(StudyError, match=says):
        studies.create_study(name, sample.rois, sample.scans, crew)


def test_unblinding_closes_the_study_and_is_logged(study: Study, people: dict[str, User]) -> None:
    log = studies.unblind(study, people["researcher"], "both have finished")
    study.refresh_from_db()
    assert (study.state, study.is_unblinded, log.n_answers) == ("unblinded", True, 0)
    assert (log.by, log.reason) == (people["researcher"], "both have finished")


def test_an_interim_look_is_logged_and_leaves_the_study_open(
    study: Study, people: dict[str, User]
) -> None:
    studies.unblind(study, people["researcher"], "safety board", interim=True)
    study.refresh_from_db()
    assert (study.is_open, study.is_unblinded) == (True, False)
    assert study.unblindings.get().interim


@pytest.mark.parametrize(("who", "why"), [("anna", "I wonder"), ("researcher", "  ")])
def test_only_the_researcher_unblinds_and_says_why(
    study: Study, people: dict[str, User], who: str, why: str
) -> None:
    with pytest.raises(StudyError):
        studies.unblind(study, people[who], why)
    assert study.is_open
    assert not study.unblindings.exists()


def test_the_focus_lies_inside_the_roi(study: Study) -> None:
    for roi in Roi.objects.select_related("scan"):
        inverse = np.linalg.inv(np.array(roi.scan.affine))
        i, j, k, _ = np.rint(inverse @ [*roi.focus_ras_mm, 1]).astype(int)
        assert mask_array(roi.drawn_in)[i, j, k]
        assert path_of(roi.mask_id).is_file()
