"""A slow link on this machine: forward a port with a bandwidth and a round trip of one's choice.

What it holds to: bits a second in each direction, shared by all connections in the order of their
packets; half the round trip on each way; one round trip more before a connection carries anything
(TCP's handshake); TCP's slow start (ten packets at first, twice as many after each round trip). It
loses no packet, and has no name look-up and no TLS.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: Bytes that a connection may have under way before the first acknowledgement (RFC 6928).
FIRST_WINDOW = 10 * 1460
LARGEST_WINDOW = 1 << 20
#: Bytes forwarded at once: a few packets.
PIECE = 8 * 1460


@dataclass
class Wire:
    """One direction of the link."""

    bytes_per_s: float
    way_s: float
    free_at: float = 0.0
    carried: int = 0

    def send(self, now: float, size: int) -> float:
        """Put a piece on the wire and give the time at which it arrives."""
        self.free_at = max(now, self.free_at) + size / self.bytes_per_s
        self.carried += size
        return self.free_at + self.way_s


@dataclass
class Link:
    """A port that forwards to another."""

    port: int
    up: Wire
    down: Wire
    address: str = ""
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to the server and back until one side closes."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        # Ended from outside or by a side that went away: neither is a fault of the link.
        with contextlib.suppress(asyncio.CancelledError, ExceptionGroup, OSError):
            await asyncio.sleep(self.up.way_s + self.down.way_s)
            there, back = await asyncio.open_connection("127.0.0.1", self.port)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(Way(reader, back, self.up, self.down.way_s).carry(ways))
                ways.create_task(Way(there, writer, self.down, self.up.way_s).carry(ways))
        writer.close()
        self.tasks.discard(task)


class Way:
    """One direction of one connection; `back_s` is what an acknowledgement takes."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire, back_s: float
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.wire = wire
        self.back_s = back_s
        self.under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self.window = FIRST_WINDOW
        self.unacknowledged = 0
        self.room = asyncio.Event()

    async def carry(self, ways: asyncio.TaskGroup) -> None:
        """Send what the reader gives, no more at once than the window allows."""
        ways.create_task(self.deliver())
        now = asyncio.get_running_loop().time
        while piece := await self.reader.read(PIECE):
            while self.unacknowledged and self.unacknowledged + len(piece) > self.window:
                self.room.clear()
                await self.room.wait()
            self.unacknowledged += len(piece)
            self.under_way.put_nowait((self.wire.send(now(), len(piece)), piece))
        self.under_way.put_nowait((self.wire.send(now(), 0), b""))

    async def deliver(self) -> None:
        """Hand over each piece when it arrives; an empty one closes."""
        loop = asyncio.get_running_loop()
        while True:
            at, piece = await self.under_way.get()
            await asyncio.sleep(max(0.0, at - loop.time()))
            if not piece or self.writer.is_closing():
                raise ConnectionResetError
            self.writer.write(piece)
            loop.call_later(self.back_s, self.acknowledge, len(piece))

    def acknowledge(self, size: int) -> None:
        """Open the window by what has arrived."""
        self.window = min(self.window + size, LARGEST_WINDOW)
        self.unacknowledged -= size
        self.room.set()


@contextmanager
def slow_link(address: str, *, mbit_s: float, round_trip_ms: float) -> Iterator[Link]:
    """Hold `http://127.0.0.1:PORT` to a slow link; the link's own address is in what is given."""
    way_s = round_trip_ms / 2000
    rate = mbit_s * 1e6 / 8
    port = int(address.rstrip("/").rpartition(":")[2])
    link = Link(port, Wire(rate, way_s), Wire(rate, way_s))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    starting = asyncio.start_server(link.join, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result(timeout=10)
    link.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield link
    finally:
        asyncio.run_coroutine_threadsafe(_end(server, link), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server, link: Link) -> None:
    server.close()
    for task in list(link.tasks):
        task.cancel()
    await asyncio.gather(*link.tasks, return_exceptions=True)
