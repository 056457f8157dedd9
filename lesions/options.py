"""Options that several commands share."""

import argparse
from collections.abc import Callable


def at_least(minimum: int) -> Callable[[str], int]:
    """Give a parser of whole numbers from `minimum` on, for argparse's `type`.

    >>> at_least(1)("4")
    4
    """

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = minimum - 1
        if value < minimum:
            raise argparse.ArgumentTypeError(
                f'expected a whole number from {minimum}, not "{text}"'
            )
        return value

    return parse
