"""Networks by name: which of nnU-Net's plans they come from, and what is changed in it."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lesions.atomic import write_atomically

PLAIN_UNET = "dynamic_network_architectures.architectures.unet.PlainConvUNet"
UMAMBA = "networks.umamba.UMamba"


class ArchitectureError(ValueError):
    """A network can't be had from these plans; the message names the file."""


@dataclass(frozen=True)
class Architecture:
    """Where a network comes from.

    `plans` is the name of nnU-Net's plans, `planner` the class that makes them, for `planned_as` in
    `python -m training plan`; `layout` is where the Mamba layers are, empty without.
    """

    plans: str
    planner: str
    planned_as: str
    layout: str = ""


#: The paper, section 3.2; planners: Isensee et al. 2024 (arXiv 2404.09556).
ARCHITECTURES = {
    "vanilla": Architecture("nnUNetPlans", "ExperimentPlanner", "vanilla"),
    "resenc-m": Architecture("nnUNetResEncUNetMPlans", "nnUNetPlannerResEncM", "resenc-m"),
    "resenc-l": Architecture("nnUNetResEncUNetLPlans", "nnUNetPlannerResEncL", "resenc-l"),
    "resenc-xl": Architecture("nnUNetResEncUNetXLPlans", "nnUNetPlannerResEncXL", "resenc-xl"),
    "umamba-bot": Architecture("nnUNetPlans", "ExperimentPlanner", "vanilla", "bot"),
    "umamba-enc": Architecture("nnUNetPlans", "ExperimentPlanner", "vanilla", "enc"),
}


def read_plans(
    dataset: Path, name: str, configuration: str, *, plans: str | None = None, residual: bool = True
) -> dict[str, Any]:
    """Give the plans with which a network is trained.

    Parameters
    ----------
    dataset : path
        The dataset's folder in nnU-Net's preprocessed folder.
    name : str
        One of ARCHITECTURES.
    configuration : str
        Such as 3d_fullres.
    plans : str or None
        Other plans than those of the architecture.
    residual : bool
        For U-Mamba: keep the features beside what a Mamba layer makes of them.

    Raises
    ------
    ArchitectureError
        The plans are missing, have no such configuration, or no plain U-Net for U-Mamba.
    """
    architecture = ARCHITECTURES[name]
    path = dataset / f"{plans or architecture.plans}.json"
    if not path.is_file():
        raise ArchitectureError(
            f"expected plans at {path}; make them with `python -m training plan --architecture "
            f"{architecture.planned_as}`, or by nnU-Net's planner {architecture.planner}"
        )
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    known = content.get("configurations", {})
    if configuration not in known:
        raise ArchitectureError(
            f"{path}: expected a configuration of {', '.join(known) or 'none'}, came "
            f"{configuration}"
        )
    if not architecture.layout:
        return content
    return with_mamba(content, [configuration], architecture.layout, residual, str(path))


def write_plans(plans: Mapping[str, Any], folder: Path) -> Path:
    """Write plans under their own name, where nnU-Net's commands find them; give the path."""
    path = folder / f"{plans['plans_name']}.json"
    with write_atomically(path) as temporary:
        temporary.write_text(json.dumps(plans, indent=2) + "\n", "utf-8")
    return path


def with_mamba(
    plans: Mapping[str, Any],
    configurations: Sequence[str],
    layout: str,
    residual: bool,
    source: str,
) -> dict[str, Any]:
    """Give plans whose network is U-Mamba, stage by stage as large as the plain U-Net's.

    The plans' name gets the layout as its ending, so that results lie in a folder of their own;
    preprocessed data are shared.
    """
    changed = deepcopy(dict(plans))
    for configuration in configurations:
        chosen = changed["configurations"][configuration]
        network = chosen.get("architecture", {})
        if network.get("network_class_name") != PLAIN_UNET:
            raise ArchitectureError(
                f"{source}: expected {PLAIN_UNET} in {configuration} to make U-Mamba of, came "
                f"{network.get('network_class_name', 'no architecture')}"
            )
        arguments = dict(network["arch_kwargs"])
        arguments["n_blocks_per_stage"] = arguments.pop("n_conv_per_stage")
        arguments |= {"layout": layout, "residual": residual}
        chosen["architecture"] = {**network, "network_class_name": UMAMBA, "arch_kwargs": arguments}
    changed["plans_name"] += f"_umamba-{layout}" + ("" if residual else "-plain")
    return changed
