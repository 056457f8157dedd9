"""Make a cohort from a BIDS dataset and its derivatives: `python -m lesions scans`."""

import argparse
import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lesions.atomic import check_target
from lesions.columns import DIAGNOSES
from lesions.options import table_to_write
from lesions.scans import Scan, write_scans
from lesions.tsv import MISSING

#: Images that are looked for where nothing else is said (BIDS 1.10, anatomical suffixes).
IMAGE_PATTERNS = ("*_UNIT1.nii*", "*_T1w.nii*")
#: Acquisition of an image without an `acq` entity, by its suffix; else the suffix itself.
ACQUISITION_OF_SUFFIX = {"UNIT1": "MP2RAGE"}
#: Option -> column of scans.tsv, what it holds, and the files that it means in its folder.
DERIVATIVES: dict[str, tuple[str, str, str]] = {
    "reference": ("reference_mask", "the annotators' lesion masks", "*_mask.nii*"),
    "prediction": ("prediction_mask", "the model's lesion masks", "*_mask.nii*"),
    "probability": ("probability_map", "the model's probability maps", "*_probseg.nii*"),
    "brain": ("brain_mask", "brain masks", "*label-brain*_mask.nii*"),
    "white-matter-lesions": (
        "white_matter_lesion_mask",
        "white matter lesion masks",
        "*label-WML*_mask.nii*",
    ),
    "types": ("lesion_type_map", "maps of lesion types", "*_dseg.nii*"),
}


class BidsError(ValueError):
    """A BIDS dataset doesn't say clearly what its scans are; the message names the file."""


@dataclass(frozen=True)
class Derivative:
    """Where the files of one column lie: a folder and a pattern of file names."""

    folder: Path
    pattern: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "FOLDER is a name in BIDS_DIR/derivatives or a path; FOLDER:PATTERN takes the files that "
        "PATTERN names. diagnosis, site and split come from participants.tsv, field strength (T) "
        "from the image's sidecar. Columns: docs/formats.md."
    )
    parser.add_argument("bids_dir", metavar="BIDS_DIR", type=Path, help="the BIDS dataset")
    parser.add_argument(
        "--out", type=table_to_write, required=True, help="table to write: scans.tsv"
    )
    for option, (column, text, pattern) in DERIVATIVES.items():
        parser.add_argument(
            f"--{option}",
            metavar="FOLDER[:PATTERN]",
            help=f"{text}, for {column} (pattern: {pattern})",
        )
    parser.add_argument(
        "--images",
        metavar="PATTERN",
        action="append",
        help=f"file names of the images; may be repeated (default: {' and '.join(IMAGE_PATTERNS)})",
    )
    parser.add_argument(
        "--diagnosis", choices=sorted(DIAGNOSES), help="diagnosis of all, if there is one alone"
    )
    parser.add_argument(
        "--diagnosis-column",
        default="diagnosis",
        help="column of participants.tsv that holds the diagnosis (default: diagnosis)",
    )
    parser.add_argument(
        "--mimic",
        metavar="VALUE",
        action="append",
        default=[],
        help="value in that column that means mimic, beside `mimic` itself; may be repeated",
    )


def run(args: argparse.Namespace) -> int:
    """Write the cohort, and print how many files of each column were found."""
    check_target(args.out)  # now, not after hours of work
    root = args.bids_dir
    derivatives = {
        column: _derivative(root, value, pattern)
        for option, (column, _, pattern) in DERIVATIVES.items()
        if (value := getattr(args, option.replace("-", "_"))) is not None
    }
    meanings = {name: name for name in DIAGNOSES} | dict.fromkeys(args.mimic, "mimic")
    people = read_participants(root, args.diagnosis_column, meanings, args.diagnosis)
    scans = find_scans(root, args.images or IMAGE_PATTERNS, people, derivatives)
    provenance = {"Command": "python -m lesions scans", "Dataset": root.resolve().name}
    synthetic = bool(_read_json(root / "dataset_description.json").get("Synthetic"))
    write_scans(scans, args.out, provenance, synthetic=synthetic)
    print(f"{len(scans)} scans of {len({scan.participant_id for scan in scans})} participants")
    for column in derivatives:
        n = sum(getattr(scan, column) is not None for scan in scans)
        print(f"{column}: {n} of {len(scans)}")
    return 0


def find_scans(
    root: Path,
    patterns: Sequence[str],
    people: Mapping[str, Mapping[str, str | None]],
    derivatives: Mapping[str, Derivative],
) -> list[Scan]:
    """Find the images of a dataset and, for each, the derivatives that name all its entities.

    Parameters
    ----------
    root : path of the BIDS dataset
    patterns : file names of the images, such as `*_UNIT1.nii*`
    people : participant -> diagnosis, site, split
    derivatives : column of scans.tsv -> where its files lie

    Returns
    -------
    list of Scan
        By name; a derivative that isn't there is None.

    Raises
    ------
    BidsError
        No image, two images or two derivatives for one scan, or an unknown participant.
    """
    images = sorted({p for pattern in patterns for p in root.glob(f"sub-*/**/{pattern}")})
    if not images:
        raise BidsError(f"{root}: expected images named {' or '.join(patterns)} in sub-*, none")
    scans: dict[str, Scan] = {}
    for image in images:
        entities, suffix = parse_name(image)
        participant = f"sub-{entities['sub']}"
        if participant not in people:
            raise BidsError(f"{root / 'participants.tsv'}: no row {participant}, but {image}")
        files: dict[str, Any] = {
            column: _find_derivative(where, entities) for column, where in derivatives.items()
        }
        known: dict[str, Any] = dict(people[participant])
        scan = Scan(
            participant_id=participant,
            session_id=f"ses-{entities['ses']}" if "ses" in entities else None,
            acquisition=entities.get("acq") or ACQUISITION_OF_SUFFIX.get(suffix, suffix),
            field_strength_t=field_strength_t(image, root),
            image=image,
            **known,
            **files,
        )
        if scan.name in scans:
            raise BidsError(
                f"{scan.name}: expected one image, came {scans[scan.name].image} and {image}: "
                "choose with --images"
            )
        scans[scan.name] = scan
    return [scans[name] for name in sorted(scans)]


def parse_name(path: Path) -> tuple[dict[str, str], str]:
    """Split a BIDS file name into its entities and its suffix.

    >>> parse_name(Path("sub-01_acq-MPRAGE_T1w.nii.gz"))
    ({'sub': '01', 'acq': 'MPRAGE'}, 'T1w')

    Raises
    ------
    BidsError
        A part is no `key-value`, or it doesn't begin with `sub-`.
    """
    *parts, suffix = path.name.split(".", 1)[0].split("_")
    pairs = [part.partition("-") for part in parts]
    if not pairs or pairs[0][0] != "sub" or not all(key and value for key, _, value in pairs):
        raise BidsError(f"{path}: expected a BIDS name such as sub-01_acq-MPRAGE_T1w.nii.gz")
    return {key: value for key, _, value in pairs}, suffix


def read_participants(
    root: Path, column: str, meanings: Mapping[str, str], diagnosis: str | None
) -> dict[str, dict[str, str | None]]:
    """Read diagnosis, site and split of each participant from participants.tsv.

    Parameters
    ----------
    column : name of the column with the diagnosis
    meanings : its values -> MS or mimic
    diagnosis : str, optional
        That of all; the column isn't read then.

    Raises
    ------
    BidsError
        The table or its column is missing, or a diagnosis is neither.
    """
    path = root / "participants.tsv"
    try:
        with path.open(newline="", encoding="utf-8-sig") as f:
            rows = list(csv.DictReader(f, delimiter="\t"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BidsError(f"{path}: expected a table of the participants, {error}") from None
    people: dict[str, dict[str, str | None]] = {}
    for line, row in enumerate(rows, start=2):
        name = row.get("participant_id")
        if not name:
            raise BidsError(f"{path} row {line}: expected a participant_id, came none")
        value = diagnosis or row.get(column)
        if value is None:
            raise BidsError(
                f'{path}: no column "{column}": name it with --diagnosis-column, or give '
                "--diagnosis for all"
            )
        if value not in meanings:
            raise BidsError(
                f'{path} row {line}: {column} must be one of {", ".join(meanings)}, not "{value}" '
                "(is it a mimic? then say --mimic)"
            )
        optional = {key: row.get(key) for key in ("site", "split")}
        people[name] = {"diagnosis": meanings[value]}
        for key, text in optional.items():
            people[name][key] = None if text in (None, "", MISSING) else text
    return people


def field_strength_t(image: Path, root: Path) -> float | None:
    """Give MagneticFieldStrength, in T, from the sidecars of an image; None where none says it.

    A sidecar nearer to the image wins (BIDS 1.10, inheritance principle).

    Raises
    ------
    BidsError
        A sidecar is no JSON, or the field strength is no number above 0.
    """
    entities, suffix = parse_name(image)
    found: Any = None
    folders = [folder for folder in image.parents if folder == root or root in folder.parents]
    for folder in reversed(folders):
        for path in sorted(folder.glob(f"*{suffix}.json"), key=lambda p: len(p.name)):
            if _applies(path, entities):
                found = _read_json(path).get("MagneticFieldStrength", found)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < math.inf:
        raise BidsError(f"{image}: MagneticFieldStrength must be a number above 0, not {found!r}")
    return float(found)


def _applies(sidecar: Path, entities: Mapping[str, str]) -> bool:
    parts = sidecar.name.split(".", 1)[0].split("_")[:-1]
    pairs = {key: value for key, _, value in (part.partition("-") for part in parts)}
    return pairs.items() <= entities.items()


def _derivative(root: Path, value: str, pattern: str) -> Derivative:
    name, _, own = value.partition(":")
    folder = root / "derivatives" / name
    if not folder.is_dir():
        folder = Path(name)
    if not folder.is_dir():
        raise BidsError(f"expected a folder {root / 'derivatives' / name} or {name}, came neither")
    return Derivative(folder, own or pattern)


def _find_derivative(where: Derivative, entities: Mapping[str, str]) -> Path | None:
    inside = where.folder / f"sub-{entities['sub']}"
    found = [
        path
        for path in sorted(inside.glob(f"**/{where.pattern}"))
        if entities.items() <= parse_name(path)[0].items()
    ]
    if len(found) > 1:
        raise BidsError(
            f"expected one file, came {found[0]} and {found[1].name}: choose with "
            f"{where.folder.name}:PATTERN"
        )
    return found[0] if found else None


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BidsError(f"{path}: expected JSON, {error}") from None
    if not isinstance(content, dict):
        raise BidsError(f"{path}: expected a JSON object, came {type(content).__name__}")
    return content
