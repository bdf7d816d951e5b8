"""Serves an ASGI application on a free port, in a thread of its own, for browsers to open."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from sse_starlette.sse import AppStatus

START_SECONDS = 10


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[str]:
    """Serve *app* and give its address; it is stopped at the end."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        _wait_until_started(server)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            # What a signal would set in a process of its own, for uvicorn and for the streams.
            server.should_exit = AppStatus.should_exit = True
            thread.join(timeout=START_SECONDS)
            AppStatus.should_exit = False
            assert not thread.is_alive(), "the server did not stop"


def _wait_until_started(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
