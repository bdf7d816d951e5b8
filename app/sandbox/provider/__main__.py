"""`python -m app.sandbox.provider`: the payment sandbox as a process of its own."""

import argparse
import logging
from pathlib import Path

import uvicorn

from app.sandbox.provider.app import Options, create_sandbox


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m app.sandbox.provider", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to bind to")
    parser.add_argument("--port", type=int, default=8001, help="port to serve on")
    parser.add_argument("--state", type=Path, help="folder to remember in; none: forget at the end")
    parser.add_argument("--pages", help="address at which a phone reaches the pages")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = create_sandbox(Options(state=given.state, pages=given.pages))
    uvicorn.run(
        app, host=given.host, port=given.port, access_log=False, timeout_graceful_shutdown=1
    )


if __name__ == "__main__":
    main()
