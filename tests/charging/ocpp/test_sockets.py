"""Our way of reading sockets is the library's: whatever comes, in whatever pieces."""

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from random import Random

import pytest
import uvicorn
from websockets.frames import CloseCode, Frame, Opcode

from app.gateways.ocpp.link.sockets import SHORT_WAY, Sockets

WAYS = (Sockets, "websockets-sansio")
MOST = 70_000
TEXT, CONT, BINARY, PING, CLOSE = (
    Opcode.TEXT,
    Opcode.CONT,
    Opcode.BINARY,
    Opcode.PING,
    Opcode.CLOSE,
)
LENGTHS = (0, 1, 124, 125, 126, 127, 300, 65_535, 65_536, 69_999)


async def echo(_, receive, send) -> None:
    """Send back whatever comes."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        kept = {key: message[key] for key in ("text", "bytes") if message.get(key) is not None}
        await send({"type": "websocket.send", **kept})


@asynccontextmanager
async def connected(
    way, *, application=echo, pings: float | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a socket to a server that reads this way, and pings so often, and shake hands."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            application,
            ws=way,
            ws_max_size=MOST,
            ws_per_message_deflate=False,
            ws_ping_interval=pings,
            ws_ping_timeout=pings,
            lifespan="off",
            log_config=None,
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        try:
            yield reader, writer
        finally:
            writer.close()
            server.should_exit = True
            await serving


def written(frames: Sequence[Frame]) -> bytes:
    """Return the frames as a client sends them."""
    return b"".join(frame.serialize(mask=True) for frame in frames)


async def answer(way, pieces: Sequence[bytes]) -> bytes:
    """Return all that comes back for *pieces*, each sent by itself, until the socket ends."""
    async with connected(way) as (reader, writer):
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0)
        async with asyncio.timeout(60):
            return await reader.read()


def _bye() -> Frame:
    return Frame(CLOSE, CloseCode.NORMAL_CLOSURE.to_bytes(2, "big"))


def _messages(chance: Random) -> list[Frame]:
    """Return a conversation: texts of all lengths, parts, bytes and pings between them."""
    frames: list[Frame] = []
    for _ in range(chance.randint(1, 12)):
        text = ("é" if chance.random() < 0.2 else "x") * (chance.choice(LENGTHS) // 2)
        match chance.randint(0, 5):
            case 0:
                frames += [
                    Frame(TEXT, text.encode(), fin=False),
                    Frame(PING, b"between"),
                    Frame(CONT, b"the end"),
                ]
            case 1:
                frames.append(Frame(BINARY, text.encode()))
            case 2:
                frames.append(Frame(PING, b"there?"))
            case _:
                frames.append(Frame(TEXT, text.encode()))
    return [*frames, _bye()]


def _pieces(stream: bytes, chance: Random) -> list[bytes]:
    cuts = sorted(chance.randrange(len(stream) + 1) for _ in range(chance.randint(0, 20)))
    return [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]


@pytest.mark.parametrize("seed", range(25))
async def test_any_conversation_in_any_pieces_is_answered_as_by_the_library(seed):
    """The same bytes come back, whichever way they were read."""
    chance = Random(seed)
    pieces = _pieces(written(_messages(chance)), chance)
    ours, theirs = [await answer(way, pieces) for way in WAYS]

    assert theirs == ours


async def test_byte_by_byte():
    """A socket that brings one byte at a time."""
    frames = [Frame(TEXT, b'[2,"1","Heartbeat",{}]'), Frame(PING, b"?"), Frame(TEXT, b""), _bye()]
    stream = written(frames)
    ours = await answer(Sockets, [stream[n : n + 1] for n in range(len(stream))])

    assert b"\x81\x16" + b'[2,"1","Heartbeat",{}]' + b"\x8a\x01?" + b"\x81\x00" == ours[:-4]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Frame(TEXT, b"no mask").serialize(mask=False), CloseCode.PROTOCOL_ERROR),
        (b"\xc1" + Frame(TEXT, b"rsv").serialize(mask=True)[1:], CloseCode.PROTOCOL_ERROR),
        (Frame(TEXT, b"\xff\xfe").serialize(mask=True), CloseCode.INVALID_DATA),
        (Frame(TEXT, b"x" * (MOST + 1)).serialize(mask=True), CloseCode.MESSAGE_TOO_BIG),
        (Frame(TEXT, b"x" * (MOST + 1)).serialize(mask=True)[:12], CloseCode.MESSAGE_TOO_BIG),
        (Frame(CONT, b"of nothing").serialize(mask=True), CloseCode.PROTOCOL_ERROR),
        (
            written([Frame(TEXT, b"a", fin=False), Frame(TEXT, b"b")]),
            CloseCode.PROTOCOL_ERROR,
        ),
    ],
    ids=["no_mask", "extension", "utf8", "too_long", "its_head", "continues", "in_the_middle"],
)
async def test_what_is_wrong_is_refused_as_by_the_library(wrong, code):
    """A wrong frame after a good one: the socket is closed with the code that says why."""
    answers = []
    for way in WAYS:
        async with connected(way) as (reader, writer):
            writer.write(written([Frame(TEXT, b"good")]))
            assert b"\x81\x04good" == await reader.readexactly(6)
            writer.write(wrong)
            async with asyncio.timeout(60):
                answers.append(await reader.readexactly(4))

    ours, theirs = answers
    assert theirs == ours
    assert (0x88, code) == (ours[0], int.from_bytes(ours[2:4], "big"))


@pytest.mark.parametrize(
    "frames",
    [
        [Frame(TEXT, b"\xff\xfe")],
        [Frame(TEXT, b"caf\xc3", fin=False), Frame(CONT, b"x")],
    ],
    ids=["whole", "in_pieces"],
)
async def test_a_text_that_is_none_leaves_no_trace_without_a_name(frames, caplog):
    """The socket is closed, and the log says in one line who sent what is no UTF-8."""
    async with connected(Sockets) as (reader, writer), asyncio.timeout(60):
        writer.write(written(frames))
        assert 0x88 == (await reader.readexactly(2))[0]

    (told,) = [each for each in caplog.records if each.name == "directpay.sockets"]
    assert ("/ sent a text that is no UTF-8", None) == (told.getMessage(), told.exc_info)


async def test_a_flood_waits_in_its_own_socket():
    """Ten thousand texts at once are all answered, in their order."""
    texts = [f"number {n}" for n in range(10_000)]
    whole = b"".join(bytes((0x81, len(text))) + text.encode() for text in texts)
    async with connected(Sockets) as (reader, writer), asyncio.timeout(60):
        writer.write(written([Frame(TEXT, text.encode()) for text in texts]))

        assert whole == await reader.readexactly(len(whole))


async def test_a_ping_behind_much_that_waits_is_no_death():
    """A queue that is sent at once keeps its socket, however long its pong waits behind it."""
    free = asyncio.Event()

    async def busy(scope, receive, send) -> None:
        async def later():
            message = await receive()
            if message["type"] == "websocket.receive":
                await free.wait()
            return message

        await echo(scope, later, send)

    texts = [f"number {n}" for n in range(100)]
    async with connected(Sockets, application=busy, pings=0.5) as (reader, writer):
        writer.write(written([Frame(TEXT, text.encode()) for text in texts]))
        async with asyncio.timeout(60):
            pings = [await reader.readexactly(6) for _ in range(3)]
            free.set()
            last = await reader.readuntil(texts[-1].encode())

    assert [b"\x89\x04"] * 3 == [ping[:2] for ping in pings]
    assert texts[-1].encode() == last[-len(texts[-1]) :]


async def test_whoever_talks_is_there():
    """A socket that never answers a ping, and sends, stays."""
    async with connected(Sockets, pings=0.5) as (reader, writer), asyncio.timeout(60):
        pings = 0
        writer.write(written([Frame(TEXT, b"here")] * 8))
        while pings < 3:
            is_ping = (await reader.readexactly(6))[0] == 0x89
            pings += is_ping
            if not is_ping:
                writer.write(written([Frame(TEXT, b"here")]))

    assert 3 == pings


async def test_a_socket_that_nobody_reads_goes():
    """Who takes no answer and no ping is hung up on, and what was written is thrown away."""
    gone = asyncio.Event()

    async def talk(_, receive, send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        with suppress(OSError):
            while True:
                await send({"type": "websocket.send", "text": "x" * 60_000})
        gone.set()

    async with connected(Sockets, application=talk, pings=0.02) as (_, writer):
        writer.transport.pause_reading()
        async with asyncio.timeout(60):
            await gone.wait()

    assert gone.is_set()


async def test_a_socket_that_nobody_reads_is_closed_at_once():
    """A newer socket does not wait for the older one to take what was written to it."""
    closed = asyncio.Event()

    async def talk(scope, receive, send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while scope[SHORT_WAY].writable.is_set():
            await send({"type": "websocket.send", "text": "x" * 60_000})
        with suppress(OSError):
            await send({"type": "websocket.close", "code": 1008})
        closed.set()

    async with connected(Sockets, application=talk) as (_, writer):
        writer.transport.pause_reading()
        async with asyncio.timeout(60):
            await closed.wait()

    assert closed.is_set()
