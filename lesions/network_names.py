"""Hold what nnU-Net's plans would import against a list: a plans.json from elsewhere is data.

nnU-Net 2.8.1 imports and calls whatever path stands in a plan's `architecture`
(`get_network_from_plans`), so a stranger's plans could call any function of this machine.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lesions.model_weights import ModelError

#: U-Mamba of this project, which takes a plain U-Net's arguments, a layout and `residual`.
UMAMBA = "networks.umamba.UMamba"
#: Networks of nnU-Net's own planners, and ours.
NETWORKS = frozenset({UMAMBA}) | frozenset(
    f"dynamic_network_architectures.architectures.{name}"
    for name in (
        "unet.PlainConvUNet",
        "unet.ResidualEncoderUNet",
        "residual_unet.ResidualEncoderUNet",
    )
)
#: What those are built of.
PARTS = frozenset(
    {
        *(f"torch.nn.modules.conv.Conv{n}d" for n in (2, 3)),
        *(f"torch.nn.modules.instancenorm.InstanceNorm{n}d" for n in (2, 3)),
        *(f"torch.nn.modules.batchnorm.BatchNorm{n}d" for n in (2, 3)),
        *(f"torch.nn.modules.dropout.Dropout{n}d" for n in (2, 3)),
        "torch.nn.LeakyReLU",
        "torch.nn.ReLU",
        "torch.nn.modules.activation.LeakyReLU",
        "torch.nn.modules.activation.ReLU",
    }
)
#: Arguments of a network that may name something to import.
IMPORTED = frozenset({"conv_op", "norm_op", "dropout_op", "nonlin"})


def check_network(plans: Mapping[str, Any], configuration: str, path: Path) -> None:
    """Refuse plans whose configuration would import anything but a known network and its parts.

    Parameters
    ----------
    plans : mapping
        Content of plans.json.
    configuration : str
        Such as "3d_fullres".
    path : path of plans.json, for the message

    Raises
    ------
    ModelError
        It imports something else, there is no such configuration, or it is the second stage of a
        cascade.
    """
    found = resolve_configuration(plans, configuration, path)
    if found.get("previous_stage"):
        raise ModelError(f"{path}: expected a model of one stage, came a cascade: {configuration}")
    architecture = found.get("architecture")
    if not isinstance(architecture, Mapping) or not isinstance(
        architecture.get("arch_kwargs"), Mapping
    ):
        raise ModelError(f"{path}: expected an architecture in {configuration}, came none")
    network = architecture.get("network_class_name")
    if network not in NETWORKS:
        raise ModelError(
            f"{path}: expected a network of nnU-Net's planners or ours, came {network}"
        )
    for argument in architecture.get("_kw_requires_import", ()):
        value = architecture["arch_kwargs"].get(argument)
        if argument not in IMPORTED or (value is not None and value not in PARTS):
            raise ModelError(
                f"{path}: expected {argument} of nnU-Net's planners, came {value}, which is not "
                "imported"
            )


def resolve_configuration(
    plans: Mapping[str, Any], configuration: str, path: Path
) -> dict[str, Any]:
    """Give a configuration with what it inherits from others, as nnU-Net's PlansManager does.

    Raises
    ------
    ModelError
        There is none of that name, or it inherits from itself.
    """
    configurations = plans.get("configurations")
    if not isinstance(configurations, Mapping):
        raise ModelError(f"{path}: expected nnU-Net's plans, came no configurations")
    found: dict[str, Any] = {}
    seen: list[str] = []
    name: Any = configuration
    while name is not None:
        known_name = isinstance(name, str) and isinstance(configurations.get(name), Mapping)
        if not known_name or name in seen:
            known = ", ".join(map(str, configurations))
            raise ModelError(f"{path}: expected one of the configurations {known}, came {name}")
        seen.append(name)
        found = {**configurations[name], **found}
        name = configurations[name].get("inherits_from")
    return found
