"""run.json: what a training run is, from what it was made, and how far it came."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lesions.checksums import sha256
from lesions.progress import track
from training.provenance import write_json

RUN_FILE = "run.json"
#: Version of the file's format.
FORMAT = 1


class RunError(ValueError):
    """A run can't be begun or gone on with; the message says of what and why."""


@dataclass(frozen=True)
class RunConfig:
    """What decides about the weights of a run, beside code and data.

    `fold` is a number or "all". `alpha` and `beta` are None for a loss of one term, `residual` None
    without Mamba layers.
    """

    dataset: str
    configuration: str
    plans: str
    fold: str
    trainer: str
    architecture: str
    n_epochs: int
    n_steps: int
    n_validation_steps: int
    learning_rate: float
    seed: int
    foreground: float
    jitter: float
    bfloat16: bool
    alpha: float | None
    beta: float | None
    residual: bool | None
    batch_size: int
    patch_size: tuple[int, ...]


def describe_data(
    dataset: Path, folder: Path, cases: Sequence[str], validation: Sequence[str]
) -> dict[str, Any]:
    """Give the hashes of all that a fold is trained on.

    Parameters
    ----------
    dataset : path
        The dataset's folder in nnU-Net's preprocessed folder.
    folder : path
        Its preprocessed cases.
    cases, validation : sequences of str
        Case ids.

    Raises
    ------
    RunError
        A case has no file.
    """
    hashes = {}
    for case in track(sorted({*cases, *validation}), "hashing cases"):
        files = sorted(path for path in folder.glob(f"{case}*") if _is_of(path, case))
        if not files:
            raise RunError(f"{folder}: expected a preprocessed case {case}, came none")
        hashes[case] = {path.name: sha256(path) for path in files}
    shared = ("dataset.json", "dataset_fingerprint.json", "splits_final.json")
    return {
        "files_sha256": {n: sha256(dataset / n) for n in shared if (dataset / n).is_file()},
        "cases_sha256": hashes,
        "training_cases": list(cases),
        "validation_cases": list(validation),
    }


def _is_of(path: Path, case: str) -> bool:
    return path.name.split(".")[0] in (case, f"{case}_seg")


class RunRecord:
    """The file run.json of one run; each change of it is written at once, whole."""

    def __init__(self, folder: Path, content: dict[str, Any]) -> None:
        self.path, self.content = folder / RUN_FILE, content
        self._begun_s = 0.0

    @classmethod
    def begin(cls, folder: Path, config: RunConfig, data: dict[str, Any]) -> "RunRecord":
        """Give the record of a new run; nothing is written yet."""
        about = {"format": FORMAT, "config": _plain(config), "data": data}
        return cls(folder, {**about, "sessions": []})

    @classmethod
    def read(cls, folder: Path) -> "RunRecord":
        """Read the record of an earlier run.

        Raises
        ------
        RunError
            There is none, or it can't be read.
        """
        path = folder / RUN_FILE
        try:
            content = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise RunError(f"{path}: expected the record of a run to resume, came none") from None
        except ValueError as error:
            raise RunError(f"{path}: expected JSON, {error}") from None
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise RunError(f"{path}: expected the record of a run in format {FORMAT}")
        return cls(folder, content)

    def check_same(self, config: RunConfig, data: dict[str, Any]) -> None:
        """Refuse to go on with other settings or data.

        Raises
        ------
        RunError
            Something differs; the message names it.
        """
        before = self.content["config"]
        for name, value in _plain(config).items():
            if before.get(name) != value:
                raise RunError(
                    f"{self.path}: expected {name} {before.get(name)} as before, came {value}; "
                    "begin a new run with --out"
                )
        for name, value in data.items():
            if self.content["data"].get(name) != value:
                raise RunError(
                    f"{self.path}: expected the same data as before, but {name} differs; begin a "
                    "new run with --out"
                )

    def open_session(self, command: Sequence[str], epoch: int, about: dict[str, Any]) -> None:
        """Note that a process begins, from which epoch on."""
        session = {"begun_at": _now(), "from_epoch": epoch, "command": list(command), **about}
        self.content["sessions"].append(session)
        self._begun_s = time.monotonic()
        self.note_epoch(epoch)

    def note_epoch(self, n_done: int, state: str = "running") -> None:
        """Note how far the open session has come: `running`, then `finished` or `stopped`."""
        session = self.content["sessions"][-1]
        minutes = round((time.monotonic() - self._begun_s) / 60, 2)
        session |= {"ended_at": _now(), "to_epoch": n_done, "minutes": minutes}
        self.content |= {"state": state, **self._summary(n_done)}
        write_json(self.path, self.content)

    def _summary(self, n_done: int) -> dict[str, Any]:
        """Give what a model card says of the run."""
        config, sessions = self.content["config"], self.content["sessions"]
        last = sessions[-1]
        return {
            "command": " ".join(last["command"]),
            "seed": config["seed"],
            "epochs": n_done,
            "minutes": round(sum(session["minutes"] for session in sessions), 2),
            "loss": {name: config[name] for name in ("trainer", "alpha", "beta")},
            "n_cases": len(self.content["data"]["training_cases"]),
            "device": last["device"],
            "git": last["git"],
        }


def _plain(config: RunConfig) -> dict[str, Any]:
    """Give the config as JSON reads it again."""
    return {**asdict(config), "patch_size": list(config.patch_size)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
