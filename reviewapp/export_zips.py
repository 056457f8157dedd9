"""The exports of an unblinded study as downloads: what the commands write, in one file each."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from reviewapp.corrections import export_corrections
from reviewapp.exports import export_answers
from reviewapp.models import Study
from reviewapp.records import export_records
from reviewapp.zips import files_below, pack

#: A page is no place for a study with more ROIs: their masks take minutes.
MAX_ROIS = 1000


class ExportTooLargeError(ValueError):
    """The export is for a command."""


def _all_answers(study: Study, folder: Path) -> Any:
    folder.mkdir()
    return export_answers(study, folder / "answers.tsv", all_revisions=True)


#: Download -> what fills its folder, as the command of that name does.
EXPORTS: dict[str, Callable[[Study, Path], Any]] = {
    "answers-all-revisions.zip": _all_answers,
    "corrections.zip": export_corrections,
    "records.zip": export_records,
}


def is_too_large(study: Study) -> bool:
    """Say whether the masks of a study are for `manage.py export_corrections` alone."""
    return study.rois.count() > MAX_ROIS


def write_export(study: Study, name: str, file: IO[bytes]) -> None:
    """Write one of `EXPORTS` as a zip; the same study gives the same bytes.

    Raises
    ------
    BlindedError
        The study is blinded.
    ExportTooLargeError
        It has too many ROIs for masks on a page.
    VolumeError, CropError
        A stored mask is missing or damaged.
    """
    if name == "corrections.zip" and is_too_large(study):
        raise ExportTooLargeError(
            f"{study.name} has more than {MAX_ROIS} ROIs: use `manage.py export_corrections`"
        )
    with tempfile.TemporaryDirectory(prefix="second-look-") as made:
        folder = Path(made) / name.removesuffix(".zip")
        EXPORTS[name](study, folder)
        pack(folder, files_below(folder), file, folder.name)
