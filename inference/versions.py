"""Say what a prediction hangs on beside model and image: versions, code, and what computes."""

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from lesions.version import VERSION

#: Packages, by the names that pip knows, that can change a number of a prediction.
PACKAGES = ("torch", "nnunetv2", "numpy", "SimpleITK")
#: Folders of ours whose code runs in a prediction.
CODE = ("inference", "lesions", "networks")
ROOT = Path(__file__).resolve().parents[1]


def versions() -> dict[str, str]:
    """Give name -> version; `cuda` and `cudnn` where torch was built with them."""
    found = {
        "second-look": VERSION,
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }
    if torch.version.cuda is not None:
        found["cuda"] = torch.version.cuda
    cudnn = torch.backends.cudnn.version()  # type: ignore[no-untyped-call]
    return found if cudnn is None else {**found, "cudnn": str(cudnn)}


def code_sha256(root: Path = ROOT) -> str:
    """Give the SHA-256 of the code that predicts: names and contents of its files, in order.

    It names the code where there is no git, and after a history was written anew.
    """
    digest = hashlib.sha256()
    for folder in CODE:
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def describe_software() -> dict[str, Any]:
    """Give what a sidecar says of the software."""
    return {"Versions": versions(), "CodeSHA256": code_sha256()}


def device_name(device: torch.device) -> str:
    """Name the device as its maker does; the CPU is `cpu`."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
