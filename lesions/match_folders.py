"""Match the lesions of every pair of masks in two folders: `python -m lesions match`.

Imports neither pandas nor scipy nor nibabel: their start takes longer than a hundred scans.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lesions.atomic import check_target, write_atomically
from lesions.fields import SYNTHETIC_PREFIX, describe, encode_row, format_field
from lesions.formats import MATCHES
from lesions.nifti import ImageError
from lesions.options import table_to_write
from lesions.outcomes import Match, match_files
from lesions.progress import track

_ENDINGS = (".nii.gz", ".nii")


class FolderError(ValueError):
    """Two folders don't pair up."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "Masks pair up by file name. Each must be binary, 3-D and on the grid of its twin. "
        "Volumes are in mm3. Columns: docs/formats.md."
    )
    parser.add_argument(
        "reference_dir", metavar="REF_DIR", type=Path, help="folder of the annotators' masks"
    )
    parser.add_argument(
        "prediction_dir", metavar="PRED_DIR", type=Path, help="folder of the model's masks"
    )
    parser.add_argument(
        "--out", type=table_to_write, required=True, help="table to write, such as matches.tsv"
    )


def run(args: argparse.Namespace) -> int:
    """Match the folders and write the table with its dictionary."""
    check_target(args.out)  # now, not after hours of work
    names = pair_names(args.reference_dir, args.prediction_dir)
    rows = []
    for name in track(names, "matching"):
        reference, prediction = args.reference_dir / name, args.prediction_dir / name
        rows.append(match_row(name, match_files(reference, prediction)))
    synthetic = any(
        is_synthetic(folder / name)
        for folder in (args.reference_dir, args.prediction_dir)
        for name in names
    )
    provenance = {
        "Command": "python -m lesions match",
        "ReferenceFolder": args.reference_dir.name,
        "PredictionFolder": args.prediction_dir.name,
    }
    write_matches(rows, args.out, provenance, synthetic=synthetic)
    return 0


def pair_names(reference_dir: Path, prediction_dir: Path) -> list[str]:
    """Give the sorted names of the masks, which both folders must have alike.

    Raises
    ------
    FolderError
        No such folder, no mask in it, or a mask without its twin.
    """
    reference, prediction = _mask_names(reference_dir), _mask_names(prediction_dir)
    for one, other, folder in (
        (reference, prediction, prediction_dir),
        (prediction, reference, reference_dir),
    ):
        lonely = sorted(one - other)
        if lonely:
            raise FolderError(
                f"{folder}: expected a mask {lonely[0]}, as the other folder has one, but there "
                f"is none ({len(lonely)} missing)"
            )
    if not reference:
        raise FolderError(f"{reference_dir}: expected masks (.nii or .nii.gz), came none")
    return sorted(reference)


def match_row(name: str, match: Match) -> dict[str, Any]:
    """Give one row of the table (format MATCHES)."""
    return {
        "file": name,
        "n_reference": match.n_reference,
        "n_prediction": match.n_prediction,
        "n_tpl": match.n_tpl,
        "n_fpl": match.n_fpl,
        "n_fnl": match.n_fnl,
        "n_detected_reference": match.n_detected_reference,
        "reference_volume_mm3": float(match.reference.volume_mm3.sum()),
        "prediction_volume_mm3": float(match.prediction.volume_mm3.sum()),
    }


def write_matches(
    rows: list[dict[str, Any]], path: Path, provenance: Mapping[str, Any], *, synthetic: bool
) -> None:
    """Write the table as `lesions.tsv.write_table` would, without pandas."""
    header = [column.name for column in MATCHES.columns]
    with (
        write_atomically(path) as temporary,
        temporary.open("w", newline="", encoding="utf-8") as f,
    ):
        f.write(encode_row(header))
        for row in rows:
            f.write(encode_row(format_field(MATCHES.by_name[name], row[name]) for name in header))
    dictionary = describe(MATCHES, header, provenance, synthetic=synthetic)
    with write_atomically(path.with_suffix(".json")) as temporary:
        temporary.write_text(json.dumps(dictionary, indent=2, ensure_ascii=False) + "\n", "utf-8")


def is_synthetic(mask: Path) -> bool:
    """Say whether a mask's name or its JSON sidecar says that it was made from a phantom."""
    if mask.name.startswith(SYNTHETIC_PREFIX):
        return True
    ending = next(ending for ending in _ENDINGS if mask.name.endswith(ending))
    sidecar = mask.with_name(mask.name.removesuffix(ending) + ".json")
    if not sidecar.is_file():
        return False
    try:
        content = json.loads(sidecar.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ImageError(f"{sidecar}: expected the mask's sidecar in JSON, but {error}") from None
    return isinstance(content, dict) and bool(content.get("Synthetic"))


def _mask_names(folder: Path) -> set[str]:
    if not folder.is_dir():
        raise FolderError(f"{folder}: expected a folder of masks, but there is none")
    return {path.name for path in folder.iterdir() if path.name.endswith(_ENDINGS)}
