"""Tell nnU-Net where its folders are, and let its worker processes be threads of this one."""

import multiprocessing.dummy
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

#: Environment variables that nnU-Net 2.8.1 looks at whenever it needs a folder.
RAW, PREPROCESSED, RESULTS = "nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"
#: Its number of workers; with 0, which is right for training on a CPU, its planner fails: it gives
#: torch so many threads.
N_WORKERS = "nnUNet_n_proc_DA"


@contextmanager
def nnunet_folders(folders: dict[str, Path]) -> Iterator[None]:
    """Set nnU-Net's folders for a block: environment variable -> folder."""
    with set_variables({name: str(path) for name, path in folders.items()}):
        yield


@contextmanager
def set_variables(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ |= values
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def threads_for_processes(*modules: Any) -> Iterator[None]:
    """Let the pools that these modules of nnU-Net make be pools of threads.

    A new process loads torch first, which takes longer than a small dataset; and what goes wrong
    in one is told as "some background worker is 6 feet under". In a thread it raises what it is.
    """
    threads = SimpleNamespace(get_context=lambda method=None: multiprocessing.dummy)
    before = [module.multiprocessing for module in modules]
    for module in modules:
        module.multiprocessing = threads
    try:
        yield
    finally:
        for module, own in zip(modules, before, strict=True):
            module.multiprocessing = own
