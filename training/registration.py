"""Register a scan to a reference image by turning and shifting it, with SimpleITK."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesions.cases import CaseError
from training.grids import Grid, as_sitk

#: Half of its functions are typed.
sitk: Any = importlib.import_module("SimpleITK")
#: Bins of the joint histogram, and the share of the voxels that it is made from (regularly spaced).
N_BINS, SHARE = 50, 0.25
#: ITK moves each place a little at random.
SEED = 1
#: Coarse to fine: every so many voxels, smoothed by so many mm.
SHRINK, SMOOTH_MM = (4, 2, 1), (2.0, 1.0, 0.0)
N_ITERATIONS = 200


@dataclass(frozen=True)
class Rigid:
    """A rigid transform and what is told of it.

    `transform` maps points of the reference to points of the scan, LPS mm. `rotation_deg` and
    `translation_mm` are about x, y and z of LPS. `metric` is minus the mutual information.
    """

    transform: Any
    rotation_deg: tuple[float, ...]
    translation_mm: tuple[float, ...]
    metric: float


def register(
    scan: NDArray[Any], scan_grid: Grid, reference: NDArray[Any], reference_grid: Grid
) -> Rigid:
    """Find the rigid transform that brings a scan onto a reference image.

    Mattes' mutual information (Mattes et al. 2003, doi:10.1109/TMI.2003.809072), so the two may be
    of different sequences; it begins with the centres of mass upon each other. One thread, also
    for the filters that ITK uses inside, and one seed: the same images give the same transform.

    Raises
    ------
    CaseError
        The images never overlap enough to be compared.
    """
    fixed = as_sitk(reference.astype(np.float32), reference_grid)
    moving = as_sitk(scan.astype(np.float32), scan_grid)
    with _one_thread():
        return _register(fixed, moving)


def _register(fixed: Any, moving: Any) -> Rigid:
    start = sitk.CenteredTransformInitializer(
        fixed, moving, sitk.Euler3DTransform(), sitk.CenteredTransformInitializerFilter.MOMENTS
    )
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(numberOfHistogramBins=N_BINS)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(SHARE, SEED)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=1.0,
        minStep=1e-4,
        numberOfIterations=N_ITERATIONS,
        gradientMagnitudeTolerance=1e-8,
    )
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel(list(SHRINK))
    method.SetSmoothingSigmasPerLevel(list(SMOOTH_MM))
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    method.SetInitialTransform(start, inPlace=False)
    try:
        found = method.Execute(fixed, moving)
    except RuntimeError as error:
        last = str(error).strip().splitlines()[-1]
        raise CaseError(f"expected images that can be registered, {last}") from None
    euler = sitk.Euler3DTransform(found.GetNthTransform(0) if _is_composite(found) else found)
    angles = (euler.GetAngleX(), euler.GetAngleY(), euler.GetAngleZ())
    return Rigid(
        transform=euler,
        rotation_deg=tuple(round(float(np.degrees(angle)), 4) for angle in angles),
        translation_mm=tuple(round(float(part), 4) for part in euler.GetTranslation()),
        metric=round(float(method.GetMetricValue()), 6),
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let ITK add up in one order: with two, one of 150 results was off by 0.0003 degrees."""
    before = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    try:
        yield
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(before)


def _is_composite(transform: Any) -> bool:
    return bool(transform.GetTransformEnum() == sitk.sitkComposite)
