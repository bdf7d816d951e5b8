"""`directpay meter`: what signed meter values prove."""

import argparse
from pathlib import Path

from app.charging.meters.command import verify_file
from app.commands.running import read, tell


def add_meters(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that look at signed meter values."""
    actions = commands.add_parser("meter", help="look at signed meter values").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    verify = actions.add_parser("verify", help="what the records in a file prove")
    verify.add_argument("file", type=Path, help="an OCMF record, or XML of them")
    verify.add_argument("--key", help="the meter's public key (default: those in the file)")
    verify.set_defaults(run=_verify)


def _verify(given: argparse.Namespace) -> None:
    tell(verify_file(read(given.file), given.key))
