"""Measure lesion matching against cc3d and panoptica, in one run: `python benchmarks/matching.py`.

Times are medians of interleaved rounds: each round runs every program once on the same pair, so
that a busy machine slows all of them. Reading the files is part of every time; imports are not,
except in the last table, which runs whole commands. Needs .venv-bench (`make bench` makes it).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from isal import igzip

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import cc3d_peer  # noqa: E402 - the folder is no installed package
from benchmarks.mask_pairs import GRIDS, lesion_pair, write_pair  # noqa: E402
from lesions.outcomes import match_files  # noqa: E402

PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
PEER = ROOT / "benchmarks" / "panoptica_peer.py"
N_FOLDER = 20
#: Goals of the project: ratio to panoptica, ratio to cc3d.
GOALS = {"1 mm": (15, 5), "0.5 mm": (40, 10)}
GOAL_FOLDER, GOAL_MEMORY_MB = 10, 15

MEMORY_PROGRAM = """
import sys
import numpy, isal.igzip
from pathlib import Path
def field(name):
    text = Path("/proc/self/status").read_text()
    return int(text.split(name + ":")[1].split()[0]) / 1024
Path("/proc/self/clear_refs").write_text("5")
bare = field("VmRSS")
if sys.argv[1] == "ours":
    from lesions.outcomes import match_files
    match_files(*sys.argv[2:])
else:
    from benchmarks import cc3d_peer
    cc3d_peer.match(*map(cc3d_peer.read_by_isal, sys.argv[2:]))
print(field("VmHWM") - bare)
"""


class Panoptica:
    """panoptica in its own process, asked pair by pair."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [PEER_PYTHON, PEER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, paths: tuple[Path, Path]) -> dict[str, Any]:
        """Give the counts and the seconds of one pair."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("panoptica's process has no pipes")
        self.process.stdin.write(f"{paths[0]}\t{paths[1]}\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("answer "):
                return dict(json.loads(line.removeprefix("answer ")))
        raise RuntimeError("panoptica's process ended without an answer")

    def stop(self) -> None:
        """End the process."""
        self.process.communicate()


def timed(call: Callable[[], object]) -> float:
    """Give the seconds that a call takes."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def by_cc3d(paths: tuple[Path, Path], read: Callable[[Path], Any]) -> dict[str, Any]:
    """Match a pair by cc3d."""
    return cc3d_peer.match(read(paths[0]), read(paths[1]))


def inflate(paths: tuple[Path, Path]) -> None:
    """Inflate both files and do nothing else: no program that reads them can be faster."""
    for path in paths:
        with igzip.open(path) as file:  # type: ignore[no-untyped-call]
            while file.read(2**19):
                pass


def measure_pairs(
    name: str, pairs: list[tuple[Path, Path]], n_rounds: int, peer: Panoptica
) -> None:
    """Time every program on the pairs in turn, and print the table of one grid."""
    programs: dict[str, Callable[[tuple[Path, Path]], float]] = {
        "lesions": lambda p: timed(lambda: match_files(*p)),
        "isal, inflating alone": lambda p: timed(lambda: inflate(p)),
        "cc3d, read by nibabel": lambda p: timed(lambda: by_cc3d(p, cc3d_peer.read_by_nibabel)),
        "cc3d, read by isal": lambda p: timed(lambda: by_cc3d(p, cc3d_peer.read_by_isal)),
        "panoptica": lambda p: float(peer.ask(p)["seconds"]),
    }
    seconds: dict[str, list[float]] = {program: [] for program in programs}
    for round_ in range(-1, n_rounds):  # the first round warms up
        for program, run in programs.items():
            took = run(pairs[round_ % len(pairs)])
            if round_ >= 0:
                seconds[program].append(took)
    medians = {program: float(np.median(times)) for program, times in seconds.items()}
    print(f"\n{name}: median of {n_rounds} rounds over {len(pairs)} pairs (best round)")
    for program, median in medians.items():
        ratio = median / medians["lesions"]
        best = min(seconds[program]) * 1e3
        print(f"  {program:24}{median * 1e3:9.1f} ms  ({best:.1f}){ratio:9.2f} x")
    if name in GOALS:
        print(f"  goals: panoptica {GOALS[name][0]} x, cc3d {GOALS[name][1]} x")


def check_same_answer(paths: tuple[Path, Path]) -> None:
    """Stop unless cc3d finds the same lesions: times of different answers don't compare."""
    ours, theirs = match_files(*paths), by_cc3d(paths, cc3d_peer.read_by_nibabel)
    for key in ("n_reference", "n_prediction", "n_tpl", "n_fnl", "n_shared_voxels"):
        if getattr(ours, key) != theirs[key]:
            raise RuntimeError(f"{key}: {getattr(ours, key)} by lesions, {theirs[key]} by cc3d")


def measure_memory(name: str, paths: tuple[Path, Path]) -> None:
    """Print the peak above a bare process that has imported numpy and isal."""
    peaks = {}
    for program in ("ours", "cc3d"):
        out = subprocess.run(
            [sys.executable, "-c", MEMORY_PROGRAM, program, *map(str, paths)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        peaks[program] = float(out.stdout)
    print(
        f"  peak memory above the bare process, {name}: lesions {peaks['ours']:.1f} MB, "
        f"cc3d {peaks['cc3d']:.1f} MB (goal: {GOAL_MEMORY_MB} MB at most)"
    )


def measure_folder(folder: Path, n_rounds: int) -> None:
    """Time the whole commands on a folder, start of the interpreter and imports included."""
    reference, prediction = folder / "reference", folder / "prediction"
    out = folder / "matches.tsv"
    ours: list[str | Path] = [
        sys.executable,
        "-m",
        "lesions",
        "match",
        reference,
        prediction,
        "--out",
        out,
    ]
    theirs: list[str | Path] = [PEER_PYTHON, PEER, reference, prediction]
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(n_rounds):
        for program, command in (("ours", ours), ("theirs", theirs)):
            begun = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            seconds[program].append(time.perf_counter() - begun)
    a, b = float(np.median(seconds["ours"])), float(np.median(seconds["theirs"]))
    print(f"\nA folder of {N_FOLDER} pairs at 1 mm, whole commands, median of {n_rounds}")
    print(f"  python -m lesions match {a * 1e3:9.0f} ms")
    print(f"  panoptica, one process  {b * 1e3:9.0f} ms{b / a:9.1f} x  (goal: {GOAL_FOLDER} x)")


def dense_masks(rng: np.random.Generator) -> dict[str, Any]:
    """Make pairs that are not sparse: a brain mask, heavy lesion loads, noise."""
    shape = GRIDS["1 mm"][0]
    axes = np.ogrid[tuple(slice(-1, 1, n * 1j) for n in shape)]
    brain = np.asfortranarray(sum(x * x for x in axes) < 0.55)
    field = rng.normal(size=shape)
    for axis in range(3):
        for _ in range(3):
            field = field + np.roll(field, 1, axis) + np.roll(field, -1, axis)
    masks = {"a brain mask (21 %)": brain}
    for share in (0.5, 2, 20):
        masks[f"blobs on {share:g} %"] = field > np.percentile(field, 100 - share)
    for share in (1, 5, 20):
        masks[f"noise on {share} %"] = rng.random(shape) < share / 100
    return {name: (mask, np.roll(mask, 2, 1)) for name, mask in masks.items()}


def measure_dense(folder: Path, rng: np.random.Generator, n_rounds: int) -> None:
    """Print ours against the faster of the two cc3d ways."""
    print(f"\nDense masks at 1 mm: median of {n_rounds} rounds")
    for number, (name, pair) in enumerate(dense_masks(rng).items()):
        write_pair(folder, f"dense-{number}.nii.gz", pair, 1.0)
        file = f"dense-{number}.nii.gz"
        paths = (folder / "reference" / file, folder / "prediction" / file)
        check_same_answer(paths)
        ours, theirs = [], []
        for _ in range(n_rounds):
            ours.append(timed(partial(match_files, *paths)))
            theirs.append(timed(partial(by_cc3d, paths, cc3d_peer.read_by_isal)))
        a, b = float(np.median(ours)), float(np.median(theirs))
        print(f"  {name:22} lesions {a * 1e3:7.1f} ms, cc3d {b * 1e3:7.1f} ms {b / a:7.1f} x")


def main() -> None:
    """Make the masks, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20, help="rounds at 1 mm; half at 0.5 mm")
    parser.add_argument("--seed", type=int, default=1, help="seed of the synthetic masks")
    args = parser.parse_args()
    if not PEER_PYTHON.exists():
        parser.error("no .venv-bench: `make bench` makes it")
    rng = np.random.default_rng(args.seed)
    peer = Panoptica()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for grid, (shape, edge_mm) in GRIDS.items():
            n_pairs = N_FOLDER if grid == "1 mm" else 4
            names = [f"{grid.replace(' ', '')}-{n:02}.nii.gz" for n in range(n_pairs)]
            here = folder / grid.replace(" ", "")
            for file in names:
                write_pair(here, file, lesion_pair(rng, shape, edge_mm), edge_mm)
            pairs = [(here / "reference" / file, here / "prediction" / file) for file in names]
            check_same_answer(pairs[0])
            measure_pairs(grid, pairs, args.rounds if grid == "1 mm" else args.rounds // 2, peer)
            measure_memory(grid, pairs[0])
        peer.stop()
        measure_folder(folder / "1mm", 3)
        measure_dense(folder / "dense", rng, 5)


if __name__ == "__main__":
    main()
