"""deploy/nginx.conf, served through: TLS, volumes sent by nginx, an app that is away."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.storage.proxy import NGINX, Proxy, behind_nginx, crop_of, from_app
from tests.storage.site import Reply, Site

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("nginx")
    env = {"SECOND_LOOK_HTTPS": "1", "SECOND_LOOK_ACCEL": "/volumes"}
    site = Site(folder / "site", f"sqlite:///{folder}/second-look.sqlite3", 2, **env)
    with behind_nginx(folder, site) as proxy:
        yield proxy


def test_nginx_sends_a_volume_with_the_headers_of_the_app_and_none_of_its_own(
    proxy: Proxy,
) -> None:
    rater = proxy.site.raters[0]
    url = crop_of(proxy, rater)
    reply = proxy.get(url, rater, Accept_Encoding="gzip")
    assert reply.status == 200
    # The same from the app itself, as nginx asks it: there it is empty, and leads to the file.
    direct = from_app(proxy, url, rater)
    assert direct.body == b""
    content = gzip.decompress(reply.body)
    assert f"/{hashlib.sha256(content).hexdigest()}.nii.gz" in direct.headers["X-Accel-Redirect"]
    own = {"x-accel-redirect", "content-length", "date", "server", "connection"}
    assert headers_of(reply, own) == headers_of(direct, own)
    assert "accept-ranges" not in {name.lower() for name in reply.headers}


def headers_of(reply: Reply, but: set[str]) -> dict[str, Any]:
    return {k.lower(): v for k, v in reply.headers.items() if k.lower() not in but}


def test_who_has_it_already_is_told_so_and_who_takes_no_gzip_gets_the_plain_file(
    proxy: Proxy,
) -> None:
    rater = proxy.site.raters[0]
    url = crop_of(proxy, rater)
    packed = proxy.get(url, rater, Accept_Encoding="gzip")
    known = proxy.get(url, rater, Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])
    assert (known.status, known.body) == (304, b"")
    plain = proxy.get(url, rater, Accept_Encoding="identity")
    assert (plain.status, plain.body) == (200, gzip.decompress(packed.body))
    head = proxy.get(url, rater, Accept_Encoding="gzip", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(packed.body))


def test_nobody_reaches_a_volume_but_through_the_app(proxy: Proxy) -> None:
    anna, ben = proxy.site.raters
    url = crop_of(proxy, anna)
    assert proxy.get(url, ben).status == 404
    assert proxy.get(url).status == 401
    place = from_app(proxy, url, anna).headers["X-Accel-Redirect"]
    assert place.startswith("/volumes/")
    for path in (place, f"/volumes/..{place}", "/volumes/../second-look.sqlite3", "/volumes/"):
        assert proxy.get(path, anna).status in (400, 404)


def test_a_volume_that_the_store_has_lost_is_told_as_such(proxy: Proxy) -> None:
    rater = proxy.site.raters[1]
    url = crop_of(proxy, rater)
    place = from_app(proxy, url, rater).headers["X-Accel-Redirect"]
    path = proxy.site.folder / "data" / place.removeprefix("/")
    path.rename(path.with_suffix(".away"))
    try:
        reply = proxy.get(url, rater, Accept_Encoding="gzip")
        assert (reply.status, reply.json()["status"]) == (500, 500)
    finally:
        path.with_suffix(".away").rename(path)


def test_while_the_app_restarts_clients_are_told_when_to_come_again(proxy: Proxy) -> None:
    proxy.site.kill()
    reply = proxy.get("/api/v1/preferences/")
    assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
    assert json.loads(reply.body)["status"] == 503
    assert reply.headers["Content-Type"] == "application/problem+json"
    page = proxy.get("/")
    assert (page.status, page.headers["Retry-After"]) == (503, "5")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    for headers in (reply.headers, page.headers):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    proxy.site.start()
    assert proxy.get("/accounts/login/").status == 200


def test_a_body_that_is_too_long_is_told_in_the_form_of_the_api(proxy: Proxy) -> None:
    rater = proxy.site.raters[0]
    reply = proxy.get(
        "/api/v1/preferences/", rater, method="PUT", Content_Length=str(3 * 1024 * 1024)
    )
    assert (reply.status, json.loads(reply.body)["status"]) == (413, 413)
    assert reply.headers["Content-Type"] == "application/problem+json"
