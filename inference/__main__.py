"""Run one of the package's commands: `python -m inference COMMAND …`."""

import sys

from lesions.command_line import CommandLine

COMMAND_LINE = CommandLine(
    "inference",
    "From scans to predicted masks, with nnU-Net.",
    {
        "prepare": (
            "inference.prepare_command",
            "write the scans of a cohort as nnUNetv2_predict takes them",
        ),
        "collect": (
            "inference.collect_command",
            "take the masks that nnUNetv2_predict wrote into a cohort's scans.tsv",
        ),
        "predict": ("inference.predict_command", "predict the lesions of a cohort with a model"),
        "features": (
            "inference.features_command",
            "take a model's bottleneck features of a cohort",
        ),
    },
)
main = COMMAND_LINE.main

if __name__ == "__main__":
    sys.exit(main())
