"""Trainers of lesion models, by the names that `python -m training train` takes."""

from training.trainers.lesion import (
    InstanceTrainer,
    nnUNetTrainerLesion,
    nnUNetTrainerLesionBlob,
    nnUNetTrainerLesionCC,
)

TRAINERS: dict[str, type[nnUNetTrainerLesion]] = {
    "bce-dice": nnUNetTrainerLesion,
    "blob": nnUNetTrainerLesionBlob,
    "cc": nnUNetTrainerLesionCC,
}

__all__ = [
    "TRAINERS",
    "InstanceTrainer",
    "nnUNetTrainerLesion",
    "nnUNetTrainerLesionBlob",
    "nnUNetTrainerLesionCC",
]
