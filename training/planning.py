"""Run nnU-Net's fingerprint, planning and preprocessing on a raw dataset, from Python.

nnU-Net 2.8.1 does the work; its commands are not called, since they import what needs a GPU build.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from nnunetv2.experiment_planning import verify_dataset_integrity as verifying
from nnunetv2.experiment_planning.dataset_fingerprint import fingerprint_extractor
from nnunetv2.experiment_planning.experiment_planners.default_experiment_planner import (
    ExperimentPlanner,
)
from nnunetv2.experiment_planning.experiment_planners.residual_unets import (
    residual_encoder_unet_planners as residual,
)
from nnunetv2.preprocessing.preprocessors import default_preprocessor
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

from lesions.atomic import fill_folder
from lesions.checksums import sha256
from training.architectures import ARCHITECTURES, with_mamba, write_plans
from training.folds import FOLDS_FILE
from training.nnunet_folders import (
    N_WORKERS,
    PREPROCESSED,
    RAW,
    nnunet_folders,
    set_variables,
    threads_for_processes,
)
from training.plan_options import NNUNETS_OWN, PlanError, Planned, PlanOptions
from training.provenance import versions_of, write_json

#: By the names that `ARCHITECTURES` has.
PLANNERS: dict[str, Callable[..., Any]] = {
    planner.__name__: planner
    for planner in (
        ExperimentPlanner,
        residual.nnUNetPlannerResEncM,
        residual.nnUNetPlannerResEncL,
        residual.nnUNetPlannerResEncXL,
    )
}
#: What `python -m training dataset` writes beside dataset.json, with hashes of images and labels.
MAKING_FILE = "provenance.json"
FINGERPRINT_FILE = "dataset_fingerprint.json"
#: How lines of nnU-Net's check begin that say what is wrong.
_COMPLAINTS = ("Error", "Images contain NaN", "Segmentation contains NaN", "Warning")


@dataclass
class _Words:
    """What nnU-Net printed meanwhile."""

    stream: StringIO = field(default_factory=StringIO)

    def complaint(self) -> str:
        lines = [line.strip() for line in self.stream.getvalue().splitlines()]
        found = [i for i, line in enumerate(lines) if line.startswith(_COMPLAINTS)]
        return " ".join(filter(None, lines[found[0] : found[0] + 5])) if found else ""


def plan_dataset(
    dataset: Path, preprocessed: Path, options: PlanOptions = NNUNETS_OWN, *, jobs: int = 1
) -> Planned:
    """Check, plan and preprocess a dataset; all of it appears, or nothing.

    Parameters
    ----------
    dataset : path
        Folder of a raw dataset, DatasetXXX_Name.
    preprocessed : path
        nnU-Net's preprocessed folder; the dataset becomes a folder in it, or gets further plans.
    options : PlanOptions
    jobs : int
        Processes; 1 works in this one.

    Raises
    ------
    PlanError
        It is no dataset, nnU-Net refuses it, or other preprocessed data of its name are there.
    OutputError
        The preprocessed folder can't be written to, for want of space say.
    """
    dataset = dataset.resolve()
    about = _read_dataset(dataset)
    there = preprocessed / dataset.name
    _check_same(dataset, there)
    pools = (fingerprint_extractor, default_preprocessor)
    threads = threads_for_processes(verifying, *(pools if jobs == 1 else ()))
    with fill_folder(preprocessed) as folder:
        with nnunet_folders({RAW: dataset.parent, PREPROCESSED: folder}), threads:
            with _refusing(dataset, "check of the dataset"):
                verifying.verify_dataset_integrity(str(dataset), jobs)
            with _refusing(dataset, "fingerprint"):
                _take_fingerprint(dataset, there, folder / dataset.name)
                fingerprint_extractor.DatasetFingerprintExtractor(dataset.name, jobs).run()
            workers = {N_WORKERS: "1"} if os.environ.get(N_WORKERS) == "0" else {}
            with _refusing(dataset, "planning"), set_variables(workers):
                name = _plan(dataset, options)
            own = folder / dataset.name
            manager = PlansManager(str(own / f"{name}.json"))
            with _refusing(dataset, "preprocessing"):
                _preprocess(manager, dataset, options.configurations, jobs)
        _copy_labels(dataset, own, about)
        manager = _add_mamba(manager, own, options)
        described = {one: _describe(manager, one, about) for one in options.configurations}
        write_json(own / f"{name}.provenance.json", _describe_making(dataset, options, described))
    has_folds = (there / FOLDS_FILE).is_file()
    return Planned(there / f"{manager.plans_name}.json", described, about["numTraining"], has_folds)


def _read_dataset(dataset: Path) -> dict[str, Any]:
    path = dataset / "dataset.json"
    if not path.is_file() or not dataset.name.startswith("Dataset"):
        raise PlanError(
            f"expected the folder of an nnU-Net dataset, DatasetXXX_Name with dataset.json, came "
            f"{dataset}"
        )
    try:
        about: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise PlanError(f"{path}: expected JSON, {error}") from None
    return about


def _check_same(dataset: Path, there: Path) -> None:
    """Refuse to mix the preprocessed cases of two datasets of one name."""
    for name in ("dataset.json", FOLDS_FILE, MAKING_FILE):
        old, new = there / name, dataset / name
        if old.is_file() and new.is_file() and sha256(old) != sha256(new):
            raise PlanError(
                f"{there}: expected data of {new}, but its own {name} is another; move the folder "
                "away, or give the dataset another id"
            )


@contextmanager
def _refusing(dataset: Path, what: str) -> Iterator[None]:
    """Tell in one line what nnU-Net says in many; what it prints is no result."""
    words = _Words()
    try:
        with redirect_stdout(words.stream):
            yield
    except OSError:
        raise
    except Exception as error:  # nnU-Net raises asserts and bare RuntimeErrors
        said = words.complaint() or str(error) or type(error).__name__
        raise PlanError(f"{dataset}: nnU-Net's {what} refused it: {said}") from error


def _take_fingerprint(dataset: Path, there: Path, own: Path) -> None:
    """Take the fingerprint of an earlier plan, where the hashes say that the dataset is the same.

    nnU-Net samples 100 million voxels for one: half a minute, whatever the size of the dataset.
    """
    own.mkdir()
    making, fingerprint = dataset / MAKING_FILE, there / FINGERPRINT_FILE
    if making.is_file():
        shutil.copyfile(making, own / MAKING_FILE)
        if fingerprint.is_file() and (there / MAKING_FILE).is_file():
            shutil.copyfile(fingerprint, own / FINGERPRINT_FILE)


def _plan(dataset: Path, options: PlanOptions) -> str:
    """Write the plans; give their name."""
    arguments: dict[str, Any] = {}
    if options.gpu_memory_gb is not None:
        arguments["gpu_memory_target_in_gb"] = options.gpu_memory_gb
    if options.plans_name is not None:
        arguments["plans_name"] = options.plans_name
    planner = PLANNERS[ARCHITECTURES[options.architecture].planner](dataset.name, **arguments)
    if options.base_features is not None:
        planner.UNet_base_num_features = options.base_features
    if options.max_features is not None:
        planner.UNet_max_features_3d = planner.UNet_max_features_2d = options.max_features
    planner.plan_experiment()
    return str(planner.plans_identifier)


def _add_mamba(manager: Any, own: Path, options: PlanOptions) -> Any:
    """For U-Mamba write plans beside those that it was made of; `training train` needs none."""
    layout = ARCHITECTURES[options.architecture].layout
    if not layout:
        return manager
    plans = with_mamba(manager.plans, options.configurations, layout, True, str(own))
    return PlansManager(str(write_plans(plans, own)))


def _preprocess(manager: Any, dataset: Path, configurations: Sequence[str], jobs: int) -> None:
    known = manager.available_configurations
    for name in configurations:
        if name not in known:
            raise PlanError(f"expected a configuration of {', '.join(known)}, came {name}")
        preprocessor = manager.get_configuration(name).preprocessor_class(verbose=False)
        preprocessor.run(dataset.name, name, manager.plans_name, num_processes=jobs)


def _copy_labels(dataset: Path, own: Path, about: Mapping[str, Any]) -> None:
    """Keep the labels beside the preprocessed cases, where nnU-Net's validation looks for them."""
    (own / "gt_segmentations").mkdir()
    for path in sorted((dataset / "labelsTr").glob("*" + about["file_ending"])):
        shutil.copyfile(path, own / "gt_segmentations" / path.name)


def _describe(manager: Any, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    configuration = manager.get_configuration(name)
    network = get_network_from_plans(
        configuration.network_arch_class_name,
        configuration.network_arch_init_kwargs,
        configuration.network_arch_init_kwargs_req_import,
        len(about["channel_names"]),
        manager.get_label_manager(dict(about)).num_segmentation_heads,
        allow_init=False,
    )
    return {
        "spacing_mm": [float(side) for side in configuration.spacing],
        "patch_size": [int(side) for side in configuration.patch_size],
        "batch_size": int(configuration.batch_size),
        "features": list(configuration.network_arch_init_kwargs["features_per_stage"]),
        "n_parameters": sum(parameter.numel() for parameter in network.parameters()),
    }


def _describe_making(
    dataset: Path, options: PlanOptions, described: Mapping[str, Any]
) -> dict[str, Any]:
    sources = [dataset / name for name in ("dataset.json", FOLDS_FILE, MAKING_FILE)]
    return {
        "command": "python -m training plan",
        "dataset": dataset.name,
        "sources_sha256": {path.name: sha256(path) for path in sources if path.is_file()},
        "options": asdict(options),
        "configurations": described,
        "versions": versions_of("nnunetv2", "torch", "numpy", "scikit-image"),
    }
