"""What a plan is asked for and what came of it; nothing here needs torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class PlanError(ValueError):
    """nnU-Net can't plan or preprocess a dataset; the message says which and why."""


@dataclass(frozen=True)
class PlanOptions:
    """What may differ from nnU-Net's own plans; None leaves it.

    `gpu_memory_gb` is the memory that a patch is made for, `base_features` and `max_features` the
    channels of the first stage and the most of a stage: they make a small model.
    """

    architecture: str = "vanilla"
    configurations: tuple[str, ...] = ("3d_fullres",)
    gpu_memory_gb: float | None = None
    base_features: int | None = None
    max_features: int | None = None
    plans_name: str | None = None


@dataclass(frozen=True)
class Planned:
    """Plans that were written, and for each configuration what they make of the network."""

    path: Path
    configurations: Mapping[str, Mapping[str, Any]]
    n_cases: int
    has_folds: bool


#: Nothing differs.
NNUNETS_OWN = PlanOptions()
