"""Nothing that a rater can receive tells the group."""

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from lesions.columns import DIAGNOSES, DRAWN_IN, GROUPS, OUTCOMES
from reviewapp.models import Assignment, Scan, Study
from reviewapp.studies import People, create_study
from tests.reviewapp.cohort import ANSWER, SITE, SUBJECTS, build_sample
from tests.reviewapp.drawing import drawn, grown, shown_voxels

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]

#: Words that would tell a group, a patient or a file. "MS" alone stands in the class names.
WORDS = (
    *GROUPS,
    *OUTCOMES,
    *DRAWN_IN,
    *(name for name in DIAGNOSES if name != "MS"),
    *SUBJECTS,
    SITE,
    "sub-",
    "MP2RAGE",
    "T1w",
    ".nii.gz",
    "lesion_id",
    "stratum",
    "repeat",
    "group",
    "diagnosis",
    "outcome",
)
#: What is no data of the study; it may name what it tells raters not to look for.
GUIDELINES = "/studies/{}/guidelines/"
PANEL = "/studies/{}/guidelines/panel.json"
#: All that a rater's links lead to.
PAGES = (
    "/",
    "/accounts/password/",
    "/studies/{}/review/",
    "/studies/{}/done/",
    "/studies/{}/answers/",
    "/studies/{}/answers/own-answers.tsv",
    GUIDELINES,
    PANEL,
)
#: Pages of others; the two last are of no study.
NOT_FOR_RATERS = (
    "/studies/{}/progress/",
    "/studies/{}/results/",
    "/studies/{}/results/report.zip",
    "/studies/00000000-0000-4000-8000-000000000000/results/",
    "/nothing",
)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: ROIs that are answered: some of each mask and scan, and not all, which takes a minute.
N_WORKED_ON = 9
CLIENT, OTHER = (str(uuid.UUID(int=n)) for n in (1, 2))
#: Differs between any two requests: the CSRF token.
NOISE = re.compile(r'(?<=value=")[A-Za-z0-9]{64}(?=")')
#: The same for everybody: the keys of the page, which come in groups of their own.
KEY_PROFILES = re.compile(r'<script id="key-profiles".*?</script>', re.DOTALL)

#: What a screen reader calls controls that belong together.
ROLE = re.compile(r'(?<= )role="group"')


def everything_sent(client: Client, study: Study, who: str) -> list[tuple[str, str, bytes]]:
    """Give address, headers and body of all that the rater's pages and API send, in order."""
    pages = [page.format(study.pk) for page in PAGES]
    urls = [*pages]
    urls.append(f"/api/v1/studies/{study.pk}/queue/")
    own = Assignment.objects.filter(membership__user__username=who, membership__study=study)
    urls += [f"/api/v1/assignments/{pk}/" for pk in own.values_list("pk", flat=True)]
    sent = []
    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        sent.append((url, headers_of(response), response.content))
        if re.fullmatch(rf"/api/v1/assignments/{UUID.pattern}/", url):
            data = response.json()
            urls += [data[name]["url"] for name in ("crop", "mask", "scan")]
            if data["position"] <= N_WORKED_ON:
                sent += [(url, headers_of(r), r.content) for r in work_on(client, url, data)]
    for url in pages:  # now with answers
        response = client.get(url)
        sent.append((url, headers_of(response), response.content))
    return sent


def work_on(client: Client, url: str, data: dict[str, Any]) -> list[Any]:
    """Open, draft, redraw and answer one ROI as the page does; give all responses."""
    draft = {"draft": {"comment": "x"}, "revises": 0, "client": CLIENT, "based_on": 0}
    roi = Assignment.objects.get(pk=data["id"]).roi
    _, j, k = min(shown_voxels(roi))
    bridge = shown_voxels(roi) | {(i, j, k) for i in range(3, 17)}
    answers = [
        {**ANSWER, "needs_correction": True, "correction": correction}
        for correction in (
            drawn(roi, shown_voxels(roi)),
            drawn(roi, []),
            drawn(roi, bridge),
            drawn(roi, grown(roi)),
            drawn(roi, grown(roi)),
        )
    ]
    put: Any = client.put
    responses = [
        client.post(f"{url}opened/"),
        put(f"{url}draft/", draft, content_type="application/json"),
        put(f"{url}draft/", {**draft, "client": OTHER}, content_type="application/json"),
        *(
            client.post(
                f"{url}answers/",
                answer,
                content_type="application/json",
                headers={"Idempotency-Key": str(uuid.UUID(int=number))},
            )
            for number, answer in enumerate(answers)
        ),
        client.get(url),
    ]
    statuses = [response.status_code for response in responses]
    assert statuses == [204, 200, 409, 400, 400, 400, 201, 409, 200]
    return responses


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two runs differ by nothing but what the test changes."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)


def headers_of(response: Any) -> str:
    return json.dumps({**response.headers, "cookies": sorted(response.cookies)})


def test_nothing_sent_to_a_rater_names_group_patient_or_file(
    study: Study, client_of: SignIn
) -> None:
    for url, headers, body in everything_sent(client_of("anna"), study, "anna"):
        is_data = not url.endswith(".nii") and "/guidelines/" not in url
        text = ROLE.sub("", KEY_PROFILES.sub("", body.decode("latin-1"))) if is_data else ""
        for word in WORDS:
            # "Roi" and class names hold no such word; match whole words, so that "regroup" passes.
            pattern = rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])"
            assert not re.search(pattern, f"{url} {headers} {text}"), (word, url)


def test_what_a_rater_may_not_see_looks_like_what_there_is_not(
    study: Study, client_of: SignIn
) -> None:
    anna = client_of("anna")
    responses = [anna.get(page.format(study.pk)) for page in NOT_FOR_RATERS]
    assert {response.status_code for response in responses} == {404}
    assert len({NOISE.sub("", response.content.decode()) for response in responses}) == 1


def test_another_raters_roi_looks_like_one_that_there_is_not(
    study: Study, first: Assignment, client_of: SignIn
) -> None:
    ben = client_of("ben")
    urls = [f"/api/v1/assignments/{pk}/" for pk in (first.pk, uuid.uuid4())]
    urls += [
        f"/api/v1/assignments/{pk}/crop/{first.roi.crop_id}.nii" for pk in (first.pk, study.pk)
    ]
    answers = {ben.get(url).content for url in urls}
    assert answers == {
        b'{"title":"Not Found","status":404,"detail":"There is nothing here for this account."}'
    }


def test_the_words_looked_for_would_be_found(study: Study) -> None:
    scan = Scan.objects.filter(study=study)[0]
    assert scan.participant_id in WORDS
    assert scan.site in WORDS


def test_other_groups_send_the_same(
    study: Study, people: dict[str, User], client_of: SignIn, tmp_path: Path
) -> None:
    """Permute the groups in an otherwise equal study: all but the random ids stays as it was."""
    names = sorted(GROUPS)
    permuted = build_sample(tmp_path / "permuted", groups=lambda index: names[index * 7 % 4])
    before = comparable(everything_sent(client_of("anna"), study, "anna"))
    Study.objects.filter(pk=study.pk).update(name="put aside")
    crew = People((people["anna"], people["ben"]), people["researcher"])
    other = create_study("cortex", permuted.rois, permuted.scans, crew)
    assert list(other.rois.values_list("group")) != list(study.rois.values_list("group"))
    hide(study)
    assert comparable(everything_sent(client_of("anna"), other, "anna")) == before


def hide(study: Study) -> None:
    """Hand anna's part of the first study to someone else, so that her pages show one study."""
    heir = User.objects.create_user("heir")
    study.memberships.filter(user__username="anna").update(user=heir)


def comparable(sent: list[tuple[str, str, bytes]]) -> list[tuple[str, str, bytes]]:
    """Replace random ids by the order in which they first come."""
    seen: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return seen.setdefault(match.group(), f"id{len(seen)}")

    def plain(text: str) -> str:
        return UUID.sub(number, NOISE.sub("", text))

    return [
        (
            plain(url),
            plain(headers),
            body if url.endswith(".nii") else plain(body.decode()).encode(),
        )
        for url, headers, body in sent
    ]


def test_ids_in_addresses_are_random(study: Study) -> None:
    for model in (Assignment, Scan):
        ids = list(model.objects.values_list("pk", flat=True))
        assert all(pk.version == 4 for pk in ids)
