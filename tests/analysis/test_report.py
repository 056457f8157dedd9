"""The report as files, and its command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.figures.drawing import DATA
from analysis.report import analyse, read_answers, write_report
from analysis.tables.formats import OPTIONAL_TABLES, REPORT_FORMATS
from lesions.checksums import sha256
from lesions.formats import ANSWERS
from lesions.questionnaire import paper_questionnaire
from lesions.tsv import read_table, write_table

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def study(tmp_path_factory, paper_session_answers):
    """A folder with answers.tsv and, in `out`, its report as the command writes it."""
    folder = tmp_path_factory.mktemp("study")
    provenance = {"simulated_raters": ["rater1", "rater2"], "interim": False}
    write_table(paper_session_answers, folder / "answers.tsv", ANSWERS, provenance, synthetic=True)
    command = [sys.executable, "-m", "analysis", "report", str(folder / "answers.tsv")]
    done = subprocess.run(
        [*command, "--out", str(folder / "out")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == str(folder / "out" / "report.html")
    return folder


WRITTEN = [name for name in REPORT_FORMATS if name not in OPTIONAL_TABLES]


def files_of(folder):
    """Give the checksum of each file: a difference of whole files takes minutes to print."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def test_the_command_writes_tables_figures_page_and_results(study):
    expected = {"report.html", "report.pdf", "results.json"}
    expected |= {f"tables/{name}.{ending}" for name in WRITTEN for ending in ("tsv", "json")}
    endings = ("svg", "png", "pdf", "tsv", "json")
    expected |= {f"figures/{figure}.{ending}" for figure in DATA for ending in endings}
    assert set(files_of(study / "out")) == expected


def test_the_same_answers_in_any_order_give_the_same_bytes_in_any_process(study, tmp_path):
    answers, source = read_answers(study / "answers.tsv")
    shuffled = answers.sample(frac=1, random_state=1)
    write_report(analyse(shuffled, source=source), tmp_path / "here")
    assert files_of(tmp_path / "here") == files_of(study / "out")


def test_tables_read_back_by_their_formats_and_say_synthetic(study):
    for name in WRITTEN:
        fmt = REPORT_FORMATS[name]
        table = read_table(study / "out" / "tables" / f"{name}.tsv", fmt)
        assert len(table) or name == "changed", name
        assert table.attrs["synthetic"]
        assert table.attrs["provenance"]["n_used"] == 453


def test_results_hold_the_source_the_options_and_a_test_for_each_table(study):
    results = json.loads((study / "out" / "results.json").read_text("utf-8"))
    assert results["synthetic"] is True
    made = results["provenance"]
    assert made["source"] == "answers.tsv"
    assert made["source_sha256"] == read_answers(study / "answers.tsv")[1].sha256
    assert made["options"]["rule"] == "set"
    assert made["simulated_raters"] == ["rater1", "rater2"]
    families = results["results"]["families"]["rows"]
    row = next(r for r in families if (r["group"], r["family"]) == ("FPL_MS", "MS"))
    assert (row["n"], row["n_answers"]) == (104, 109)
    tests = results["results"]["confidence_tests"]["methods"]
    assert any("Mann-Whitney" in test["test"] for test in tests)


def test_another_questionnaire_and_rule_can_be_given(make_answers, tmp_path):
    asked = paper_questionnaire().as_dict()
    asked["version"] = "seven"
    asked["classes"]["options"] = [
        {"name": "Plaque", "family": "WML"},
        {"name": "Sulcus", "family": "OTHER"},
    ]
    asked["confidence"]["levels"] = [str(level) for level in range(1, 8)]
    (tmp_path / "asked.json").write_text(json.dumps(asked), "utf-8")
    classes = ("Plaque", "Sulcus")
    answers = make_answers([{"classes": classes, "confidence": level} for level in range(1, 8)])
    write_table(answers, tmp_path / "answers.tsv", ANSWERS, synthetic=False)
    command = ["report", str(tmp_path / "answers.tsv"), "--out", str(tmp_path / "out")]
    command += ["--questionnaire", str(tmp_path / "asked.json"), "--rule", "primary"]
    assert main(command) == 0
    table = read_table(tmp_path / "out" / "tables" / "confidence.tsv", REPORT_FORMATS["confidence"])
    assert table.set_index("group").loc["TPL", "level_counts"] == ("1",) * 7
    families = read_table(tmp_path / "out" / "tables" / "families.tsv", REPORT_FORMATS["families"])
    assert families.set_index(["group", "family"]).loc[("TPL", "WML"), "n"] == 7
    provenance = families.attrs["provenance"]["options"]
    assert (provenance["rule"], provenance["questionnaire_version"]) == ("primary", "seven")


def test_a_refused_input_writes_nothing_and_says_why(make_answers, tmp_path, capsys):
    answers = make_answers([{}, {"classes": ("Lesion",)}])
    path = tmp_path / "answers.tsv"
    write_table(answers, path, ANSWERS, synthetic=False)
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error == 'error: answers.tsv row 3: classes: "Lesion" is no class of this study.'
    assert not (tmp_path / "out").exists()


def test_a_missing_file_and_a_wrong_option_have_their_exit_codes(tmp_path, capsys):
    out = ["--out", str(tmp_path / "out")]
    assert main(["report", str(tmp_path / "none.tsv"), *out]) == 1
    assert "error: " in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["report", "answers.tsv", *out, "--level", "95"])
    assert stopped.value.code == 2
