"""A study of scans that lie oblique, turned and with flat voxels, for a person to draw on."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import numpy.typing as npt
from playwright.sync_api import Page, expect

from tests.browser.server import manage, run, serving
from tests.browser.tiny_cohort import (
    CORNERS,
    SHAPE,
    Array,
    affine_of,
    lesion_voxels,
    write_cohort,
)
from tests.browser.tiny_site import PASSWORD, TinySite

RATERS = tuple(f"rater{n}" for n in range(1, 9))
_ABOUT, _TIP = 0.35, -0.25
_OBLIQUE = np.array(
    [[np.cos(_ABOUT), -np.sin(_ABOUT), 0], [np.sin(_ABOUT), np.cos(_ABOUT), 0], [0, 0, 1]]
) @ np.array([[1, 0, 0], [0, np.cos(_TIP), -np.sin(_TIP)], [0, np.sin(_TIP), np.cos(_TIP)]])
#: Oblique; i to the back, j upwards, k to the left; LAS with voxels of 1.5 x 1.5 x 4 mm.
ROTATIONS = {
    "sub-synth81": _OBLIQUE * 1.6,
    "sub-synth82": np.array([[0.0, 0.0, -1.8], [-1.8, 0.0, 0.0], [0.0, 1.8, 0.0]]),
    "sub-synth83": np.diag([-1.5, 1.5, 4.0]),
}
#: How the page lays out its planes; see static/js/review/viewer/geometry.js.
LARGE_SHARE, GAP, EXTENT_MM = 2 / 3, 2, 60.0
AXES = {"axial": (0, 1), "coronal": (0, 2), "sagittal": (1, 2)}
#: Whether the canvas still has the size that the stage had before the toolbar appeared.
_UNFITTED = (
    "document.getElementById('planes').clientHeight"
    " !== document.getElementById('stage').clientHeight"
)
Voxels = set[tuple[int, ...]]
#: nibabel has no types.
nib: Any = nibabel


@contextmanager
def drawing_site(folder: Path) -> Iterator[TinySite]:
    """Build the cohort and a study in the neurological view, and serve it."""
    data, cohort = folder / "data", folder / "cohort"
    data.mkdir()
    write_cohort(cohort, ROTATIONS)
    manage(data, "migrate", "--verbosity", "0")
    for name in (*RATERS, "researcher"):
        run(data, "manage.py", "create_account", name, "--password-stdin", text=PASSWORD + "\n")
    tables = [str(cohort / "rois.tsv"), "--scans", str(cohort / "scans.tsv")]
    people = ["--raters", ",".join(RATERS), "--researcher", "researcher", "--repeat-share", "0"]
    manage(data, "create_study", "drawing", *tables, *people, "--neurological")
    with serving(data) as address:
        yield TinySite(address, data)


def exported(site: TinySite, rater: str) -> tuple[Voxels, Array]:
    """Export the study, and read the one mask that a rater drew with nibabel: voxels, affine."""
    out = site.data / f"export-{rater}"
    words = ["--out", str(out), "--interim", "--reason", "a test"]
    manage(site.data, "export_corrections", "drawing", *words)
    header, *rows = [
        line.split("\t") for line in (out / "corrections.tsv").read_text().splitlines()
    ]
    found = [dict(zip(header, row, strict=True)) for row in rows]
    (mask,) = [row["mask"] for row in found if row["drawn_by"] == rater]
    image = nib.load(out / mask)
    array = np.asarray(image.dataobj)
    assert array.shape == SHAPE
    return {tuple(map(int, ijk)) for ijk in np.argwhere(array)}, image.affine


@dataclass(frozen=True)
class Lesion:
    """The ROI on the screen: which lesion of which scan, as nibabel sees it."""

    id: str
    subject: str
    voxels: Voxels
    affine: Array
    focus: Array
    offset: Array
    crop_shape: tuple[int, int, int]

    def voxels_of(self, correction: dict[str, Any]) -> Voxels:
        """Give the scan's voxels that runs on the crop's grid stand for."""
        flat = np.zeros(int(np.prod(self.crop_shape)), bool)
        for start, length in np.reshape(correction["runs"], (-1, 2)).astype(int):
            flat[start : start + length] = True
        part = flat.reshape(self.crop_shape, order="F")
        return {tuple(map(int, ijk)) for ijk in np.argwhere(part) + self.offset}


def _fetch(page: Page, path: str) -> Any:
    return page.evaluate(f"fetch('/api/v1/' + {path}).then(r => r.json())")


def lesions_of(page: Page) -> list[Lesion]:
    """Give the ROIs of the study that is open, in the order of its queue."""
    study = "JSON.parse(document.getElementById('study').textContent).id"
    queue = _fetch(page, f"'studies/' + {study} + '/queue/'")
    return [_lesion(_fetch(page, f"'assignments/{item['id']}/'")) for item in queue["items"]]


def _lesion(roi: dict[str, Any]) -> Lesion:
    focus = np.array(roi["focus_mm"])
    found = []
    for subject in ROTATIONS:
        affine = affine_of(subject, ROTATIONS)
        for corner in [corner for corners in CORNERS.values() for corner in corners]:
            voxels = lesion_voxels(corner)
            points = nib.affines.apply_affine(affine, voxels)
            distance = np.linalg.norm(points - focus, axis=1).min()
            found.append((distance, subject, voxels, affine))
    distance, subject, voxels, affine = min(found, key=lambda one: one[0])
    assert distance < 0.01
    i, j, k = roi["crop"]["shape"]
    return Lesion(
        id=roi["id"],
        subject=subject,
        voxels={tuple(map(int, ijk)) for ijk in voxels},
        affine=affine,
        focus=focus,
        offset=np.array(roi["crop"]["offset_ijk"]),
        crop_shape=(i, j, k),
    )


def go_to_lesion(page: Page, lesion: Lesion) -> None:
    """Open an ROI by its address."""
    page.evaluate(f"location.hash = {lesion.id!r}")
    r, a, s = lesion.focus
    expect(page.locator(".readout")).to_contain_text(re.compile(rf"{r:.1f}, {a:.1f}, {s:.1f}"))
    expect(page.locator("#veil")).to_be_hidden()


def begin_to_draw(page: Page) -> None:
    """Say that the delineation needs correction, and wait until the planes have their new size."""
    page.keyboard.press("KeyY")
    expect(page.locator("#drawing")).to_be_visible()
    # `wait_for_function` evaluates text in the page, which its policy forbids.
    while page.evaluate(_UNFITTED):
        page.wait_for_timeout(50)


def pixel_of(page: Page, lesion: Lesion, plane: str, ijk: npt.ArrayLike) -> tuple[float, float]:
    """Give where the page's window shows the middle of a voxel, by nibabel's axes alone.

    The planes are centred on the focus, and lie along the voxel axes nearest to RAS.
    """
    box = page.locator("#planes").bounding_box()
    assert box
    width, height = int(box["width"]), int(box["height"])
    first, half = round(width * LARGE_SHARE), (height - GAP) // 2
    tiles = {
        "axial": (0, 0, first, height),
        "coronal": (first + GAP, 0, width - first - GAP, half),
        "sagittal": (first + GAP, half + GAP, width - first - GAP, height - half - GAP),
    }
    left, top, wide, high = tiles[plane]
    scale = EXTENT_MM / max(wide, high)
    focus_ijk = nib.affines.apply_affine(np.linalg.inv(lesion.affine), lesion.focus)
    steps = np.asarray(ijk) - focus_ijk
    sizes = nib.affines.voxel_sizes(lesion.affine)
    moved = np.zeros(3)
    for file_axis, (axis, turn) in enumerate(nib.orientations.io_orientation(lesion.affine)):
        moved[int(axis)] = steps[file_axis] * sizes[file_axis] * turn
    across, up = AXES[plane]
    x = box["x"] + left + wide / 2 + moved[across] / scale
    y = box["y"] + top + high / 2 - moved[up] / scale
    return float(x), float(y)


def depth_axis(lesion: Lesion, plane: str) -> int:
    """Give the file's axis that looks at the person on a plane."""
    depth = ({0, 1, 2} - set(AXES[plane])).pop()
    axes: Array = nib.orientations.io_orientation(lesion.affine)[:, 0]
    return int(np.flatnonzero(axes == depth)[0])


def slices_up_to(lesion: Lesion, plane: str, ijk: npt.ArrayLike) -> int:
    """Give how often PageUp goes from the focus to a voxel's slice; below 0: PageDown."""
    axis = depth_axis(lesion, plane)
    turn = nib.orientations.io_orientation(lesion.affine)[axis, 1]
    focus = nib.affines.apply_affine(np.linalg.inv(lesion.affine), lesion.focus)
    return round((np.asarray(ijk)[axis] - focus[axis]) * turn)


def on_slice_of_focus(lesion: Lesion, plane: str, steps: tuple[int, int]) -> Array:
    """Give the voxel so many voxels from the focus along the two file axes of a plane."""
    focus = nib.affines.apply_affine(np.linalg.inv(lesion.affine), lesion.focus)
    ijk: Array = np.rint(focus).astype(int)
    flat = [axis for axis in range(3) if axis != depth_axis(lesion, plane)]
    ijk[flat] += steps
    assert ((ijk >= 0) & (ijk < SHAPE)).all()
    return ijk
