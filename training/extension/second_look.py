"""The trainers for nnU-Net's own commands: name this folder in `nnUNet_extTrainer`.

nnU-Net imports every module of that folder by its bare name, without the project on its path.
"""

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from training.trainers import (  # noqa: E402
    nnUNetTrainerLesion,
    nnUNetTrainerLesionBlob,
    nnUNetTrainerLesionCC,
)

__all__ = ["nnUNetTrainerLesion", "nnUNetTrainerLesionBlob", "nnUNetTrainerLesionCC"]
