"""Set what a charge point must show to connect."""

from app.charging.chargers.stations import store
from app.infra.database import Work


async def set_security(
    work: Work, identity: str, *, profile: int | None, certificate: str | None
) -> None:
    """
    Set the OCPP security profile (1 to 3, None: any) and the certificate of a charge point.

    *certificate* is its common name, or its serial in hexadecimal; None: the common name is the
    identity. A step of the caller's transaction; it counts from the next connection.
    """
    plain = None if certificate is None else certificate.strip()
    await store.set_security(work, identity, profile=profile, certificate=plain or None)
