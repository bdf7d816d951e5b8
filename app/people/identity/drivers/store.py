"""Drivers, sign-ins, and the browsers and apps that are signed in, in the database."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    LargeBinary,
    Row,
    SmallInteger,
    Text,
    Uuid,
    delete,
    func,
    or_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.people.identity.drivers.model import (
    DeviceKind,
    Driver,
    SignedIn,
    SignIn,
    digest_of,
    family_of,
)

driver = operator_table(
    "driver",
    Column("driver_id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("groups", ARRAY(Text), nullable=False, server_default="{}"),
    Column("name", Text, nullable=False, server_default=""),
)
Index("uq_driver_email", driver.c.operator_id, driver.c.email, unique=True)
sign_in = operator_table(
    "driver_sign_in",
    Column("sign_in_id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("used_at", UtcDateTime),
)
Index("uq_driver_sign_in_digest", sign_in.c.operator_id, sign_in.c.digest, unique=True)
Index("ix_driver_sign_in_email", sign_in.c.operator_id, sign_in.c.email, sign_in.c.asked_at)
Index("ix_driver_sign_in_asked_at", sign_in.c.asked_at)
browser = operator_table(
    "driver_browser",
    Column("browser_id", Uuid, primary_key=True),
    Column("driver_id", Uuid, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("former_digest", LargeBinary),
    Column("kind", Text, nullable=False, server_default=DeviceKind.BROWSER),
    Column("name", Text, nullable=False, server_default=""),
    Column("since", UtcDateTime, nullable=False, server_default=func.now()),
    Column("rotated_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("family_digest", LargeBinary),
)
Index("uq_driver_browser_digest", browser.c.operator_id, browser.c.digest, unique=True)
Index("ix_driver_browser_former", browser.c.operator_id, browser.c.former_digest)
Index("ix_driver_browser_family", browser.c.operator_id, browser.c.family_digest)
Index("ix_driver_browser_driver", browser.c.operator_id, browser.c.driver_id)
Index("ix_driver_browser_ends_at", browser.c.ends_at)


async def add_sign_in(work: Work, new: SignIn) -> None:
    """Insert a sign-in."""
    await work.execute(insert(sign_in).values(operator_id=work.operator_id, **_values(new)))


async def save_sign_in(work: Work, changed: SignIn) -> None:
    """Write how often a sign-in was tried, and that it was used."""
    mine = (
        sign_in.c.operator_id == work.operator_id,
        sign_in.c.sign_in_id == changed.sign_in_id,
    )
    values = {"tries": changed.tries, "used_at": changed.used_at}
    await work.execute(update(sign_in).where(*mine).values(values))


async def lock_sign_in(work: Work, digest: bytes) -> SignIn | None:
    """Return the sign-in of a browser, locked until the work ends, or None."""
    asked = scoped(sign_in, work).where(sign_in.c.digest == digest).with_for_update()
    return _sign_in((await work.execute(asked)).one_or_none())


async def find_sign_in(work: Work, sign_in_id: UUID) -> SignIn | None:
    """Return the sign-in with this id, or None."""
    asked = scoped(sign_in, work).where(sign_in.c.sign_in_id == sign_in_id)
    return _sign_in((await work.execute(asked)).one_or_none())


async def sign_in_of(work: Work, digest: bytes) -> SignIn | None:
    """Return the sign-in of a browser as it is, or None."""
    asked = scoped(sign_in, work).where(sign_in.c.digest == digest)
    return _sign_in((await work.execute(asked)).one_or_none())


async def asked_since(work: Work, email: str, since: datetime) -> list[datetime]:
    """Return when codes for an address were asked for *since*, oldest first."""
    its = (sign_in.c.email == email, sign_in.c.asked_at > since)
    asked = scoped(sign_in, work, sign_in.c.asked_at).where(*its).order_by(sign_in.c.asked_at)
    return list((await work.execute(asked)).scalars())


async def put_driver(work: Work, new: Driver) -> Driver:
    """Insert a driver, unless the address has one, and return who has it now."""
    values = {
        "driver_id": new.driver_id,
        "email": new.email,
        "language": new.language,
        "since": new.since,
    }
    added = insert(driver).values(operator_id=work.operator_id, **values)
    await work.execute(
        added.on_conflict_do_update(
            index_elements=["operator_id", "email"], set_={"language": new.language}
        )
    )
    found = await driver_with_email(work, new.email)
    assert found is not None, "it was just written"  # noqa: S101
    return found


async def driver_with_email(work: Work, email: str) -> Driver | None:
    """Return the driver with this address, or None."""
    asked = scoped(driver, work).where(driver.c.email == email)
    return _driver((await work.execute(asked)).one_or_none())


async def driver_with_id(work: Work, driver_id: UUID) -> Driver | None:
    """Return the driver with this id, or None."""
    asked = scoped(driver, work).where(driver.c.driver_id == driver_id)
    return _driver((await work.execute(asked)).one_or_none())


async def lock_driver(work: Work, driver_id: UUID) -> Driver | None:
    """Return the driver with this id, locked until the work ends, or None."""
    asked = scoped(driver, work).where(driver.c.driver_id == driver_id).with_for_update()
    return _driver((await work.execute(asked)).one_or_none())


async def save_profile(work: Work, changed: Driver) -> None:
    """Write what a driver says of itself."""
    mine = (driver.c.operator_id == work.operator_id, driver.c.driver_id == changed.driver_id)
    values = {"name": changed.name, "language": changed.language}
    await work.execute(update(driver).where(*mine).values(values))


async def save_groups(work: Work, changed: Driver) -> None:
    """Write the groups of a driver."""
    mine = (driver.c.operator_id == work.operator_id, driver.c.driver_id == changed.driver_id)
    await work.execute(update(driver).where(*mine).values(groups=list(changed.groups)))


async def make_nobody(work: Work, erased: Driver) -> None:
    """Write that a driver is nobody any more, and delete all that signs in or asked to."""
    its = (driver.c.operator_id == work.operator_id, driver.c.driver_id == erased.driver_id)
    known = scoped(driver, work, driver.c.email).where(its[1]).scalar_subquery()
    mine = sign_in.c.operator_id == work.operator_id
    await work.execute(delete(sign_in).where(mine, sign_in.c.email == known))
    theirs = (browser.c.operator_id == work.operator_id, browser.c.driver_id == erased.driver_id)
    await work.execute(delete(browser).where(*theirs))
    values = {"email": erased.email, "groups": list(erased.groups), "name": erased.name}
    await work.execute(update(driver).where(*its).values(values))


async def add_browser(work: Work, new: SignedIn) -> None:
    """Insert a browser or an app that is signed in."""
    await work.execute(insert(browser).values(_values(new)))


async def save_browser(work: Work, changed: SignedIn) -> None:
    """Write what changed of a browser or an app that is signed in."""
    mine = (
        browser.c.operator_id == changed.operator_id,
        browser.c.browser_id == changed.browser_id,
    )
    await work.execute(update(browser).where(*mine).values(_values(changed)))


async def lock_browser(work: Work, secret: str) -> SignedIn | None:
    """Return what has this secret, or had it earlier, locked until the work ends; or None."""
    digest, family = digest_of(secret), family_of(secret)
    its = or_(
        browser.c.digest == digest,
        browser.c.former_digest == digest,
        browser.c.family_digest == family,
    )
    row = (await work.execute(scoped(browser, work).where(its).with_for_update())).first()
    return None if row is None else _signed_in(row)


async def signed_in_of(work: Work, driver_id: UUID) -> list[SignedIn]:
    """Return by what a driver is signed in now, what was used last first."""
    its = (
        browser.c.driver_id == driver_id,
        browser.c.revoked_at.is_(None),
        browser.c.ends_at > work.now,
    )
    rows = await work.execute(
        scoped(browser, work)
        .where(*its)
        .order_by(browser.c.rotated_at.desc(), browser.c.browser_id)
    )
    return [_signed_in(row) for row in rows]


async def revoke_one(work: Work, driver_id: UUID, browser_id: UUID) -> bool:
    """Sign one of a driver's browsers or apps out; False when the driver has none such."""
    its = (
        browser.c.operator_id == work.operator_id,
        browser.c.driver_id == driver_id,
        browser.c.browser_id == browser_id,
    )
    first = func.coalesce(browser.c.revoked_at, work.now)
    return bool((await work.execute(update(browser).where(*its).values(revoked_at=first))).rowcount)


async def revoke_browsers(work: Work, driver_id: UUID) -> int:
    """Sign out every browser and app of a driver; return how many were signed in."""
    its = (
        browser.c.operator_id == work.operator_id,
        browser.c.driver_id == driver_id,
        browser.c.revoked_at.is_(None),
    )
    done = await work.execute(update(browser).where(*its).values(revoked_at=work.now))
    return done.rowcount


async def forget_old(work: Work, *, asked_before: datetime, ended_before: datetime) -> int:
    """Delete sign-ins asked for and browsers that ended before; return how many, of everyone."""
    old = [
        delete(sign_in).where(sign_in.c.asked_at < asked_before),
        delete(browser).where(browser.c.ends_at < ended_before),
    ]
    return sum([(await work.execute(each)).rowcount for each in old])


def _signed_in(row: Row[Any]) -> SignedIn:
    columns = dict(row._mapping)  # noqa: SLF001 - a named tuple's fields
    return SignedIn(**{**columns, "kind": DeviceKind(columns["kind"])})


def _driver(row: Row[Any] | None) -> Driver | None:
    if row is None:
        return None
    columns = dict(row._mapping)  # noqa: SLF001 - a named tuple's fields
    return Driver(**{**columns, "groups": tuple(columns["groups"])})


def _values(thing: SignIn | SignedIn) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in _names(thing)}


def _names(thing: SignIn | SignedIn) -> Iterable[str]:
    return type(thing).__dataclass_fields__


def _sign_in(row: Row[Any] | None) -> SignIn | None:
    if row is None:
        return None
    columns = dict(row._mapping)  # noqa: SLF001 - a named tuple's fields
    del columns["operator_id"]
    return SignIn(**columns)
