"""A server that speaks S3, on this machine: moto's, behind a gate that checks every signature.

moto keeps objects as S3 does, but takes any signature of any age. The gate computes each anew by
botocore's own rules, refuses what is wrong or late, and adds headers that other servers send.
"""

import io
import logging
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.headers import Headers

import boto3
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from reviewapp.stores.bucket import Bucket
from tests.certificates import make_certificate

KEY, SECRET, REGION = "AKIASECONDLOOK", "a secret of this test alone", "eu-central-1"
#: How far the clock of a request may be off, in seconds.
SKEW_S = 900
#: What one or another server adds to an object, as AWS, MinIO and Ceph describe it.
VENDORS = {
    "x-amz-id-2": "Uuag1LuByRx9e6j5Onimru9pO4ZVKnJ2Qz7",
    "x-amz-request-id": "656c76696e6727732072657175657374",
    "x-amz-version-id": "3HL4kqtJlcpXroDTDmJ+rmSpXd3dIbrH",
    "x-amz-server-side-encryption": "AES256",
    "x-amz-storage-class": "STANDARD",
    "x-amz-replication-status": "COMPLETED",
    "x-amz-expiration": 'expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"',
    "x-amz-tagging-count": "1",
    "x-minio-deployment-id": "5b1f9f4e",
    "x-rgw-object-type": "Normal",
    "x-ratelimit-limit": "100",
    "x-xss-protection": "1; mode=block",
    "Vary": "Origin",
}

Environ = dict[str, Any]
Start = Callable[..., Any]


class S3Server:
    """The server; `refused` are methods that it says to come again for, `late_s` moves its clock,
    `added` are headers of all that it sends, `heard` those that the latest request had.

    What it keeps outlives `stop` and `start`.
    """

    def __init__(self, folder: Path) -> None:
        self.certificate = make_certificate(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, folder / "privkey.pem")
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer | None = None
        self._port = 0
        self.refused: set[str] = set()
        self.late_s = 0.0
        self.added = dict(VENDORS)
        self.heard: dict[str, str] = {}

    @property
    def endpoint(self) -> str:
        """Give its address."""
        return f"https://127.0.0.1:{self._port}"

    def env(self) -> dict[str, str]:
        """Give what AWS's variables hold for who may use it."""
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CA_BUNDLE": str(self.certificate),
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self) -> None:
        """Listen, on the same port as before."""
        logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
        self._server = make_server(
            "127.0.0.1",
            self._port,
            self._gate,
            threaded=True,
            request_handler=MotoRequestHandler,
            ssl_context=self._context,
        )
        self._port = self._server.server_port
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}).start()

    def stop(self) -> None:
        """Go away."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def make_bucket(self, name: str, prefix: str = "second-look") -> Bucket:
        """Make a private bucket."""
        self.client().create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        return Bucket(self.endpoint, name, prefix)

    def client(self) -> Any:
        """Give boto3's own client, which looks and changes past the app."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name=REGION,
            verify=str(self.certificate),
        )

    def _gate(self, environ: Environ, start: Start) -> Iterable[bytes]:
        now = time.time() + self.late_s
        self.heard = {k[5:]: v for k, v in environ.items() if k.startswith("HTTP_")}
        if environ["REQUEST_METHOD"] in self.refused:
            return _refuse(environ, start, "503 Slow Down", "SlowDown")
        if not _is_signed(environ, now):
            return _refuse(environ, start, "403 Forbidden", "AccessDenied")

        def add_vendors(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            known = Headers(headers)
            for name, value in self.added.items():
                known[name] = value
            return start(status, headers, *rest)

        return self._moto(environ, add_vendors)


def _refuse(environ: Environ, start: Start, status: str, code: str) -> Iterable[bytes]:
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    length = str(len(body))
    start(status, [("Content-Type", "application/xml"), ("Content-Length", length)])
    return io.BytesIO(b"" if environ["REQUEST_METHOD"] == "HEAD" else body)


def _is_signed(environ: Environ, now: float) -> bool:
    """Say whether a request has a signature of ours that is good now."""
    url = urlsplit(environ["REQUEST_URI"])
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    header = environ.get("HTTP_AUTHORIZATION", "")
    if bool(header) == ("X-Amz-Signature" in query):
        return False  # AWS refuses both at once, too
    auth = S3SigV4Auth if header else S3SigV4QueryAuth
    if header:
        parts = dict(part.strip().split("=", 1) for part in header.partition(" ")[2].split(","))
        credential, names, came = (parts[n] for n in ("Credential", "SignedHeaders", "Signature"))
        stamp, life_s = environ["HTTP_X_AMZ_DATE"], SKEW_S
    else:
        credential, names = query["X-Amz-Credential"], query["X-Amz-SignedHeaders"]
        came, stamp = query["X-Amz-Signature"], query["X-Amz-Date"]
        life_s = int(query["X-Amz-Expires"])
    age_s = now - datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    if not -SKEW_S <= age_s <= life_s or credential.split("/")[0] != KEY:
        return False
    kept = "&".join(p for p in url.query.split("&") if not p.startswith("X-Amz-Signature="))
    request = AWSRequest(
        environ["REQUEST_METHOD"], f"https://{environ['HTTP_HOST']}{url.path}?{kept}"
    )
    for name in names.split(";"):
        plain = name.upper().replace("-", "_")
        request.headers[name] = environ.get(f"HTTP_{plain}", environ.get(plain, ""))
    request.context["timestamp"] = stamp
    signer = auth(Credentials(KEY, SECRET), "s3", REGION)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return bool(signer.signature(text, request) == came)


@contextmanager
def serving_s3(folder: Path) -> Iterator[S3Server]:
    """Give a server that is gone afterwards."""
    server = S3Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
