"""Write the command of a training run anew, from its settings: a card names no folder."""

from collections.abc import Mapping
from typing import Any

from training.architectures import ARCHITECTURES
from training.trainers import TRAINERS

#: Setting of run.json -> the option that gives it. What is None is left out.
OPTIONS = {
    "architecture": "--architecture",
    "configuration": "--configuration",
    "n_epochs": "--epochs",
    "n_steps": "--steps",
    "n_validation_steps": "--validation-steps",
    "learning_rate": "--learning-rate",
    "alpha": "--alpha",
    "beta": "--beta",
    "foreground": "--foreground",
    "jitter": "--jitter",
}
_NAMES = {trainer.__name__: name for name, trainer in TRAINERS.items()}


def command_of(run: Mapping[str, Any]) -> str | None:
    """Give the command that trains a fold anew, without the folders that it works in.

    Parameters
    ----------
    run : mapping
        What `summarise_run` says of it.

    Returns
    -------
    str or None
        None where its settings aren't those of `python -m training train`.

    >>> command_of({"config": {"trainer": "nnUNetTrainer"}}) is None
    True
    """
    config: Mapping[str, Any] = run.get("config", {})
    name = _NAMES.get(str(config.get("trainer")))
    if name is None or not {"dataset", "fold", "seed", "plans", *OPTIONS} <= set(config):
        return None
    words = ["python -m training train", config["dataset"], "--fold", config["fold"]]
    words += ["--seed", config["seed"], "--trainer", name, "--plans", _plans_file(config)]
    for key, option in OPTIONS.items():
        if config[key] is not None:
            words += [option, config[key]]
    if config.get("bfloat16"):
        words.append("--bfloat16")
    if config.get("residual") is False:
        words.append("--no-residual")
    device = run.get("device", {}).get("device")
    if device is not None:
        words += ["--device", device]
    return " ".join(map(str, words))


def _plans_file(config: Mapping[str, Any]) -> str:
    """Give the plans' name on disk: a layout of U-Mamba is added to it in memory."""
    architecture = ARCHITECTURES.get(str(config["architecture"]))
    name = str(config["plans"])
    if architecture is None or not architecture.layout:
        return name
    return name.partition(f"_umamba-{architecture.layout}")[0]
