"""Time the saving of an answer and the serving of a crop, request by request, in one process.

`SECOND_LOOK_DATA=EMPTY_FOLDER python benchmarks/records.py` builds a small study there (SQLite in a
file, with the server's own settings) and prints median and 95th percentile of 200 of each in ms.
`of_it` is the part of the chain and of the log of accesses: measured within the same requests, it
holds on a busy machine too. A revision without records has none.
"""

import importlib
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from reviewapp.models import Assignment  # noqa: E402
from reviewapp.studies import People, create_study  # noqa: E402
from tests.reviewapp.cohort import ANSWER, build_sample  # noqa: E402

#: Requests of each kind.
N = 200


def main() -> None:
    """Build the study, send the requests in turns, print the times."""
    call_command("migrate", verbosity=0)
    sample = build_sample(settings.DATA_DIR / "cohort")
    rater, lead = (User.objects.create(username=name) for name in ("rater", "lead"))
    create_study("speed", sample.rois, sample.scans, People((rater,), lead))
    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    client.force_login(rater)
    shown = list(Assignment.objects.order_by("position"))
    crops = [client.get(f"/api/v1/assignments/{one.pk}/").json()["crop"]["url"] for one in shown]

    def save(number: int) -> Any:
        turn, place = divmod(number, len(shown))
        address = f"/api/v1/assignments/{shown[place].pk}/answers/"
        headers = {"idempotency-key": str(uuid.uuid4())}
        body = {**ANSWER, "revises": turn}
        return client.post(address, body, content_type="application/json", headers=headers)

    def crop(number: int) -> Any:
        return client.get(crops[number % len(crops)])

    chained = watch("reviewapp.chain", "head_of", "seal")
    logged = watch("reviewapp.accesses", "note")
    found = [
        (*timed(save, number, 201, chained), *timed(crop, number, 200, logged))
        for number in range(N)
    ]
    names = ("save_ms", "chain_of_it_ms", "crop_ms", "log_of_it_ms")
    times = zip(*found, strict=True)
    print(json.dumps({name: summary(all_) for name, all_ in zip(names, times, strict=True)}))


def watch(module: str, *names: str) -> list[float]:
    """Give a list that gets the seconds of each call of these functions from now on."""
    spent: list[float] = []
    try:
        found = importlib.import_module(module)
    except ImportError:
        return spent

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **options)
            finally:
                spent.append(time.perf_counter() - start)

        return call

    for name in names:
        setattr(found, name, watched(getattr(found, name)))
    return spent


def timed(
    send: Callable[[int], Any], number: int, status: int, part: list[float]
) -> tuple[float, float]:
    """Give the milliseconds of one request, and of its part; it must be answered as expected."""
    part.clear()
    start = time.perf_counter()
    response = send(number)
    elapsed = time.perf_counter() - start
    if response.status_code != status:
        raise RuntimeError(f"expected {status}, came {response.status_code}: {response.content!r}")
    return elapsed * 1000, sum(part) * 1000


def summary(times: tuple[float, ...]) -> dict[str, float]:
    """Give the median and the 95th percentile."""
    p95 = statistics.quantiles(times, n=20)[-1]
    return {"median": round(statistics.median(times), 2), "p95": round(p95, 2)}


if __name__ == "__main__":
    main()
