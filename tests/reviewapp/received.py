"""All that a rater's browser receives in a study, in one form in which two studies can be compared.

What is random by design is replaced, and nothing else: ids (UUID) and keys of volumes by the order
in which they first come, so that it still shows which are equal; tokens of forms and the times of
headers by a word. Of a cookie its name, the length of its value and its attributes stay, but not
when it expires, which is by the clock of the test too.
"""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from reviewapp import studies
from reviewapp.addresses import crop_key, mask_key, scan_key
from reviewapp.models import Assignment, Study
from tests.reviewapp.api.fuzzing import an_order
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.drawing import drawn
from tests.reviewapp.permuted import grown_voxels, spot_voxels

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
RANDOM = re.compile(rf"{UUID}|(?<![0-9a-f])[0-9a-f]{{32}}(?![0-9a-f])")
#: In Expires, where a view asks for it: the clock of the test.
HTTP_DATE = re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT")
TOKEN = re.compile(r'(?<=value=")[A-Za-z0-9]{64}(?=")')
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
PAGES = (
    "/",
    "/accounts/password/",
    "/studies/{}/review/",
    "/studies/{}/done/",
    "/studies/{}/answers/",
    "/studies/{}/answers/own-answers.tsv",
    "/studies/{}/guidelines/",
    "/studies/{}/guidelines/panel.json",
    "/api/v1/studies/{}/queue/",
    "/api/v1/preferences/",
    "/nothing",
)
#: ROIs that are answered: of each kind some, and not all, which takes a minute.
N_WORKED_ON = 6
CLIENT, OTHER = (str(uuid.UUID(int=n)) for n in (1, 2))


@dataclass(frozen=True)
class Received:
    """One response: its request, status, headers in their order, cookies, and body."""

    request: str
    status: str
    headers: str
    cookies: str
    body: bytes

    @property
    def text(self) -> str:
        """Give all of it as text, byte by byte."""
        head = "\n".join((self.request, self.status, self.headers, self.cookies))
        return f"{head}\n{self.body.decode('latin-1')}"


class Session:
    """A rater's browser in one study, which keeps all that it receives."""

    def __init__(self, study: Study, who: User) -> None:
        self.study = study
        self.who = who
        self.client = Client(raise_request_exception=False)
        self.received: list[Received] = []
        shown = Assignment.objects.filter(membership__study=study).select_related("roi__scan")
        self.own = list(shown.filter(membership__user=who).order_by("position"))
        self.others = list(shown.exclude(membership__user=who).order_by("position"))

    def send(self, method: str, url: str, data: Any = None, **headers: str) -> Any:
        """Send a request with a JSON body or none, and keep the response."""
        body = b"" if data is None else json.dumps(data).encode()
        response = self.client.generic(
            method, url, body, content_type="application/json", headers=headers
        )
        self.keep(f"{method} {url} {sorted(headers.items())}", response)
        return response

    def keep(self, request: str, response: Any) -> None:
        """Keep a response."""
        content = b"".join(response) if response.streaming else response.content
        self.received.append(
            Received(
                request,
                f"{response.status_code} {response.reason_phrase}",
                json.dumps(list(response.headers.items())),
                json.dumps([_cookie(morsel) for morsel in response.cookies.values()]),
                content,
            )
        )


def everything(study: Study, who: User, password: str) -> list[Received]:
    """Live through a study as a rater: signed out and in, at work, answered, closed, unblinded."""
    session = Session(study, who)
    read_pages(session)
    _sign_in(session, password)
    read_pages(session)
    for number, assignment in enumerate(session.own):
        read_roi(session, assignment)
        if number < N_WORKED_ON:
            _work_on(session, assignment)
    read_pages(session)
    _try_every_address(session)
    studies.close(study, study.created_by, "all is answered")
    session.client.force_login(who)
    read_pages(session)
    _work_on(session, session.own[0])
    studies.unblind(study, study.created_by, "both have finished")
    read_pages(session)
    read_roi(session, session.own[0])
    session.send("POST", "/accounts/logout/")
    return session.received


def some_rois(study: Study, who: User, _: str) -> list[Received]:
    """Look at the first ROIs, and do nothing else."""
    session = Session(study, who)
    session.client.force_login(who)
    for assignment in session.own[:N_WORKED_ON]:
        read_roi(session, assignment)
    return session.received


def comparable(received: list[Received]) -> list[str]:
    """Replace what is random by design, in the order in which it comes."""
    seen: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return seen.setdefault(match.group(), f"random {len(seen)}")

    texts = (HTTP_DATE.sub("date", TOKEN.sub("token", one.text)) for one in received)
    return [RANDOM.sub(number, text) for text in texts]


def addresses() -> list[tuple[str, tuple[str, ...]]]:
    """Give all addresses that lead to a view, with the names of their parts in `%(name)s`."""
    return sorted(_below(get_resolver(), "/"))


def _sign_in(session: Session, password: str) -> None:
    session.send("GET", "/accounts/login/")
    for tried in ("wrong", password):
        given = {"username": session.who.username, "password": tried}
        session.keep("sign in", session.client.post("/accounts/login/", given))
    assert session.received[-1].status == "302 Found"


def read_pages(session: Session) -> None:
    """Read every page of a rater."""
    for page in PAGES:
        session.send("GET", page.format(session.study.pk))


def read_roi(session: Session, assignment: Assignment) -> None:
    """Read all that is sent of one ROI."""
    url = f"/api/v1/assignments/{assignment.pk}/"
    read_volumes(session, session.send("GET", url).json())


def read_volumes(session: Session, told: dict[str, Any]) -> None:
    """Read the volumes of an ROI of which the server has told, packed and plain, and again."""
    for name in ("crop", "mask", "scan"):
        volume = told[name]["url"]
        for encoding in ("gzip", "identity"):
            sent = session.send("GET", volume, **{"Accept-Encoding": encoding})
            assert sent.status_code == 200, volume
        session.send("HEAD", volume, **{"Accept-Encoding": "gzip"})
        session.send("GET", volume, **{"If-None-Match": sent["ETag"]})


def _work_on(session: Session, assignment: Assignment) -> None:
    """Open, draft, redraw and answer one ROI as the page does, with what is refused."""
    url = f"/api/v1/assignments/{assignment.pk}/"
    draft = {"draft": {"comment": "x"}, "revises": 0, "client": CLIENT, "based_on": 0}
    session.send("POST", f"{url}opened/", {})
    session.send("PUT", f"{url}draft/", draft)
    session.send("PUT", f"{url}draft/", {**draft, "client": OTHER})
    shown, grown = spot_voxels(assignment.roi), grown_voxels(assignment.roi)
    _, j, k = min(shown)
    bridge = shown | {(i, j, k) for i in range(3, 17)}
    for number, voxels in enumerate((shown, [], bridge, grown, grown)):
        correction = drawn(assignment, voxels)
        answer = {**ANSWER, "needs_correction": True, "correction": correction}
        session.send(
            "POST", f"{url}answers/", answer, **{"Idempotency-Key": str(uuid.UUID(int=number))}
        )
    session.send("DELETE", f"{url}draft/")
    session.send("GET", url)


def _try_every_address(session: Session) -> None:
    """Send each method to each address that there is, each as signed in anew."""
    mine, foreign = session.own[0], session.others[0]
    parts: dict[str, list[Any]] = {
        "study_id": [session.study.pk],
        "assignment_id": [mine.pk, foreign.pk],
        "scan_id": [mine.roi.scan_id],
        "key": [crop_key(mine), mask_key(mine), scan_key(mine)],
        "roi_id": [mine.roi_id],
        "kind": ["crop"],
        "build_id": [an_order(session.study).pk],
        "member_id": [0],
        "invitation_id": [0],
        "token": ["no-such-token"],
        "token_id": [0],
        "name": ["report.zip", "blinded"],
        "rest": ["nothing"],
    }
    for template, names in addresses():
        unknown = sorted(set(names) - set(parts))
        if unknown:
            pytest.fail(f"{template}: say in `parts` which values {unknown[0]} has")
        for values in product(*(parts[name] for name in names)):
            for method in METHODS:
                session.client.cookies.clear()
                session.client.force_login(session.who)
                session.send(method, template % dict(zip(names, values, strict=True)))


def _below(resolver: URLResolver, start: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in resolver.url_patterns:
        for text, names in normalize(pattern.pattern.regex.pattern):
            if isinstance(pattern, URLPattern):
                yield start + text, tuple(names)
                continue
            for rest, more in _below(pattern, start + text):
                yield rest, (*names, *more)


def _cookie(morsel: Any) -> list[Any]:
    kept = {name: value for name, value in morsel.items() if name != "expires"}

    return [morsel.key, len(morsel.value), kept]
