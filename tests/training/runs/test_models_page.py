"""What docs/models.md tells a lab to type is understood, and the cluster's script runs it."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

import training
from training.__main__ import COMMAND_LINE
from training.extension import second_look
from training.trainers import TRAINERS

ROOT = Path(training.__file__).parents[1]
PAGE = (ROOT / "docs" / "models.md").read_text("utf-8")
LINES = [line for line in re.findall(r"python -m training (\w+ [^`\n]+)", PAGE) if "…" not in line]


def test_the_page_goes_from_scans_to_a_model():
    steps = [line.split()[0] for line in LINES]
    assert steps == ["preprocess", "split", "dataset", "plan", "train", "export"]


@pytest.mark.parametrize("line", LINES)
def test_each_line_of_the_page_is_understood(line):
    words = shlex.split(line.replace("$fold", "0"))
    assert COMMAND_LINE.parser(words).parse_args(words).command == words[0]


def test_the_trainers_of_the_page_are_there():
    named = set(re.findall(r"nnUNetTrainerLesion\w*?(?=__|\b)", PAGE))
    assert named == {trainer.__name__ for trainer in TRAINERS.values()}
    assert named == set(second_look.__all__)


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A folder with a `scontrol` and a Python that print how they were called."""
    python = tmp_path / "project" / ".venv" / "bin" / "python"
    scontrol = tmp_path / "bin" / "scontrol"
    stop, hold = 'trap "exit 130" TERM', 'while [ -e "$HOLD" ]; do sleep 0.1; done'
    for path, before, after in (
        (python, stop, f'{hold}\nexit "$CODE"'),
        (scontrol, "", ""),
    ):
        path.parent.mkdir(parents=True)
        words = f'echo "{path.name} $*"'
        path.write_text(f"#!/bin/bash\n{before}\n{words}\n{after}\n", "utf-8")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{scontrol.parent}:{os.environ['PATH']}")
    for name, value in {
        "PROJECT": tmp_path / "project",
        "nnUNet_preprocessed": "/data/preprocessed",
        "nnUNet_results": "/data/results",
        "DATASET": 501,
        "SLURM_ARRAY_JOB_ID": 7,
        "SLURM_ARRAY_TASK_ID": 2,
        "HOLD": tmp_path / "hold",
        "CODE": 0,
    }.items():
        monkeypatch.setenv(name, str(value))
    yield tmp_path
    (tmp_path / "hold").unlink(missing_ok=True)


def start():
    script = ROOT / "deploy" / "train.slurm"
    return subprocess.Popen([str(script), "--epochs", "5"], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("code", [0, 1])
def test_a_job_trains_the_fold_of_its_number_and_ends_as_the_run_does(code, cluster, monkeypatch):
    monkeypatch.setenv("CODE", str(code))
    job = start()
    words = job.communicate(timeout=60)[0]
    assert job.returncode == code
    argv = words.split("-m training ")[1].split()
    args = COMMAND_LINE.parser(argv).parse_args(argv)
    assert (args.dataset, args.fold, args.resume, args.epochs) == ("501", "2", True, 5)


def test_a_job_whose_time_is_over_goes_back_into_the_queue(cluster):
    (cluster / "hold").touch()
    job = start()
    assert "python -m training train" in job.stdout.readline()
    job.send_signal(10)  # SIGUSR1
    words = job.communicate(timeout=60)[0]
    assert "scontrol requeue 7_2" in words
    assert job.returncode == 130
