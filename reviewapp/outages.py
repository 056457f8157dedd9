"""Tell a passing trouble of database, disk or store from a fault: 503, and when to come again.

The review page keeps what it could not deliver and sends it again after that time, with the same
idempotency key. So nothing is lost while a disk is full, or a database is locked or restarts.
"""

import errno
import sqlite3

from django.db import InterfaceError, OperationalError

from lesions.atomic import OutputError
from reviewapp.stores.store import StoreError

#: Seconds after which a client may try again: a restart of PostgreSQL takes about as long.
RETRY_AFTER_S = 5
DETAIL = "The server can't store or read anything just now. Nothing is lost; it is tried again."
#: SQLite's primary result codes (sqlite.org/rescode.html) that say nothing against the request.
SQLITE_CODES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
#: PostgreSQL's classes of errors (appendix A of its manual): connection, rolled back for another
#: transaction's sake, resources, object in use, operator's intervention, system.
POSTGRES_CLASSES = {"08", "40", "53", "55", "57", "58"}
#: Of the disk, or of too many files open at once.
ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE}


def is_outage(error: BaseException) -> bool:
    """Say whether the same request may succeed later, without anybody changing the program.

    >>> is_outage(OSError(errno.ENOSPC, "No space left on device")), is_outage(KeyError("rows"))
    (True, False)
    """
    if isinstance(error, OperationalError | InterfaceError):
        return _is_passing(error.__cause__)
    if isinstance(error, OutputError | StoreError):
        return True
    return isinstance(error, OSError) and error.errno in ERRNOS


def _is_passing(cause: BaseException | None) -> bool:
    """Read the driver's own error: a missing table is an OperationalError of SQLite's too."""
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in SQLITE_CODES
    state = getattr(cause, "sqlstate", None)  # none where there was no connection to give one
    return state is None or state[:2] in POSTGRES_CLASSES
