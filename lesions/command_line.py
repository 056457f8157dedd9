"""The command line of a package: its commands by name, and how the run of one ends."""

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CommandLine:
    """The commands of `python -m PACKAGE`.

    Attributes
    ----------
    package : str
    description : str
        What its commands are for.
    commands : mapping of str to (str, str)
        Command -> module that offers `add_arguments(parser)` and `run(args) -> int`, and its
        one-line help. A module is imported only when its command is chosen, so that none waits for
        what another needs, torch say.

    Examples
    --------
    >>> match = {"match": ("lesions.match_folders", "match the lesions of two folders")}
    >>> CommandLine("lesions", "From masks to ROIs.", match).parser().prog
    'python -m lesions'
    """

    package: str
    description: str
    commands: Mapping[str, tuple[str, str]]

    def parser(self, argv: Sequence[str] = ()) -> argparse.ArgumentParser:
        """Give a parser of every command, with the options of the one that `argv` begins with."""
        parser = argparse.ArgumentParser(
            prog=f"python -m {self.package}", description=self.description
        )
        commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
        for name, (module, text) in self.commands.items():
            described = text[:1].upper() + text[1:] + "."
            command = commands.add_parser(name, help=text, description=described)
            if list(argv[:1]) == [name]:
                importlib.import_module(module).add_arguments(command)
        return parser

    def main(self, argv: Sequence[str] | None = None) -> int:
        """Run one command and give its exit code.

        0: done; 1: an input was refused, a line on stderr says why; 2: wrong usage; 130: Ctrl-C.
        """
        argv = sys.argv[1:] if argv is None else argv
        try:
            args = self.parser(argv).parse_args(argv)
            return int(importlib.import_module(self.commands[args.command][0]).run(args))
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            return 130
        except (OSError, ValueError) as error:
            if isinstance(error, ValueError) and not self._is_refusal(error):
                raise
            print(f"error: {error}", file=sys.stderr)
            return 1

    def _is_refusal(self, error: ValueError) -> bool:
        """Say whether an input was refused: by a named error of ours; any other is our fault."""
        return type(error).__module__.startswith(("lesions.", f"{self.package}."))
