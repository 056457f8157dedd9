"""Answer 200 ROIs in one session and watch its memory: `python benchmarks/many_rois.py`.

As a rater would: four keys and Enter each; every tenth ROI also the whole head, another contrast
and a step back. At ROI 20 and every 20 after, garbage is collected and counted: the JavaScript
heap and the part of it that holds compiled code (which V8 makes more of while it learns what is
used often), the buffers beside it, the DOM's nodes and listeners, and WebGL's textures with their
bytes. Goal: at ROI 200 no more than 10 % above ROI 20.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import CDPSession, Page, expect

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

CASES, SPACING_MM, SAMPLE = 16, 2.0, 100
#: Every how many ROIs memory is read, and the whole head is looked at.
READ_EVERY, LOOK_EVERY = 20, 10
#: Longest wait for an ROI or a scan, in ms.
PATIENCE_MS = 60_000
#: Until the ROIs that are fetched ahead are decoded, in ms.
SETTLE_MS = 3000
ANSWER = ("Digit2", "Digit7", "Alt+Digit4", "KeyQ", "KeyN")
INTERPRETED = "--js-flags=--no-opt --no-maglev --no-sparkplug"
MB = 1e6
#: Rows of the table: name in what `read_memory` gives, words, what it is divided by.
ROWS = [
    ("heap", "JavaScript heap, MB", MB),
    ("code", "of it compiled code, MB", MB),
    ("objects", "the rest of the heap, MB", MB),
    ("buffers", "buffers beside the heap, MB", MB),
    ("nodes", "DOM nodes", 1),
    ("listeners", "event listeners", 1),
    ("textures", "WebGL textures", 1),
    ("texture_bytes", "bytes of the textures, MB", MB),
]


def read_memory(page: Page, cdp: CDPSession) -> dict[str, float]:
    """Wait until what was fetched ahead is there, collect garbage, and give what is left."""
    page.wait_for_timeout(SETTLE_MS)
    for _ in range(2):  # what a finaliser lets go is collected by the second
        cdp.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(100)
    heap = cdp.send("Runtime.getHeapUsage")
    code = code_bytes(cdp)
    metrics = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    gauge = page.evaluate("window.gauge()")
    if gauge["unknown"]:
        raise ValueError(f"gauge.js doesn't know the texture formats {gauge['unknown']}")
    return {
        "heap": heap["usedSize"],
        "code": code,
        "objects": heap["usedSize"] - code,
        "buffers": heap.get("backingStorageSize", 0),
        "nodes": metrics["Nodes"],
        "listeners": metrics["JSEventListeners"],
        "textures": gauge["textures"],
        "texture_bytes": gauge["bytes"],
    }


def code_bytes(cdp: CDPSession) -> float:
    """Give the bytes of compiled code in the heap."""
    pieces: list[str] = []

    def take(event: dict[str, str]) -> None:
        pieces.append(event["chunk"])

    cdp.on("HeapProfiler.addHeapSnapshotChunk", take)
    cdp.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    cdp.remove_listener("HeapProfiler.addHeapSnapshotChunk", take)
    snapshot = json.loads("".join(pieces))
    meta, nodes = snapshot["snapshot"]["meta"], snapshot["nodes"]
    kind, size = (meta["node_fields"].index(name) for name in ("type", "self_size"))
    code = meta["node_types"][0].index("code")
    step = len(meta["node_fields"])
    kinds_and_sizes = zip(nodes[kind::step], nodes[size::step], strict=True)
    return float(sum(bytes_ for kind_, bytes_ in kinds_and_sizes if kind_ == code))


def answer(page: Page, place: int, n: int) -> None:
    """Answer the ROI once it is on the screen, and wait for the next one."""
    expect(page.locator("#veil")).to_be_hidden()
    for key in ANSWER:
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#place")).to_have_text(f"{place + 1} of {n}")


def look_around(page: Page, place: int, n: int) -> None:
    """Look at the whole head and back, change the contrast, go back one ROI and on again."""
    expect(page.locator("#veil")).to_be_hidden()
    page.keyboard.press("Control+KeyF")
    expect(page.locator("#scan-state")).to_have_text(re.compile("^whole scan$"))
    page.keyboard.press("Control+KeyF")
    page.keyboard.press("Control+KeyJ")
    page.keyboard.press("Backspace")
    expect(page.locator("#place")).to_have_text(f"{place - 1} of {n}")
    expect(page.locator("#veil")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#place")).to_have_text(f"{place} of {n}")


def session(page: Page, n_rois: int) -> list[dict[str, float]]:
    """Answer ROIs and give the readings, each with its ROI's place."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")
    expect.set_options(timeout=PATIENCE_MS)
    expect(page.locator("#place")).to_have_text(re.compile(r"^1 of \d+$"))
    n = int(page.locator("#place").inner_text().split()[-1])
    if n <= n_rois:
        raise ValueError(f"expected a study of more than {n_rois} ROIs, came {n}")
    readings = []
    begin = time.monotonic()
    for place in range(1, n_rois + 1):
        if place % LOOK_EVERY == 0:
            look_around(page, place, n)
        if place % READ_EVERY == 0:
            readings.append({"place": place, **read_memory(page, cdp)})
            tell(f"ROI {place} after {time.monotonic() - begin:.0f} s: {readings[-1]}")
        answer(page, place, n)
    return readings


def print_table(readings: list[dict[str, float]]) -> None:
    """Print each reading, and the last as times the first."""
    places = " | ".join(f"ROI {one['place']:.0f}" for one in readings)
    print(f"| | {places} | growth |\n| --- |{' --- |' * (len(readings) + 1)}")
    for name, words, unit in ROWS:
        values = " | ".join(f"{one[name] / unit:,.{0 if unit == 1 else 1}f}" for one in readings)
        growth = readings[-1][name] / readings[0][name] - 1
        print(f"| {words} | {values} | {growth:+.1%} |")


def main() -> int:
    """Build, answer, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rois", type=int, default=200, help="ROIs to answer (200)")
    parser.add_argument(
        "--interpreted",
        action="store_true",
        help="with V8's compilers off: what grows then is the page's own",
    )
    options = parser.parse_args()
    flags = [INTERPRETED] if options.interpreted else []
    if options.rois < 2 * READ_EVERY:
        parser.error(f"--rois must be at least {2 * READ_EVERY}")
    gauge = (ROOT / "benchmarks" / "gauge.js").read_text()
    with tempfile.TemporaryDirectory() as name, chromium(*flags) as browser:
        folder = Path(name)
        jobs = os.cpu_count() or 1
        scans = build_cohort(folder / "cohort", CASES, 3, 0, spacing_mm=SPACING_MM, jobs=jobs)
        data = make_study(folder, scans, sample_lesions(folder, scans, SAMPLE))
        with serving(data) as site:
            state, path = sign_in(browser, site)
            page = open_page(browser, state, gauge)
            page.goto(site + path)
            print_table(session(page, options.rois))
    return 0


if __name__ == "__main__":
    sys.exit(main())
