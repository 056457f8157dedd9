"""Read the look-up table that stands beside a map of lesion types."""

from pathlib import Path

from lesions.formats import TYPE_NAMES
from lesions.tsv import read_table


def read_type_names(label_map: Path | str) -> dict[int, str]:
    """Give the names of a label map's types by index.

    The table has the map's name with .tsv in place of .nii.gz or .nii (BIDS 1.10, "Common
    image-derived labels").

    Raises
    ------
    TableError
        The table is missing or breaks its format.
    """
    path = Path(label_map)
    stem = path.name.removesuffix(".gz").removesuffix(".nii")
    frame = read_table(path.with_name(stem + ".tsv"), TYPE_NAMES)
    return dict(zip(frame["index"].tolist(), frame["name"].tolist(), strict=True))
