"""`directpay`: the command line."""

import argparse
import logging
import sys
from collections.abc import Sequence

from app.commands.brands.brand import add_brand
from app.commands.brands.hosts import add_hosts
from app.commands.cdrs import add_cdrs
from app.commands.chargers.displays import add_displays
from app.commands.chargers.meters import add_meters
from app.commands.chargers.ocpi import add_ocpi
from app.commands.chargers.stations import add_stations
from app.commands.chargers.stickers import add_stickers
from app.commands.chargers.tokens import add_tokens
from app.commands.coupons import add_coupons
from app.commands.keys import add_keys
from app.commands.ledger import add_ledger
from app.commands.operators import add_operators
from app.commands.payouts import add_payouts
from app.commands.prices import add_prices
from app.commands.refunds import add_refunds
from app.commands.serving import add_serving
from app.commands.settlements import add_settlements
from app.commands.signing.audit import add_audit
from app.commands.signing.openid import add_openid
from app.commands.signing.shell import deed_at_the_shell
from app.commands.tariffs import add_tariffs
from app.commands.wallets import add_wallets
from app.commands.webhooks import add_webhooks
from app.kernel.errors import Problem
from app.people.identity.staff.acting import acts, nobody_acts
from app.settings import SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in *arguments* and return the exit status; 1 with one sentence of why."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("procrastinate", "alembic", "httpx", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        with nobody_acts():
            deed = deed_at_the_shell(given)
            if deed is not None:
                acts(deed)
            given.run(given)
    except (Problem, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="directpay", description="Scan, pay, charge.")
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    add_serving(commands)
    add_operators(commands)
    add_keys(commands)
    add_audit(commands)
    add_openid(commands)
    add_brand(commands)
    add_hosts(commands)
    add_prices(commands)
    add_tariffs(commands)
    add_cdrs(commands)
    add_payouts(commands)
    add_meters(commands)
    add_displays(commands)
    add_stations(commands)
    add_stickers(commands)
    add_tokens(commands)
    add_ledger(commands)
    add_refunds(commands)
    add_settlements(commands)
    add_coupons(commands)
    add_wallets(commands)
    add_webhooks(commands)
    add_ocpi(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
