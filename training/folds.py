"""Folds as nnU-Net reads them: a list of case ids to train on and to validate."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TypedDict

from lesions.atomic import write_atomically
from lesions.cases import case_id
from lesions.scans import Scan
from training.split import Split
from training.strata import SplitError, Subject

#: nnU-Net's name of the file, in the folder of the preprocessed dataset.
FOLDS_FILE = "splits_final.json"


class Fold(TypedDict):
    """One fold: case ids."""

    train: list[str]
    val: list[str]


def fold_cases(
    split: Split, subjects: Sequence[Subject], scans: Sequence[Scan], n_folds: int
) -> list[Fold]:
    """Give the folds of the training scans that have a reference mask."""
    fold_of = {
        name: split.folds[one.name]
        for one in subjects
        if one.name in split.folds
        for name in one.scans
    }
    own = {
        case_id(scan.name): fold_of[scan.name]
        for scan in scans
        if scan.name in fold_of and scan.reference_mask is not None
    }
    return [
        Fold(
            train=sorted(case for case, at in own.items() if at != fold),
            val=sorted(case for case, at in own.items() if at == fold),
        )
        for fold in range(n_folds)
    ]


def read_folds(path: Path) -> list[Fold]:
    """Read splits_final.json.

    Raises
    ------
    SplitError
        It isn't nnU-Net's, or a case is trained on in the fold that it validates.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        folds = [Fold(train=list(one["train"]), val=list(one["val"])) for one in content]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SplitError(
            f"{path}: expected folds as nnU-Net has them, a list of train and val, {error}"
        ) from None
    for number, fold in enumerate(folds):
        both = sorted(set(fold["train"]) & set(fold["val"]))
        if both:
            raise SplitError(f"{path}: fold {number}: {both[0]} is both trained on and validated")
    return folds


def restrict_folds(folds: Sequence[Fold], cases: Collection[str], path: Path) -> list[Fold]:
    """Take from the folds the cases of one dataset, of one acquisition say.

    Raises
    ------
    SplitError
        A case stands in no fold or not in all, or a fold would be left without training or
        validation.
    """
    restricted = []
    for number, fold in enumerate(folds):
        known = {*fold["train"], *fold["val"]}
        missing = sorted(set(cases) - known)
        if missing:
            raise SplitError(
                f"{path}: fold {number}: expected all {len(cases)} cases of the dataset, "
                f"{missing[0]} and {len(missing) - 1} more are in neither part; take the scans of "
                "the training split alone (--splits train), or split the cohort anew"
            )
        own = Fold(
            train=[case for case in fold["train"] if case in cases],
            val=[case for case in fold["val"] if case in cases],
        )
        if not own["train"] or not own["val"]:
            raise SplitError(
                f"{path}: fold {number}: expected cases to train on and to validate, came "
                f"{len(own['train'])} and {len(own['val'])} of the dataset"
            )
        restricted.append(own)
    return restricted


def write_folds(path: Path, folds: Sequence[Fold]) -> None:
    """Write splits_final.json, whole or not at all."""
    with write_atomically(path) as temporary:
        temporary.write_text(json.dumps(folds, indent=2) + "\n", "utf-8")
