"""Build a study that was ordered in the browser or by a script."""

import os
import signal
from contextlib import suppress
from types import FrameType
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from reviewapp.builds.build import carry_out
from reviewapp.builds.process import beating
from reviewapp.management.command import StudyCommand

#: Raters' requests come first.
NICENESS = 10


class Command(StudyCommand):
    """Carry an order out."""

    help = (
        "Build the draft of a study that was ordered in the browser or by a script. The server "
        "starts it by itself; there is no need to call it by hand."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the order."""
        parser.add_argument("build", metavar="ID", type=UUID, help="id of the order")

    def run(self, **options: Any) -> str:
        """Build it; SIGTERM ends it as Ctrl-C does.

        Raises
        ------
        CommandError
            It was refused.
        """
        signal.signal(signal.SIGTERM, _interrupt)
        with suppress(OSError):  # a sandbox may forbid it
            os.nice(NICENESS)
        with beating(options["build"]):
            build = carry_out(options["build"])
        if build.study is None:
            raise CommandError(f"{build.study_name}: {build.error}")
        return f"{build.study_name}: a draft, {build.study.pk}"


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
