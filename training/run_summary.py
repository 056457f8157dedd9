"""Say of a training run what may go with its weights: no folder of the machine, no subject."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from lesions.checksums import sha256
from lesions.model_weights import ModelError

_SESSION_KEYS = ("git", "versions", "device")


def summarise_run(path: Path) -> dict[str, Any]:
    """Give settings, versions, device, minutes and the hash of the data of a run.

    Case ids, which name subjects, and the command, which names folders, stay out; `run_sha256` and
    `data_sha256` still tell whether two models came of one run or of the same data.

    Parameters
    ----------
    path : path of run.json
        Where there is none, nnU-Net's own trainer ran, and the summary is empty.

    Raises
    ------
    ModelError
        It is no JSON object.
    """
    if not path.is_file():
        return {}
    try:
        run: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: expected the record of a run, {error}") from None
    if not isinstance(run, dict):
        raise ModelError(f"{path}: expected a JSON object, came {type(run).__name__}")
    data = run.get("data", {})
    sessions = run.get("sessions", [])
    last = sessions[-1] if sessions else {}
    return {
        "config": run.get("config", {}),
        "n_training_cases": len(data.get("training_cases", [])),
        "n_validation_cases": len(data.get("validation_cases", [])),
        "data_sha256": hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest(),
        "run_sha256": sha256(path),
        "minutes": round(sum(map(_minutes, sessions)), 1),
        **{key: last[key] for key in _SESSION_KEYS if key in last},
    }


def _minutes(session: dict[str, Any]) -> float:
    """Give the length of a session; 0 of one that was killed and has no end."""
    try:
        begun, ended = (datetime.fromisoformat(session[key]) for key in ("begun_at", "ended_at"))
    except (KeyError, TypeError, ValueError):
        return 0.0
    return (ended - begun).total_seconds() / 60
