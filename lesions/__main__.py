"""Run one of the package's commands: `python -m lesions COMMAND …`."""

import sys

from lesions.command_line import CommandLine

COMMAND_LINE = CommandLine(
    "lesions",
    "From masks to a lesion table to a sample of ROIs.",
    {
        "scans": ("lesions.bids", "make a cohort from a BIDS dataset and its derivatives"),
        "table": ("lesions.lesion_table", "list every lesion of a cohort"),
        "sample": ("lesions.sample_command", "draw the ROIs of a review, with a balance report"),
        "metrics": ("lesions.cohort_metrics", "measure segmentation and detection of a cohort"),
        "match": ("lesions.match_folders", "match the lesions of two folders of masks"),
    },
)
main = COMMAND_LINE.main

if __name__ == "__main__":
    sys.exit(main())
