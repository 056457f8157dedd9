"""The review page's ES modules, in the order in which a browser wants them."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

#: The end of an import or of an export from elsewhere; imports of types stand in comments.
IMPORTED = re.compile(r'^(?:import|export|\}).* from "(\.[^"]+)";$', re.MULTILINE)


@cache
def review_modules() -> tuple[str, ...]:
    """Name the modules, so that they load at once and not import by import.

    Those that bring the first ROI to the screen come first: they wait for no others.
    """
    static = settings.BASE_DIR / "static"
    names = ("picture.js", "main.js")
    first, all_of_them = (imported_by(static / "js" / "review" / name) for name in names)
    paths = [*first, *(path for path in all_of_them if path not in first)]
    return tuple(path.relative_to(static).as_posix() for path in paths)


def imported_by(module: Path) -> list[Path]:
    """Name an ES module and all that it imports, directly or not, each once."""
    found = [module]
    for path in found:  # grows meanwhile
        for name in IMPORTED.findall(path.read_text("utf-8")):
            imported = (path.parent / name).resolve()
            if imported not in found:
                found.append(imported)
    return found
