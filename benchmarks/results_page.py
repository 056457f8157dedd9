"""Time the cached results page: `python benchmarks/results_page.py [--raters 2] [--rois 227]`.

A study with simulated answers is served on this machine; the first view makes the report, the
following ones read it. Beside them, in turn, the sign-in page, which reads no study.
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.review_site import make_study, tell
from tests.browser.server import run, serving
from tests.browser.tiny_cohort import write_cohort
from tests.browser.tiny_site import PASSWORD


def signed_in(address: str) -> urllib.request.OpenerDirector:
    """Sign the researcher in."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{address}/accounts/login/").read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("expected a form with a token at sign-in, came none")
    form = {"csrfmiddlewaretoken": found[1], "username": "researcher", "password": PASSWORD}
    request = urllib.request.Request(
        f"{address}/accounts/login/",
        urllib.parse.urlencode(form).encode(),
        {"Referer": f"{address}/accounts/login/"},
    )
    opener.open(request).read()
    return opener


def timed(opener: urllib.request.OpenerDirector, address: str) -> tuple[float, int]:
    """Give the milliseconds until the last byte, and the number of bytes."""
    before = time.perf_counter()
    content = opener.open(address, timeout=900).read()
    return 1000 * (time.perf_counter() - before), len(content)


def main() -> None:
    """Print one row for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raters", type=int, default=2)
    parser.add_argument("--rois", type=int, default=227)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    size = ["--raters", str(options.raters), "--rois", str(options.rois), "--unblind"]
    with tempfile.TemporaryDirectory() as name:
        cohort = Path(name) / "cohort"
        write_cohort(cohort)
        data = make_study(Path(name), cohort / "scans.tsv", cohort / "rois.tsv")
        study = run(data, "benchmarks/large_study.py", *size).stdout.strip()
        with serving(data) as address:
            opener = signed_in(address)
            results, plain = f"{address}/studies/{study}/results/", f"{address}/accounts/login/"
            first, n_bytes = timed(opener, results)
            tell(f"the first view took {first / 1000:.1f} s")
            rounds = [
                (timed(opener, results)[0], timed(opener, plain)[0]) for _ in range(options.rounds)
            ]
    cached, signing = (sorted(column) for column in zip(*rounds, strict=True))
    middle, other = statistics.median(cached), statistics.median(signing)
    print(
        f"| {options.raters} raters x {options.rois} ROIs | {first / 1000:.1f} s | {middle:.0f} ms "
        f"({cached[0]:.0f} to {cached[-1]:.0f}) | {n_bytes / 1e6:.1f} MB | {other:.0f} ms | "
        f"{middle / other:.1f} |"
    )


if __name__ == "__main__":
    main()
