"""Declare lesions as regions, which gives nnU-Net a sigmoid head and BCE."""

from typing import Any


class RegionError(ValueError):
    """The labels of a dataset.json can't become regions; the message says why."""


def declare_regions(dataset_json: dict[str, Any]) -> dict[str, Any]:
    """Give a dataset.json whose every foreground label is a region.

    nnU-Net takes BCE + Dice where a label is a list of more than one value ("Region-based
    training"); a lesion with the one value 1 is declared as [1, 1], the same voxels. Masks on disk
    stay as they are. What declares regions already is given back unchanged.

    Parameters
    ----------
    dataset_json : dict
        With `labels` as nnU-Net writes them: name -> value or list of values.

    Raises
    ------
    RegionError
        There is no foreground label, or a value isn't a whole number.

    Examples
    --------
    >>> declare_regions({"labels": {"background": 0, "lesion": 1, "ignore": 2}})["labels"]
    {'background': 0, 'lesion': [1, 1], 'ignore': 2}
    """
    labels = dataset_json.get("labels", {})
    if any(isinstance(value, list | tuple) and len(value) > 1 for value in labels.values()):
        return dataset_json
    plain = {name: _value(name, value) for name, value in labels.items()}
    lesions = {name: v for name, v in plain.items() if v != 0 and name != "ignore"}
    if not lesions:
        raise RegionError(f"dataset.json: expected a label beside the background, came {labels}")
    regions = {name: [v, v] if name in lesions else v for name, v in plain.items()}
    order = list(lesions.values())
    return {**dataset_json, "labels": regions, "regions_class_order": order}


def _value(name: str, value: Any) -> int:
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if not isinstance(value, int) or isinstance(value, bool):
        raise RegionError(f"dataset.json: expected a whole number for {name}, came {value}")
    return value
