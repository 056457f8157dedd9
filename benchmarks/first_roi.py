"""Time the first ROI of a session over a slow link: `python benchmarks/first_roi.py`.

From the start of navigation, in a fresh profile with nothing cached, until lesion and brain are
read back from the canvas: the review page, and NiiVue, Papaya and Cornerstone3D with the same scan
as .nii.gz and one lesion's mask over it. All in one Chromium with WebGL drawn by the processor,
turn by turn, each behind its own link of the same speed (link.py says what that holds to).
"""

import argparse
import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.link import slow_link
from benchmarks.review_site import chromium, make_study, open_page, sample_lesions, sign_in, tell
from lesions.components import component_voxels
from lesions.formats import ROIS
from lesions.nifti import read_mask, write_nifti
from lesions.scans import read_scans
from lesions.tsv import read_table
from phantom.cohort import build_cohort
from tests.browser.server import ROOT, serving

HERE = ROOT / "benchmarks"
VIEWERS = HERE / "viewers"
PEERS = {
    "niivue": "NiiVue 0.69.0, mask as overlay",
    "papaya": "Papaya 1.0.1455, mask as overlay",
    "cornerstone": "Cornerstone3D 5.0.13, mask as second volume",
}
OURS = "review page, crop first"
#: Longest wait for one page, in ms. A page that has no correct pixels by then has none.
PAGE_LIMIT_MS = 60_000
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


def write_peers(folder: Path, scans: Path, rois: Path) -> None:
    """Write the pages of the other viewers, with the scan and its largest sampled lesion."""
    folder.mkdir()
    scan = read_scans(scans).scans[0]
    table = read_table(rois, ROIS)
    row = table.sort_values("volume_mm3").iloc[-1]
    source = scan.reference_mask if row["drawn_in"] == "reference" else scan.prediction_mask
    if source is None:
        raise ValueError(f"{scans}: expected a {row['drawn_in']} mask of {scan.name}")
    mask = read_mask(source)
    one = mask.array & False
    one[tuple(component_voxels(source, [row["label"]])[row["label"]].T)] = True
    write_nifti(folder / "mask.nii.gz", one.astype("uint8"), mask.affine)
    shutil.copy(scan.image, folder / "scan.nii.gz")
    focus = [float(row[f"centroid_{axis}_mm"]) for axis in "ras"]
    (folder / "focus.js").write_text(f"globalThis.focusMm = {json.dumps(focus)};\n")
    for path in VIEWERS.glob("*.*"):
        if path.suffix in (".html", ".css", ".js"):
            shutil.copy(path, folder)
    papaya = VIEWERS / "node_modules/papaya-viewer/release/current/standard"
    for path in (ROOT / "static/vendor/niivue/niivue.umd.js", *papaya.glob("papaya.*")):
        shutil.copy(path, folder)
    page = VIEWERS / "cornerstone-page.js"
    words = ["--bundle", "--minify", "--format=esm", "--log-level=warning", "--allow-overwrite"]
    esbuild = VIEWERS / "node_modules/.bin/esbuild"
    subprocess.run([esbuild, page, *words, f"--outfile={folder / page.name}"], check=True)


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """Serve a folder as a good server would: connections kept, texts gzipped beforehand."""
    packed = {path.name: gzip.compress(path.read_bytes(), 9) for path in folder.glob("*.[hcj]*")}

    class Files(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            name = Path(self.path.split("?")[0]).name
            path = folder / name
            if not path.is_file():
                self.send_error(404)
                return
            body = packed.get(name) or path.read_bytes()
            self.send_response(200)
            if name in packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Type", TYPES.get(path.suffix, "application/octet-stream"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: a closed tab ends its connections."""

    with Server(("127.0.0.1", 0), Files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def measure(folder: Path, rounds: int, mbit_s: float, round_trip_ms: float) -> None:
    """Take turns, and print the table."""
    scans = build_cohort(folder / "cohort", 1, 3, 0)
    rois = sample_lesions(folder, scans, 6)
    data = make_study(folder, scans, rois)
    write_peers(folder / "peers", scans, rois)
    watch = (HERE / "watch.js").read_text()
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        site = stack.enter_context(serving(data))
        files = stack.enter_context(serving_folder(folder / "peers"))
        state, path = sign_in(browser, site)

        def through_link(address: str) -> str:
            if not mbit_s:
                return address
            link = slow_link(address, mbit_s=mbit_s, round_trip_ms=round_trip_ms)
            return stack.enter_context(link).address

        pages = {OURS: through_link(site) + path}
        pages |= {text: f"{through_link(files)}/{name}.html" for name, text in PEERS.items()}
        times: dict[str, list[float]] = {name: [] for name in pages}
        for number in range(rounds):
            for name, url in pages.items():
                page = open_page(browser, state if name == OURS else None, watch)
                page.set_default_timeout(PAGE_LIMIT_MS)
                page.goto(url, wait_until="commit")
                times[name].append(float(page.evaluate("window.correctAt")))
                tell(f"round {number + 1} of {rounds}, {name}: {times[name][-1]:.0f} ms")
                page.context.close()
    print_table(times)


def print_table(times: dict[str, list[float]]) -> None:
    """Print medians, ranges and ratios; a ratio is the median of the rounds' own."""
    print("| | first correct pixels, ms (median) | range | times ours |\n| --- | --- | --- | --- |")
    for name, values in times.items():
        ratio = statistics.median(v / o for v, o in zip(values, times[OURS], strict=True))
        span = f"{min(values):,.0f} to {max(values):,.0f}"
        print(f"| {name} | {statistics.median(values):,.0f} | {span} | {ratio:.2f} |")


def main() -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="turns of each page (7)")
    parser.add_argument("--mbit", type=float, default=50, help="Mbit/s each way, 0: no limit (50)")
    parser.add_argument("--round-trip", type=float, default=20, help="ms (20)")
    options = parser.parse_args()
    if not (VIEWERS / "node_modules").is_dir():
        parser.error("the peers are not installed: npm ci --prefix benchmarks/viewers")
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), options.rounds, options.mbit, options.round_trip)
    return 0


if __name__ == "__main__":
    sys.exit(main())
