"""Read a scan and bring it to the network's grid, with nnU-Net's own reader and preprocessing."""

import contextlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from nnunetv2.utilities.plans_handling.plans_handler import ConfigurationManager
from torch import Tensor

from inference.networks import Ensemble
from lesions.cases import CaseError, read_case_image
from lesions.geometry import FloatArray, orientation
from lesions.model_folder import ORIENTATION
from lesions.nifti import read_header
from lesions.scans import Scan

#: A scan's voxel side may be so many times the model's, or as small a part of it: 10 mm slices
#: for a model of 1 mm are thick, 100 mm is a wrong header.
MAX_SPACING_RATIO = 10.0
#: Voxels on the network's grid that no scan has (1024 a side): a header that leads there is wrong.
MAX_VOXELS = 2**30


@dataclass(frozen=True)
class Case:
    """A scan on the network's grid.

    `data` is (C, X, Y, Z), float32, on the CPU; `properties` are nnU-Net's, with which it goes
    back; `shape` and `affine` are of the scan's file, (I, J, K) and voxel to RAS mm.
    """

    name: str
    data: Tensor
    properties: dict[str, Any]
    shape: tuple[int, ...]
    affine: FloatArray

    @property
    def box(self) -> tuple[tuple[int, int], ...]:
        """Give the part that nnU-Net kept, (first, behind) an axis, in the order of its axes."""
        return tuple((int(a), int(b)) for a, b in self.properties["bbox_used_for_cropping"])


def read_case(scan: Scan, ensemble: Ensemble) -> Case:
    """Read and preprocess one scan.

    Raises
    ------
    CaseError
        nnU-Net couldn't read it, it holds nothing, or its grid isn't one that the model was made
        for.
    ImageError
        The file can't be read, or is not one 3-D volume of plain numbers.
    """
    header = read_header(scan.image)  # a wrong header is told before its voxels take memory
    check_grid(scan, header.shape, header.affine, ensemble)
    with _named_errors(scan):
        shape, affine = read_case_image(scan)
        data, properties = _preprocess(scan, ensemble)
    array = np.ascontiguousarray(data, np.float32)
    return Case(scan.name, torch.from_numpy(array), properties, shape, affine)


def _preprocess(scan: Scan, ensemble: Ensemble) -> tuple[npt.NDArray[Any], dict[str, Any]]:
    """Give nnU-Net's own preprocessing of a scan, (C, X, Y, Z), and its properties."""
    with contextlib.redirect_stdout(io.StringIO()):  # what nnU-Net prints is no result
        data, properties = ensemble.plans.image_reader_writer_class().read_images([str(scan.image)])
        check_content(scan, data)
        configuration = _without_labels(ensemble.configuration)
        preprocessor = configuration.preprocessor_class(verbose=False)
        data, _, properties = preprocessor.run_case_npy(
            data, None, properties, ensemble.plans, configuration, dict(ensemble.model.dataset)
        )
    return data, properties


@contextlib.contextmanager
def _named_errors(scan: Scan) -> Iterator[None]:
    """Turn what libraries raise over one scan into an error of that scan."""
    try:
        yield
    except MemoryError:
        raise CaseError(
            f"expected memory to read the scan and bring it to the model's grid, there is too "
            f"little; end other programs: {scan.image}"
        ) from None
    except RuntimeError as error:  # SimpleITK names its own source lines first
        last = (str(error).strip() or type(error).__name__).splitlines()[-1]
        raise CaseError(f"expected an image that nnU-Net reads, {last}: {scan.image}") from None


def check_grid(scan: Scan, shape: Sequence[int], affine: FloatArray, ensemble: Ensemble) -> None:
    """Refuse a scan whose voxels or axes aren't those that the model was trained on.

    Raises
    ------
    CaseError
        Voxel sides are far from the model's, too many voxels would come of it, or the axes run
        otherwise than dataset.json says.
    """
    sides = np.linalg.norm(affine[:3, :3], axis=0)
    wanted = np.asarray(ensemble.configuration.spacing, np.float64)
    # nnU-Net's axes are those of the file backwards, then transposed as the plans say.
    own = sides[::-1][list(ensemble.plans.transpose_forward)]
    ratio = own / wanted
    if (ratio > MAX_SPACING_RATIO).any() or (ratio < 1 / MAX_SPACING_RATIO).any():
        raise CaseError(
            f"expected voxels of about {_mm(wanted)} mm, as the model's, came {_mm(own)} mm: "
            f"{scan.image}"
        )
    n_voxels = float(np.prod(shape) * np.prod(ratio))
    if n_voxels > MAX_VOXELS:
        raise CaseError(
            f"expected a scan of at most {MAX_VOXELS} voxels at {_mm(wanted)} mm, came "
            f"{n_voxels:.3g}: {scan.image}"
        )
    expected = ensemble.model.dataset.get(ORIENTATION)
    found = orientation(affine)
    if expected is not None and found != expected:
        raise CaseError(
            f"expected axes that run {expected}, as in the images that the model was trained on, "
            f"came {found}; reorient image and masks first: {scan.image}"
        )


def check_content(scan: Scan, data: npt.NDArray[Any]) -> None:
    """Refuse an image of one value.

    Raises
    ------
    CaseError

    """
    low, high = float(data.min()), float(data.max())
    if low == high:
        raise CaseError(f"expected a brain, came {low:g} in every voxel: {scan.image}")


def _without_labels(configuration: Any) -> Any:
    """Give the configuration with no resampling of labels: nnU-Net makes empty ones and drops them.

    The image's own resampling stays as it is.
    """
    settings = configuration.configuration | {
        "resampling_fn_seg": "no_resampling_hack",
        "resampling_fn_seg_kwargs": {},
    }
    return ConfigurationManager(settings)


def _mm(sides: npt.NDArray[np.float64]) -> str:
    return " x ".join(f"{side:g}" for side in sides)
