"""The command on a model's card, read back by the command line, gives the settings again."""

import json

import pytest

from phantom.demo import MODEL
from training.__main__ import COMMAND_LINE
from training.architectures import ARCHITECTURES
from training.run_command import OPTIONS, command_of
from training.trainers import TRAINERS

RUN = json.loads((MODEL / "model.json").read_text("utf-8"))["folds"][1]["run"]


def parse(run):
    words = command_of(run).removeprefix("python -m training ").split()
    return COMMAND_LINE.parser(words).parse_args(words)


def test_every_setting_is_in_the_command():
    args = vars(parse(RUN))
    config = RUN["config"]
    for key, option in OPTIONS.items():
        assert args[option.removeprefix("--").replace("-", "_")] == config[key]
    assert (args["dataset"], args["plans"]) == ("Dataset901_Phantoms", "demoPlans")
    assert (args["fold"], args["seed"], args["device"]) == ("1", 1, "cpu")
    assert args["bfloat16"] is config["bfloat16"] is True
    assert TRAINERS[args["trainer"]].__name__ == config["trainer"]
    told = {"dataset", "plans", "fold", "seed", "bfloat16", "trainer", "residual", *OPTIONS}
    assert set(config) - told == {"batch_size", "patch_size"}  # the plans' own


@pytest.mark.parametrize(("residual", "ending"), [(True, ""), (False, "-plain")])
def test_plans_of_u_mamba_are_named_as_they_lie_on_disk(residual, ending):
    changes = {"architecture": "umamba-bot", "residual": residual}
    plans = f"{ARCHITECTURES['umamba-bot'].plans}_umamba-bot{ending}"
    args = parse({"config": RUN["config"] | changes | {"plans": plans}})
    assert (args.plans, args.residual) == ("nnUNetPlans", residual)


def test_a_loss_of_one_term_has_no_weights():
    changes = {"trainer": "nnUNetTrainerLesion", "alpha": None, "beta": None}
    args = parse({"config": RUN["config"] | changes})
    assert (args.trainer, args.alpha, args.beta) == ("bce-dice", None, None)


def test_a_run_of_another_trainer_has_no_command_of_ours():
    assert command_of({"config": RUN["config"] | {"trainer": "nnUNetTrainer"}}) is None
    assert command_of({}) is None
