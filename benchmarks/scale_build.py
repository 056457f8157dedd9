"""Build the databases that `scale.py` compares, by the real freezing, and take its figures.

While the study is frozen another process saves answers to a study that is open, one after the
other, and notes how long each took: on SQLite they wait for what the freezing writes.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from tqdm import tqdm  # noqa: E402

from reviewapp import orders, studies  # noqa: E402
from reviewapp.models import Assignment, Membership, Study  # noqa: E402
from reviewapp.raters import add_rater  # noqa: E402
from reviewapp.studies import People, create_study  # noqa: E402
from tests.reviewapp.cohort import ANSWER, build_sample  # noqa: E402
from tests.reviewapp.large import add_answers, add_plain_draft  # noqa: E402

#: Seconds from an answer of the other study to the next one.
REST_S = 0.1


def build(name: str, n_rois: int, answered: list[int]) -> dict[str, Any]:
    """Fill the database of this process with a study whose raters have answered so many.

    Returns
    -------
    dict
        Of the freezing: `draw_s` on the processor and `store_s` by the clock for each rater,
        `finish_s`, `late_s` for one more rater, and `waits_s` and `late_waits_s` of the saves
        beside either.
    """
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        sample = build_sample(Path(folder))
        people = [User.objects.create_user(who) for who in ("rater", "lead")]
        crew = People((people[0],), people[1])
        pattern = create_study("pattern", sample.rois, sample.scans, crew)
    with _fast():
        study = add_plain_draft(pattern, name, n_rois=n_rois)
    for i in range(len(answered)):
        user = User.objects.create_user(f"rater-{i:02d}")
        Membership.objects.create(study=study, user=user, role="rater", simulated=True)
    with _saves() as waits:
        figures = _freeze(study, people[1])
    late = User.objects.create_user("late")
    with _saves() as late_waits:
        began = time.perf_counter()
        add_rater(study, people[1], late)
        figures["late_s"] = time.perf_counter() - began
    with _fast():
        for member, n in zip(tqdm(_raters(study), desc="answers"), answered, strict=False):
            shown = member.assignments.filter(position__lte=n).order_by("position")
            add_answers(member, [(one, ANSWER) for one in shown.select_related("roi__scan")])
    Membership.objects.filter(study=pattern).update(withdrawn_at=pattern.created_at)
    return figures | {"waits_s": waits, "late_waits_s": late_waits}


def save_beside() -> None:
    """Save answers to the open study until the input ends, then print how long each took."""
    settings.ALLOWED_HOSTS = ["testserver"]
    member = Membership.objects.get(study__name="pattern", role="rater")
    rater = Client()
    rater.force_login(member.user)
    showing = Assignment.objects.filter(membership=member)[0]
    took: list[float] = []
    n = showing.revisions.count()
    while not took or not select.select([sys.stdin], [], [], REST_S)[0]:
        if len(took) == 1:
            print("ready", flush=True)
        started = time.perf_counter()
        response = rater.post(
            f"/api/v1/assignments/{showing.pk}/answers/",
            {**ANSWER, "revises": n},
            "application/json",
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        took.append(time.perf_counter() - started)
        if response.status_code != 201:
            raise SystemExit(f"save: {response.status_code} {response.content[:300]!r}")
        n += 1
    print(json.dumps(took[1:]))  # the first one warms up


def tell(figures: dict[str, Any], n_rois: int) -> None:
    """Print the figures of a freezing."""
    waits = figures["waits_s"]
    print(
        f"{n_rois:,} ROIs, each of {len(figures['store_s'])} raters: an order drawn in "
        f"{median(figures['draw_s']):.2f} s on the processor, drawn and stored in "
        f"{median(figures['store_s']):.1f} s; then the freezing in {figures['finish_s']:.1f} s, "
        f"and a late rater in {figures['late_s']:.1f} s.\n{len(waits)} saves beside the freezing: "
        f"median {1000 * median(waits):.0f} ms, longest {max(waits):.1f} s; beside the late rater "
        f"longest {max(figures['late_waits_s'], default=0):.1f} s",
        flush=True,
    )


def _freeze(study: Study, lead: User) -> dict[str, Any]:
    """Freeze and open a study as its page does, and take the times."""
    drawn: list[float] = []
    draw, times = orders.draw, list[float]()

    def draw_timed(*given: Any) -> orders.Drawn:
        times.append(time.perf_counter())
        started = time.process_time()
        found = draw(*given)
        drawn.append(time.process_time() - started)
        return found

    with mock.patch.object(orders, "draw", draw_timed):
        ahead = orders.store_ahead(study, lead)
    times.append(time.perf_counter())
    studies.freeze(study, lead, ahead=ahead)
    finished = time.perf_counter()
    studies.open_study(study, lead)
    return {
        "draw_s": drawn,
        "store_s": [b - a for a, b in pairwise(times)],
        "finish_s": finished - times[-1],
    }


def _raters(study: Study) -> list[Membership]:
    return list(study.memberships.filter(role="rater").order_by("pk"))


@contextmanager
def _fast() -> Iterator[None]:
    """Write without waiting for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute("PRAGMA cache_size = -2000000")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()  # the next connection is as the app has it


@contextmanager
def _saves() -> Iterator[list[float]]:
    """Save answers to the other study meanwhile; the times are there afterwards."""
    command = [sys.executable, __file__]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    took: list[float] = []
    assert child.stdout is not None
    child.stdout.readline()  # it is ready
    try:
        yield took
    finally:
        told, _ = child.communicate()
    if child.returncode != 0:
        raise SystemExit("a save beside the freezing failed; its error is above")
    took += json.loads(told)


if __name__ == "__main__":
    save_beside()
