"""Train the demo's model anew, and predict the demo's patients with it: `make demo-model`.

Phantoms to learn from, split, dataset, plan, two folds on the CPU, export, prediction: the same
commands that a lab uses. The same command again goes on where it was stopped; at the end it
replaces models/demo and models/demo-predictions. It takes one to two hours on two cores.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from inference.__main__ import main as inference
from phantom.__main__ import main as phantom
from phantom.demo import CASES, MIMICS, MODEL, PREDICTIONS, ROOT, SEED
from training.__main__ import main as training

#: Of the phantoms to learn from: the demo's are of another seed.
TRAINING_SEED = 1001
DATASET_ID, DATASET, PLANS = "901", "Phantoms", "demoPlans"
RUN = f"nnUNetTrainerLesionBlob__{PLANS}__3d_fullres"
FOLDS = ("0", "1")
NOTES = """\
## Why it is here

The demo (`make demo`) shows what this model predicts for eight phantoms that it never saw. Two
folds, a small network and less than an hour of training on two cores: it misses lesions and marks
what is none, which is what the review is about. `make demo-model` makes model and predictions
anew.
"""
PREDICTIONS_CARD = """\
# What the demo's model predicts

Synthetic: made from phantoms, not from patients. The masks, members' masks and probabilities of the
demo's eight patients as `python -m inference predict models/demo … --no-mirrors` wrote them
(`make demo-model`); the sidecars name model, versions and seconds.
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Make model and predictions."""
    parser = argparse.ArgumentParser(prog="python -m scripts.demo_model", description=__doc__)
    parser.add_argument(
        "--work",
        type=Path,
        default=ROOT / "build" / "demo-model",
        metavar="DIR",
        help="folder for phantoms, runs and what lies between (default: build/demo-model)",
    )
    work = parser.parse_args(argv).work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    prepare(work)
    train(work)
    publish(work)


def prepare(work: Path) -> None:
    """Make phantoms, and what nnU-Net needs of them."""
    jobs = str(os.cpu_count() or 1)
    cohort, split = work / "cohort", work / "split"
    if not cohort.is_dir():
        words = ["--cases", "40", "--mimics", "8", "--seed", str(TRAINING_SEED)]
        run(phantom, *words, "--split", "none", "--jobs", jobs, "--out", str(cohort))
    if not split.is_dir():
        words = ["--test-share", "0.1", "--folds", str(len(FOLDS)), "--seed", str(TRAINING_SEED)]
        run(training, "split", str(cohort / "scans.tsv"), "--out", str(split), *words)
    raw = work / "raw" / f"Dataset{DATASET_ID}_{DATASET}"
    if not raw.is_dir():
        words = ["--scans", str(split / "scans.tsv"), "--splits", "train"]
        words += ["--folds", str(split / "splits_final.json"), "--out", str(work / "raw")]
        run(training, "dataset", *words, "--id", DATASET_ID, "--name", DATASET)
    if not (work / "preprocessed" / raw.name / f"{PLANS}.json").is_file():
        words = ["--base-features", "8", "--max-features", "64", "--gpu-memory", "0.1"]
        words += ["--plans-name", PLANS, "--preprocessed", str(work / "preprocessed")]
        run(training, "plan", str(raw), *words, "--jobs", jobs)


def train(work: Path) -> None:
    """Train the folds, one after the other; two at once, by hand, take half the time."""
    folders = ["--preprocessed", str(work / "preprocessed"), "--out", str(work / "results")]
    length = ["--epochs", "160", "--steps", "50", "--validation-steps", "5"]
    words = [*folders, *length, "--plans", PLANS, "--jitter", "0.3", "--device", "cpu"]
    words += ["--learning-rate", "0.003", "--bfloat16"]
    for fold in FOLDS:
        run(training, "train", DATASET_ID, *words, "--fold", fold, "--seed", fold, "--resume")


def publish(work: Path) -> None:
    """Export the model, predict the demo's patients, and put both into the repository."""
    model, cohort, predicted = (work / name for name in ("demo", "demo-cohort", "predicted"))
    if not model.is_dir():
        notes = work / "notes.md"
        notes.write_text(NOTES, "utf-8")
        trained = work / "results" / f"Dataset{DATASET_ID}_{DATASET}" / RUN
        words = ["--out", str(model), "--dtype", "float16", "--notes", str(notes)]
        run(training, "export", str(trained), *words)
    if not cohort.is_dir():
        words = ["--cases", str(CASES), "--mimics", str(MIMICS), "--seed", str(SEED)]
        run(phantom, *words, "--jobs", str(os.cpu_count() or 1), "--out", str(cohort))
    words = ["--out", str(predicted), "--no-mirrors", "--device", "cpu"]
    run(inference, "predict", str(model), str(cohort / "scans.tsv"), *words)
    for folder in (MODEL, PREDICTIONS):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(model, MODEL)
    for folder in sorted(predicted.glob("sub-*")):
        shutil.copytree(folder, PREDICTIONS / folder.name)
    (PREDICTIONS / "README.md").write_text(PREDICTIONS_CARD, "utf-8")


def run(command: Callable[[Sequence[str]], int], *words: str) -> None:
    """Run a command of ours; what it refuses ends this script."""
    if code := command(words):
        sys.exit(code)


if __name__ == "__main__":
    main()
