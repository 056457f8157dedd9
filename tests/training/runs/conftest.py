"""A planned dataset for the runs of these tests, and the command that trains on it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.training.runs import tiny


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plan the tiny dataset once."""
    folder = tmp_path_factory.mktemp("tiny")
    with pytest.MonkeyPatch.context() as patch:
        tiny.build(folder, patch)
    return folder


@pytest.fixture
def train(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str]]:
    """Give a function that runs `train` on one thread, into `tmp_path / "results"`."""
    from training.__main__ import main  # noqa: PLC0415

    for name in ("nnUNet_preprocessed", "nnUNet_results"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("nnUNet_n_proc_DA", "0")
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)

    def run(*options: object, preprocessed: Path = built / "preprocessed") -> tuple[int, str]:
        words = ["train", "901", "--preprocessed", preprocessed, "--workers", 0]
        if "--out" not in options:
            words += ["--out", tmp_path / "results"]
        if "--fold" not in options:
            words += ["--fold", 0]
        if "--device" not in options:
            words += ["--device", "cpu"]
        code = main([str(word) for word in (*words, *options)])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    yield run
    torch.set_num_threads(n_threads)
