"""`python -m app.sandbox.mailbox`: the sandbox mailbox as a process of its own."""

import argparse
import logging
from pathlib import Path

import uvicorn

from app.sandbox.mailbox.app import create_mailbox
from app.sandbox.mailbox.letters import Letters
from app.sandbox.mailbox.smtp import Doors, MailServer


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m app.sandbox.mailbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to bind the pages to")
    parser.add_argument("--smtp-port", type=int, default=1025, help="port of the mail server")
    parser.add_argument("--http-port", type=int, default=8025, help="port of the pages")
    parser.add_argument("--state", type=Path, required=True, help="folder to keep the mails in")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(name)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    # Mail comes from this machine only, also when a phone may look at the pages.
    server = MailServer(Letters(given.state / "mails"), Doors(port=given.smtp_port))
    uvicorn.run(
        create_mailbox(server),
        host=given.host,
        port=given.http_port,
        access_log=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
