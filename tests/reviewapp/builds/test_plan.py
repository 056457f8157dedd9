"""A plan is kept as JSON and comes back; what is wrong with it names the sender's file."""

import pytest

from lesions.questionnaire import QuestionnaireError, paper_questionnaire
from lesions.tsv import TableError
from reviewapp.builds.plan import (
    KEY,
    PRACTICE,
    SAMPLE,
    StudyPlan,
    check_plan,
    plan_of,
    practice_paths,
    read_json,
    written_tables,
)
from reviewapp.cohort_samples import Draw
from reviewapp.protocol import StudySettings
from reviewapp.steps import StudyError
from tests.reviewapp.cohort import Sample


def test_a_plan_comes_back_from_what_the_database_keeps() -> None:
    plan = StudyPlan(
        settings=StudySettings(seed=3, n_raters=4),
        draw=Draw(n=7, acquisition="MPRAGE", max_per_patient=2),
        tables={"rois.tsv": "a\tb\n"},
        questionnaire=paper_questionnaire().as_dict(),
        practice_n=5,
    )
    assert plan_of(plan.as_json()) == plan
    assert plan_of(StudyPlan().as_json()) == StudyPlan()


def test_a_good_plan_is_taken(sample: Sample) -> None:
    text = sample.rois.read_text("utf-8")
    name = text.splitlines()[1].split("\t")[0]
    key = f"lesion_id\tclasses\tfeedback\n{name}\tVessel\tn/a\n"
    check_plan(StudyPlan(tables={SAMPLE: text, PRACTICE: text, KEY: key}, practice_n=1))


@pytest.mark.parametrize(
    ("plan", "error", "message"),
    [
        (StudyPlan(tables={SAMPLE: "x\n1\n"}), TableError, r'^rois\.tsv: unknown column "x"'),
        (StudyPlan(tables={SAMPLE: ""}), TableError, r"^rois\.tsv: expected a header line"),
        (StudyPlan(questionnaire={}), QuestionnaireError, r"^questionnaire\.json"),
        (
            StudyPlan(questionnaire=paper_questionnaire().as_dict() | {"version": "\0"}),
            QuestionnaireError,
            "no NUL character",
        ),
        (StudyPlan(practice_n=3), StudyError, "there is no practice block"),
        (StudyPlan(tables={"rois.json": "{}"}), StudyError, r"a rois\.tsv, which is missing"),
        (StudyPlan(tables={SAMPLE: "\ud800"}), StudyError, "no half of a surrogate pair"),
    ],
)
def test_a_bad_plan_is_refused(plan: StudyPlan, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        check_plan(plan)


def test_an_empty_table_is_refused(sample: Sample) -> None:
    header = sample.rois.read_text("utf-8").splitlines()[0]
    with pytest.raises(TableError, match=r"^rois\.tsv: expected at least one row, came none"):
        check_plan(StudyPlan(tables={SAMPLE: header + "\n"}))


def test_tables_lie_in_a_private_folder_for_a_while() -> None:
    plan = StudyPlan(tables={SAMPLE: "é\n"})
    with written_tables(plan) as folder:
        assert (folder / SAMPLE).read_text("utf-8") == "é\n"
        assert folder.stat().st_mode & 0o077 == 0
        assert practice_paths(plan, folder, "scans.tsv") is None
    assert not folder.exists()


@pytest.mark.parametrize("text", ["[1]", "{", "[" * 100_000])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(StudyError, match=r"^rois\.json: expected"):
        read_json(text, "rois.json")
