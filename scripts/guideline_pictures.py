"""Draw the example pictures of the guidelines from phantoms: `make pictures`.

Each picture has the place twice, plain and with its outline, on voxels enlarged to one size. The
same table and versions give the same bytes.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from phantom.case import Case, Patient, make_case
from phantom.scanners import SCANNERS

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "reviewapp" / "guideline_pictures.json"
FOLDER = ROOT / "static" / "img" / "guidelines"
#: Side of the square that is shown, in mm and in pixels.
SIDE_MM, SIDE_PX = 28, 280
#: Pixels between the plain and the outlined square.
GAP_PX = 4
#: The outline's colour and width, as on the review page.
MASK_COLOUR, MASK_PX = (255, 216, 61), 2
#: Percentiles of the brain's intensities that are shown black and white.
WINDOW = (1, 99)
#: Axis of the image that each plane cuts.
PLANES = {"sagittal": 0, "coronal": 1, "axial": 2}
#: A sulcus for its picture: fluid below this on the tissue scale, within this of its place in mm.
SULCUS_BELOW, SULCUS_MM = 0.75, 2.5
QUALITY = 82

BoolArray = npt.NDArray[np.bool_]


def main() -> None:
    """Draw every picture of the table."""
    table = json.loads(TABLE.read_text("utf-8"))
    cases: dict[str, Case] = {}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for row in table["pictures"]:
        name = row["patient"]
        if name not in cases:
            cases[name] = make_case(_patient(table["patients"][name]), table["seed"])
        picture = draw(cases[name], _mask(cases[name], row), PLANES[row["plane"]])
        path = FOLDER / row["file"]
        picture.save(path, quality=QUALITY, method=6)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


def draw(case: Case, mask: BoolArray, axis: int) -> Image.Image:
    """Draw the slice through a mask where it is widest: plain on the left, outlined on the right.

    Parameters
    ----------
    case : Case
    mask : (I, J, K) array of bool
    axis : int
        Which axis the slice cuts.
    """
    others = tuple(a for a in range(3) if a != axis)
    index = int(mask.sum(axis=others).argmax())
    flat = np.take(mask, [index], axis).squeeze(axis)
    n = round(SIDE_MM / case.patient.spacing_mm)
    box = tuple(slice(max(round(c) - n // 2, 0), max(round(c) - n // 2, 0) + n)
                for c in np.argwhere(flat).mean(axis=0))  # fmt: skip
    low, high = np.percentile(case.image[case.brain], WINDOW)
    grey = (
        np.clip((np.take(case.image, [index], axis).squeeze(axis)[box] - low) / (high - low), 0, 1)
        * 255
    )
    size = (SIDE_PX, SIDE_PX)
    plain = Image.fromarray(grey.T[::-1].astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    outlined = np.array(plain.convert("RGB"))
    outlined[outline(flat[box].T[::-1], SIDE_PX // n)] = MASK_COLOUR
    sheet = Image.new("RGB", (2 * SIDE_PX + GAP_PX, SIDE_PX))
    sheet.paste(plain.convert("RGB"), (0, 0))
    sheet.paste(Image.fromarray(outlined), (SIDE_PX + GAP_PX, 0))
    return sheet


def outline(flat: BoolArray, px: int) -> BoolArray:
    """Give the pixels just outside the mask's edge, so that the outline hides none of it.

    Parameters
    ----------
    flat : (H, W) array of bool
    px : int
        Pixels a voxel.

    Returns
    -------
    (H px, W px) array of bool

    Examples
    --------
    >>> outline(np.eye(3, dtype=bool)[[1]], 3).sum(axis=0).tolist()
    [0, 3, 3, 0, 0, 0, 3, 3, 0]
    """
    large = np.kron(flat, np.ones((px, px), bool)).astype(bool)
    wide = large.copy()
    for _ in range(MASK_PX):
        grown = np.pad(wide, 1)
        wide = (
            grown[1:-1, 1:-1] | grown[:-2, 1:-1] | grown[2:, 1:-1] | grown[1:-1, :-2]
            | grown[1:-1, 2:]
        )  # fmt: skip
    return np.asarray(wide & ~large, np.bool_)


def _patient(row: dict[str, Any]) -> Patient:
    return Patient(row["number"], row["diagnosis"], SCANNERS[row["scanner"]], row["spacing_mm"])


def _mask(case: Case, row: dict[str, Any]) -> BoolArray:
    mask = np.zeros(case.image.shape, np.bool_)
    if "sulcus_ijk" in row:
        places = np.indices(mask.shape).transpose(1, 2, 3, 0) - row["sulcus_ijk"]
        near = (places**2).sum(axis=-1) * case.patient.spacing_mm**2 <= SULCUS_MM**2
        return np.asarray(near & (case.tissue < SULCUS_BELOW), np.bool_)
    growth = case.canvas.lesions[row["lesion"]].growth
    mask[growth.patch.box] = growth.mask
    return mask


if __name__ == "__main__":
    main()
