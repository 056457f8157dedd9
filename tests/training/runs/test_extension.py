"""nnU-Net's own commands find our trainers by nnUNet_extTrainer, and train on our plans."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import training
from tests.training.runs import tiny
from training.architectures import ARCHITECTURES, read_plans, write_plans
from training.trainers import TRAINERS

FOLDER = Path(training.__file__).parent / "extension"
#: What `nnUNetv2_train` does before it trains. nnU-Net looks through all of its own trainers first,
#: and one of them imports torchvision, whose CUDA build dies beside a torch for the CPU: here
#: something stands for it.
SEARCH = """
import importlib.machinery, sys
from unittest.mock import MagicMock

class Torchvision:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torchvision":
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = MagicMock(name=spec.name)
        module.__spec__, module.__path__ = spec, []
        return module

    def exec_module(self, module):
        pass

sys.meta_path.insert(0, Torchvision())
import torch
from nnunetv2.run.run_training import get_trainer_from_args
plans, *names = sys.argv[1:]
for name in names:
    trainer = get_trainer_from_args("901", "3d_fullres", 0, name, plans, device=torch.device("cpu"))
    assert type(trainer).__name__ == name
trainer.initialize()
print(type(trainer.network).__name__)
"""


@pytest.mark.slow
def test_nnunets_own_command_finds_trainers_and_networks_from_any_folder(built, tmp_path):
    tiny.copy(built, tmp_path)
    dataset = tmp_path / "preprocessed" / tiny.NAME
    plans = write_plans(read_plans(dataset, "umamba-bot", "3d_fullres"), dataset)
    names = [trainer.__name__ for trainer in TRAINERS.values()]
    folders = {
        f"nnUNet_{name}": str(tmp_path / name) for name in ("raw", "preprocessed", "results")
    }
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, plans.stem, *names],
        cwd=tmp_path,
        env={**os.environ, **folders, "nnUNet_extTrainer": str(FOLDER), "nnUNet_compile": "f"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split()[-1] == "UMamba"
    assert plans.stem == f"{ARCHITECTURES['umamba-bot'].plans}_umamba-bot"
