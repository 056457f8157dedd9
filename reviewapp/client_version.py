"""The version of the review page: each answer keeps with which code it was given."""

import hashlib
import re
from functools import cache

from django.conf import settings

#: Hex digits of it: enough to find the commit among all that a study can have seen.
N_DIGITS = 16
#: What makes the page: how it asks, draws and measures time.
SOURCES = ("static/js/**/*.js", "static/vendor/**/*.js", "templates/review*.html")
_VERSION = re.compile(rf"|[0-9a-f]{{{N_DIGITS}}}")


@cache
def client_version() -> str:
    """Give the start of the SHA-256 of the review page's sources, in hex.

    Of the sources and not of what `collectstatic` makes of them, so that a checkout of the same
    code has the same version.
    """
    digest = hashlib.sha256()
    for path in sorted(path for glob in SOURCES for path in settings.BASE_DIR.glob(glob)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(settings.BASE_DIR).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:N_DIGITS]


def is_version(value: object) -> bool:
    """Say whether a value has the form of a version; pages of before have none: the empty text.

    >>> is_version(""), is_version("0123456789abcdef"), is_version("1.0"), is_version(None)
    (True, True, False, False)
    """
    return isinstance(value, str) and _VERSION.fullmatch(value) is not None
