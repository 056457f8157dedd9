"""An order becomes a draft, or nothing and a reason."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from lesions.tsv import TableError
from reviewapp import study_drafts, volumes
from reviewapp.builds import build as builds
from reviewapp.builds.build import ask_to_stop, carry_out, order
from reviewapp.builds.plan import StudyPlan
from reviewapp.cohort_samples import Draw
from reviewapp.models import Build, Roi, SharedCohort, Study
from reviewapp.models.build import SILENT_AFTER
from reviewapp.protocol import StudySettings
from reviewapp.steps import StudyError
from reviewapp.stores.folder import FolderStore
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db


def given_table(sample: Sample) -> StudyPlan:
    """Give the plan of the sample's own rois.tsv."""
    tables = {name: (sample.folder / name).read_text("utf-8") for name in ("rois.tsv", "rois.json")}
    return StudyPlan(tables=tables)


def stored(folder: Path) -> list[Path]:
    return sorted(folder.glob("volumes/??/??/*"))


def test_an_order_with_a_table_becomes_the_same_draft_as_by_command(
    cohort: SharedCohort, people: dict[str, User], sample: Sample, study: Study
) -> None:
    settings = StudySettings(seed=7, block_size=5)
    plan = StudyPlan(settings=settings, tables=given_table(sample).tables)
    build = carry_out(order(people["researcher"], cohort, "second", plan).pk)
    assert (build.state, build.error, build.n_scans, build.n_done) == ("done", "", 3, 3)
    made = build.study
    assert made is not None
    assert (made.state, made.created_by, made.name) == ("draft", people["researcher"], "second")
    assert made.protocol["sample_sha256"] == study.protocol["sample_sha256"]
    assert made.protocol["rois_sha256"] == study.protocol["rois_sha256"]
    assert made.protocol["sampling"] == study.protocol["sampling"]
    assert (made.protocol["settings"]["seed"], made.protocol["settings"]["block_size"]) == (7, 5)
    assert made.synthetic
    assert build.plan["tables"] == {}


def test_an_order_without_a_table_draws_the_sample(
    cohort: SharedCohort, people: dict[str, User]
) -> None:
    plan = StudyPlan(draw=Draw(n=3, seed=5))
    build = carry_out(order(people["researcher"], cohort, "drawn", plan).pk)
    assert build.error == ""
    groups = list(Roi.objects.filter(study=build.study).values_list("group", flat=True))
    assert (groups.count("FNL"), groups.count("FPL_MS"), groups.count("FPL_mimic")) == (3, 8, 4)
    assert build.study is not None
    assert build.study.protocol["sampling"]["Seed"] == 5
    assert any("TPL" in warning for warning in build.warnings)


def test_a_refused_sample_leaves_nothing_and_says_why(
    cohort: SharedCohort, people: dict[str, User], sample: Sample, tmp_path: Path
) -> None:
    text = sample.rois.read_text("utf-8")
    plan = StudyPlan(tables={"rois.tsv": text.replace("\t4\t32", "\t5\t32", 1)})
    build = carry_out(order(people["researcher"], cohort, "other mask", plan).pk)
    assert (build.state, build.study) == ("failed", None)
    assert build.error.startswith("rois.tsv row 2 (sub-secret1_acq-MP2RAGE_reference-1): expected")
    assert not Study.objects.exists()
    assert stored(tmp_path) == []
    # The order keeps its tables, so that it can be tried again.
    assert build.plan["tables"].keys() == {"rois.tsv"}


def test_what_is_wrong_with_an_order_is_told_at_once(
    cohort: SharedCohort, people: dict[str, User], sample: Sample, study: Study
) -> None:
    who = people["researcher"]
    with pytest.raises(StudyError, match='there is a study "cortex" already'):
        order(who, cohort, "cortex", StudyPlan())
    with pytest.raises(TableError, match=r'^rois\.tsv: unknown column "size"'):
        order(who, cohort, "a", StudyPlan(tables={"rois.tsv": "size\n3\n"}))
    with pytest.raises(StudyError, match=r"both its rois\.tsv and its practice-key\.tsv"):
        order(who, cohort, "a", StudyPlan(tables={"practice.tsv": "x"}))
    with pytest.raises(StudyError, match="ROIs of a block must be 0"):
        order(who, cohort, "a", StudyPlan(settings=StudySettings(block_size=-1)))
    with pytest.raises(StudyError, match=r"rois\.tsv: The text must hold no NUL"):
        order(who, cohort, "a", StudyPlan(tables={"rois.tsv": "\0"}))
    with pytest.raises(StudyError, match="isn't shared with stranger"):
        order(people["stranger"], cohort, "a", StudyPlan())
    assert not Build.objects.exists()


def test_an_account_has_one_order_at_a_time_until_its_process_is_silent(
    cohort: SharedCohort, people: dict[str, User]
) -> None:
    first = order(people["researcher"], cohort, "first", StudyPlan())
    with pytest.raises(StudyError, match="first is still being made"):
        order(people["researcher"], cohort, "second", StudyPlan())
    long_ago = timezone.now() - 2 * SILENT_AFTER
    Build.objects.filter(pk=first.pk).update(beat_at=long_ago)
    assert Build.objects.get(pk=first.pk).is_lost
    assert order(people["researcher"], cohort, "second", StudyPlan()).is_running


def test_an_order_is_carried_out_once(cohort: SharedCohort, people: dict[str, User]) -> None:
    made = order(people["researcher"], cohort, "once", StudyPlan())
    carry_out(made.pk)
    with pytest.raises(StudyError, match="there is no study"):
        carry_out(made.pk)
    assert Study.objects.count() == 1


def test_an_interrupted_order_is_stopped_and_leaves_nothing(
    cohort: SharedCohort,
    people: dict[str, User],
    sample: Sample,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = order(people["researcher"], cohort, "stopped", given_table(sample))
    freeze, seen = study_drafts.freeze_scan, []

    def interrupted(*args: Any) -> Any:
        seen.append(1)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return freeze(*args)

    monkeypatch.setattr(study_drafts, "freeze_scan", interrupted)
    with pytest.raises(KeyboardInterrupt):
        carry_out(made.pk)
    made.refresh_from_db()
    assert (made.state, made.n_scans, made.n_done) == ("stopped", 3, 2)
    assert stored(tmp_path) == []
    assert not Study.objects.exists()


def test_an_order_waits_for_another_that_adds_volumes(
    cohort: SharedCohort,
    people: dict[str, User],
    sample: Sample,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = order(people["researcher"], cohort, "patient", given_table(sample))
    other = FolderStore().adding()
    other.__enter__()
    states = []

    def let_go(seconds: float) -> None:
        states.append(Build.objects.get(pk=made.pk).state)
        other.__exit__(None, None, None)

    monkeypatch.setattr(builds.time, "sleep", let_go)
    with pytest.raises(volumes.BusyStoreError), volumes.adding():
        pass
    assert carry_out(made.pk).state == "done"
    assert states == ["waiting"]


def test_a_fault_of_ours_is_told_as_one(
    cohort: SharedCohort, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = order(people["researcher"], cohort, "broken", StudyPlan())

    def fault(*args: Any, **options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(builds, "draw_rois", fault)
    with pytest.raises(ZeroDivisionError):
        carry_out(made.pk)
    made.refresh_from_db()
    assert (made.state, made.error) == ("failed", builds.OUR_FAULT)


def test_asking_to_stop_marks_an_order_that_is_under_way_alone(
    cohort: SharedCohort, people: dict[str, User]
) -> None:
    made = order(people["researcher"], cohort, "once", StudyPlan())
    ask_to_stop(made)
    assert Build.objects.get(pk=made.pk).stop_asked
    done = carry_out(made.pk)
    Build.objects.filter(pk=made.pk).update(stop_asked=False)
    ask_to_stop(done)
    assert not Build.objects.get(pk=made.pk).stop_asked
