"""What a study shall be made of, as a researcher orders it: checked at once, kept as JSON."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lesions.columns import Format
from lesions.formats import PRACTICE_KEY, ROIS
from lesions.questionnaire import Questionnaire, QuestionnaireError, parse_questionnaire
from lesions.tsv import TableError, read_table
from reviewapp.cohort_samples import Draw
from reviewapp.practice import PracticePaths
from reviewapp.protocol import DEFAULT_SETTINGS, StudySettings, check_settings
from reviewapp.steps import StudyError
from reviewapp.storable import UNSTORABLE, is_storable, json_error

#: The tables that an order may bring, as they are named on the disk while they are read.
SAMPLE, DICTIONARY = "rois.tsv", "rois.json"
PRACTICE, KEY = "practice.tsv", "practice-key.tsv"
#: Longest questionnaire in bytes; the paper's has 3 KiB.
MAX_QUESTIONNAIRE = 256 * 1024
_FORMATS: dict[str, Format] = {SAMPLE: ROIS, PRACTICE: ROIS, KEY: PRACTICE_KEY}


@dataclass(frozen=True)
class StudyPlan:
    """What a study shall be made of.

    `tables` holds texts by file name: rois.tsv and perhaps its dictionary where the sample is
    given, practice.tsv and practice-key.tsv where there is a practice block. `draw` draws the
    sample where none is given. `questionnaire` is None for the paper's.
    """

    settings: StudySettings = DEFAULT_SETTINGS
    draw: Draw = field(default_factory=Draw)
    tables: Mapping[str, str] = field(default_factory=dict)
    questionnaire: Mapping[str, Any] | None = None
    practice_n: int | None = None

    @property
    def is_drawn(self) -> bool:
        """Say whether the sample is to be drawn from the cohort."""
        return SAMPLE not in self.tables

    def as_json(self) -> dict[str, Any]:
        """Give what the database keeps."""
        return asdict(self)

    def parsed_questionnaire(self) -> Questionnaire | None:
        """Give the study's own questionnaire, None for the paper's.

        Raises
        ------
        QuestionnaireError
            It isn't one.
        """
        return None if self.questionnaire is None else questionnaire_of(self.questionnaire)


def questionnaire_of(given: Mapping[str, Any]) -> Questionnaire:
    """Give the questionnaire that somebody sent.

    Raises
    ------
    QuestionnaireError
        It isn't one, or holds what a database can't.
    """
    name = "questionnaire.json"
    if (why := json_error(given, MAX_QUESTIONNAIRE)) is not None:
        raise QuestionnaireError(f"{name}: {why}")
    return parse_questionnaire(given, name)


def plan_of(kept: Mapping[str, Any]) -> StudyPlan:
    """Give the plan that the database keeps.

    >>> plan_of(StudyPlan(draw=Draw(n=20)).as_json()).draw.n
    20
    """
    plan = {**kept, "settings": StudySettings(**kept["settings"]), "draw": Draw(**kept["draw"])}
    return StudyPlan(**plan)


def check_plan(plan: StudyPlan) -> None:
    """Refuse what can be seen to be wrong without the cohort.

    Raises
    ------
    StudyError, OrderError, QuestionnaireError, TableError
        The message names the file or the setting, what was expected and what came.
    """
    check_settings(plan.settings)
    plan.parsed_questionnaire()
    for name, text in plan.tables.items():
        if not is_storable(text):
            raise StudyError(f"{name}: {UNSTORABLE}")
    if (PRACTICE in plan.tables) != (KEY in plan.tables):
        raise StudyError("a practice block needs both its rois.tsv and its practice-key.tsv")
    if plan.practice_n is not None and PRACTICE not in plan.tables:
        raise StudyError("practice ROIs can't be counted where there is no practice block")
    if DICTIONARY in plan.tables and SAMPLE not in plan.tables:
        raise StudyError("rois.json is the dictionary of a rois.tsv, which is missing")
    with written_tables(plan) as folder:
        for name in plan.tables:
            if name in _FORMATS:
                _read(folder / name, _FORMATS[name])


@contextmanager
def written_tables(plan: StudyPlan) -> Iterator[Path]:
    """Give a folder that holds the plan's tables for a while."""
    with TemporaryDirectory(prefix="second-look-") as made:
        folder = Path(made)
        for name, text in plan.tables.items():
            (folder / name).write_text(text, "utf-8")
        yield folder


def practice_paths(plan: StudyPlan, folder: Path, scans_path: Path | str) -> PracticePaths | None:
    """Give where the practice block of a plan lies, None where it has none."""
    if PRACTICE not in plan.tables:
        return None
    return PracticePaths(folder / PRACTICE, folder / KEY, scans_path, plan.practice_n)


def read_json(text: str, name: str) -> dict[str, Any]:
    """Give the object of a JSON file that somebody sent.

    Raises
    ------
    StudyError
        It is no JSON object.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StudyError(f"{name}: expected JSON, but {str(error)[:200]}") from None
    if not isinstance(value, dict):
        raise StudyError(f"{name}: expected a JSON object, came {type(value).__name__}")
    return value


def _read(path: Path, fmt: Format) -> None:
    try:
        frame = read_table(path, fmt)
    except TableError as error:
        raise TableError(without_folder(str(error), path.parent)) from None
    if frame.empty:
        raise TableError(f"{path.name}: expected at least one row, came none")


def without_folder(message: str, folder: Path) -> str:
    """Name a plan's tables as their sender does.

    >>> without_folder("/tmp/x/rois.tsv row 3: no", Path("/tmp/x"))
    'rois.tsv row 3: no'
    """
    return message.replace(f"{folder}/", "")
