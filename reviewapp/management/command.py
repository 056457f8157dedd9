"""What our commands share: a refused input is one line and exit code 1, Ctrl-C is 130."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, handle_default_options
from django.db import connections

from reviewapp.refusals import REFUSALS, in_words

INTERRUPTED = 130


class StudyCommand(BaseCommand):
    """A command whose `run` does the work; what `run` refuses becomes a CommandError."""

    def run(self, **options: Any) -> str:
        """Do the work, and give what to print."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> str:
        """Call `run`.

        Raises
        ------
        CommandError
            The input is refused.
        """
        try:
            return self.run(**options)
        except REFUSALS as error:
            raise CommandError(in_words(error)) from error

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as `manage.py NAME …` does, with errors of one line."""
        self._called_from_command_line = True  # usage errors exit with 2
        parser = self.create_parser(argv[0], argv[1])
        options = parser.parse_args(argv[2:])
        handle_default_options(options)
        try:
            self.execute(**vars(options))
        except CommandError as error:
            if options.traceback:
                raise
            sys.stderr.write(f"error: {error}\n")
            sys.exit(error.returncode)
        except KeyboardInterrupt:
            sys.stderr.write("stopped; nothing was left half-written\n")
            sys.exit(INTERRUPTED)
        finally:
            connections.close_all()
