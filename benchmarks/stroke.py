"""Time the moves of a brush: `python benchmarks/stroke.py`.

On a 1 mm scan and on a 0.5 mm scan of 58 million voxels (close-up, then the whole scan shown), with
a disc and with a ball. Chromium's trace gives the main thread's tasks from a pointer's move until
the frame that shows it is handed over: handler, voxels, texture, volume, style and painting. The
same hand without a tool, which moves the crosshair, is timed beside it. Time on the clock, and time
on the processor, which other programs don't lengthen. Goal: under 16 ms a move.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, expect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.review_site import chromium, make_study, open_page, sample_lesions, sign_in
from lesions.nifti import write_nifti
from lesions.scans import Scan, write_scans
from tests.browser.server import serving

#: Voxels of the scans, by their size in mm: a head each.
SHAPES = {1.0: (192, 192, 200), 0.5: (376, 384, 402)}
MOVES = 24
CATEGORIES = ["toplevel", "blink.user_timing", "disabled-by-default-devtools.timeline"]
#: Marks around each move: its event, and the task after the frame that it asked for.
MARKS = """
let n = 0;
addEventListener("pointermove", (event) => {
  if (event.buttons === 0) return;
  const name = `move ${n++}`;
  performance.mark(name);
  requestAnimationFrame(() => setTimeout(() => performance.mark(`${name} shown`)));
}, true);
"""


def make_cohort(folder: Path, size_mm: float) -> Path:
    """Write one scan of a noisy ball with three lesions in its masks; give scans.tsv."""
    shape = SHAPES[size_mm]
    rng = np.random.default_rng(1)
    affine = np.diag([size_mm, size_mm, size_mm, 1.0])
    affine[:3, 3] = [-n * size_mm / 2 for n in shape]
    axes = [(np.arange(n) - n / 2) * size_mm for n in shape]
    x, y, z = np.meshgrid(*axes, indexing="ij", sparse=True)
    head = x**2 + y**2 + z**2 < 80**2
    image = rng.integers(400, 600, shape, np.int16) * head
    masks = {}
    for name, across in (("reference", -20.0), ("prediction", 20.0)):
        masks[name] = np.zeros(shape, np.uint8)
        for up in (-25.0, 0.0, 25.0):
            masks[name] |= (x - across) ** 2 + y**2 + (z - up) ** 2 < 3**2
        image[masks[name] > 0] = 250
    paths = {name: folder / "scan" / f"sub-synth01_{name}.nii.gz" for name in ("T1w", *masks)}
    for name, array in ({"T1w": image} | masks).items():
        write_nifti(paths[name], array, affine)
    scan = Scan(
        participant_id="sub-synth01",
        session_id=None,
        acquisition="MPRAGE",
        diagnosis="MS",
        site=None,
        field_strength_t=3.0,
        split=None,
        image=paths["T1w"],
        reference_mask=paths["reference"],
        prediction_mask=paths["prediction"],
        probability_map=None,
        brain_mask=None,
        white_matter_lesion_mask=None,
        lesion_type_map=None,
    )
    write_scans([scan], folder / "scans.tsv", synthetic=True)
    return folder / "scans.tsv"


def busy_ms(events: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Give the main thread's busy time of each move in ms, and the processor's share of it."""
    marks = {
        one["name"]: one
        for one in events
        if one.get("cat") == "blink.user_timing" and one["name"].startswith("move ")
    }
    tasks = [one for one in events if one["name"] == "RunTask" and one.get("ph") == "X"]
    found = []
    for name, start in marks.items():
        stop = marks.get(f"{name} shown")
        if stop is None:
            continue
        wall = cpu = 0.0
        for task in tasks:
            span = min(task["ts"] + task["dur"], stop["ts"]) - max(task["ts"], start["ts"])
            if span > 0 and (task["pid"], task["tid"]) == (start["pid"], start["tid"]):
                wall += span / 1000
                cpu += task.get("tdur", 0) * span / task["dur"] / 1000
        found.append((wall, cpu))
    return found


def stroke(browser: Browser, page: Page, number: int) -> list[tuple[float, float]]:
    """Draw one stroke over the lesion, and give the time of each move in ms."""
    box = page.locator("#planes").bounding_box()
    if box is None:
        raise ValueError("expected the planes on the screen")
    x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 2
    page.mouse.move(x - 120, y - 60)
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.mouse.down()
    for step in range(MOVES):
        page.mouse.move(x - 120 + 10 * step, y - 60 + 5 * (step % (number + 3)))
        page.wait_for_timeout(60)
    page.mouse.up()
    page.wait_for_timeout(100)
    return busy_ms(json.loads(browser.stop_tracing())["traceEvents"])


def hands(page: Page) -> Iterator[str]:
    """Take one tool after the other into the hand."""
    page.keyboard.press("Escape")
    yield "crosshair"
    page.keyboard.press("KeyB")
    page.locator("#brush-size").fill("9")
    yield "disc of 5 mm"
    page.locator("#brush-size").fill("14")
    page.locator("#stage").focus()
    page.keyboard.press("Shift+KeyB")
    yield "ball of 10 mm"
    page.keyboard.press("Shift+KeyB")


def measure(browser: Browser, page: Page, what: str, rounds: int) -> None:
    """Draw with each tool, undo it, and print a row each."""
    for hand in hands(page):
        moves: list[tuple[float, float]] = []
        for number in range(rounds):
            moves += stroke(browser, page, number)
            if hand != "crosshair":
                page.keyboard.press("Control+KeyZ")
        wall, cpu = (sorted(times) for times in zip(*moves, strict=True))
        numbers = [statistics.median(wall), wall[int(0.95 * len(wall))], statistics.median(cpu)]
        cells = [what, hand, str(len(moves)), *(f"{ms:.1f}" for ms in (*numbers, cpu[-1]))]
        print(f"| {' | '.join(cells)} |", flush=True)


def main() -> int:
    """Build, draw, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="strokes of each kind (5)")
    rounds = parser.parse_args().rounds
    heads = ["median", "95 % below", "processor, median", "processor, worst"]
    print(f"| scan | in the hand | moves | {', ms | '.join(heads)}, ms |")
    print("| --- " * 7 + "|")
    for size_mm in SHAPES:
        with tempfile.TemporaryDirectory() as name, chromium() as browser:
            folder = Path(name)
            scans = make_cohort(folder, size_mm)
            data = make_study(folder, scans, sample_lesions(folder, scans, 2))
            with serving(data) as site:
                state, path = sign_in(browser, site)
                page = open_page(browser, state, MARKS)
                page.goto(site + path)
                expect(page.locator("#place")).to_have_text(re.compile("^1 of"), timeout=60_000)
                page.keyboard.press("KeyY")
                measure(browser, page, f"{size_mm} mm, close-up", rounds)
                page.keyboard.press("Control+KeyF")
                expect(page.locator("#scan-state")).to_contain_text(
                    re.compile("^whole scan$"), timeout=120_000
                )
                page.keyboard.press("Control+KeyF")
                measure(browser, page, f"{size_mm} mm, whole scan shown", rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
