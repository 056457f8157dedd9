"""Read every stored volume that a study names, and compare it with its name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from lesions.nifti_header import DATA_OFFSET
from reviewapp import volumes
from reviewapp.models import Correction, Study, Volume
from reviewapp.verification.faults import Fault, Progress


@dataclass
class Expected:
    """Which rows name a volume, and how many voxels a mask must have by them."""

    rows: list[str] = field(default_factory=list)
    n_voxels: dict[str, int] = field(default_factory=dict)

    def add(self, row: str, n_voxels: int | None = None) -> None:
        """Note a row that names the volume."""
        self.rows.append(row)
        if n_voxels is not None:
            self.n_voxels[row] = n_voxels


def volumes_of(study: Study) -> dict[str, Expected]:
    """Give the volumes that a study names, by their SHA-256."""
    named: defaultdict[str, Expected] = defaultdict(Expected)
    for scan in study.scans.order_by("pk").values_list("pk", "volume"):
        named[scan[1]].add(f"scan {scan[0]}")
    for row, crop, mask, n in study.rois.values_list("row", "crop", "mask", "n_voxels"):
        named[crop].add(f"crop of row {row} of rois.tsv")
        named[mask].add(f"mask of row {row} of rois.tsv", n)
    for place, *shown in study.practice_rois.values_list("position", "crop", "mask", "scan"):
        for kind, sha256 in zip(("crop", "mask", "scan"), shown, strict=True):
            named[sha256].add(f"{kind} of practice ROI {place}")
    drawn = Correction.objects.filter(revision__study=study).order_by("revision__place")
    for place, mask, n in drawn.values_list("revision__place", "mask", "n_voxels"):
        named[mask].add(f"delineation of answer {place}", n)
    return dict(named)


def check_volumes(
    named: Mapping[str, Expected], progress: Progress[tuple[str, Expected]]
) -> Iterator[Fault]:
    """Read each volume once, and give what doesn't match."""
    sizes = dict(Volume.objects.values_list("pk", "n_bytes"))
    for sha256, expected in progress(named.items(), len(named), "volumes"):
        first = expected.rows[0]
        try:
            content = volumes.read(sha256)
        except volumes.VolumeError as error:
            yield Fault(first, "file", str(error))
            continue
        if len(content) != sizes.get(sha256):
            yield Fault(first, "n_bytes", f"expected {len(content)}, came {sizes.get(sha256)}")
        if expected.n_voxels:
            n = int(np.count_nonzero(np.frombuffer(content, np.uint8, offset=DATA_OFFSET)))
            wrong = {row: told for row, told in expected.n_voxels.items() if told != n}
            for row, told in wrong.items():
                yield Fault(row, "n_voxels", f"expected {n}, as the stored mask has, came {told}")
