"""Train the demo's model anew, and predict the demo's patients with it: `make demo-model`.

Phantoms to learn from, split, dataset, plan, two folds on the CPU, export, prediction: the same
commands that a lab uses. The same command again goes on where it was stopped; at the end it
replaces models/demo and models/demo-predictions. It takes about two hours: each fold one on one
core, one fold after the other.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from inference.__main__ import main as inference
from lesions.model_folder import read_model
from phantom.__main__ import main as phantom
from phantom.demo import CASES, MIMICS, MODEL, PREDICTIONS, ROOT, SEED
from training.__main__ import main as training
from training.model_card import write_card

#: Of the phantoms to learn from: the demo's are of another seed.
TRAINING_SEED = 1001
DATASET_ID, DATASET, PLANS = "901", "Phantoms", "demoPlans"
RUN = f"nnUNetTrainerLesionBlob__{PLANS}__3d_fullres"
FOLDS = ("0", "1")
NOTES = """\
## Why it is here

The demo (`make demo`) shows what this model predicts for eight phantoms that it never saw. Two
folds, a small network, and for each fold half of the cases and an hour on one core: it misses
lesions and marks what is none, which is what the review is about.

What is in models/demo-predictions it predicted without mirrors on a CPU:

```
python -m inference predict models/demo scans.tsv --out predictions --no-mirrors --device cpu
```

`make demo-model` makes model and predictions anew: phantoms, split, dataset, plan, both trainings,
export and prediction, by the commands and seeds in scripts/demo_model.py. The commit that the table
names lies on a branch that was put into the history as one commit; it can't be looked up there.
"""
PREDICTIONS_CARD = """\
# What the demo's model predicts

Synthetic: made from phantoms, not from patients. The masks, members' masks and probabilities of the
demo's eight patients, as

```
python -m inference predict models/demo scans.tsv --out predictions --no-mirrors --device cpu
```

wrote them (`make demo-model`): at most {seconds:.0f} s a patient on {n_cores} cores, from reading
the scan to its last file. The sidecars name model, versions and the seconds of each.
"""
#: What can be made anew alone, of the model as it is in the repository.
PARTS = ("card", "predictions")


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
    parser.add_argument(
        "--only",
        choices=PARTS,
        help="of the model as it is in the repository, write the card, or predict the patients",
    )
    args = parser.parse_args(argv)
    work = args.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    if args.only == "card":
        write_card(read_model(MODEL), NOTES)
        return
    if args.only == "predictions":
        predict(work, MODEL)
        return
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
    """Export the model, put it into the repository, and predict the demo's patients."""
    model = work / "demo"
    if not model.is_dir():
        notes = work / "notes.md"
        notes.write_text(NOTES, "utf-8")
        trained = work / "results" / f"Dataset{DATASET_ID}_{DATASET}" / RUN
        words = ["--out", str(model), "--dtype", "float16", "--notes", str(notes)]
        run(training, "export", str(trained), *words)
    shutil.rmtree(MODEL, ignore_errors=True)
    shutil.copytree(model, MODEL)
    predict(work, MODEL)


def predict(work: Path, model: Path) -> None:
    """Predict the demo's patients, and put what came out into the repository."""
    cohort, predicted = work / "demo-cohort", work / "predicted"
    if not cohort.is_dir():
        words = ["--cases", str(CASES), "--mimics", str(MIMICS), "--seed", str(SEED)]
        run(phantom, *words, "--jobs", str(os.cpu_count() or 1), "--out", str(cohort))
    words = ["--out", str(predicted), "--no-mirrors", "--device", "cpu"]
    run(inference, "predict", str(model), str(cohort / "scans.tsv"), *words)
    shutil.rmtree(PREDICTIONS, ignore_errors=True)
    for folder in sorted(predicted.glob("sub-*")):
        shutil.copytree(folder, PREDICTIONS / folder.name)
    sidecars = PREDICTIONS.rglob("*_desc-prediction_mask.json")
    seconds = max(float(json.loads(path.read_text("utf-8"))["Seconds"]) for path in sidecars)
    card = PREDICTIONS_CARD.format(seconds=seconds, n_cores=os.cpu_count())
    (PREDICTIONS / "README.md").write_text(card, "utf-8")


def run(command: Callable[[Sequence[str]], int], *words: str) -> None:
    """Run a command of ours; what it refuses ends this script."""
    if code := command(words):
        sys.exit(code)


if __name__ == "__main__":
    main()
