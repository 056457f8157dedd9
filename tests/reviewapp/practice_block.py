"""A practice block of the tiny cohort: ROIs taken out of its sample, and their key."""

import pandas as pd

from lesions.formats import PRACTICE_KEY, ROIS
from lesions.tsv import read_table, write_table
from reviewapp.practice import PracticePaths
from tests.reviewapp.cohort import Sample

FEEDBACK = "It crosses the border of the cortex."


def take_block(sample: Sample) -> PracticePaths:
    """Take three ROIs out of the sample to practise on, and write their key."""
    rois = read_table(sample.rois, ROIS)
    practice, rest = rois.iloc[[2, 9, 20]], rois.drop(index=[2, 9, 20])
    for frame, path in ((practice, sample.folder / "practice.tsv"), (rest, sample.rois)):
        write_table(frame.reset_index(drop=True), path, ROIS, {"seed": 42}, synthetic=True)
    write_key(sample, dict.fromkeys(practice.lesion_id, ("Vessel",)))
    return PracticePaths(sample.folder / "practice.tsv", sample.folder / "key.tsv", sample.scans)


def write_key(sample: Sample, classes: dict[str, tuple[str, ...]]) -> None:
    """Write a key of these classes."""
    rows = [{"lesion_id": n, "classes": c, "feedback": FEEDBACK} for n, c in classes.items()]
    columns = [column.name for column in PRACTICE_KEY.columns]
    frame = pd.DataFrame(rows, columns=columns)
    write_table(frame, sample.folder / "key.tsv", PRACTICE_KEY, {}, synthetic=True)
