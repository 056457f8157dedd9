"""A sample has the paper's groups, sizes that follow the FPLs, and one answer per seed."""

from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
import pandas as pd
import pytest

from lesions.__main__ import main
from lesions.formats import LESIONS, ROIS
from lesions.lesion_table import build_lesion_table
from lesions.sampling import SamplingError, sample_rois
from lesions.scans import read_scans
from lesions.tsv import read_table, write_table

Pools = Callable[..., pd.DataFrame]


def counts(rois: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(n) for name, n in rois["group"].value_counts().items()}


def test_the_groups_are_those_of_the_paper(lesion_pools: Pools) -> None:
    table = lesion_pools()
    rois = sample_rois(table).rois
    assert counts(rois) == {"FPL_MS": 109, "FPL_mimic": 18, "TPL": 50, "FNL": 50}
    assert rois["lesion_id"].is_unique
    source = table.set_index("lesion_id").loc[rois["lesion_id"]]
    assert (source["outcome"].to_numpy() == rois["group"].str.split("_").str[0].to_numpy()).all()
    mimics = rois["group"] == "FPL_mimic"
    assert (rois["diagnosis"].eq("mimic") == mimics).all()


@pytest.mark.parametrize("seed", range(8))
def test_drawn_sizes_reach_the_goals_of_balance(lesion_pools: Pools, seed: int) -> None:
    balance = sample_rois(lesion_pools(seed), seed=seed).balance
    for name in ("TPL", "FNL"):
        found = balance.group(name).against_support
        assert found is not None
        assert found.smd is not None
        assert abs(found.smd) <= 0.02
        assert found.ks <= found.ks_optimum + 0.01 + 1e-12


def test_no_patient_gives_more_than_the_cap(lesion_pools: Pools) -> None:
    sample = sample_rois(lesion_pools())
    for name in ("TPL", "FNL"):
        group = sample.balance.group(name)
        most = sample.rois[sample.rois["group"] == name]["participant_id"].value_counts().max()
        assert group.cap_per_patient is not None
        assert most == group.max_per_patient <= group.cap_per_patient <= 3


def test_the_order_of_rows_does_not_matter_but_the_seed_does(
    lesion_pools: Pools, rng: np.random.Generator
) -> None:
    table = lesion_pools()
    shuffled = table.iloc[rng.permutation(len(table))]
    pd.testing.assert_frame_equal(sample_rois(table).rois, sample_rois(shuffled).rois)
    other = sample_rois(table, seed=43).rois
    assert set(other["lesion_id"]) != set(sample_rois(table).rois["lesion_id"])
    sizes = [
        rois.groupby("group")["volume_mm3"].median() for rois in (other, sample_rois(table).rois)
    ]
    assert (sizes[0] - sizes[1]).abs().max() <= 1


def test_weights_are_candidates_over_drawn(lesion_pools: Pools) -> None:
    rois = sample_rois(lesion_pools()).rois
    weights = rois.groupby("group")["sampling_weight"].unique()
    expected = {"FPL_MS": 1, "FPL_mimic": 1, "TPL": 20, "FNL": 20}
    assert {name: list(found) for name, found in weights.items()} == {
        name: [weight] for name, weight in expected.items()
    }
    assert set(rois["stratum"]) == {
        "MS MP2RAGE FPL prediction",
        "mimic MP2RAGE FPL prediction",
        "MS MP2RAGE TPL reference",
        "MS MP2RAGE FNL reference",
    }


def test_tpls_can_be_shown_as_the_model_drew_them(lesion_pools: Pools) -> None:
    table = lesion_pools()
    predicted = table[table["outcome"] == "TPL"].copy()
    predicted["drawn_in"], predicted["lesion_id"] = "prediction", "P" + predicted["lesion_id"]
    table = pd.concat([table, predicted], ignore_index=True)
    for drawn_in in ("reference", "prediction"):
        rois = sample_rois(table, 10, tpl_drawn_in=drawn_in).rois
        assert set(rois[rois["group"] == "TPL"]["drawn_in"]) == {drawn_in}


def test_too_few_candidates_are_all_taken_and_said(lesion_pools: Pools) -> None:
    sample = sample_rois(lesion_pools(FNL=(7, 2.7, 0.9)))
    assert counts(sample.rois)["FNL"] == 7
    assert counts(sample.rois)["TPL"] == 50
    assert "FNL: 50 asked for, 7 there: all are taken" in sample.balance.warnings


def test_a_cap_that_is_asked_for_can_leave_fewer_and_is_said(lesion_pools: Pools) -> None:
    table = lesion_pools(TPL=(200, 3, 1))
    table.loc[table["outcome"] == "TPL", "participant_id"] = ["sub-M01", "sub-M02"] * 100
    sample = sample_rois(table, max_per_patient=3)
    assert counts(sample.rois)["TPL"] == 6
    assert "TPL: at most 3 of one patient leaves 6 of 50" in sample.balance.warnings


def test_targets_beyond_both_pools_are_dropped_from_the_target_alone(lesion_pools: Pools) -> None:
    sample = sample_rois(lesion_pools(FPL_MS=(100, 4.5, 1.2), FNL=(900, 2.0, 0.5)))
    assert sample.balance.n_outside_support > 5
    assert counts(sample.rois)["FPL_MS"] == 100
    assert any("lie outside the" in text for text in sample.balance.warnings)
    assert any(text.startswith("FNL: SMD of log volume") for text in sample.balance.warnings)


def test_pools_that_share_no_size_are_warned_of(lesion_pools: Pools) -> None:
    table = lesion_pools(FPL_MS=(20, 9.0, 0.1), FNL=(60, 1, 0.2), TPL=(60, 1, 0.2))
    balance = sample_rois(table).balance
    assert balance.support_mm3 is None
    assert sum("SMD" in text for text in balance.warnings) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, "n must be at least 1, not 0"),
        ({"seed": -1}, "seed must be a whole number of at least 0, not -1"),
        ({"tpl_drawn_in": "both"}, 'tpl_drawn_in must be one of .*, not "both"'),
        ({"max_per_patient": 0}, "max_per_patient must be at least 1, not 0"),
    ],
)
def test_an_option_out_of_range_is_refused(
    lesion_pools: Pools, options: dict[str, int], message: str
) -> None:
    with pytest.raises(SamplingError, match=message):
        sample_rois(lesion_pools(), **options)  # type: ignore[arg-type]


def test_the_command_writes_the_same_bytes_for_the_same_seed(
    tmp_path: Path, lesion_pools: Pools, capsys: pytest.CaptureFixture[str]
) -> None:
    table = lesion_pools()
    table.attrs["synthetic"] = True
    write_table(table, tmp_path / "lesions.tsv", LESIONS)
    for folder in ("a", "b"):
        out = tmp_path / folder / "rois.tsv"
        assert main(["sample", str(tmp_path / "lesions.tsv"), "--out", str(out)]) == 0
    names = ["rois.balance.json", "rois.balance.svg", "rois.json", "rois.tsv"]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == names
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert read_table(tmp_path / "a" / "rois.tsv", ROIS).attrs["synthetic"]
    assert "SYNTHETIC" in capsys.readouterr().out


def test_a_tpl_is_sampled_once_however_many_outlines_touch_it(cohort_path: Path) -> None:
    """One reference lesion under two predictions, and two under one prediction."""
    reference, prediction = np.zeros((2, 8, 8, 8), np.uint8)
    reference[1:7, 1, 1] = 1
    prediction[1, 1, 1] = prediction[4, 1, 1] = 1
    reference[1, 5, 1] = reference[5, 5, 1] = 1
    prediction[1:6, 5, 1] = 1
    prediction[6, 6, 6] = 1  # the FPL that the others are matched to
    for name, mask in (("reference", reference), ("prediction", prediction)):
        image = nibabel.Nifti1Image(mask, np.diag([1.0, 1, 2, 1]))
        nibabel.save(image, cohort_path.with_name(f"sub-01_{name}.nii.gz"))
    table = build_lesion_table(read_scans(cohort_path))
    for drawn_in, labels in (("reference", {1, 2, 3}), ("prediction", {1, 2, 3})):
        rois = sample_rois(table, 50, tpl_drawn_in=drawn_in).rois
        tpl = rois[rois["group"] == "TPL"]
        assert set(tpl["drawn_in"]) == {drawn_in}
        assert set(tpl["label"]) == labels
        assert tpl["lesion_id"].is_unique
        assert len(tpl) == 3
        assert not (rois["group"] == "FNL").any()
