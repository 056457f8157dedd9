"""The report of an unblinded study: made once for the same answers, then read from a folder."""

import hashlib
import io
import json
import shutil
import tempfile
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max

from analysis.page.html import render_sections
from analysis.report import analyse, read_answers, write_report
from reviewapp.exports import check_unblinded, export_answers, provenance
from reviewapp.models import AnswerRevision, Study
from reviewapp.protocol import settings_of
from reviewapp.zips import files_below, pack

#: The fragment for the results page; not among the downloads.
SECTIONS = "sections.html"
#: All downloads in one.
ZIP_NAME = "report.zip"
#: Packages whose code decides about the numbers: when one changes, reports are made again.
SOURCES = ("analysis", "lesions")
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class ReportFolder:
    """A folder with answers.tsv, the report's tables and figures, and the page's fragment."""

    path: Path

    @property
    def sections(self) -> str:
        """Give the fragment of the results page: HTML that is safe to embed."""
        return (self.path / SECTIONS).read_text("utf-8")

    @property
    def filenames(self) -> list[str]:
        """Name the files that can be downloaded."""
        return [name for name in files_below(self.path) if name != SECTIONS]

    def read(self, name: str) -> bytes:
        """Give one file, or all of them as report.zip.

        Raises
        ------
        FileNotFoundError
            There is no such file.
        """
        if name == ZIP_NAME:
            packed = io.BytesIO()
            pack(self.path, self.filenames, packed, "report")
            return packed.getvalue()
        if name not in self.filenames:
            raise FileNotFoundError(f"expected one of the report's files, came {name}")
        return (self.path / name).read_bytes()


def report_of(study: Study, *, interim: bool = False) -> ReportFolder:
    """Give the report of the study's answers as they are now.

    `interim` takes a blinded study; the caller has logged the look.

    Raises
    ------
    AnswersError
        There is no answer yet.
    BlindedError
        The study is blinded, and this is no interim look.
    """
    if not interim:
        check_unblinded(study)
    root: Path = settings.DATA_DIR / "reports"
    goal = root / _key(study)
    with _one_at_a_time:
        if not goal.is_dir():
            _make(study, goal)
    return ReportFolder(goal)


def _make(study: Study, goal: Path) -> None:
    goal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Beside its goal, so that the rename at the end stays on one file system.
    work = Path(tempfile.mkdtemp(dir=goal.parent, prefix=".partial-"))
    try:
        _write(study, work)
        _move(work, goal)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write(study: Study, folder: Path) -> None:
    export_answers(study, folder / "answers.tsv", interim=not study.is_unblinded)
    answers, source = read_answers(folder / "answers.tsv")
    report = analyse(
        answers,
        questionnaire=study.parsed_questionnaire(),
        rule=settings_of(study).class_rule,
        source=source,
    )
    write_report(report, folder)
    (folder / SECTIONS).write_text(render_sections(report), "utf-8")


def _move(work: Path, goal: Path) -> None:
    try:
        work.rename(goal)
    except OSError:
        # Another process was faster: the same answers gave it the same report.
        if not goal.is_dir():
            raise


def _key(study: Study) -> str:
    """Give a checksum of all that decides about a report, without reading every answer.

    Revisions are never changed or deleted, so their number and the newest tell them all; its time
    tells apart what was answered after a backup was restored.
    """
    answers = AnswerRevision.objects.filter(assignment__roi__study=study).aggregate(
        n=Count("pk"), newest=Max("pk"), at=Max("created_at")
    )
    told = {
        "code": _code(),
        "provenance": provenance(study),
        "questionnaire": study.questionnaire,
        "raters": list(study.memberships.order_by("pk").values_list("user__username", flat=True)),
        "answers": {name: str(value) for name, value in answers.items()},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@cache
def _code() -> str:
    """Give a checksum of the code that makes reports."""
    digest = hashlib.sha256()
    for package in SOURCES:
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
