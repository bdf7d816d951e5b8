"""All that is known of a driver, as the API answers it and as the page lets it be taken away."""

import msgspec

from app.api.drivers.bodies import (
    AccountEntry,
    DriverData,
    card_view,
    device_view,
    driver_view,
    means_entry,
    passkey_entry,
    session_entry,
)
from app.api.favourites.bodies import watch_view
from app.api.notices.bodies import notifications
from app.api.wallets.bodies import wallet_view
from app.directpay.desk import Desk
from app.directpay.notices.own import notices_of
from app.directpay.owned.known import known_of
from app.people.identity.drivers.access import Caller
from app.people.identity.drivers.devices import devices_of, whoever_calls
from app.people.identity.openid.set_up import accounts_of
from app.people.identity.passkeys.manage import passkeys_of


async def data_of(caller: Caller, *, desk: Desk) -> DriverData:
    """Return everything about who calls (GDPR, Art. 15). DriverNotFound and NotSignedIn."""
    whose = {"driver_id": caller.driver_id, "operator_id": caller.operator_id}
    driver = await whoever_calls(caller, database=desk.database)
    devices = await devices_of(caller, database=desk.database)
    accounts = await accounts_of(**whose, database=desk.database)
    passkeys = await passkeys_of(**whose, database=desk.database)
    told = notifications(await notices_of(**whose, desk=desk), "", caller.device_id)
    known = await known_of(**whose, desk=desk)
    return DriverData(
        driver=driver_view(driver),
        groups=driver.groups,
        devices=tuple(device_view(each, caller.device_id) for each in devices),
        sessions=tuple(session_entry(each) for each in known.sessions),
        cards=tuple(card_view(each) for each in known.tokens),
        credit=tuple(wallet_view(each, known.credit.now) for each in known.credit.credits),
        means=tuple(means_entry(each) for each in known.means),
        favourites=known.favourites,
        watches=tuple(watch_view(each) for each in known.watches),
        accounts=tuple(AccountEntry(one.issuer, one.subject, one.since) for one in accounts),
        passkeys=tuple(passkey_entry(each) for each in passkeys),
        notifications=told.choices,
        notification_devices=told.devices,
    )


async def data_file(caller: Caller, *, desk: Desk) -> bytes:
    """Return `data_of` as a file that people and programs can read (GDPR, Art. 20)."""
    return msgspec.json.format(msgspec.json.encode(await data_of(caller, desk=desk)), indent=2)
