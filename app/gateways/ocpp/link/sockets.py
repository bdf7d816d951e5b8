"""WebSockets as charge points use them: short texts, read and written without detours."""

import logging
import struct
from typing import Any, Final
from urllib.parse import unquote

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import (  # type: ignore[attr-defined]  # in C, where there is
    CloseCode,
    apply_mask,
)
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from app.gateways.ocpp.link.opening import Opening, read_opening
from app.gateways.ocpp.link.wire import Ear

# Where an application finds the socket itself in its scope.
SHORT_WAY: Final = "directpay.short_way"

# RFC 6455, 5.2: the last frame of a text, no extension; the payload is masked.
_TEXT: Final = 0x81
_MASKED: Final = 0x80
_TWO_BYTES, _EIGHT_BYTES = 126, 127
_MASK_BYTES: Final = 4
_log: Final = logging.getLogger("directpay.sockets")
_log.setLevel(logging.WARNING)
# Uvicorn takes a refused handshake (401, 404) for an error of ours. We log who was refused.
_log.addFilter(lambda record: "without completing handshake" not in record.getMessage())
# A charge point has one question open; more than this and it has to wait in its own socket.
_MOST_QUEUED: Final = 16


class Sockets(WebSocketsSansIOProtocol):
    """
    Uvicorn's WebSockets, except that plain handshakes and texts in one frame take the short way.

    The stream is cut into frames here. Whatever is no plain text goes on to the library as a whole
    frame, which judges and answers it as ever: it always stands between two frames. A handshake
    that is not plain, or not accepted, is the library's from its first byte.
    """

    _unread = b""
    _is_wrong = False
    _head = b""
    _opening: Opening | None = None
    _ear: Ear | None = None
    _is_heard = False  # something came since the last ping

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Log troubles only: when ten thousand come at once, three lines for each are too many."""
        super().__init__(*args, **named)
        self.logger = self.conn.logger = _log

    def listen(self, ear: Ear | None) -> None:
        """Offer each text to *ear* first, when nothing that came before waits to be received."""
        self._ear = ear

    def send_now(self, text: str) -> bool:
        """Send a text at once; False when something is in the way."""
        if not self._is_open():
            return False
        payload = text.encode()
        self.transport.write(_head(len(payload)) + payload)
        return True

    async def run_asgi(self) -> None:
        """Run the application, which finds this socket in its scope."""
        scope: Any = self.scope
        scope[SHORT_WAY] = self
        try:
            await super().run_asgi()
        finally:
            self._ear = None
            del scope[SHORT_WAY]

    def data_received(self, data: bytes) -> None:
        """Take what came: the handshake, then as many frames as are complete."""
        self._is_heard = True
        if self._opening is not None:  # it is not answered yet
            self._unread += data
            return
        if not self.handshake_complete and not self.handshake_initiated:
            self._opening = read_opening(data)
            if self._opening is not None:
                self._head = data
                self._knock(self._opening)
                return
        if not self.handshake_complete or self._is_wrong:
            super().data_received(data)
            return
        self._read(data)

    def send_keepalive_ping(self) -> None:
        """Ask whether anybody is there."""
        self._is_heard = False
        super().send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        """
        Ask again where the pong may stand behind what we have not read; else the socket goes.

        It goes at once when nobody takes the rest of what was written.
        """
        if (self._is_heard or self.read_paused) and self.writable.is_set():
            self.pong_timer = self.pending_ping_payload = None
            self.schedule_ping()
            return
        super().keepalive_timeout()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _knock(self, opening: Opening) -> None:
        """Let the application judge who asks for this."""
        raw_path, _, query = opening.target.partition(b"?")
        self.handshake_initiated = True
        self.scope = {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": self.scheme,
            "server": self.server,
            "client": self.client,
            "root_path": self.root_path,
            "path": self.root_path + unquote(raw_path.decode()),
            "raw_path": self.root_path.encode() + raw_path,
            "query_string": query,
            "headers": opening.headers,
            "subprotocols": opening.subprotocols,
            "state": self.app_state.copy(),
            "extensions": {"websocket.http.response": {}},
        }
        self.queue.put_nowait({"type": "websocket.connect"})
        task = self.loop.create_task(self.run_asgi())
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    def _open(self, opening: Opening, subprotocol: str | None) -> None:
        """Open the socket, and read what came behind the handshake."""
        self.conn = ServerProtocol(
            state=State.OPEN, max_size=self.config.ws_max_size, logger=self.logger
        )
        self.handshake_complete, self._opening, self._head = True, None, b""
        self.transport.write(opening.accepted(self.default_headers, subprotocol))
        self.start_keepalive()
        early, self._unread = self._unread, b""
        self._read(early)

    def _hand_over(self) -> None:
        """Let the library read the handshake, to answer it."""
        self.conn.receive_data(self._head)
        (self.request,) = (
            event for event in self.conn.events_received() if isinstance(event, Request)
        )
        self.response = self.conn.accept(self.request)
        self._opening, self._head, self._unread = None, b"", b""

    def _read(self, data: bytes) -> None:
        data = self._unread + data if self._unread else data
        start, length = 0, len(data)
        while start < length and (frame := self._frame(data, start)) is not None:
            first, end = frame
            self._take(data, start, first, end)
            start = end
        self._unread = data[start:]

    def send_receive_event_to_app(self) -> None:
        """Close on a text that is no UTF-8 (RFC 6455, 8.1), and say whose it was."""
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            _log.warning("%s sent a text that is no UTF-8", self.scope["path"])
            self.frames = []
            self.conn.send_close(CloseCode.INVALID_DATA)
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    async def send(self, message: Any) -> None:  # noqa: ANN401 - ASGI
        """Send a text at once when nothing is in the way, and so the answer to a handshake."""
        if self._opening is not None and not self.disconnected:
            if message["type"] == "websocket.accept" and not message.get("headers"):
                self._open(self._opening, message.get("subprotocol"))
                return
            self._hand_over()
        if message["type"] == "websocket.close" and not self.writable.is_set():
            self.transport.abort()  # whoever takes no answers takes no farewell either
        text = message.get("text")
        if text is None or not self.send_now(text):
            await super().send(message)

    def _is_open(self) -> bool:
        return (
            self.handshake_complete
            and not self.close_sent
            and not self.disconnected
            and self.initial_response is None
            and self.writable.is_set()
            and self.conn.state is State.OPEN
        )

    def _frame(self, data: bytes, start: int) -> tuple[int, int] | None:
        """
        Return where the payload of the frame at *start* begins and ends, if all of it came.

        One that is too long begins at 0.
        """
        if len(data) < start + 2:
            return None
        length, first = data[start + 1] & 0x7F, start + 2
        if length >= _TWO_BYTES:
            width = 2 if length == _TWO_BYTES else 8
            if len(data) < first + width:
                return None
            length, first = int.from_bytes(data[first : first + width], "big"), first + width
        if data[start + 1] & _MASKED:
            first += _MASK_BYTES
        if self.config.ws_max_size < length:
            return 0, len(data)  # the library refuses it by its head
        return (first, first + length) if len(data) >= first + length else None

    def _take(self, data: bytes, start: int, first: int, end: int) -> None:
        is_plain = data[start] == _TEXT and data[start + 1] & _MASKED and first
        if is_plain and self.conn.current_size is None and self.conn.state is State.OPEN:
            payload = apply_mask(data[first:end], data[first - _MASK_BYTES : first])
            try:
                self._hear(payload.decode())
            except UnicodeDecodeError:
                self._pass_on(data[start:end])
        else:
            self._pass_on(data[start:end])

    def _pass_on(self, frame: bytes) -> None:
        """Let the library judge a frame."""
        super().data_received(frame)
        self._is_wrong = self.conn.parser_exc is not None

    def _hear(self, text: str) -> None:
        if self.close_sent or (self._ear is not None and self.queue.empty() and self._ear(text)):
            return
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if not self.read_paused and self.queue.qsize() >= _MOST_QUEUED:
            self.read_paused = True
            self.transport.pause_reading()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _head(length: int) -> bytes:
    """Return the head of a frame that a server sends with a text of *length* bytes."""
    if length < _TWO_BYTES:
        return bytes((_TEXT, length))
    if length < 1 << 16:
        return struct.pack("!BBH", _TEXT, _TWO_BYTES, length)
    return struct.pack("!BBQ", _TEXT, _EIGHT_BYTES, length)
