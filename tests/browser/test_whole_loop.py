"""The whole loop on the demo, as a person goes through it: one command, then the keyboard."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from lesions.formats import ANSWERS, CHANGES, LESIONS
from lesions.nifti import read_mask
from lesions.questionnaire import paper_questionnaire
from lesions.tsv import read_table
from phantom.lesion_types import LESION_TYPES
from tests.browser.server import manage, run, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OPEN = "Demo: open study"
FINISHED = "Demo: finished study (simulated raters)"
REASON_KEYS = "QWERUIO"
#: Tab presses within which a page must bring the focus to its main link.
MAX_TABS = 40


@dataclass
class Demo:
    """The served demo, and what the test typed into it."""

    data: Path
    address: str
    typed: list[dict[str, object]] = field(default_factory=list)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Build the demo as `make demo` does, and serve it."""
    data = tmp_path_factory.mktemp("demo")
    manage(data, "migrate", "--verbosity", "0")
    manage(data, "build_demo")
    with serving(data) as address:
        yield Demo(data, address)


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(address)
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(f"demo-{name}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def follow_by_tab(page: Page, address_part: str) -> None:
    """Reach a link with the Tab key and follow it with Enter."""
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href') || ''")
        if address_part in href:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no link to {address_part} within {MAX_TABS} Tab presses")


def draw_answer(rng: np.random.Generator) -> dict[str, object]:
    questionnaire = paper_questionnaire()
    chosen = rng.permutation(len(questionnaire.classes))[: rng.integers(1, 4)].tolist()
    reasons = sorted(1 + rng.permutation(6)[: rng.integers(0, 4)]) or [0]
    return {
        "classes": [int(i) for i in chosen],
        "confidence": int(rng.integers(1, 6)),
        "reasons": [int(i) for i in reasons],
        "needs_correction": bool(rng.integers(2)),
        "comment": "seen “twice”, α" if rng.random() < 0.2 else "",
    }


def type_answer(page: Page, answer: dict[str, object]) -> None:
    questionnaire = paper_questionnaire()
    for i in answer["classes"]:  # type: ignore[attr-defined]
        page.keyboard.press(f"Digit{i + 1}")
        type_own_words(page, questionnaire.classes[i].custom_text, "sulcus")
    page.keyboard.press(f"Alt+Digit{answer['confidence']}")
    for i in answer["reasons"]:  # type: ignore[attr-defined]
        page.keyboard.press(f"Key{REASON_KEYS[i]}")
        type_own_words(page, questionnaire.reasons[i].custom_text, "motion")
    page.keyboard.press("KeyY" if answer["needs_correction"] else "KeyN")
    if answer["comment"]:
        page.keyboard.press("KeyT")
        type_own_words(page, True, str(answer["comment"]))


def type_own_words(page: Page, wanted: bool, words: str) -> None:
    if wanted:
        page.keyboard.insert_text(words)
        page.keyboard.press("Escape")


def in_export_form(answer: dict[str, object]) -> dict[str, object]:
    questionnaire = paper_questionnaire()

    def names(options: tuple[object, ...], chosen: object, words: str) -> tuple[str, ...]:
        picked = [options[i] for i in chosen]  # type: ignore[attr-defined]
        return tuple(o.name + (f": {words}" if o.custom_text else "") for o in picked)

    return {
        "classes": names(questionnaire.classes, answer["classes"], "sulcus"),
        "confidence": answer["confidence"],
        "reasons": names(questionnaire.reasons, answer["reasons"], "motion"),
        "needs_correction": "yes" if answer["needs_correction"] else "no",
        "comment": answer["comment"] or None,
    }


def test_the_model_left_lesions_of_all_kinds(demo: Demo) -> None:
    table = read_table(demo.data / "demo-cohort" / "lesions.tsv", LESIONS)
    kinds = table.groupby(["diagnosis", "outcome"]).size()
    for kind in (("MS", "TPL"), ("MS", "FPL"), ("MS", "FNL"), ("mimic", "FPL")):
        assert kinds[kind] > 0
    cortical = [name for name, kind in LESION_TYPES.items() if kind.family == "CL"]
    false = table[table["outcome"] == "FPL"]
    # A cortical lesion that the model found and the annotators overlooked; and one that is none.
    assert false["lesion_type"].isin(cortical).any()
    assert not false["lesion_type"].isin(cortical).all()
    predicted = table["drawn_in"] == "prediction"
    assert table.loc[predicted, "uncertainty"].between(0, 1).all()
    assert table.loc[predicted, "uncertainty"].nunique() > 1


def test_a_rater_answers_every_roi_by_keyboard_alone(demo: Demo, page: Page) -> None:
    rng = np.random.default_rng(7)
    sign_in(page, demo.address, "rater1")
    follow_by_tab(page, "/review/")
    place = page.locator("#place")
    expect(place).to_have_text(re.compile(r"1 of \d+"), timeout=30_000)
    n = int(place.inner_text().split()[-1])
    assert n >= 40
    for position in range(1, n + 1):
        expect(place).to_have_text(f"{position} of {n}", timeout=30_000)
        expect(page.locator("#veil")).to_be_hidden(timeout=30_000)
        answer = draw_answer(rng)
        type_answer(page, answer)
        page.keyboard.press("Enter")
        demo.typed.append(answer)
    page.wait_for_url("**/done/", timeout=30_000)
    expect(page.locator("main")).to_contain_text(str(n))


def test_the_researcher_unblinds_and_sees_all_four_hypotheses(demo: Demo, page: Page) -> None:
    sign_in(page, demo.address, "researcher")
    study = page.locator("article").filter(has_text=OPEN)
    study.get_by_role("link", name="Results").click()
    expect(page.get_by_role("heading", name="Results are blinded")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Mann-Whitney")
    page.locator("#id_reason").fill("all answers are in")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Close and unblind").click()
    for hypothesis in ("H1", "H2", "H3", "H4"):
        expect(page.locator("main")).to_contain_text(hypothesis)
    expect(page.locator("body")).to_contain_text(re.compile("synthetic", re.IGNORECASE))


def test_the_exported_answers_are_those_that_were_typed(demo: Demo) -> None:
    out = demo.data / "answers.tsv"
    manage(demo.data, "export_answers", OPEN, "--out", str(out))
    answers = read_table(out, ANSWERS)
    answers = answers.sort_values("answered_at", kind="stable")
    came = answers[["classes", "confidence", "reasons", "needs_correction", "comment"]]
    assert came.to_dict("records") == [in_export_form(answer) for answer in demo.typed]
    assert set(answers["rater"]) == {"rater1"}
    assert answers.attrs["synthetic"] or read_table(out, ANSWERS).attrs["synthetic"]


def test_the_report_of_the_exported_answers_holds_all_four_hypotheses(demo: Demo) -> None:
    out = demo.data / "report"
    run(demo.data, "-m", "analysis", "report", str(demo.data / "answers.tsv"), "--out", str(out))
    html = (out / "report.html").read_text("utf-8")
    assert all(name in html for name in ("H1", "H2", "H3", "H4"))
    assert "synthetic" in html.lower()
    assert json.loads((out / "results.json").read_text("utf-8"))


def test_the_labels_of_the_finished_study_pass_nnunets_own_check(demo: Demo) -> None:
    scans = next(demo.data.rglob("scans.tsv"))
    corrections, raw = demo.data / "corrections", demo.data / "nnUNet_raw"
    manage(demo.data, "export_corrections", FINISHED, "--out", str(corrections))
    words = ["--scans", str(scans), "--out", str(raw), "--id", "501", "--name", "CorticalLesions"]
    run(demo.data, "-m", "training", "dataset", str(corrections), *words)
    dataset = raw / "Dataset501_CorticalLesions"
    changes = read_table(dataset / "changes.tsv", CHANGES)
    added = changes[changes["change"] == "added"]
    assert len(added) > 0
    label = read_mask(dataset / "labelsTr" / f"{added['case_id'].iloc[0]}.nii.gz")
    assert label.array.sum() >= added["n_voxels"].iloc[0]
    check = (
        "from nnunetv2.experiment_planning.verify_dataset_integrity import "
        f"verify_dataset_integrity; verify_dataset_integrity({str(dataset)!r}, 1)"
    )
    folders = ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results")
    environment = {**os.environ, **{name: str(raw) for name in folders}}
    done = subprocess.run(
        [sys.executable, "-c", check], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Warning" not in done.stdout
