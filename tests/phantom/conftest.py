"""Phantoms coarse enough for tests: 2 mm voxels."""

from pathlib import Path

import numpy as np
import pytest

from phantom.case import Case, Patient, make_case
from phantom.cohort import build_cohort
from phantom.growth import NEIGHBOURS
from phantom.scanners import SCANNERS

SEED = 5


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


@pytest.fixture(scope="session")
def ms_case() -> Case:
    return make_case(Patient(1, "MS", SCANNERS["MP2RAGE-3T"], 2.0), SEED)


@pytest.fixture(scope="session")
def fine_case() -> Case:
    """A patient with 1 mm voxels, for what coarse voxels don't show."""
    return make_case(Patient(1, "MS", SCANNERS["MP2RAGE-3T"], 1.0), SEED)


@pytest.fixture(scope="session")
def mimic_case() -> Case:
    return make_case(Patient(2, "mimic", SCANNERS["MP2RAGE-3T"], 2.0), SEED)


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort of one MS patient and one mimic; its scans.tsv."""
    return build_cohort(tmp_path_factory.mktemp("phantom") / "c", 2, SEED, 1, spacing_mm=2.0)


@pytest.fixture(scope="session")
def cube() -> np.ndarray:
    return NEIGHBOURS
