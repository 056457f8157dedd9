"""Run one of the package's commands: `python -m analysis COMMAND …`."""

import sys

from lesions.command_line import CommandLine

COMMAND_LINE = CommandLine(
    "analysis",
    "Turn the raters' answers into the statistics of the paper (H1 to H4, per rater).",
    {
        "report": ("analysis.report_command", "write the report of a study"),
        "design": ("analysis.design.command", "size the next study by simulation"),
    },
)
main = COMMAND_LINE.main

if __name__ == "__main__":
    sys.exit(main())
