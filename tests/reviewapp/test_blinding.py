"""Nothing that a rater can receive tells the group."""

import re
import secrets
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone

from lesions.columns import DIAGNOSES, DRAWN_IN, GROUPS, OUTCOMES
from reviewapp.addresses import crop_key
from reviewapp.api import urls, views
from reviewapp.models import Assignment, Scan, Study
from reviewapp.studies import People, create_study
from tests.reviewapp.permuted import build_permuted, hidden_words
from tests.reviewapp.practice_block import FEEDBACK
from tests.reviewapp.received import TOKEN, Received, addresses, comparable, everything, some_rois
from tests.reviewapp.received_options import everything_with_options, study_with_options

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
Live = Callable[..., list[Received]]
Make = Callable[[Any, People], Study]

#: Words that would tell a group, a patient or a file. "MS" alone stands in the class names.
WORDS = {
    *GROUPS,
    *OUTCOMES,
    *DRAWN_IN,
    *(name for name in DIAGNOSES if name != "MS"),
    "sub-",
    "ses-",
    "T1w",
    ".nii.gz",
    "lesion_id",
    "repeat",
    "group",
    "stratum",
    "diagnosis",
    "outcome",
}
#: Pages of others; the two last are of no study.
NOT_FOR_RATERS = (
    "/studies/{}/progress/",
    "/studies/{}/results/",
    "/studies/{}/results/report.zip",
    "/studies/00000000-0000-4000-8000-000000000000/results/",
    "/nothing",
)
#: The same for everybody, signed in or not: what there is to ask for, and advice on errors.
PUBLIC = ("/api/v1/schema/", "/api/v1/problems/")
#: What was received in a study, by its seed and how it was lived through: a minute's work that
#: several tests look at.
LIVED: dict[tuple[int, str], list[Received]] = {}
#: The same for everybody: the keys of the page, which come in groups of their own.
KEY_PROFILES = re.compile(r'<script id="key-profiles".*?</script>', re.DOTALL)
#: What a screen reader calls controls that belong together.
ROLE = re.compile(r'(?<= )role="group"')


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two runs differ by nothing but what the test changes."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def received(people: dict[str, User], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Live:
    """Give a function that lives through a study whose hidden facts are drawn from a seed.

    The study is gone afterwards, so that the next is the only one again, with the same name.
    """
    monkeypatch.setattr(secrets, "token_urlsafe", lambda n: "t" * 43)  # of invitations

    def live(seed: int, as_rater: Live = everything, make: Make = plain_study) -> list[Received]:
        lived = (seed, as_rater.__name__)
        if as_rater is not some_rois and lived in LIVED:
            return LIVED[lived]
        sample = build_permuted(tmp_path / "-".join(map(str, lived)), seed)
        crew = People((people["anna"], people["ben"]), people["researcher"])
        with transaction.atomic():
            found = as_rater(make(sample, crew), people["anna"], "pass of anna")
            transaction.set_rollback(True)
        if as_rater is not some_rois:
            LIVED[lived] = found
        return found

    return live


def plain_study(sample: Any, crew: People) -> Study:
    return create_study("cortex", sample.rois, sample.scans, crew)


def test_studies_that_differ_in_what_is_hidden_send_the_same(
    received: Live,
) -> None:
    first, other = (comparable(received(seed)) for seed in (1, 2))
    for one, same in zip(other, first, strict=True):
        assert one == same


def test_the_session_that_is_compared_meets_all_that_a_study_sends(
    received: Live,
) -> None:
    found = received(1)
    statuses = {int(one.status[:3]) for one in found}
    assert statuses >= {200, 201, 204, 302, 304, 400, 401, 403, 404, 405, 409}
    assert not [one.request for one in found if one.status >= "500"]
    methods = {one.request.split()[0] for one in found}
    assert methods >= {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
    assert len(addresses()) > 20


def test_so_do_studies_with_practice_a_guess_blocks_another_view_and_a_rater_who_joins_and_leaves(
    received: Live,
) -> None:
    lived = [received(s, everything_with_options, study_with_options) for s in (1, 2)]
    first, other = map(comparable, lived)
    for one, same in zip(other, first, strict=True):
        assert one == same
    statuses = {int(one.status[:3]) for one in lived[0]}
    assert statuses >= {200, 201, 302, 304, 400, 403, 404, 422}
    assert not [one.request for one in lived[0] if one.status >= "500"]
    told = b"".join(one.body for one in lived[0])
    for said in (b"practice 3 of 3", b"Who drew it?", b"practice-first", FEEDBACK.encode()):
        assert said in told


@pytest.mark.parametrize("trace", ["order of keys", "header", "one byte more", "another status"])
def test_a_trace_of_the_group_would_be_found(
    received: Live, monkeypatch: pytest.MonkeyPatch, trace: str
) -> None:
    """Let one response tell of each ROI that the model drew, each time in another way."""
    plain = views.assignment

    def telling(request: Any, assignment_id: uuid.UUID) -> Any:
        response = plain(request, assignment_id)
        shown = Assignment.objects.filter(pk=assignment_id).select_related("roi").first()
        if shown is None or shown.roi.drawn_in != "prediction" or response.status_code != 200:
            return response
        if trace == "order of keys":
            response.data = dict(reversed(response.data.items()))
        elif trace == "header":
            response["X-Seen"] = "1"
        elif trace == "one byte more":
            response.data = {**response.data, "n": f"{response.data['n']}"}
        else:
            response.status_code = 203
        return response

    (route,) = (one for one in urls.urlpatterns if one.name == "assignment")
    monkeypatch.setattr(route, "callback", telling)
    assert comparable(received(1, some_rois)) != comparable(received(2, some_rois))


def test_nothing_sent_to_a_rater_names_group_patient_or_file(
    received: Live, tmp_path: Path
) -> None:
    found = received(1) + received(1, everything_with_options, study_with_options)
    words = WORDS | hidden_words(build_permuted(tmp_path / "names", 1))
    # "Roi" and class names hold no such word; match whole words, so that "regroup" passes.
    either = "|".join(map(re.escape, sorted(words)))
    pattern = re.compile(rf"(?<![A-Za-z])(?:{either})(?![A-Za-z])")
    for one in found:
        path = one.request.split()[1]
        if path.startswith(PUBLIC) or "/guidelines/" in path:
            continue  # no data of the study
        if b"n+1\0" in one.body[:348] or "gzip" in one.headers:
            continue  # pixels
        # A random token spells such a word now and then.
        text = TOKEN.sub("", ROLE.sub("", KEY_PROFILES.sub("", one.text)))
        assert not pattern.findall(text), one.request


def test_the_words_looked_for_would_be_found(
    study: Study, sample: Any, people: dict[str, User]
) -> None:
    scan = Scan.objects.filter(study=study)[0]
    assert {scan.participant_id, scan.site, scan.acquisition} <= hidden_words(sample)


def test_what_a_rater_may_not_see_looks_like_what_there_is_not(
    study: Study, client_of: SignIn
) -> None:
    anna = client_of("anna")
    responses = [anna.get(page.format(study.pk)) for page in NOT_FOR_RATERS]
    assert {response.status_code for response in responses} == {404}
    assert len({TOKEN.sub("", response.content.decode()) for response in responses}) == 1


def test_another_raters_roi_looks_like_one_that_there_is_not(
    study: Study, first: Assignment, client_of: SignIn
) -> None:
    ben = client_of("ben")
    urls = [f"/api/v1/assignments/{pk}/" for pk in (first.pk, uuid.uuid4())]
    urls += [f"/api/v1/assignments/{pk}/crop/{crop_key(first)}.nii" for pk in (first.pk, study.pk)]
    answers = {ben.get(url).content.replace(url.encode(), b"ADDRESS") for url in urls}
    assert answers == {
        b'{"type":"about:blank","title":"Not Found","status":404,'
        b'"detail":"There is nothing here for this account.","instance":"ADDRESS"}'
    }


def test_ids_in_addresses_are_random(study: Study) -> None:
    for model in (Assignment, Scan):
        ids = list(model.objects.values_list("pk", flat=True))
        assert all(pk.version == 4 for pk in ids)
