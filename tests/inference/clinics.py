"""A folder with a tiny model and a cohort of three oblique scans, to predict on."""

import json

import nibabel as nib

from lesions.checksums import sha256
from lesions.scans import write_scans
from tests.inference.models import make_model, make_scan

SHAPE = (19, 21, 17)
PREFIX = "{name}_ses-01_acq-MP2RAGE_label-lesion_desc-"


class Clinic:
    """A folder with a model, a cohort of three oblique scans, and a place for predictions."""

    def __init__(self, folder, affine):
        self.folder, self.out, self.affine = folder, folder / "out", affine
        self.model = make_model(folder / "model", patch_size=[16, 16, 16])
        self.scans = [
            make_scan(folder / f"cohort/sub-{n}_T1w.nii.gz", SHAPE, affine, seed=n)
            for n in (1, 2, 3)
        ]
        write_scans(self.scans, self.table)

    @property
    def table(self):
        return self.folder / "cohort" / "scans.tsv"

    def file(self, name, what):
        prefix = PREFIX.format(name=name)
        return self.out / name / "ses-01" / "anat" / f"{prefix}{what}"

    def sidecar(self, name):
        return json.loads(self.file(name, "prediction_mask.json").read_text())

    def spoil(self, n, array, affine=None):
        path = self.scans[n - 1].image
        nib.save(nib.Nifti1Image(array, self.affine if affine is None else affine), path)

    def say_orientation(self, codes):
        """Let the model say how the axes of its training images ran."""
        about = json.loads((self.model / "dataset.json").read_text()) | {"orientation": codes}
        (self.model / "dataset.json").write_text(json.dumps(about))
        manifest = json.loads((self.model / "model.json").read_text())
        manifest["files"]["dataset.json"] = sha256(self.model / "dataset.json")
        (self.model / "model.json").write_text(json.dumps(manifest))
