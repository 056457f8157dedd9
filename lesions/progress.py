"""Show how far a command is, once it has run for two seconds."""

import importlib
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from tqdm import tqdm

Item = TypeVar("Item")

#: A command shorter than this shows nothing, and doesn't pay for loading the progress bar.
DELAY_S = 2.0
#: How often a bar is drawn anew on a terminal, and in a log, where each drawing stays.
TERMINAL_EVERY_S, LOG_EVERY_S = 0.1, 30.0


def progress_bar(
    things: Iterable[Any] | None = None, *, desc: str, unit: str, **options: Any
) -> "tqdm[Any]":
    """Give a bar on stderr, to iterate over or to `update`.

    Parameters
    ----------
    things : iterable, optional
        What to go through; without it `total` is needed.
    desc, unit : str
        What is done, and what it is counted in.
    options : dict
        Other options of tqdm.

    Examples
    --------
    >>> list(progress_bar([1, 2, 3], desc="counting", unit="number"))
    [1, 2, 3]
    """
    every = TERMINAL_EVERY_S if sys.stderr.isatty() else LOG_EVERY_S
    options = {"delay": DELAY_S, "mininterval": every, "maxinterval": max(every, 10.0)} | options
    made: tqdm[Any] = importlib.import_module("tqdm").tqdm(
        things, desc=desc, unit=unit, file=sys.stderr, **options
    )
    return made


def track(items: Sequence[Item], description: str) -> Iterator[Item]:
    """Go through `items`, with a bar on stderr from the third second on.

    >>> list(track([1, 2, 3], "counting"))
    [1, 2, 3]
    """
    begun = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - begun > DELAY_S:
            yield from progress_bar(
                items[done:], desc=description, unit="it", initial=done, total=len(items), delay=0
            )
            return
        yield item
