"""Compare a study of 100,000 ROIs and 50 raters with a small one: `python benchmarks/scale.py`.

Each lies in a SQLite database of its own. Two processes answer the same requests in turn, so that
a busy machine slows both alike: trust the ratios. `--data FOLDER` keeps the databases.
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
from math import gcd
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from tqdm import tqdm  # noqa: E402

from reviewapp import tallies  # noqa: E402
from reviewapp.models import Assignment, Membership, Study  # noqa: E402
from reviewapp.studies import People, StudySettings, create_study  # noqa: E402
from tests.reviewapp.cohort import ANSWER, build_sample  # noqa: E402
from tests.reviewapp.large import add_answers, add_plain_study  # noqa: E402

#: ROIs, and how many of them each rater has answered; the first one is asked.
SIZES = {
    "small": (227, [113, 50]),
    "large": (100_000, [50_000, *[500] * 49]),
}
GOAL = 1.5
#: What the goal is for; the rest is told.
AIMED = ("queue", "queue around a place", "assignment", "save")


def build(name: str) -> None:
    """Fill the database of this process with one study of a size."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:  # for the building alone
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute("PRAGMA cache_size = -2000000")
    with tempfile.TemporaryDirectory() as folder:
        sample = build_sample(Path(folder))
        people = [User.objects.create_user(who) for who in ("rater", "lead")]
        crew = People((people[0],), people[1])
        once = StudySettings(repeat_share=0)
        pattern = create_study("pattern", sample.rois, sample.scans, crew, once)
    n_rois, answered = SIZES[name]
    study = add_plain_study(pattern, name, n_rois=n_rois, answered=answered[:1])
    first = study.memberships.get(role="rater")
    for n_answered in tqdm(answered[1:], desc="raters"):
        add_rater_like(first, n_answered)
    Membership.objects.filter(study=pattern).update(withdrawn_at=pattern.created_at)


@transaction.atomic
def add_rater_like(first: Membership, n_answered: int) -> None:
    """Add a rater with another order than the first one's; the database writes it, for speed."""
    n = first.tally.n_showings
    number = first.study.memberships.count()
    # A factor without a common one with n gives each place once.
    factor = next(k for k in range(7919 * number, n * 7919 * number) if gcd(k, n) == 1)
    user = User.objects.create_user(f"rater-{number}")
    member = Membership.objects.create(study=first.study, user=user, role="rater", simulated=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reviewapp_assignment (id, membership_id, roi_id, position, repeat) "
            "SELECT lower(hex(randomblob(16))), %s, roi_id, 1 + position * %s %% %s, 0 "
            "FROM reviewapp_assignment WHERE membership_id = %s",
            [member.pk, factor, n, first.pk],
        )
    tallies.begin(member, n)
    shown = member.assignments.filter(position__lte=n_answered).order_by("position")
    add_answers(member, [(one, ANSWER) for one in shown.select_related("roi__scan")])


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


def compare(data: Path, rounds: int) -> None:
    """Ask both in turn and print the medians."""
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
    parser.add_argument("--build", metavar="SIZE", help=argparse.SUPPRESS)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build or options.work:
        build(options.build) if options.build else work()
        return
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder)
        for name in SIZES:
            if not (data / name).exists():
                (data / name).mkdir(parents=True)
                started = time.perf_counter()
                if _start(data / name, "--build", name).wait() != 0:
                    raise SystemExit(f"{name}: could not be built")
                n_bytes = sum(path.stat().st_size for path in (data / name).glob("*.sqlite3*"))
                took = time.perf_counter() - started
                print(f"{name}: built in {took:.0f} s, {n_bytes / 1e9:.2f} GB", flush=True)
        compare(data, options.rounds)


if __name__ == "__main__":
    main()
