"""Back a whole server up into one file, and restore it into an empty one."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from isal import isal_zlib

from lesions.atomic import write_atomically
from reviewapp import accesses, volumes
from reviewapp.backups import rows
from reviewapp.backups.archive import Archive, BackupError, Writer, reading, writing
from reviewapp.models import Volume

SECRET_KEY, DEMO = "secret_key", "demo.json"

#: Goes through things one by one and shows how far it is: what they are, the things.
Progress = Callable[[str, list[str]], Iterable[str]]


def back_up(
    path: Path, progress: Progress, *, with_secret_key: bool = False, logged: bool = True
) -> int:
    """Write database and volumes as they are now into a file, while raters work on.

    The logs of all studies tell of it, in the file too, unless `logged` says no: for a database
    that takes no more rows, since its disk is full or broken. Gives how many volumes there are. The
    secret key is left out unless asked for: who holds it can sign in as anybody, and without it
    people only have to sign in again.

    Raises
    ------
    VolumeError
        The store has lost or damaged a volume that a study needs.
    OutputError
        The file can't be written.
    """
    if logged:
        _note(path)
    with rows.snapshot():
        about = {
            "created_at": datetime.now(UTC).isoformat(),
            "database": connection.vendor,
            "migrations": rows.migrations(),
        }
        with writing(path, about) as writer:
            tables = rows.tables()
            for name in progress("tables", list(tables)):
                writer.add_lines(_table(name), rows.dump(tables[name]))
            shas = list(Volume.objects.order_by("pk").values_list("pk", flat=True))
            for sha256 in progress("volumes", shas):
                volumes.read(sha256)  # checks it against its name: no backup of a damaged one
                writer.add(_volume(sha256), volumes.read_packed(sha256))
            _add_settings(writer, with_secret_key)
    return len(shas)


def _note(path: Path) -> None:
    try:
        accesses.note_backup(path.name)
    except OperationalError as error:
        raise BackupError(
            f"the database can't log the backup: {error}; with --unlogged it is made all the same"
        ) from error


def verify(path: Path, progress: Progress) -> int:
    """Check every member of a backup against its SHA-256; give how many there are.

    Raises
    ------
    BackupError
        The file is no backup, or something in it was changed.
    """
    with reading(path) as archive:
        for name in progress("members", list(archive.members)):
            archive.verify(name)
    return len(archive.members)


def restore(path: Path, progress: Progress) -> int:
    """Fill an empty server from a backup, all of it or nothing; give how many rows there are.

    The tables must be there as `migrate` makes them. Ids, times and hashes stay as they were.

    Raises
    ------
    BackupError, RowsError
        The file is no backup, was changed, or comes from another version; or rows are there.
    VolumeError
        Another command is adding volumes.
    """
    try:
        with reading(path) as archive:
            _check_fits(archive)
            return _fill(archive, progress)
    except (DataError, IntegrityError) as error:
        raise BackupError(f"{path}: the database refuses its rows: {error}") from None


def _fill(archive: Archive, progress: Progress) -> int:
    with volumes.adding() as add, transaction.atomic():
        rows.clear_what_migrate_filled()
        n_rows = 0
        for name in progress("tables", list(rows.tables())):
            n_rows += rows.load(name, rows.tables()[name], archive.lines(_table(name)))
        rows.set_sequences()
        sizes = dict(Volume.objects.values_list("pk", "n_bytes"))
        if sorted(map(_volume, sizes)) != sorted(archive.names("volumes/")):
            raise BackupError(f"{archive.path}: its volumes are not those that its rows name")
        for sha256 in progress("volumes", sorted(sizes)):
            _check_name(archive.path, sha256, add(_inflate(archive, sha256, sizes[sha256])))
        _restore_settings(archive)
    return n_rows


def _table(name: str) -> str:
    return f"rows/{name}.jsonl"


def _volume(sha256: str) -> str:
    return f"volumes/{sha256}.nii.gz"


def _add_settings(writer: Writer, with_secret_key: bool) -> None:
    if settings.DEMO:  # its passwords are published: the copy must be served as a demo too
        writer.add(DEMO, settings.DEMO_MARKER.read_bytes())
    if with_secret_key:
        writer.add(SECRET_KEY, settings.SECRET_KEY.encode())


def _restore_settings(archive: Archive) -> None:
    for name in (DEMO, SECRET_KEY):
        if name in archive.members:
            with write_atomically(settings.DATA_DIR / name, private=True) as temporary:
                temporary.write_bytes(archive.read(name))


def _check_fits(archive: Archive) -> None:
    came, ours = set(archive.manifest.get("migrations", ())), set(rows.migrations())
    if came != ours:
        raise BackupError(
            f"{archive.path}: it comes from another version of the app; restore it with that "
            "version, then upgrade. Migrations that only one of the two has: "
            + ", ".join(sorted(map(str, came ^ ours))[:5])
        )
    tables = sorted(map(_table, rows.tables()))
    if tables != sorted(archive.names("rows/")):
        raise BackupError(f"{archive.path}: expected {', '.join(tables)} and no other table")
    if name := rows.first_filled():
        raise BackupError(f"expected an empty database to restore into, but {name} holds rows")


def _inflate(archive: Archive, sha256: str, n_bytes: int) -> bytes:
    """Unpack a volume, never to more than its row says."""
    unpacker = isal_zlib.decompressobj(wbits=volumes.GZIP_WBITS)
    try:
        return bytes(unpacker.decompress(archive.read(_volume(sha256)), n_bytes + 1))
    except volumes.DAMAGED as error:
        raise BackupError(f"{archive.path}: {_volume(sha256)}: no gzip file, {error}") from None


def _check_name(path: Path, expected: str, came: str) -> None:
    if came != expected:
        raise BackupError(f"{path}: {_volume(expected)} holds another volume, {came}")
