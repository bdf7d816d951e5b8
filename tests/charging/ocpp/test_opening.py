"""Plain handshakes are answered as the library answers them; the others are answered by it."""

import asyncio
import base64
import socket
from contextlib import asynccontextmanager

import pytest
import uvicorn

from app.gateways.ocpp.link.opening import read_opening
from app.gateways.ocpp.link.sockets import Sockets

KEY = base64.b64encode(b"0123456789abcdef").decode()
# A masked close frame, so that the conversation ends.
BYE = b"\x88\x80\0\0\0\0"
WAYS = (Sockets, "websockets-sansio")
PLAIN = {
    "Host": "x",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "ocpp2.0.1, ocpp1.6",
    "Authorization": "Basic Q1A6cHc=",
}
ODD = {
    "of a browser": {"Origin": "https://x"},
    "kept alive": {"Connection": "keep-alive, Upgrade"},
    "with an extension": {"Sec-WebSocket-Extensions": "permessage-deflate"},
    "without a key": {"Sec-WebSocket-Key": None},
    "with a short key": {"Sec-WebSocket-Key": "c2hvcnQ="},
    "with a key that is none": {"Sec-WebSocket-Key": "!"},
    "of another version": {"Sec-WebSocket-Version": "12"},
    "with a broken subprotocol": {"Sec-WebSocket-Protocol": "ocpp 1.6"},
    "without a subprotocol": {"Sec-WebSocket-Protocol": None},
    "with letters of elsewhere": {"X-Name": "caf\u00e9"},
    "very long": {"X-Long": "x" * 5000},
}


async def judge(scope, receive, send) -> None:
    """Let in who asks for /in, and tell what was understood; refuse the others."""
    await receive()
    if scope["path"] != "/in me":
        head = {"type": "websocket.http.response.start", "status": 404, "headers": []}
        await send(head)
        await send({"type": "websocket.http.response.body", "body": b"who?"})
        return
    offered = scope["subprotocols"]
    await send({"type": "websocket.accept", "subprotocol": offered[0] if offered else None})
    names = ("path", "raw_path", "query_string", "subprotocols", "scheme", "http_version")
    headers = sorted((name, value) for name, value in scope["headers"])
    await send({"type": "websocket.send", "text": repr([scope[name] for name in names])})
    await send({"type": "websocket.send", "text": repr(headers)})
    await receive()
    await send({"type": "websocket.close", "code": 1000})


@asynccontextmanager
async def served(way, application=judge):
    """Serve this way; yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            application, ws=way, ws_per_message_deflate=False, lifespan="off", log_config=None
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            await serving


async def answer(way, path: str, headers: dict[str, str | None]) -> bytes:
    """Return all that comes back for a handshake and a goodbye, its date left out."""
    async with served(way) as address, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection(*address)
        lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
        head = "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""])
        writer.write(head.encode())
        said = await reader.readuntil(b"\r\n\r\n")
        writer.write(BYE)
        said += await reader.read()
        writer.close()
    first, *rest = said.partition(b"\r\n\r\n")[0].split(b"\r\n")
    told = sorted(line.lower() for line in rest if not line.lower().startswith(b"date:"))
    return b"\n".join([first, *told]) + said.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("path", ["/in%20me?a=b", "/out"])
async def test_a_plain_handshake_is_answered_as_the_library_does(path):
    """Status, headers, and what the application sees."""
    ours, theirs = [await answer(way, path, PLAIN) for way in WAYS]

    assert theirs == ours
    assert read_opening(_small(path, PLAIN)) is not None


@pytest.mark.parametrize("how", ODD)
async def test_a_handshake_that_is_not_plain_is_the_librarys(how):
    """It is refused, or accepted, exactly as without us."""
    headers = PLAIN | ODD[how]
    ours, theirs = [await answer(way, "/in%20me", headers) for way in WAYS]

    assert theirs == ours


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /\r\n\r\n",
    ],
)
def test_what_is_no_whole_handshake_is_none(head):
    """Nothing is guessed."""
    assert read_opening(head) is None


async def test_who_speaks_before_it_is_let_in_is_heard_then():
    """Its first message may come while we look up who it is: nothing of it is lost."""
    is_asked, may_answer = asyncio.Event(), asyncio.Event()

    async def slow(scope, receive, send) -> None:
        await receive()
        is_asked.set()
        await may_answer.wait()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": (await receive())["text"]})
        await send({"type": "websocket.close", "code": 1000})

    async with served(Sockets, slow) as address, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(_small("/in", PLAIN))
        await is_asked.wait()
        writer.write(b"\x81\x82\0\0\0\0hi")
        await asyncio.sleep(0.05)  # it arrives before the answer, or this shows nothing
        may_answer.set()
        head = await reader.readuntil(b"\r\n\r\n")
        said = await reader.readexactly(4)
        writer.write(BYE)
        await reader.read()
        writer.close()

    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"\x81\x02hi" == said


def _small(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{name.lower()}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode()
