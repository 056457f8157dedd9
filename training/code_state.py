"""What code runs here: the state of git, and the versions of what computes."""

import hashlib
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[1]
#: What can change a number of a run.
PACKAGES = (
    "torch",
    "nnunetv2",
    "dynamic_network_architectures",
    "batchgenerators",
    "batchgeneratorsv2",
    "acvl_utils",
    "blosc2",
    "connected-components-3d",
    "mambapy",
    "mamba-ssm",
    "numpy",
    "scipy",
)


def describe_git() -> dict[str, Any] | None:
    """Give commit, whether files differ from it, and the SHA-256 of how; None outside git."""
    commit = _git("rev-parse", "HEAD")
    if commit is None:
        return None
    changed = (_git("status", "--porcelain", "--untracked-files=all") or b"").decode().splitlines()
    diff = _git("diff", "HEAD") or b""
    return {
        "commit": commit.decode().strip(),
        "changed_files": changed,
        "diff_sha256": hashlib.sha256(diff).hexdigest() if diff else None,
    }


def describe_versions() -> dict[str, str | None]:
    """Give name -> version of Python, CUDA and the packages; None for what isn't there."""
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    cudnn = torch.backends.cudnn.version()  # type: ignore[no-untyped-call]
    return {**versions, "cuda": torch.version.cuda, "cudnn": None if cudnn is None else str(cudnn)}


def describe_device(device: torch.device) -> dict[str, Any]:
    """Give the name of what computes, and how many threads."""
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
    else:
        name = platform.processor() or platform.machine()
    return {"device": device.type, "name": name, "n_threads": torch.get_num_threads()}


def _git(*arguments: str) -> bytes | None:
    """Give what git answers about this code, None where it can't."""
    command = ["git", "-C", str(ROOT), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
