"""Show how far a command is, once it has run for two seconds."""

import importlib
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

#: A command shorter than this shows nothing, and doesn't pay for loading the progress bar.
DELAY_S = 2.0


def track(items: Sequence[Item], description: str) -> Iterator[Item]:
    """Go through `items`, with a bar on stderr from the third second on.

    >>> list(track([1, 2, 3], "counting"))
    [1, 2, 3]
    """
    begun = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - begun > DELAY_S:
            tqdm = importlib.import_module("tqdm").tqdm
            yield from tqdm(
                items[done:], desc=description, initial=done, total=len(items), file=sys.stderr
            )
            return
        yield item
