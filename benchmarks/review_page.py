"""Time the review page against NiiVue's plain loading: `python benchmarks/review_page.py`.

Both in one Chromium with WebGL drawn by the processor, turn by turn, each time in a fresh profile
with nothing cached. "Correct" means pixels read back from the canvas: the lesion's outline (ours)
or its overlay (plain) together with brain around it.
"""

import argparse
import functools
import http.server
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lesions.components import component_voxels
from lesions.formats import ROIS
from lesions.nifti import read_mask, write_nifti
from lesions.scans import read_scans
from lesions.tsv import read_table
from phantom.cohort import build_cohort
from tests.browser.conftest import FLAGS
from tests.browser.server import ROOT, manage, run, serving
from tests.browser.tiny_site import PASSWORD

WAIT_MS = 120_000
#: Keeps what was drawn readable, and notes when the canvas first holds lesion and brain.
WATCH = """
const original = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, options) {
  return original.call(this, kind, { ...options, preserveDrawingBuffer: true });
};
window.seen = () => {
  const gl = document.querySelector("canvas")?.getContext("webgl2");
  if (!gl) return null;
  const pixels = new Uint8Array(gl.drawingBufferWidth * gl.drawingBufferHeight * 4);
  const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  let lesion = 0, brain = 0;
  for (let n = 0; n < pixels.length; n += 4) {
    const [r, g, b] = [pixels[n], pixels[n + 1], pixels[n + 2]];
    if (r > 200 && g > 150 && b < 110) lesion += 1;
    if (r > 60 && r === g && g === b) brain += 1;
  }
  return { lesion, brain };
};
window.correctAt = new Promise((resolve) => {
  const look = () => {
    const found = window.seen();
    if (found && found.lesion > 20 && found.brain > 5000) resolve(performance.now());
    else setTimeout(look, 20);
  };
  addEventListener("DOMContentLoaded", look);
});
"""
#: NiiVue as its manual begins: the scan, and the mask as a second volume. Yellow as ours is.
PLAIN = """<!doctype html><title>plain</title><style>canvas{width:100%;height:700px}</style>
<div style="height:700px"><canvas id="gl"></canvas></div><script src="niivue.umd.js"></script>
<script>
const nv = new niivue.Niivue({ crosshairWidth: 0 });
nv.addColormap("lesion", { R: [0, 255], G: [0, 216], B: [0, 61], A: [0, 255], I: [0, 255] });
nv.attachToCanvas(document.getElementById("gl")).then(async () => {
  await nv.loadVolumes([{ url: "scan.nii.gz" },
    { url: "mask.nii.gz", colormap: "lesion", cal_min: 0, cal_max: 1, opacity: 1 }]);
  nv.scene.crosshairPos = nv.mm2frac(FOCUS, 0, true);
  nv.drawScene();
});
</script>"""
#: Time from the wish for the next ROI to its pixels, with the addresses fetched until then.
NEXT = """(id) => new Promise((resolve) => {
  const before = performance.getEntriesByType("resource").length, t0 = performance.now();
  const place = document.getElementById("place"), now = place.textContent;
  const done = new MutationObserver(() => {
    if (place.textContent === now) return;
    const { lesion, brain } = window.seen();
    const fetched = performance.getEntriesByType("resource").slice(before).map((one) => one.name);
    resolve({ ms: performance.now() - t0, lesion, brain, fetched });
  });
  done.observe(place, { childList: true, characterData: true, subtree: true });
  location.hash = id;
})"""


def build(folder: Path) -> Path:
    """Make a 1 mm phantom, its lesions, a sample and a study; give the app's data folder."""
    data = folder / "data"
    data.mkdir()
    scans = build_cohort(folder / "cohort", 1, 3, 0)
    lesions, rois = folder / "lesions.tsv", folder / "rois.tsv"
    run(data, "-m", "lesions", "table", str(scans), "--out", str(lesions))
    run(data, "-m", "lesions", "sample", str(lesions), "--n", "6", "--out", str(rois))
    manage(data, "migrate", "--verbosity", "0")
    for name in ("rater", "researcher"):
        run(data, "manage.py", "create_account", name, "--password-stdin", text=PASSWORD + "\n")
    people = ["--raters", "rater", "--researcher", "researcher"]
    manage(data, "create_study", "bench", str(rois), "--scans", str(scans), *people)
    write_plain(folder / "plain", scans, rois)
    return data


def write_plain(folder: Path, scans: Path, rois: Path) -> None:
    """Write a page that shows the same scan and one lesion with plain NiiVue."""
    folder.mkdir()
    scan = read_scans(scans).scans[0]
    row = read_table(rois, ROIS).iloc[0]
    source = scan.reference_mask if row["drawn_in"] == "reference" else scan.prediction_mask
    if source is None:
        raise ValueError(f"{scans}: expected a {row['drawn_in']} mask of {scan.name}")
    mask = read_mask(source)
    one = mask.array & False
    one[tuple(component_voxels(source, [row["label"]])[row["label"]].T)] = True
    write_nifti(folder / "mask.nii.gz", one.astype("uint8"), mask.affine)
    shutil.copy(scan.image, folder / "scan.nii.gz")
    shutil.copy(ROOT / "static/vendor/niivue/niivue.umd.js", folder)
    focus = [row[f"centroid_{axis}_mm"] for axis in "ras"]
    (folder / "index.html").write_text(PLAIN.replace("FOCUS", json.dumps(focus)))


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """Serve a folder of plain files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def sign_in(browser: Browser, address: str) -> tuple[StorageState, str]:
    """Sign in, and give the session with the address of the review page."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=username]", "rater")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    href = page.locator("a[href*='/review/']").first.get_attribute("href", timeout=WAIT_MS)
    state = context.storage_state()
    context.close()
    return state, f"{address}{href}"


def first_pixel_ms(page: Page, url: str) -> float:
    """Open a page and give the time from the start of navigation to the first correct pixels."""
    page.set_default_timeout(WAIT_MS)
    page.add_init_script(WATCH)
    page.goto(url, wait_until="commit")
    return float(page.evaluate("window.correctAt"))


def next_rois(page: Page, n: int) -> list[dict[str, object]]:
    """Go to the next ROIs one by one, each fetched ahead, and time it."""
    queue = page.evaluate(
        "fetch(JSON.parse(document.getElementById('page').textContent).api + 'studies/' + "
        "JSON.parse(document.getElementById('study').textContent).id + '/queue/')"
        ".then((r) => r.json())"
    )
    found = []
    for item in queue["items"][1 : n + 1]:
        page.wait_for_timeout(2500)
        found.append(page.evaluate(NEXT, item["id"]))
    return found


def measure(browser: Browser, ours: str, plain: str, state: StorageState, rounds: int) -> None:
    """Take turns, and print the table."""
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    next_ones: list[dict[str, object]] = []
    for number in range(rounds):
        for name, url in (("ours", ours), ("plain", plain)):
            context = browser.new_context(
                viewport={"width": 1280, "height": 800},
                storage_state=state if name == "ours" else None,
            )
            page = context.new_page()
            times[name].append(first_pixel_ms(page, url))
            print(f"round {number + 1} {name}: {times[name][-1]:.0f} ms", file=sys.stderr)
            if name == "ours" and number == rounds - 1:
                next_ones = next_rois(page, 4)
            context.close()
    medians = {name: statistics.median(values) for name, values in times.items()}
    print("| | first correct pixels, ms (median) | of plain |\n| --- | --- | --- |")
    print(f"| NiiVue, .nii.gz with the mask as overlay | {medians['plain']:.0f} | 1 |")
    ratio = medians["ours"] / medians["plain"]
    print(f"| review page, crop first | {medians['ours']:.0f} | {ratio:.2f} |")
    after = [float(str(one["ms"])) for one in next_ones]
    fetched = [str(url) for one in next_ones for url in one["fetched"]]  # type: ignore[attr-defined]
    correct = all(int(str(one["lesion"])) > 20 for one in next_ones)
    print(
        f"\nNext ROI, fetched ahead: {statistics.median(after):.0f} ms (median of {len(after)}), "
        f"{len(fetched)} requests before its pixels, outline there: {correct}"
    )


def main() -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="turns of each page (9)")
    rounds = parser.parse_args().rounds
    chromium = subprocess.run(
        [ROOT / "scripts" / "find-chromium"], capture_output=True, text=True, check=True
    ).stdout.split()[0]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        data = build(folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with serving(data) as address, serving_folder(folder / "plain") as plain:
            state, ours = sign_in(browser, address)
            measure(browser, ours, plain, state, rounds)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
