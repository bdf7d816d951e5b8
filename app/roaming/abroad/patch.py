"""What a PATCH makes of a session."""

from collections.abc import Mapping

from app.pricing.tariffs.model import Json
from app.roaming.wire.codec import plain, read
from app.roaming.wire.sessions import Session


def patched(known: Session, news: Mapping[str, object]) -> Session:
    """
    Return *known* with the *news*; charging periods are added to those that are known.

    Source: OCPI, mod_sessions, "PATCH Method". Raises OcpiInvalid.
    """
    found: Json = {**plain(known), **news}
    added = read(Session, found).charging_periods if "charging_periods" in news else ()
    starts = {one.start_date_time for one in added}
    kept = [one for one in known.charging_periods if one.start_date_time not in starts]
    found["charging_periods"] = plain([*kept, *added])
    return read(Session, found)
