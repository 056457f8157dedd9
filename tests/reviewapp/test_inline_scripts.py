"""No page has a script, a style or a handler inside it: the policy would not run it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from reviewapp import pages
from tests.reviewapp import permission_table
from tests.reviewapp.cohort import Sample
from tests.reviewapp.permission_world import build_world
from tests.reviewapp.test_permissions import Visit

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
ROWS = [row for row in permission_table.rows() if not row.address.startswith("api:")]
#: In them each page is to be seen, and each form.
STATES = ("draft", "open", "unblinded")
#: Seen by who has a second factor, below.
WITH_A_FACTOR = {"sign_in_code", "second_factor_qr"}


def check(response: Any, what: object) -> bool:
    """Check a response, and say whether it was a page."""
    if not response.get("Content-Type", "").startswith("text/html"):
        return False
    html = response.content.decode()
    found = re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert not found, (what, found)
    for script in re.findall(r"<script[^>]*>", html):
        assert 'type="application/json"' in script or " src=" in script, what
    return bool(html)


def test_what_would_be_refused_is_found() -> None:
    class Page(dict[str, str]):
        content = b""

    for wrong in ("<b style='x'>", "<p onclick='x()'>", "<script>x()</script>", "<style>"):
        page = Page({"Content-Type": "text/html"})
        page.content = wrong.encode()
        with pytest.raises(AssertionError):
            check(page, wrong)


def test_each_page_is_seen_in_one_of_the_states() -> None:
    seen = {
        row.address.partition(" ")[0]
        for row in ROWS
        if {*STATES} & {*row.states} and "GET" in row.methods and 200 in row.statuses.values()
    }
    every = {row.address.partition(" ")[0] for row in ROWS if "GET" in row.methods}
    assert every - seen == WITH_A_FACTOR


@pytest.mark.parametrize("state", STATES)
def test_no_page_has_inline_script_or_style(
    sample: Sample, people: dict[str, User], client_of: SignIn, state: str
) -> None:
    """Look at each page as each kind of person that gets one, forms that were sent too."""
    visit, n_pages = Visit(build_world(sample, people, state), client_of), 0
    for row in (row for row in ROWS if state in row.states):
        for method in {"GET", "POST"} & {*row.methods}:
            # Everybody to whom it is shown: pages differ by who looks; of a refusal one is enough.
            shown = [who for who, status in row.statuses.items() if status == 200]
            for who in {*shown, *{s: who for who, s in row.statuses.items()}.values()}:
                response = visit.send(who, method, row.address)
                n_pages += check(response, (who, method, row.address))
    assert n_pages > 30


def test_no_page_of_the_second_factor_and_no_error_has_any(
    people: dict[str, User], client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben, signing_in = client_of("anna"), client_of("ben"), Client()
    address, code = reverse("second_factor"), reverse("sign_in_code")
    assert anna.post(address, {"action": "begin"}).status_code == 302
    TOTPDevice.objects.create(user=people["ben"], confirmed=True)
    signing_in.post(reverse("login"), {"username": "ben", "password": "pass of ben"})
    asked = [
        anna.get(address),
        anna.post(address, {"action": "confirm", "code": "1", "password": "x"}),
        ben.get(address),
        ben.post(address, {"action": "turn off", "code": "1"}),
        signing_in.get(code),
        signing_in.post(code, {"code": "000000"}),
        anna.get("/nothing"),
        Client(enforce_csrf_checks=True).post(reverse("login")),
    ]
    assert not check(anna.get(reverse("second_factor_qr")), "an image")

    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(pages, "rater_progress", fail)
    careful = Client(raise_request_exception=False)
    careful.force_login(people["anna"])
    asked.append(careful.get("/"))
    assert [response.status_code for response in asked[-3:]] == [404, 403, 500]
    for response in asked:
        assert check(response, response.request["PATH_INFO"])
