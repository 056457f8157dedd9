"""Compare a study of 100,000 ROIs and 50 raters with a small one: `python benchmarks/scale.py`.

Each lies in a SQLite database of its own. Two processes answer the same requests in turn, so that
a busy machine slows both alike: trust the ratios. `--data FOLDER` keeps the databases. It ends with
an error where a goal is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.scale_build import build, tell  # noqa: E402
from reviewapp.models import Assignment, Study  # noqa: E402
from tests.reviewapp.cohort import ANSWER  # noqa: E402

#: ROIs, and how many of them each rater has answered; the first one is asked.
SIZES = {
    "small": (227, [113, 50]),
    "large": (100_000, [50_000, *[500] * 49]),
}
GOAL = 1.5
#: What the goal is for; the rest is told.
AIMED = ("queue", "queue around a place", "assignment", "save")
#: Seconds on the processor to draw one order, and by the clock for a save beside the freezing:
#: a quarter of what it waits before it says that the database is away.
DRAW_GOAL_S, WAIT_GOAL_S = 2.0, 5.0
FIGURES = "freezing.json"


def work() -> None:
    """Answer each request that comes as a line, and print how long it took: wall, processor."""
    settings.ALLOWED_HOSTS = ["testserver"]
    study = Study.objects.exclude(name="pattern").get()
    member = study.memberships.filter(role="rater").order_by("pk")[0]
    rater, lead = Client(), Client()
    rater.force_login(member.user)
    lead.force_login(study.memberships.get(role="researcher").user)
    shown = Assignment.objects.filter(membership=member).order_by("position")
    open_ones = [str(pk) for pk in shown.open().values_list("pk", flat=True)[:110]]
    api, pages = f"/api/v1/studies/{study.pk}/", f"/studies/{study.pk}/"

    def save() -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        address = f"/api/v1/assignments/{open_ones.pop(0)}/answers/"
        return rater.post(address, ANSWER, "application/json", headers=headers)

    asks: dict[str, Callable[[], Any]] = {
        "queue": lambda: rater.get(f"{api}queue/"),
        "queue around a place": lambda: rater.get(f"{api}queue/?at=60"),
        "assignment": lambda: rater.get(f"/api/v1/assignments/{open_ones[3]}/"),
        "save": save,
        "review page": lambda: rater.get(f"{pages}review/"),
        "own answers, a page": lambda: rater.get(f"{pages}answers/"),
        "home of a rater": lambda: rater.get("/"),
        "home of a researcher": lambda: lead.get("/"),
        "progress": lambda: lead.get(f"{pages}progress/"),
        "ROIs, a page of the API": lambda: lead.get(f"{api}rois/"),
        "study": lambda: lead.get(pages),
        "preview": lambda: lead.get(f"{pages}preview/"),
        "receipt": lambda: rater.get(f"{pages}done/"),
    }
    print(json.dumps([*asks]), flush=True)
    for line in sys.stdin:
        wall, processor = time.perf_counter(), time.process_time()
        response = asks[line.strip()]()
        took = (time.perf_counter() - wall, time.process_time() - processor)
        if response.status_code not in (200, 201):
            raise SystemExit(f"{line.strip()}: {response.status_code} {response.content[:300]!r}")
        print(json.dumps(took), flush=True)


def compare(data: Path, rounds: int) -> list[str]:
    """Ask both in turn, print the medians, and say which goals were missed."""
    workers = {name: _start(data / name, "--work") for name in SIZES}
    names = [json.loads(_line(worker)) for worker in workers.values()].pop()
    took: dict[tuple[str, str], list[list[float]]] = {}
    for turn in range(-2, rounds):  # two to warm up
        for name in names:
            few = name not in AIMED and turn >= 5
            for size, worker in workers.items():
                if few:
                    continue
                assert worker.stdin is not None
                worker.stdin.write(f"{name}\n")
                worker.stdin.flush()
                one = json.loads(_line(worker))
                if turn >= 0:
                    took.setdefault((name, size), []).append(one)
    print("| asked for | small, ms | large, ms | ratio | ratio on the processor |")
    print("| --- | --- | --- | --- | --- |")
    missed = []
    for name in names:
        small, large = (
            [1000 * median(times) for times in zip(*took[name, size], strict=True)]
            for size in SIZES
        )
        wall, processor = (b / a for a, b in zip(small, large, strict=True))
        goal = f" (goal: {GOAL})" if name in AIMED else ""
        print(
            f"| {name} | {small[0]:.1f} | {large[0]:.1f} | {wall:.2f}{goal} | {processor:.2f} |",
            flush=True,
        )
        if name in AIMED and wall > GOAL:
            missed.append(f"{name}: {wall:.2f} times, at most {GOAL}")
    return missed


def missed_by_freezing(figures: dict[str, Any]) -> list[str]:
    """Say which goals a freezing missed."""
    draw, wait = median(figures["draw_s"]), max(figures["waits_s"])
    told = [(draw, DRAW_GOAL_S, "drawing an order"), (wait, WAIT_GOAL_S, "a save beside it")]
    return [f"{what}: {took:.2f} s, at most {goal}" for took, goal, what in told if took > goal]


def _start(data: Path, *words: str) -> "subprocess.Popen[str]":
    env = {**os.environ, "SECOND_LOOK_DATA": str(data), "SECOND_LOOK_DEBUG": ""}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, __file__, *words]
    return subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _line(worker: "subprocess.Popen[str]") -> str:
    assert worker.stdout is not None
    line = worker.stdout.readline()
    if not line:
        raise SystemExit("a worker ended; its error is above")
    return line


def main() -> None:
    """Build what isn't there yet, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the two databases")
    parser.add_argument("--rounds", type=int, default=50, help="how often each thing is asked for")
    parser.add_argument("--raters", type=int, help="of the large study, all where not given")
    parser.add_argument("--build", metavar="SIZE", help=argparse.SUPPRESS)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work()
    elif options.build:
        n_rois, answered = SIZES[options.build]
        figures = build(options.build, n_rois, answered[: options.raters])
        (settings.DATA_DIR / FIGURES).write_text(json.dumps(figures))
    else:
        with tempfile.TemporaryDirectory() as folder:
            missed = measure(options.data or Path(folder), options.rounds, options.raters)
        if missed:
            raise SystemExit("missed: " + "; ".join(missed))


def measure(data: Path, rounds: int, n_raters: int | None) -> list[str]:
    """Build what isn't there yet, compare, and say which goals were missed."""
    few = [] if n_raters is None else ["--raters", str(n_raters)]
    for name in SIZES:
        if not (data / name / FIGURES).exists():
            (data / name).mkdir(parents=True)
            started = time.perf_counter()
            if _start(data / name, "--build", name, *few).wait() != 0:
                raise SystemExit(f"{name}: could not be built")
            n_bytes = sum(path.stat().st_size for path in (data / name).glob("*.sqlite3*"))
            took = time.perf_counter() - started
            print(f"{name}: built in {took:.0f} s, {n_bytes / 1e9:.2f} GB", flush=True)
    figures = json.loads((data / "large" / FIGURES).read_text())
    tell(figures, SIZES["large"][0])
    return missed_by_freezing(figures) + compare(data, rounds)


if __name__ == "__main__":
    main()
