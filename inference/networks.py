"""Build the networks of a model folder with nnU-Net's own builder; each fold is loaded once."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from nnunetv2.utilities.plans_handling.plans_handler import ConfigurationManager, PlansManager
from torch import Tensor, nn

from inference.cpu_layers import quicken
from inference.memory import enough_memory
from lesions.model_folder import Model
from lesions.model_weights import ModelError, read_weights

Builder = Callable[[ConfigurationManager, int, int, Mapping[str, Any]], nn.Module]


@dataclass(frozen=True)
class Ensemble:
    """A model in memory: nnU-Net's view of its plans, and the network of each fold.

    `plans` and `configuration` are nnU-Net's PlansManager and ConfigurationManager; `networks`
    take (B, C, X, Y, Z) and give (B, H, X, Y, Z), H heads of logits. `bfloat16` is for the CPU: a
    GPU computes in float16 anyway, as nnU-Net does.
    """

    model: Model
    plans: Any
    configuration: Any
    networks: tuple[nn.Module, ...]
    device: torch.device
    bfloat16: bool = False

    def precision(self) -> AbstractContextManager[Any]:
        """Give the context in which the networks run."""
        if self.device.type == "cuda":
            return torch.autocast("cuda")
        return torch.autocast("cpu", torch.bfloat16) if self.bfloat16 else nullcontext()

    @property
    def number_type(self) -> str:
        """Name the type of numbers that convolutions compute in."""
        if self.device.type == "cuda":
            return "float16"
        return "bfloat16" if self.bfloat16 else "float32"

    @property
    def tile(self) -> tuple[int, int, int]:
        """Give the plan's patch size, in voxels of the network's grid."""
        a, b, c = (int(side) for side in self.configuration.patch_size)
        return a, b, c

    @property
    def stride(self) -> tuple[int, int, int]:
        """Give the voxels that one cell of the bottleneck stands for, along each axis."""
        a, b, c = torch.tensor(self.configuration.pool_op_kernel_sizes).prod(0).tolist()
        return int(a), int(b), int(c)


def load_ensemble(model: Model, device: torch.device, *, bfloat16: bool = False) -> Ensemble:
    """Build every fold's network and load its weights onto the device.

    Raises
    ------
    ModelError
        The model isn't 3-D, has another number of lesion classes than one, an architecture that
        this version doesn't know, or weights that don't fit its plans.
    DeviceMemoryError
        The weights don't fit into the device's memory.
    """
    plans = PlansManager(dict(model.plans))
    configuration = plans.get_configuration(model.configuration)
    if len(configuration.patch_size) != 3:
        raise ModelError(
            f"{model.folder}: expected a 3-D configuration, came {model.configuration}, "
            f"{len(configuration.patch_size)}-D"
        )
    n_heads = count_heads(model, plans)
    prepare_device(device)
    with enough_memory(device, f"{model.folder}: expected memory for {len(model.folds)} networks"):
        networks = tuple(
            _load(build_network(model, configuration, n_heads), fold.path, device)
            for fold in model.folds
        )
    if device.type == "cpu" and not bfloat16:
        networks = tuple(map(quicken, networks))
    return Ensemble(model, plans, configuration, networks, device, bfloat16)


def prepare_device(device: torch.device) -> None:
    """Let cuDNN try its algorithms once for each shape on a GPU, and keep the quickest.

    As nnU-Net's predictor does; tiles have one shape, so the trial pays.
    """
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True


def build_network(model: Model, configuration: Any, n_heads: int) -> nn.Module:
    """Build the network that a model's plans describe, with weights not yet its own.

    Raises
    ------
    ModelError
        Its architecture is unknown.
    """
    name = str(model.architecture["name"])
    if name not in BUILDERS:
        raise ModelError(
            f"{model.folder}: expected an architecture of {', '.join(BUILDERS)}, came {name}"
        )
    arguments = model.architecture["arguments"]
    return BUILDERS[name](configuration, model.n_channels, n_heads, arguments)


def count_heads(model: Model, plans: Any) -> int:
    """Count the logits that the networks give for a voxel: 1 (a region) or 2 (softmax).

    Raises
    ------
    ModelError
        There are other foreground classes beside the lesion's.
    """
    labels = plans.get_label_manager(dict(model.dataset))
    n_classes = len(labels.foreground_regions if labels.has_regions else labels.foreground_labels)
    if n_classes != 1:
        raise ModelError(
            f"{model.folder / 'dataset.json'}: expected one class beside the background, the "
            f"lesion, came {n_classes}"
        )
    return int(labels.num_segmentation_heads)


def margin(logits: Tensor) -> Tensor:
    """Give the lesion's logit, (B, X, Y, Z): its sigmoid is the probability of the lesion.

    With a region's one head that is the head; with two heads the difference, for
    softmax(a, b)[1] = sigmoid(b - a). It is linear in the logits, so averages and linear
    resampling of it are those of nnU-Net's logits.

    >>> margin(torch.tensor([[[[[1.0]]], [[[3.0]]]]])).tolist()
    [[[[2.0]]]]
    """
    return logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0]


def _build_planned(
    configuration: Any, n_channels: int, n_heads: int, arguments: Mapping[str, Any]
) -> nn.Module:
    network: nn.Module = get_network_from_plans(
        configuration.network_arch_class_name,
        configuration.network_arch_init_kwargs,
        configuration.network_arch_init_kwargs_req_import,
        n_channels,
        n_heads,
        allow_init=False,
        deep_supervision=False,
    )
    return network


#: Name in model.json -> how it is built. "plans" is what nnU-Net's plans name, out of the list of
#: `lesions.network_names`.
BUILDERS: dict[str, Builder] = {"plans": _build_planned}


def _load(network: nn.Module, path: Any, device: torch.device) -> nn.Module:
    weights = {name: torch.from_numpy(array) for name, array in read_weights(path).items()}
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        first = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise ModelError(f"{path}: expected the weights of its plans' network, {first}") from None
    return network.to(device).eval().requires_grad_(False)
