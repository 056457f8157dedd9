"""Read and write a cohort: the table of scans that every later stage begins with."""

import os
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lesions.formats import SCANS
from lesions.tsv import MISSING, TableError, read_table, write_table

#: Columns that name a file, in the order of the table; all but the image may be n/a.
PATH_COLUMNS = tuple(column.name for column in SCANS.columns if column.kind == "path")
#: First row of a table's data: the header is row 1.
FIRST_ROW = 2
#: What a BIDS label may hold (BIDS 1.10, "Entities"): it becomes a part of file names.
_LABELS = {
    "participant_id": (re.compile(r"sub-[A-Za-z0-9+]+"), "sub- and letters or digits"),
    "session_id": (re.compile(r"ses-[A-Za-z0-9+]+"), "ses- and letters or digits"),
    "acquisition": (re.compile(r"[A-Za-z0-9+]+"), "letters or digits"),
}


class ScansError(TableError):
    """A cohort can't be used; the message names the table, the row and the column."""


@dataclass(frozen=True)
class Scan:
    """One scan: who, how it was acquired, and its files.

    `session_id`, `site`, `field_strength_t` (in tesla), `split` and every file but the image are
    None where the table says n/a.
    """

    participant_id: str
    session_id: str | None
    acquisition: str
    diagnosis: str
    site: str | None
    field_strength_t: float | None
    split: str | None
    image: Path
    reference_mask: Path | None = None
    prediction_mask: Path | None = None
    probability_map: Path | None = None
    brain_mask: Path | None = None
    white_matter_lesion_mask: Path | None = None
    lesion_type_map: Path | None = None

    @property
    def name(self) -> str:
        """Give the scan's BIDS prefix, unique in a cohort.

        >>> Scan("sub-01", None, "MPRAGE", "MS", None, 3.0, None, Path("t1.nii.gz")).name
        'sub-01_acq-MPRAGE'
        """
        session = f"_{self.session_id}" if self.session_id else ""
        return f"{self.participant_id}{session}_acq-{self.acquisition}"


@dataclass(frozen=True)
class Cohort:
    """The scans of one table, in its order; `synthetic` where they are phantoms."""

    scans: tuple[Scan, ...]
    synthetic: bool
    path: Path

    def refuse(self, scan: Scan, what: object) -> ScansError:
        """Give the error that refuses one scan, naming its row: `raise cohort.refuse(scan, …)`."""
        row = self.scans.index(scan) + FIRST_ROW
        return ScansError(f"{self.path} row {row} ({scan.name}): {what}")


def read_scans(
    path: Path | str, *, inside: Path | str | None = None, need_files: bool = True
) -> Cohort:
    """Read a cohort, and check that its files are there.

    Parameters
    ----------
    path : path of a scans.tsv
        Its paths are relative to its folder.
    inside : folder, optional
        Refuse files outside of it, whatever ways lead there: an absolute path, `..`, a link. For
        tables that come from somebody who may not read every file of this machine.
    need_files : bool
        False leaves missing files to whoever opens them: `check_files` says of one scan.

    Returns
    -------
    Cohort
        At least one scan; absolute paths.

    Raises
    ------
    ScansError
        The table breaks its format, is without scans, names one scan or one image twice, a label
        can't stand in a BIDS file name, or a file isn't there or not `inside`.
    """
    path = Path(path)
    try:
        frame = read_table(path, SCANS)
    except TableError as error:
        raise ScansError(str(error)) from None
    if frame.empty:
        raise ScansError(f"{path}: expected at least one scan, came none")
    folder = path.parent.resolve()
    within = None if inside is None else Path(inside).resolve()
    scans: list[Scan] = []
    rows: dict[Path, int] = {}
    for row, record in enumerate(frame.to_dict("records"), start=FIRST_ROW):
        where = f"{path} row {row}"
        scan = _scan_of(record, folder, where, within, need_files)
        if scan.image in rows:
            raise ScansError(
                f"{where}: expected an image of its own, came that of row {rows[scan.image]}: "
                f"{scan.image}"
            )
        rows[scan.image] = row
        scans.append(scan)
    return Cohort(tuple(scans), bool(frame.attrs["synthetic"]), path)


def write_scans(
    scans: Iterable[Scan],
    path: Path | str,
    provenance: Mapping[str, Any] | None = None,
    *,
    synthetic: bool = False,
) -> Path:
    """Write a cohort as scans.tsv with its dictionary; give the table's path.

    Paths are written relative to the table's folder. Optional columns that no scan fills are left
    out.

    Raises
    ------
    ScansError
        There is no scan.
    TableError
        A field is not of its kind.
    """
    path = Path(path)
    scans = tuple(scans)
    if not scans:
        raise ScansError(f"{path}: expected at least one scan to write, came none")
    folder = path.parent.resolve()
    fields = {
        column.name: [_field(getattr(scan, column.name), folder) for scan in scans]
        for column in SCANS.columns
    }
    header = [c.name for c in SCANS.columns if not c.optional or any(fields[c.name])]
    frame = pd.DataFrame({name: fields[name] for name in header}, dtype="object")
    write_table(frame, path, SCANS, provenance, synthetic=synthetic)
    return path


def check_files(scan: Scan, columns: Iterable[str] = PATH_COLUMNS) -> None:
    """Check that the files of one scan are there; for a cohort that was read without that.

    Raises
    ------
    ScansError
        One isn't; the message names column and path.
    """
    for column in columns:
        path: Path | None = getattr(scan, column)
        if path is not None:
            _check_file(path, column, nullable=SCANS.by_name[column].nullable)


def _scan_of(
    record: Mapping[Hashable, Any],
    folder: Path,
    where: str,
    within: Path | None,
    need_files: bool,
) -> Scan:
    for column, (pattern, expected) in _LABELS.items():
        label = record[column]
        if label is not None and not pattern.fullmatch(label):
            raise ScansError(f'{where}: {column} must be {expected}, not "{label}"')
    values = {str(name): value for name, value in record.items()}
    strength = record["field_strength_t"]
    values["field_strength_t"] = None if pd.isna(strength) else float(strength)
    for column in PATH_COLUMNS:
        text = record.get(column)
        nullable = SCANS.by_name[column].nullable
        at = f"{where}: {column}"
        if text is None:
            values[column] = None
            continue
        _check_inside(folder / text, within, at)
        values[column] = found = Path(os.path.normpath(folder / text))
        if need_files:
            _check_file(found, at, nullable=nullable)
    return Scan(**values)


def _check_inside(path: Path, within: Path | None, where: str) -> None:
    """Refuse a way out before looking whether there is a file: that alone would tell something."""
    if within is not None and not path.resolve().is_relative_to(within):
        raise ScansError(f"{where} must be a file inside {within}, not {path}")


def _check_file(path: Path, where: str, *, nullable: bool) -> None:
    if path.is_dir():
        raise ScansError(f"{where} must be a file, but {path} is a folder")
    if not path.is_file():
        missing = f" ({MISSING} if there is none)" if nullable else ""
        raise ScansError(f"{where} must be a file{missing}, no file at {path}")


def _field(value: Any, folder: Path) -> Any:
    return os.path.relpath(value, folder) if isinstance(value, Path) else value
