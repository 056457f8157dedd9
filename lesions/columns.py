"""What a column and a table's format are, and the values that several tables share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "list", "path", "integer", "number"]
#: Joins the items of a `list` column; an item can't hold it.
LIST_SEPARATOR = "|"


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds and which values it takes.

    `optional` columns may be absent from the table. `nullable` ones may hold `n/a`. `levels` are
    the only values allowed. `minimum` and `above` bound a number from below. `free` text is what
    a person wrote: it alone may begin or end with a space.
    """

    name: str
    kind: Kind
    description: str
    units: str | None = None
    levels: Mapping[str, str] | None = None
    optional: bool = False
    nullable: bool = False
    minimum: float | None = None
    above: float | None = None
    free: bool = False


@dataclass(frozen=True)
class Format:
    """A table: its usual file name, its columns in order, and the columns that name a row."""

    filename: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the columns by name."""
        names = MappingProxyType({column.name: column for column in self.columns})
        object.__setattr__(self, "by_name", names)


DIAGNOSES = {"MS": "multiple sclerosis", "mimic": "a condition that mimics MS"}
SPLITS = {
    "train": "used to train the model",
    "test-in": "held out, from the centres that the model was trained on",
    "test-out": "held out, from a centre that the model never saw",
}
OUTCOMES = {
    "TPL": "true-positive lesion: shares at least one voxel with the other mask",
    "FPL": "false-positive lesion: predicted, shares no voxel with the reference",
    "FNL": "false-negative lesion: in the reference, shares no voxel with the prediction",
}
GROUPS = {
    "FPL_MS": "false-positive lesion of a patient with MS",
    "FPL_mimic": "false-positive lesion of a patient with a condition that mimics MS",
    "TPL": "true-positive lesion",
    "FNL": "false-negative lesion",
}
DRAWN_IN = {"reference": "the annotators' mask", "prediction": "the model's mask"}
#: What a rater may guess of who drew a delineation, and the mask that the guess names.
GUESSES = {
    "model": "the model drew it",
    "hand": "a person drew it",
    "don't know": "the rater doesn't know",
}
YES_NO = {"yes": "yes", "no": "no"}
