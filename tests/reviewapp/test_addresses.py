"""Addresses of volumes: a repeat shares none with its first showing that tells it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from reviewapp.addresses import crop_key, mask_key, scan_key
from reviewapp.models import Assignment, Study

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def repeated(study: Study) -> tuple[Assignment, Assignment, Assignment]:
    """Give a repeat of anna's, its first showing, and another ROI of the scan, shown once."""
    own = Assignment.objects.filter(membership__user__username="anna").select_related("roi__scan")
    again = own.filter(repeat=1)[0]
    first = own.get(roi=again.roi, repeat=0)
    other = own.filter(roi__scan=again.roi.scan).exclude(roi=again.roi)[0]
    return again, first, other


def texts_of(client: Client, assignment: Assignment) -> set[str]:
    """Give all text that is sent for a showing, and the headers of its volumes."""
    told = client.get(f"/api/v1/assignments/{assignment.pk}/").json()
    found = set(strings(told))
    for name in ("crop", "mask", "scan"):
        headers = client.get(told[name]["url"], headers={"Accept-Encoding": "gzip"}).headers
        found |= {f"{header}: {headers[header]}" for header in ("ETag", "Content-Type", "Vary")}
    return found


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def test_a_repeat_shares_no_more_text_with_its_first_showing_than_any_roi_of_the_scan(
    repeated: tuple[Assignment, Assignment, Assignment], client_of: SignIn
) -> None:
    again, first, other = (texts_of(client_of("anna"), showing) for showing in repeated)
    assert again & first == again & other


def test_no_address_holds_the_hash_of_a_content(first: Assignment, client_of: SignIn) -> None:
    roi = first.roi
    sent = texts_of(client_of("anna"), first)
    for sha256 in (roi.crop_id, roi.mask_id, roi.scan.volume_id):
        assert not any(sha256[:8] in text for text in sent)


def test_a_scan_has_one_address_for_all_showings_to_a_rater_and_another_for_the_next(
    study: Study,
) -> None:
    shown = Assignment.objects.filter(membership__study=study).select_related("roi__scan")
    keys: dict[tuple[object, object], set[str]] = {}
    for assignment in shown:
        place = (assignment.membership_id, assignment.roi.scan_id)
        keys.setdefault(place, set()).add(scan_key(assignment))
    assert {len(found) for found in keys.values()} == {1}
    assert len(set.union(*keys.values())) == len(keys) == 2 * 3


def test_keys_cannot_be_made_without_the_secret(first: Assignment, settings: Any) -> None:
    before = [make(first) for make in (crop_key, mask_key, scan_key)]
    settings.SECRET_KEY = "another"
    after = [make(first) for make in (crop_key, mask_key, scan_key)]
    assert not set(before) & set(after)
    assert len({*before, *after}) == 6


def test_a_key_of_another_showing_of_the_roi_leads_nowhere(
    repeated: tuple[Assignment, Assignment, Assignment], client_of: SignIn
) -> None:
    again, first, _ = repeated
    anna, api = client_of("anna"), "/api/v1/assignments"
    assert anna.get(f"{api}/{again.pk}/crop/{crop_key(again)}.nii").status_code == 200
    assert anna.get(f"{api}/{again.pk}/crop/{crop_key(first)}.nii").status_code == 404
    assert anna.get(f"{api}/{again.pk}/mask/{crop_key(again)}.nii").status_code == 404
