"""Run one of the package's commands: `python -m lesions COMMAND …`."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from lesions.atomic import check_target

#: Command -> module that offers `add_arguments(parser)` and `run(args) -> int`, and its one-line
#: help. A module is imported only when its command is chosen: `match` starts without pandas.
COMMANDS: dict[str, tuple[str, str]] = {
    "scans": ("lesions.bids", "make a cohort from a BIDS dataset and its derivatives"),
    "table": ("lesions.lesion_table", "list every lesion of a cohort"),
    "sample": ("lesions.sample_command", "draw the ROIs of a review, with a balance report"),
    "metrics": ("lesions.cohort_metrics", "measure segmentation and detection of a cohort"),
    "match": ("lesions.match_folders", "match the lesions of two folders of masks"),
}


def build_parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """Give a parser that knows every command, and the options of the one that `argv` begins with.

    >>> build_parser([]).prog
    'python -m lesions'
    """
    parser = argparse.ArgumentParser(
        prog="python -m lesions",
        description="From masks to a lesion table to a sample of ROIs.",
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, text) in COMMANDS.items():
        subparser = subparsers.add_parser(
            name, help=text, description=text[0].upper() + text[1:] + "."
        )
        if list(argv[:1]) == [name]:
            importlib.import_module(module).add_arguments(subparser)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    0: done; 1: an input was refused, one line on stderr says why; 2: wrong usage; 130: Ctrl-C.
    """
    argv = sys.argv[1:] if argv is None else argv
    try:
        args = build_parser(argv).parse_args(argv)
        module = importlib.import_module(COMMANDS[args.command][0])
        check_target(args.out)  # now, not after hours of work
        return int(module.run(args))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ValueError as error:
        # Only the package's own named errors refuse an input; any other is a fault of ours.
        if not type(error).__module__.startswith("lesions."):
            raise
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
