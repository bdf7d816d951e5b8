"""A pause after many refused payments: who tries out stolen cards is refused again and again."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.directpay.desk import Secrets
from app.directpay.errors import TooManyDeclines
from app.directpay.guard import store
from app.infra.database import Work
from app.infra.limits import network_of

WITHIN: Final = timedelta(minutes=15)
# A family with one card that does not work tries less often; at one socket two networks that try
# out cards are enough, and a driver whose own network did nothing wrong is not one of them.
MOST_PER_NETWORK: Final = 5
MOST_PER_EVSE: Final = 10
_SECOND: Final = timedelta(seconds=1)
_MARK_BYTES: Final = 12


def network_mark(host: str | None, at: datetime, secrets: Secrets) -> str | None:
    """
    Return by what the requests of one network are known together, on the day of *at*, or None.

    A digest with our key: the address itself is stored nowhere.
    """
    network = network_of(host)
    if network is None:
        return None
    text = f"network:{at.date().isoformat()}:{network}"
    return hmac.digest(secrets.key, text.encode(), "sha256")[:_MARK_BYTES].hex()


async def check_declines(work: Work, evse_uid: str, network: str | None) -> None:
    """Step: raise TooManyDeclines while too many payments of late were refused from or at here."""
    since = work.now - WITHIN
    _check(await store.refused_at(work, evse_uid, since, MOST_PER_EVSE), MOST_PER_EVSE, work.now)
    if network is not None:
        refused = await store.refused_from(work, network, since, MOST_PER_NETWORK)
        _check(refused, MOST_PER_NETWORK, work.now)


def _check(refused: Sequence[datetime], most: int, now: datetime) -> None:
    if len(refused) < most:
        return
    left = -((now - refused[-1] - WITHIN) // _SECOND)
    msg = f"{most} payments were refused within {WITHIN}"
    raise TooManyDeclines(msg, retry_after=left)
