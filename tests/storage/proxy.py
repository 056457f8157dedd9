"""A site behind nginx, as deploy/ configures it."""

import getpass
import http.client
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.certificates import make_certificate
from tests.storage.site import ROOT, Rater, Reply, Site, free_port

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
#: What a test needs of a whole nginx.conf, beside our file.
AROUND = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {ours}
}}
"""


class Proxy:
    """A site behind nginx."""

    def __init__(self, site: Site, port: int, certificate: Path) -> None:
        self.site = site
        self.port = port
        self.context = ssl.create_default_context(cafile=certificate)

    def get(self, path: str, rater: Rater | None = None, **headers: str) -> Reply:
        """Send one request over TLS."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if rater is not None:
            sent["Cookie"] = f"sessionid={rater.session}"
        connection.request(sent.pop("method", "GET"), path, headers=sent)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())


@contextmanager
def behind_nginx(folder: Path, site: Site, changes: Mapping[str, str] = {}) -> Iterator[Proxy]:
    """Serve a site behind nginx; `changes` are made to our configuration first."""
    port = free_port()
    certificate, conf = make_certificate(folder), folder / "nginx.conf"
    ours = {
        **changes,
        "127.0.0.1:8000": f"127.0.0.1:{site.port}",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/letsencrypt/live/review.example.org": str(folder),
        "review.example.org": "127.0.0.1",
        "/var/lib/second-look": str(site.folder / "data"),
    }
    text = changed((ROOT / "deploy" / "nginx.conf").read_text("utf-8"), ours)
    conf.write_text(AROUND.format(user=getpass.getuser(), folder=folder, ours=text), "utf-8")
    assert NGINX is not None
    command = [NGINX, "-c", str(conf), "-e", str(folder / "error.log")]
    subprocess.run([*command, "-t"], check=True)
    site.start()
    nginx = subprocess.Popen(command)
    try:
        proxy = Proxy(site, port, certificate)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with suppress(OSError):
                proxy.get("/accounts/login/")
                break
        yield proxy
    finally:
        nginx.terminate()
        nginx.wait(30)
        site.kill()


def changed(text: str, changes: Mapping[str, str]) -> str:
    """Replace parts of a text that must be there."""
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def crop_of(proxy: Proxy, rater: Rater) -> str:
    """Give the address of the crop of a rater's first ROI."""
    reply = proxy.get(f"/api/v1/assignments/{rater.assignments[0]}/", rater)
    assert reply.status == 200
    return str(reply.json()["crop"]["url"])


def from_app(proxy: Proxy, url: str, rater: Rater) -> Reply:
    """Ask the app itself, as nginx does."""
    return proxy.site.request("GET", url, rater, Accept_Encoding="gzip", X_Forwarded_Proto="https")
