"""Time prediction against nnU-Net's: `python benchmarks/predict.py [--scans 2] [--device cpu]`.

Whole commands on the same scans with the same weights, turn by turn: `python -m inference predict`,
`nnUNetv2_predict_from_modelfolder`, and nnU-Net's predictor without its pools, in one process. Wall
time, peak memory of all processes together, and the Dice score of the masks.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.random_model import PLANS, write_for_nnunet, write_random_model  # noqa: E402
from inference.prepare import prepare_images  # noqa: E402
from lesions.cases import case_id  # noqa: E402
from lesions.model_folder import read_model  # noqa: E402
from lesions.nifti import read_mask  # noqa: E402
from lesions.scans import Cohort, read_scans  # noqa: E402

#: Seconds between two looks at the memory of all processes.
LOOK_S = 0.05
#: nnU-Net without its pools: what its makers advise where the pools are in the way.
SEQUENTIAL = """
import sys, torch
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
model, images, out, device, mirror = sys.argv[1:6]
if device == "cpu":
    torch.set_num_threads(int(sys.argv[6]))
predictor = nnUNetPredictor(use_mirroring=mirror == "True", device=torch.device(device))
predictor.initialize_from_trained_model_folder(model, None)
predictor.predict_from_files_sequential(images, out)
"""


@dataclass
class Tally:
    """Seconds, those on the processors, and peak bytes of one way, a number a round."""

    seconds: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)


class Lab:
    """Scans and a model, laid out for each of the programs."""

    def __init__(self, folder: Path, args: argparse.Namespace) -> None:
        self.folder, self.args = folder, args
        self.cohort = self._cohort()
        scans = self.cohort.scans[: args.scans]
        self.names = [scan.name for scan in scans]
        prepare_images(scans, folder / "imagesTs")
        model = args.model or write_random_model(
            folder / "model", args.plan, args.folds, args.spacing
        )
        self.model = read_model(model)
        self.nnunet = write_for_nnunet(self.model, folder / "nnunet")

    def _cohort(self) -> Cohort:
        path = self.args.cohort
        if path is None:
            path = self.folder / "cohort" / "scans.tsv"
            argv = ["-m", "phantom", "--cases", str(self.args.scans), "--seed", "11"]
            spacing = ["--spacing", str(self.args.spacing), "--out", str(path.parent)]
            subprocess.run([sys.executable, *argv, *spacing], cwd=ROOT, check=True)
        return read_scans(path)

    def commands(self, out: Path) -> dict[str, list[str]]:
        """Give the command of each way, writing into a folder of its own in `out`."""
        device, folds = self.args.device, [fold.name for fold in self.model.folds]
        images, model, ours, theirs = (
            str(path)
            for path in (self.folder / "imagesTs", self.model.folder, out / "ours", out / "nnunet")
        )
        cli = str(Path(sys.executable).with_name("nnUNetv2_predict_from_modelfolder"))
        alone = str(out / "alone")
        predict = ["-m", "inference", "predict", model, str(self.cohort.path), "--out", ours]
        own = [sys.executable, *predict, "--device", device]
        pools = [cli, "-i", images, "-o", theirs, "-m", str(self.nnunet), "-device", device, "-f"]
        sequential = [SEQUENTIAL, str(self.nnunet), images, alone, device, str(self.args.mirrors)]
        n_threads = os.environ.get("OMP_NUM_THREADS", str(os.cpu_count()))
        if not self.args.mirrors:
            own.append("--no-mirrors")
        return {
            "ours": own,
            "ours, bfloat16": [*own[:6], own[6], str(out / "bfloat16"), *own[8:], "--bfloat16"],
            "nnunet": [*pools, *folds, *([] if self.args.mirrors else ["--disable_tta"])],
            "alone": [sys.executable, "-c", *sequential, n_threads],
        }

    def masks(self, out: Path, way: str) -> list[Path]:
        """Give the masks that a way wrote, in the scans' order."""
        if way in ("nnunet", "alone"):
            return [out / way / f"{case_id(name)}.nii.gz" for name in self.names]
        folder = out / ("ours" if way == "ours" else "bfloat16")
        found = {s.name: s.prediction_mask for s in read_scans(folder / "scans.tsv").scans}
        return [path for name in self.names if (path := found[name]) is not None]


def run(command: list[str], tally: Tally) -> None:
    """Run a command to its end, and look at the memory of its processes all the time."""
    environment = os.environ | {"nnUNet_compile": "f", "PYTHONPATH": str(ROOT)}
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=words, stderr=subprocess.STDOUT
        )
        peak = [0]
        watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
        watcher.start()
        code = process.wait()
        tally.seconds.append(time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        tally.busy.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        watcher.join()
        words.seek(0)
        if code:
            raise SystemExit(f"{command[:4]} failed:\n{words.read().decode()[-3000:]}")
    tally.peak.append(peak[0])


def _watch(process: "subprocess.Popen[bytes]", peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_share, _tree(process.pid))))
        time.sleep(LOOK_S)


def _tree(pid: int) -> list[int]:
    """Give a process and all that it started."""
    found = [pid]
    for parent in found:
        try:
            tasks = Path(f"/proc/{parent}/task").iterdir()
            found += [int(n) for t in tasks for n in (t / "children").read_text().split()]
        except OSError:
            continue
    return found


def _share(pid: int) -> int:
    """Give a process's share of memory in bytes (PSS): what it shares is divided among all."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def dice(a: Path, b: Path) -> float:
    """Give the Dice score of two mask files; 1 where both are empty."""
    x, y = read_mask(a).array, read_mask(b).array
    n = int(x.sum() + y.sum())
    return 2 * int(np.count_nonzero(x & y)) / n if n else 1.0


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="benchmarks/predict.py", description=__doc__)
    add = parser.add_argument
    add("--scans", type=int, default=2, help="scans to predict (default: 2)")
    add("--rounds", type=int, default=3, help="turns of each way (default: 3)")
    add("--device", default="cpu", help="cpu or cuda (default: cpu)")
    add("--model", type=Path, help="model folder (default: random weights)")
    add("--plan", choices=list(PLANS), default="small", help="of random weights (default: small)")
    add("--folds", type=int, default=2, help="of random weights (default: 2)")
    add("--cohort", type=Path, help="scans.tsv (default: phantoms)")
    add("--spacing", type=float, default=2.0, help="of phantoms and random model (default: 2 mm)")
    add("--no-mirrors", dest="mirrors", action="store_false", help="without mirrors")
    add("--ways", nargs="+", default=["ours", "nnunet", "alone"], help="what to time")
    return parser.parse_args()


def main() -> None:
    """Print a table in Markdown."""
    args = parse()
    tallies = {way: Tally() for way in args.ways}
    with tempfile.TemporaryDirectory() as temporary:
        lab = Lab(Path(temporary), args)
        scores: dict[str, list[float]] = {way: [] for way in args.ways}
        for index in range(args.rounds):
            out = Path(temporary) / f"round{index}"
            (out / "alone").mkdir(parents=True)
            for way in args.ways:
                run(lab.commands(out)[way], tallies[way])
                print(f"round {index + 1}: {way}: {tallies[way].seconds[-1]:.1f} s", flush=True)
            for way in args.ways:
                pairs = zip(lab.masks(out, way), lab.masks(out, args.ways[-1]), strict=True)
                scores[way] += [dice(a, b) for a, b in pairs]
    ours = tallies["ours"].seconds
    print(f"\n{lab.model.name}, {len(lab.model.folds)} folds, {args.scans} scans, {args.device}\n")
    print(
        "| way | seconds, median (range) | times ours | on the processors, s | peak memory, MB | "
        "Dice, worst |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    for way, tally in tallies.items():
        ratio = median(a / b for a, b in zip(tally.seconds, ours, strict=True))
        print(
            f"| {way} | {median(tally.seconds):.1f} ({min(tally.seconds):.1f} to "
            f"{max(tally.seconds):.1f}) | {ratio:.2f} | {median(tally.busy):.1f} "
            f"| {median(tally.peak) / 1e6:.0f} | {min(scores[way]):.4f} |"
        )


if __name__ == "__main__":
    main()
