"""Run one of the package's commands: `python -m training COMMAND …`."""

import sys

from lesions.command_line import CommandLine

COMMAND_LINE = CommandLine(
    "training",
    "From reviewed labels to the next model.",
    {
        "preprocess": (
            "training.preprocess_command",
            "bring scans and masks through optional steps",
        ),
        "split": ("training.split_command", "divide a cohort into training, test and folds"),
        "dataset": (
            "training.dataset_command",
            "write an nnU-Net v2 raw dataset from the reference labels and, if any, a review",
        ),
        "plan": ("training.plan_command", "plan and preprocess a dataset with nnU-Net"),
        "train": ("training.train_command", "train one fold of a model"),
        "export": ("training.export_command", "export a trained model in a folder that can't run"),
        "import": ("training.import_command", "take an exported model into nnU-Net's results"),
    },
)
main = COMMAND_LINE.main

if __name__ == "__main__":
    sys.exit(main())
