"""The keys in the addresses of volumes: they tell a rater nothing of what is behind them.

A content's hash in an address would tell the rater's browser that a showing is a repeat, and its
cache would show the repeat at once. So an address holds a keyed hash instead. That of a crop or a
mask differs with each showing. That of a whole scan differs with each rater alone: which ROIs are
of one scan is to be seen in the picture, and a large scan is loaded once. Were it another for a
repeat, loading a scan again would tell the repeat (docs/blinding.md). Practice ROIs and previews
have keys of the same kind, though nobody meets the same ROI twice there.
"""

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from reviewapp.models import Assignment, Membership, PracticeRoi, Roi

#: Hexadecimal digits of a key: 128 bits.
KEY_LENGTH = 32
#: The volumes that an ROI has.
KINDS = ("crop", "mask", "scan")
_SALT = "second-look address"


def crop_key(assignment: Assignment) -> str:
    """Give the key of a showing's crop."""
    return _key("crop", assignment.pk, assignment.roi.crop_id)


def mask_key(assignment: Assignment) -> str:
    """Give the key of a showing's mask; a delineation names with it what it was drawn on."""
    return _key("mask", assignment.pk, assignment.roi.mask_id)


def scan_key(assignment: Assignment) -> str:
    """Give the key of a showing's whole scan: the same for all showings of it to one rater."""
    scan = assignment.roi.scan
    return _key("scan", assignment.membership_id, scan.pk, scan.volume_id)


def practice_key(roi: PracticeRoi, member: Membership, kind: str) -> str:
    """Give the key of a practice ROI's crop, mask or scan: another one for each rater."""
    return _key("practice", member.pk, roi.pk, kind, contents_of(roi)[kind])


def preview_key(roi: Roi | PracticeRoi, kind: str) -> str:
    """Give the key of an ROI's crop, mask or scan in the preview of its study's researchers."""
    return _key("preview", roi.pk, kind, contents_of(roi)[kind])


def contents_of(roi: Roi | PracticeRoi) -> dict[str, str]:
    """Give the SHA-256 of an ROI's crop, mask and scan; they stay on the server."""
    scan = roi.scan.volume_id if isinstance(roi, Roi) else roi.scan_id
    return {"crop": roi.crop_id, "mask": roi.mask_id, "scan": scan}


def crop_url(assignment: Assignment) -> str:
    """Give the address of a showing's crop."""
    return reverse("api:crop", args=[assignment.pk, crop_key(assignment)])


def mask_url(assignment: Assignment) -> str:
    """Give the address of a showing's mask."""
    return reverse("api:mask", args=[assignment.pk, mask_key(assignment)])


def scan_url(assignment: Assignment) -> str:
    """Give the address of a showing's whole scan."""
    return reverse("api:scan", args=[assignment.roi.scan_id, scan_key(assignment)])


def are_equal(came: str, key: str) -> bool:
    """Compare a key that came with the right one, in a time that tells nothing of it."""
    return constant_time_compare(came, key)


def _key(*parts: object) -> str:
    text = " ".join(map(str, parts))
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:KEY_LENGTH]
