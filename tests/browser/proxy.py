"""A TCP proxy that can go silent, as a phone's network does: nothing arrives, nothing is closed."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BUFFER = 65_536


class Proxy:
    """Passes bytes to *port* until told otherwise."""

    def __init__(self, port: int) -> None:
        """Listen on a free port."""
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._silenced = threading.Event()
        self._pairs: list[tuple[socket.socket, socket.socket, threading.Event]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where browsers connect."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def silence(self) -> None:
        """Swallow whatever the connections that are open now carry; new ones work."""
        for _, _, silenced in self._pairs:
            silenced.set()

    def close(self) -> None:
        """Stop listening and hang up."""
        # Closing alone would let the thread that waits there take one more.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for near, far, _ in self._pairs:
            for end in (near, far):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            silenced = threading.Event()
            self._pairs.append((near, far, silenced))
            for source, target in ((near, far), (far, near)):
                threading.Thread(
                    target=self._pass, args=(source, target, silenced), daemon=True
                ).start()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket, silenced: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(_BUFFER):
                if not silenced.is_set():
                    target.sendall(data)
            if not silenced.is_set():
                target.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_to(url: str) -> Iterator[Proxy]:
    """Give a proxy to the server at *url*."""
    proxy = Proxy(int(url.rsplit(":", 1)[1]))
    try:
        yield proxy
    finally:
        proxy.close()
