"""The vendored brain: its sums, its scale, and the regions found in it."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import phantom.template
from phantom.places import Plan, make_plan
from phantom.template import Template, load_template, to_tissue
from phantom.warps import Grid

FOLDER = Path(phantom.template.__file__).with_name("anatomy")


@pytest.fixture(scope="module")
def template() -> Template:
    return load_template()


@pytest.fixture(scope="module")
def plan(template) -> Plan:
    grid = Grid(template.tissue.shape, template.affine)
    return make_plan(
        grid, template.tissue, template.edge_mm, template.ventricle_mm, template.cerebrum, 1
    )


def at(template: Template, x: float, y: float, z: float) -> tuple[int, ...]:
    """Give the voxel at a point of MNI space in mm."""
    ijk = np.linalg.inv(template.affine) @ (x, y, z, 1)
    return tuple(round(c) for c in ijk[:3])


def test_the_vendored_files_have_their_sums_and_notice():
    lines = (FOLDER / "SHA256SUMS").read_text("utf-8").splitlines()
    assert len(lines) == 2
    for line in lines:
        digest, name = line.split()
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest
    assert "McConnell Brain Imaging Centre" in (FOLDER / "NOTICE.md").read_text("utf-8")


def test_the_scale_is_monotonous():
    assert (np.diff(to_tissue(np.arange(255))) > 0).all()


def test_known_places_have_their_tissue(template):
    assert template.tissue[at(template, 25, -20, 32)] > 1.7
    assert template.tissue[at(template, 7, 5, 16)] < 0.5
    assert template.ventricle_mm[at(template, 7, 5, 16)] < 0
    assert template.ventricle_mm[at(template, 40, -60, 30)] > 10


def test_ventricles_have_a_healthy_volume_on_both_sides(template):
    inside = np.argwhere(template.ventricle_mm < 0) @ template.affine[:3, :3].T
    x = inside[:, 0] + template.affine[0, 3]
    assert 8_000 < len(inside) < 40_000
    assert 0.35 < (x > 0).mean() < 0.65


@pytest.mark.parametrize("point", [(12, -18, 8), (25, 5, 0), (0, -25, -25), (20, -60, -35)])
def test_no_lesion_begins_in_deep_grey_matter_brainstem_or_cerebellum(template, point):
    assert template.cerebrum[at(template, *point)] == 0


@pytest.mark.parametrize(
    "name", ["intracortical", "leukocortical", "subpial", "juxtacortical", "deep white matter"]
)
def test_there_is_room_for_every_type(plan, name):
    assert len(plan.candidates(name)) > 1000


def test_candidates_are_near_the_ventricles_or_away_from_them(plan):
    near = plan.candidates("periventricular")
    deep = plan.candidates("deep white matter")
    assert (plan.ventricle_mm[tuple(near.T)] < 3.5).all()
    assert (plan.ventricle_mm[tuple(deep.T)] > 8).all()
    assert (plan.tissue[tuple(deep.T)] > 1.6).all()


def test_an_unknown_type_has_no_candidates(plan):
    with pytest.raises(KeyError):
        plan.candidates("tumour")
