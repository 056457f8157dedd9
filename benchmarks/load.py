"""Let 100 raters work at once: `python benchmarks/load.py [--raters 100] [--minutes 10]`.

Each rater loads an ROI as the review page does (assignment, crop, mask), says that it is on the
screen, saves an answer, and begins the next one 20 s after the last. One `manage.py serve` on this
machine answers them, and beside them, twice a second, a view that does nothing. At the end the
server is stopped and every answer that it acknowledged is looked for in the database. Loopback
alone; it stops by itself.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.review_site import make_study, sample_lesions, tell
from phantom.cohort import build_cohort
from tests.browser.server import run, serving

CASES, SPACING_MM, SAMPLE = 6, 1.0, 40
#: One ROI a rater in so many seconds, and the pause between two requests of the empty view.
EVERY_S, EMPTY_EVERY_S = 20.0, 0.5
#: Longest wait for a response, in seconds.
PATIENCE_S = 60.0
CLASSES = ("Leukocortical MS lesion", "Juxtacortical MS lesion", "Vessel", "Unknown")
KINDS = ("empty", "page", "assignment", "crop", "mask", "opened", "save")


@dataclass
class Log:
    """What all threads saw: milliseconds by kind of request, failures, acknowledged answers."""

    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    saved: dict[str, dict[str, Any]] = field(default_factory=dict)


class Caller:
    """One connection that is kept open, with the cookies of one account."""

    def __init__(self, host: str, cookies: Mapping[str, str], log: Log) -> None:
        self.connection = HTTPConnection(host, timeout=PATIENCE_S)
        self.cookies = dict(cookies)
        self.log = log

    def call(self, kind: str, method: str, path: str, body: object = None, **headers: str) -> bytes:
        """Send a request, note how long its response took, and give the body of a good one."""
        told = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        told["Accept-Encoding"] = "gzip" if kind in ("crop", "mask") else "identity"
        if method == "POST":
            told |= {"X-CSRFToken": self.cookies["csrftoken"], "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body).encode()
        before = time.perf_counter()
        try:
            self.connection.request(method, path, sent, told)
            response = self.connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            self.connection.close()
            self.log.failures.append(f"{kind}: {error!r}")
            return b""
        self.log.ms[kind].append(1000 * (time.perf_counter() - before))
        for name, value in response.getheaders():
            if name == "Set-Cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if response.status >= 400:
            self.log.failures.append(f"{kind}: {response.status} {content[:200]!r}")
            return b""
        return content


def review(caller: Caller, study: str, rng: random.Random, until: float) -> None:
    """Review one ROI after the other until the time is over."""
    time.sleep(rng.random() * EVERY_S)
    caller.call("page", "GET", f"/studies/{study}/review/")
    queue = json.loads(caller.call("queue", "GET", f"/api/v1/studies/{study}/queue/") or "{}")
    for item in queue.get("items", ()):
        begun = time.monotonic()
        if begun > until:
            return
        _answer(caller, item["id"], rng)
        caller.connection.close()  # the server would, long before the next ROI
        time.sleep(max(0.0, begun + EVERY_S - time.monotonic()))


def _answer(caller: Caller, showing: str, rng: random.Random) -> None:
    address = f"/api/v1/assignments/{showing}/"
    shown = json.loads(caller.call("assignment", "GET", address) or "null")
    if shown is None:
        return
    for kind in ("crop", "mask"):
        caller.call(kind, "GET", shown[kind]["url"])
    caller.call("opened", "POST", f"{address}opened/")
    key = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    answer = {
        "classes": rng.sample(CLASSES, rng.randint(1, 3)),
        "confidence": rng.randint(1, 5),
        "reasons": ["None"],
        "needs_correction": False,
        "comment": f"answer {key}",
        "active_s": 1.0,
        "revises": 0,
    }
    body = caller.call("save", "POST", f"{address}answers/", answer, **{"Idempotency-Key": key})
    if body:
        caller.log.saved[key] = answer | {"assignment": showing}


def knock(caller: Caller, until: float) -> None:
    """Ask for the view that does nothing, again and again."""
    while time.monotonic() < until:
        caller.call("empty", "GET", "/empty/")
        time.sleep(EMPTY_EVERY_S)


def lost_answers(data: Path, log: Log) -> list[str]:
    """Say which acknowledged answers the database holds not at all, twice, or otherwise."""
    told = run(data, "benchmarks/stored_answers.py").stdout
    stored: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in told.splitlines():
        row = json.loads(line)
        stored[row.pop("key")].append(row)
    wrong = []
    for key, answer in log.saved.items():
        found = stored.get(key, [])
        if len(found) != 1:
            wrong.append(f"{key}: {len(found)} times")
        elif any(answer[name] != value for name, value in found[0].items()):
            wrong.append(f"{key}: expected {answer}, came {found[0]}")
    return wrong


def work(host: str, study: str, cookies: list[dict[str, str]], seconds: float) -> Log:
    """Let all raters work for so long, and give what was seen."""
    log, until = Log(), time.monotonic() + seconds
    threads = [
        threading.Thread(
            target=review, args=(Caller(host, own, log), study, random.Random(i), until)
        )
        for i, own in enumerate(cookies)
    ]
    threads.append(threading.Thread(target=knock, args=(Caller(host, {}, log), until)))
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(15)
        left = max(0.0, until - time.monotonic())
        tell(f"{left:4.0f} s to go: {len(log.saved)} answers, {len(log.failures)} failures")
    return log


def main() -> None:
    """Measure, and print a table for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raters", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tell("building phantoms and a study")
        scans = build_cohort(folder / "cohort", CASES, 3, 0, spacing_mm=SPACING_MM)
        data = make_study(folder, scans, sample_lesions(folder, scans, SAMPLE))
        told = json.loads(run(data, "benchmarks/sessions.py", str(options.raters)).stdout)
        settings = ["--settings", "benchmarks.load_settings"]
        with serving(data, settings) as address:
            host = address.removeprefix("http://")
            log = work(host, told["study"], told["cookies"], 60 * options.minutes)
        wrong = lost_answers(data, log)
    empty = _p95(log.ms["empty"])
    print("| request | how many | median, ms | 95 % below, ms | over the empty view |")
    print("| --- | --- | --- | --- | --- |")
    for kind in KINDS:
        ms = log.ms[kind]
        ratio = _p95(ms) / empty
        print(
            f"| {kind} | {len(ms)} | {statistics.median(ms):.1f} | {_p95(ms):.1f} | {ratio:.1f} |"
        )
    print(
        f"\n{len(log.saved)} answers acknowledged, {len(wrong)} of them lost, doubled or changed;"
    )
    print(f"{len(log.failures)} requests failed.")
    for line in [*wrong, *log.failures][:20]:
        tell(line)
    if wrong or log.failures:
        raise SystemExit(1)


def _p95(ms: list[float]) -> float:
    return statistics.quantiles(ms, n=20)[-1]


if __name__ == "__main__":
    main()
