"""nnU-Net's own search finds the trainers in the folder that nnUNet_extTrainer names."""

import subprocess
import sys
from pathlib import Path

import pytest

import training
from training.trainers import TRAINERS

FOLDER = Path(training.__file__).parent / "extension"
#: What `recursive_find_trainer_class_by_name` does for each folder of nnUNet_extTrainer; before it
#: that looks into nnU-Net itself, which dies of torchvision on a machine without a GPU.
SEARCH = """
import sys
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer
from nnunetv2.utilities.find_class_by_name import recursive_find_python_class
for name in sys.argv[2:]:
    found = recursive_find_python_class(
        sys.argv[1], name, None, base_folder=sys.argv[1], cleanup_imports_from_base_folder=True
    )
    assert found.__name__ == name
    assert issubclass(found, nnUNetTrainer)
"""


@pytest.mark.slow
def test_nnunet_finds_the_trainers_from_any_folder(tmp_path):
    names = [trainer.__name__ for trainer in TRAINERS.values()]
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(FOLDER), *names],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
