"""What the real server does with requests that are too long, without end, or full of headers."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import Server, manage

GIB = 2**30
LOGIN = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: %s\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an empty app."""
    data = tmp_path_factory.mktemp("data")
    manage(data, "migrate", "--verbosity", "0")
    served = Server(data)
    served.start()
    yield served
    served.stop()


def ask(server: Server, start: bytes, n_bytes: int, piece: bytes) -> bytes:
    """Send a request of so many bytes, as far as the server listens, and give its first line."""
    host, _, port = server.host.partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as link:
        link.sendall(start)
        try:
            for _ in range(n_bytes // len(piece)):
                link.sendall(piece)
        except OSError:
            pass  # it has hung up
        return link.recv(4096).partition(b"\r\n")[0]


def memory_mib(server: Server) -> float:
    """Give the most memory that any of the server's processes has ever had."""
    assert server.process is not None
    first = server.process.pid
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in (first, *children)]
    return max(int(text.partition("VmHWM:")[2].split()[0]) / 1024 for text in texts)


def test_a_length_of_10_gb_is_refused_before_it_comes(server: Server) -> None:
    start = LOGIN % server.host.encode() + b"Content-Length: %d\r\n\r\n" % (10 * GIB)
    began = time.monotonic()
    assert b" 413 " in ask(server, start, 0, b"x")
    assert time.monotonic() - began < 20


def test_a_body_in_chunks_without_end_is_not_gathered(server: Server) -> None:
    before = memory_mib(server)
    start = LOGIN % server.host.encode() + b"Transfer-Encoding: chunked\r\n\r\n"
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    line = ask(server, start, 256 * 2**20, piece)
    assert b" 500 " not in line
    assert memory_mib(server) - before < 100
    assert not list(server.data.rglob("*.upload*"))


def test_headers_without_end_are_refused(server: Server) -> None:
    start = b"GET /accounts/login/ HTTP/1.1\r\nHost: %s\r\n" % server.host.encode()
    before = memory_mib(server)
    line = ask(server, start, 16 * 2**20, b"X-Long: " + b"y" * 4000 + b"\r\n")
    assert line == b"" or b" 4" in line
    assert memory_mib(server) - before < 100
