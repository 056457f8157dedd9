"""Time Enter to the next ROI, fetched ahead: `python benchmarks/next_roi.py`.

Each round answers an ROI of a 1 mm study, waits until the next ones are there, holds every request
back by seconds, and presses Enter. Chromium's trace gives the main thread's tasks from the key
until the frame after which the next ROI's pixels are on the canvas and its form is empty; a plain
redraw (the crosshair moved by a voxel) traced just before is subtracted. Then the pixels are read
back and keys go into the form while the next ROIs and the whole scan arrive, which gives the
longest time that a key had to wait. Goal: at most 50 ms beyond a redraw.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.review_site import (
    chromium,
    make_study,
    open_page,
    sample_lesions,
    sign_in,
    tell,
)
from phantom.cohort import build_cohort
from tests.browser.server import ROOT, serving

ANSWER = ("Digit2", "Digit7", "Alt+Digit4", "KeyQ", "KeyN")
#: What every request has to wait between Enter and the next ROI, in ms: pixels that come sooner
#: waited for none.
HELD_MS = 4000
#: Time for the next ROIs and the whole scan to arrive, in ms.
QUIET_MS = 3000
#: Keys typed while they do, one in 100 ms. Each of two choices is taken and left as often.
TYPED = ANSWER[:2] * 8
CATEGORIES = ["toplevel", "blink.user_timing", "disabled-by-default-devtools.timeline"]
#: Marks for the trace: the key, and the end of the frame that shows what it asked for.
MARKS = """
window.waits = [];
addEventListener("keydown", (event) => {
  window.waits.push(performance.now() - event.timeStamp);
  if (event.code === "ArrowRight") {
    performance.mark("redraw");
    requestAnimationFrame(() => setTimeout(() => performance.mark("redrawn")));
  } else if (event.code === "Enter") {
    performance.mark("enter");
    window.next = new Promise((resolve) => {
      const seen = new MutationObserver(() => {
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.mark("next").startTime)));
      });
      const place = document.getElementById("place");
      seen.observe(place, { childList: true, characterData: true, subtree: true });
    });
  }
}, true);
new PerformanceObserver((list) => {
  window.longest = Math.max(window.longest ?? 0, ...list.getEntries().map((one) => one.duration));
}).observe({ entryTypes: ["longtask"] });
"""


@dataclass(frozen=True)
class Turn:
    """One Enter, in ms."""

    beyond: float
    beyond_cpu: float
    redraw: float
    wall: float
    key_wait: float
    longest_task: float


def busy(events: list[dict[str, Any]], begin: str, end: str) -> tuple[float, float, float]:
    """Give the main thread's busy and processor time between two marks, and the span, in ms."""
    marks = {
        one["name"]: one for one in events if one.get("cat") == "blink.user_timing" and "ts" in one
    }
    start, stop = marks[begin], marks[end]
    wall = cpu = 0.0
    for task in events:
        is_task = task["name"] == "RunTask" and task.get("ph") == "X"
        if not is_task or (task["pid"], task["tid"]) != (start["pid"], start["tid"]):
            continue
        span = min(task["ts"] + task["dur"], stop["ts"]) - max(task["ts"], start["ts"])
        if span > 0:
            wall += span
            cpu += task.get("tdur", 0) * span / task["dur"]
    return wall / 1000, cpu / 1000, (stop["ts"] - start["ts"]) / 1000


def hold(cdp: CDPSession, latency_ms: float) -> None:
    """Let every request wait."""
    limits = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    cdp.send("Network.emulateNetworkConditions", {**limits, "latency": latency_ms})


def turn(browser: Browser, page: Page, cdp: CDPSession, place: int) -> Turn:
    """Answer the ROI on the screen, and time the way to the next one."""
    for key in ANSWER:
        page.keyboard.press(key)
    page.wait_for_timeout(QUIET_MS)
    longest = page.evaluate("window.longest ?? 0")
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    hold(cdp, HELD_MS)
    page.keyboard.press("Enter")
    page.evaluate("window.next")
    expect(page.locator("#place")).to_have_text(re.compile(f"^{place + 1} of"))
    events = json.loads(browser.stop_tracing())["traceEvents"]
    hold(cdp, 0)
    if page.locator("#veil").is_visible() or not page.evaluate("window.seen().correct"):
        raise ValueError(f"ROI {place + 1}: expected lesion and brain on the canvas")
    page.evaluate("window.waits = []; window.longest = 0; performance.clearMarks()")
    for key in TYPED:
        page.keyboard.press(key)
        page.wait_for_timeout(100)
    redraw, redraw_cpu, _ = busy(events, "redraw", "redrawn")
    wall, cpu, span = busy(events, "enter", "next")
    key_wait = max(page.evaluate("window.waits"))
    return Turn(wall - redraw, cpu - redraw_cpu, redraw, span, key_wait, longest)


def print_table(turns: list[Turn]) -> None:
    """Print median and worst of each."""
    rows = [
        ("beyond", "main thread beyond a redraw, ms"),
        ("beyond_cpu", "of it on the processor, ms"),
        ("redraw", "a plain redraw, ms"),
        ("wall", "Enter to the frame with the next ROI, all requests held back, ms"),
        ("key_wait", "longest wait of a key while the next ROIs arrive, ms"),
        ("longest_task", "longest task while the rater is still and the whole scan arrives, ms"),
    ]
    print(f"| | median of {len(turns)} | worst |\n| --- | --- | --- |")
    for name, words in rows:
        values = [getattr(one, name) for one in turns]
        print(f"| {words} | {statistics.median(values):.1f} | {max(values):.1f} |")


def main() -> int:
    """Build, answer, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="ROIs to go through (9)")
    rounds = parser.parse_args().rounds
    scripts = [(ROOT / "benchmarks" / "watch.js").read_text(), MARKS]
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        scans = build_cohort(folder / "cohort", 1, 3, 0)
        data = make_study(folder, scans, sample_lesions(folder, scans, rounds + 1))
        with serving(data) as site:
            state, path = sign_in(browser, site)
            page = open_page(browser, state, *scripts)
            page.goto(site + path)
            cdp = page.context.new_cdp_session(page)
            cdp.send("Network.enable")
            expect(page.locator("#place")).to_have_text(re.compile("^1 of"), timeout=60_000)
            page.evaluate("window.longest = 0")
            turns = []
            for place in range(1, rounds + 1):
                turns.append(turn(browser, page, cdp, place))
                tell(f"round {place} of {rounds}: {turns[-1]}")
    print_table(turns)
    return 0


if __name__ == "__main__":
    sys.exit(main())
