"""Draw the ROIs of a review from a lesion table: `python -m lesions sample`."""

import argparse
import sys
from pathlib import Path

from lesions.atomic import check_target
from lesions.balance import Balance, write_balance
from lesions.balance_plot import write_balance_plot
from lesions.columns import DRAWN_IN
from lesions.formats import LESIONS, ROIS
from lesions.options import at_least, table_to_write
from lesions.sampling import SamplingError, sample_rois
from lesions.tsv import read_table, write_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "Beside the table go its balance report, NAME.balance.json and NAME.balance.svg. "
        "Columns: docs/formats.md."
    )
    parser.add_argument("lesions", type=Path, help="the lesion table, lesions.tsv")
    parser.add_argument(
        "--out", type=table_to_write, required=True, help="table to write: rois.tsv"
    )
    parser.add_argument(
        "--n", type=at_least(1), default=50, help="FNLs and TPLs to draw, each (default: 50)"
    )
    parser.add_argument(
        "--seed",
        type=at_least(0),
        default=42,
        help="settles which of several lesions alike in size is drawn (default: 42)",
    )
    parser.add_argument(
        "--acquisition", help="acquisition to sample; needed where the table has several"
    )
    parser.add_argument(
        "--tpl-drawn-in",
        choices=sorted(DRAWN_IN),
        default="reference",
        help="mask whose outline of a TPL is shown (default: reference)",
    )
    parser.add_argument(
        "--max-per-patient",
        type=at_least(1),
        help="most FNLs, and most TPLs, of one patient (default: the fewest that keep the balance)",
    )


def run(args: argparse.Namespace) -> int:
    """Write the sample, its dictionary and its balance report, and print the report."""
    check_target(args.out)  # now, not after hours of work
    table = read_table(args.lesions, LESIONS)
    try:
        sample = sample_rois(
            table,
            n=args.n,
            seed=args.seed,
            tpl_drawn_in=args.tpl_drawn_in,
            max_per_patient=args.max_per_patient,
            acquisition=args.acquisition,
        )
    except SamplingError as error:
        raise SamplingError(f"{args.lesions}: {error}") from None
    provenance = {
        "Command": "python -m lesions sample",
        "Lesions": args.lesions.name,
        "N": args.n,
        "Seed": args.seed,
        "Acquisition": sample.balance.acquisition,
        "TplDrawnIn": args.tpl_drawn_in,
        "MaxPerPatient": args.max_per_patient,
    }
    beside = args.out.with_suffix("")
    write_balance_plot(sample.rois, sample.balance, f"{beside}.balance.svg")
    write_balance(sample.balance, f"{beside}.balance.json", provenance)
    write_table(sample.rois, args.out, ROIS, provenance)
    _print_balance(sample.balance)
    return 0


def _print_balance(balance: Balance) -> None:
    for group in balance.groups:
        text = f"{group.group}: {group.n} of {group.n_candidates}, {group.n_patients} patients"
        found = group.against_fpl_ms
        if found is not None:
            smd = "n/a" if found.smd is None else f"{found.smd:+.3f}"
            text += f", SMD {smd}, KS {found.ks:.3f} (best {found.ks_optimum:.3f})"
        if group.cap_per_patient is not None:
            text += f", at most {group.cap_per_patient} of one patient"
        print(text)
    if balance.synthetic:
        print("SYNTHETIC: made from phantoms, not from patients.")
    for warning in balance.warnings:
        print(f"warning: {warning}", file=sys.stderr)
