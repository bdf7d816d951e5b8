"""`python -m app.sandbox.ocpi`: the played platform as a process of its own."""

import argparse
import logging

import uvicorn

from app.kernel.clock import SystemClock
from app.sandbox.ocpi.app import create_platform
from app.sandbox.ocpi.platform import Platform


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m app.sandbox.ocpi", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to bind to")
    parser.add_argument("--port", type=int, default=8003, help="port to listen on")
    parser.add_argument("--version", default="2.3.0", choices=("2.2.1", "2.3.0"))
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(name)s %(message)s")
    platform = Platform(f"http://{given.host}:{given.port}", SystemClock())
    platform.book.version = given.version
    uvicorn.run(
        create_platform(platform),
        host=given.host,
        port=given.port,
        access_log=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
