"""Pack a folder as a zip file; the same files give the same bytes."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

#: Zip files hold dates; all ours are the format's first, so that the same files are the same zip.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
#: Permissions of a packed file, where the format keeps them.
_MODE = 0o644 << 16
#: What is packed already is stored as it is.
_PACKED = (".gz", ".png", ".pdf")


def pack(folder: Path, names: Iterable[str], file: IO[bytes], top: str) -> None:
    """Pack files of a folder, named from it, under one folder of the zip."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(f"{top}/{name}", ZIP_DATE)
            entry.external_attr = _MODE
            kind = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, (folder / name).read_bytes(), kind)


def files_below(folder: Path) -> list[str]:
    """Name the files of a folder and of those in it, from it, sorted."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in paths)
