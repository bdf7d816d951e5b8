"""WebSockets as charge points use them: short texts, read and written without detours."""

import struct
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C, where there is
from websockets.protocol import State

# RFC 6455, 5.2: the last frame of a text, no extension; the payload is masked.
_TEXT: Final = 0x81
_MASKED: Final = 0x80
_TWO_BYTES, _EIGHT_BYTES = 126, 127
_MASK_BYTES: Final = 4
# A charge point has one question open; more than this and it has to wait in its own socket.
_MOST_QUEUED: Final = 16


class Sockets(WebSocketsSansIOProtocol):
    """
    Uvicorn's WebSockets, except that a text in one frame takes the short way.

    The stream is cut into frames here. Whatever is no plain text goes on to the library as a whole
    frame, which judges and answers it as ever: it always stands between two frames.
    """

    _unread = b""
    _is_wrong = False

    def data_received(self, data: bytes) -> None:
        """Take what came: as many frames as are complete."""
        if not self.handshake_complete or self._is_wrong:
            super().data_received(data)
            return
        data = self._unread + data if self._unread else data
        start = 0
        while (frame := self._frame(data, start)) is not None:
            first, end = frame
            self._take(data, start, first, end)
            start = end
        self._unread = data[start:]

    async def send(self, message: Any) -> None:  # noqa: ANN401 - ASGI
        """Send a text at once when nothing is in the way."""
        text = message.get("text")
        if text is None or not self._is_open():
            await super().send(message)
            return
        payload = text.encode()
        self.transport.write(_head(len(payload)) + payload)

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
                super().data_received(data[start:end])
        else:
            super().data_received(data[start:end])
        self._is_wrong = self.conn.parser_exc is not None

    def _hear(self, text: str) -> None:
        if self.close_sent:
            return
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if not self.read_paused and self.queue.qsize() >= _MOST_QUEUED:
            self.read_paused = True
            self.transport.pause_reading()


def _head(length: int) -> bytes:
    """Return the head of a frame that a server sends with a text of *length* bytes."""
    if length < _TWO_BYTES:
        return bytes((_TEXT, length))
    if length < 1 << 16:
        return struct.pack("!BBH", _TEXT, _TWO_BYTES, length)
    return struct.pack("!BBQ", _TEXT, _EIGHT_BYTES, length)
