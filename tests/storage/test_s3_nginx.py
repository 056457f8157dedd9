"""A browser is sent the same whether volumes lie in a folder or a bucket, with nginx or without."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reviewapp.stores.headers import STRIPPED
from reviewapp.stores.store import name_of
from tests.s3_server import VENDORS, S3Server, serving_s3
from tests.storage.proxy import NGINX, Proxy, behind_nginx, changed, crop_of, from_app
from tests.storage.site import ROOT, Site

CONF = ROOT / "deploy" / "nginx-s3.conf"
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
#: What a browser may ask with.
ASKED: list[dict[str, str]] = [
    {"Accept_Encoding": "gzip"},
    {"Accept_Encoding": "identity"},
    {"Accept_Encoding": "gzip", "method": "HEAD"},
    {"Accept_Encoding": "gzip", "Range": "bytes=0-9"},
    {"Accept_Encoding": "gzip", "If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
]


@dataclass(frozen=True)
class Server:
    """A site whose volumes lie in a folder and in a bucket alike."""

    folder: Path
    site: Site
    s3: S3Server
    in_bucket: dict[str, str]

    def ways(self) -> dict[str, dict[str, str]]:
        """Give the four ways to serve it, by what its environment says."""
        return {
            "folder": {},
            "folder and nginx": {"SECOND_LOOK_ACCEL": "/volumes"},
            "bucket": self.in_bucket,
            "bucket and nginx": {**self.in_bucket, "SECOND_LOOK_ACCEL": "/volumes-s3"},
        }

    def served(self, way: str) -> Any:
        """Serve it in one of them."""
        site = copy.copy(self.site)
        site.env = {**site.env, **self.ways()[way]}
        folder = self.folder / way.replace(" ", "-")
        folder.mkdir(exist_ok=True)
        changes = {
            "s3.eu-central-1.amazonaws.com": self.s3.endpoint.removeprefix("https://"),
            "/etc/ssl/certs/ca-certificates.crt": str(self.s3.certificate),
        }
        conf = folder / "second-look-s3.conf"
        conf.write_text(changed(CONF.read_text("utf-8"), changes), "utf-8")
        include = "# include /etc/nginx/second-look-s3.conf;"
        return behind_nginx(folder, site, {include: f"include {conf};"})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("ways")
    (folder / "s3").mkdir()
    with serving_s3(folder / "s3") as s3:
        bucket = s3.make_bucket("volumes-of-a-site")
        # The order in which Allow names the methods is drawn at each start.
        env = {"SECOND_LOOK_HTTPS": "1", "PYTHONHASHSEED": "0"}
        site = Site(folder / "site", f"sqlite:///{folder}/second-look.sqlite3", 2, **env)
        store = site.folder / "data" / "volumes"
        for path in store.rglob("*.nii.gz"):  # moved as docs/deploy.md says: name by name
            key = f"{bucket.prefix}/{path.relative_to(store).as_posix()}"
            s3.client().put_object(Bucket=bucket.name, Key=key, Body=path.read_bytes())
        in_bucket = {
            **s3.env(),
            "SECOND_LOOK_VOLUMES": str(bucket),
            "SECOND_LOOK_S3_ENDPOINT": s3.endpoint,
        }
        yield Server(folder, site, s3, in_bucket)


@pytest.fixture(scope="module")
def proxy(server: Server) -> Iterator[Proxy]:
    """Give the site with its volumes in a bucket, sent by nginx."""
    with server.served("bucket and nginx") as proxy:
        yield proxy


def seen(proxy: Proxy) -> list[Any]:
    """Give all that the first rater's browser is sent for its first ROI, but the time."""
    rater, found = proxy.site.raters[0], []
    shown = proxy.get(f"/api/v1/assignments/{rater.assignments[0]}/", rater).json()
    for name in ("crop", "mask", "scan"):
        etag = proxy.get(shown[name]["url"], rater, Accept_Encoding="gzip").headers["ETag"]
        for asked in [*ASKED, {"Accept_Encoding": "gzip", "If_None_Match": etag}]:
            reply = proxy.get(shown[name]["url"], rater, **asked)
            headers = sorted((k.lower(), v) for k, v in reply.headers.items())
            sent = [header for header in headers if header[0] != "date"]
            found.append((name, asked, reply.status, sent, reply.body))
    return found


def test_a_browser_sees_the_same_in_all_four_ways(server: Server) -> None:
    told = {}
    for way in server.ways():
        with server.served(way) as proxy:
            told[way] = seen(proxy)
            sent = from_app(proxy, crop_of(proxy, proxy.site.raters[0]), proxy.site.raters[0])
            assert ("X-Accel-Redirect" in sent.headers) == ("nginx" in way)
    assert {status for _, _, status, _, _ in told["folder"]} == {200, 304}
    for way, replies in told.items():
        for reply, expected in zip(replies, told["folder"], strict=True):
            assert reply[:3] == expected[:3]
            assert set(reply[3]) ^ set(expected[3]) == set(), (way, reply[:3])
            assert reply[3:] == expected[3:]


def test_nothing_of_the_store_reaches_a_browser(proxy: Proxy, server: Server) -> None:
    rater = proxy.site.raters[0]
    url = crop_of(proxy, rater)
    place = from_app(proxy, url, rater).headers["X-Accel-Redirect"]
    assert re.fullmatch(r"/volumes-s3/volumes-of-a-site/.*X-Amz-Expires=60&.*", place)
    reply = proxy.get(url, rater, Accept_Encoding="gzip")
    names = {name.lower() for name in reply.headers}
    assert not {name for name in names if name.startswith("x-amz")} | (names & {"last-modified"})
    told = [VENDORS["x-amz-id-2"], VENDORS["x-amz-version-id"], *re.findall("[0-9a-f]{64}", place)]
    assert [value for value in told if value in str(reply.headers)] == []
    for asked in (proxy.get(place, rater), proxy.get(place)):
        assert (asked.status, "Signature" in str(asked.body)) == (503, False)


def test_nothing_of_the_rater_reaches_the_store(proxy: Proxy, server: Server) -> None:
    rater = proxy.site.raters[0]
    sent = {"Accept_Encoding": "gzip", "User_Agent": "a browser", "Referer": "https://127.0.0.1/"}
    assert proxy.get(crop_of(proxy, rater), rater, **sent).status == 200
    host = server.s3.endpoint.removeprefix("https://")
    assert server.s3.heard == {"HOST": host, "CONNECTION": "close"}


def test_a_store_with_a_header_that_nginx_would_let_through_is_read_by_the_app(
    proxy: Proxy, server: Server
) -> None:
    rater = proxy.site.raters[0]
    url = crop_of(proxy, rater)
    before = proxy.get(url, rater, Accept_Encoding="gzip")
    server.s3.added["x-amz-meta-drawn-by"] = "model"
    try:
        reply = proxy.get(url, rater, Accept_Encoding="gzip")
        assert "X-Accel-Redirect" not in from_app(proxy, url, rater).headers
    finally:
        del server.s3.added["x-amz-meta-drawn-by"]
    times = {"Date": ""}
    assert dict(reply.headers) | times == dict(before.headers) | times
    assert reply.body == before.body


def test_a_store_that_goes_away_after_the_signature_is_told_as_such(
    proxy: Proxy, server: Server
) -> None:
    rater = proxy.site.raters[0]
    url = crop_of(proxy, rater)
    for refused in ({"GET"}, {"GET", "HEAD"}):  # by nginx, and by the app
        server.s3.refused = refused
        reply = proxy.get(url, rater, Accept_Encoding="gzip")
        server.s3.refused = set()
        assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
        assert reply.json()["status"] == 503
        # nginx can't take back the app's own line; of two, the one that forbids counts.
        assert "private, no-store" in reply.headers.get_all("Cache-Control")
    assert proxy.get(url, rater, Accept_Encoding="gzip").status == 200


def test_a_volume_that_the_store_has_lost_is_told_as_such(proxy: Proxy, server: Server) -> None:
    rater = proxy.site.raters[1]
    url = crop_of(proxy, rater)
    place = from_app(proxy, url, rater).headers["X-Accel-Redirect"]
    sha256 = re.findall("[0-9a-f]{64}", place)[0]
    where = {"Bucket": "volumes-of-a-site", "Key": f"second-look/{name_of(sha256)}"}
    packed = server.s3.client().get_object(**where)["Body"].read()
    server.s3.client().delete_object(**where)
    try:
        reply = proxy.get(url, rater, Accept_Encoding="gzip")
        assert (reply.status, reply.json()["status"]) == (500, 500)
    finally:
        server.s3.client().put_object(**where, Body=packed)


def test_nginx_strips_the_headers_that_the_app_counts_on() -> None:
    stripped = re.findall(r"proxy_hide_header ([\w-]+);", CONF.read_text("utf-8"))
    assert sorted(stripped) == sorted(STRIPPED)
    assert {name.lower() for name in VENDORS} <= STRIPPED
