"""Connections to providers, ways there and back, and links of drivers, in the database."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, Row, Text, Uuid, delete, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.people.identity.openid.model import AppReturn, Connection, Link, Login

connection = operator_table(
    "openid_connection",
    Column("issuer", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("app_redirects", ARRAY(Text), nullable=False),
    Column("sealed_secret", Text),
    Column("changed_at", UtcDateTime, nullable=False),
)
login = operator_table(
    "driver_openid_login",
    Column("login_id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("back", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("app_redirect_uri", Text),
    Column("app_state", Text),
    Column("app_challenge", Text),
    Column("used_at", UtcDateTime),
    Column("driver_id", Uuid),
    Column("code_digest", LargeBinary),
    Column("code_until", UtcDateTime),
)
Index("uq_driver_openid_login_digest", login.c.operator_id, login.c.digest, unique=True)
Index("uq_driver_openid_login_code", login.c.operator_id, login.c.code_digest, unique=True)
Index("ix_driver_openid_login_asked_at", login.c.asked_at)
link = operator_table(
    "driver_openid_link",
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("driver_id", Uuid, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
Index("ix_driver_openid_link_driver", link.c.operator_id, link.c.driver_id)


async def connection_of(work: Work) -> Connection | None:
    """Return the operator's connection, or None."""
    row = (await work.execute(scoped(connection, work))).one_or_none()
    if row is None:
        return None
    columns = dict(row._mapping)  # noqa: SLF001 - a named tuple's fields
    del columns["changed_at"]
    return Connection(**{**columns, "app_redirects": tuple(columns["app_redirects"])})


async def put_connection(work: Work, new: Connection) -> None:
    """Insert or overwrite the operator's connection."""
    values = {**asdict(new), "app_redirects": list(new.app_redirects), "changed_at": work.now}
    written = insert(connection).values(values)
    await work.execute(written.on_conflict_do_update(index_elements=["operator_id"], set_=values))


async def remove_connection(work: Work) -> bool:
    """Delete the operator's connection; False when there was none."""
    mine = connection.c.operator_id == work.operator_id
    return bool((await work.execute(delete(connection).where(mine))).rowcount)


async def add_login(work: Work, new: Login) -> None:
    """Insert a way there and back."""
    app = new.app
    values = {
        "login_id": new.login_id,
        "digest": new.digest,
        "issuer": new.issuer,
        "redirect_uri": new.redirect_uri,
        "back": new.back,
        "asked_at": new.asked_at,
        "app_redirect_uri": None if app is None else app.redirect_uri,
        "app_state": None if app is None else app.state,
        "app_challenge": None if app is None else app.challenge,
    }
    await work.execute(insert(login).values(operator_id=work.operator_id, **values))


async def use_login(work: Work, digest: bytes) -> Login | None:
    """Return the way of a browser as it was, and let it be gone from now on; or None."""
    asked = scoped(login, work).where(login.c.digest == digest).with_for_update()
    found = _login((await work.execute(asked)).one_or_none())
    if found is not None and found.used_at is None:
        await _save(work, found.login_id, {"used_at": work.now})
    return found


async def hand_code(work: Work, gone: Login, code_digest: bytes, until: datetime) -> None:
    """Write that an app may exchange a code for its driver's tokens."""
    values = {"driver_id": gone.driver_id, "code_digest": code_digest, "code_until": until}
    await _save(work, gone.login_id, values)


async def use_code(work: Work, code_digest: bytes) -> Login | None:
    """Return the way that ended in this code, and let the code be gone from now on; or None."""
    asked = scoped(login, work).where(login.c.code_digest == code_digest).with_for_update()
    found = _login((await work.execute(asked)).one_or_none())
    if found is not None:
        await _save(work, found.login_id, {"code_digest": None})
    return found


async def driver_linked(work: Work, issuer: str, subject: str) -> UUID | None:
    """Return whose account that is, or None: nobody's here."""
    its = (link.c.issuer == issuer, link.c.subject == subject)
    found: UUID | None = (
        await work.execute(scoped(link, work, link.c.driver_id).where(*its))
    ).scalar_one_or_none()
    return found


async def add_link(work: Work, new: Link) -> None:
    """Insert a link; one that somebody was faster with stays."""
    await work.execute(insert(link).values(asdict(new)).on_conflict_do_nothing())


async def links_of(work: Work, driver_id: UUID) -> list[Link]:
    """Return the accounts of a driver elsewhere, the oldest first."""
    asked = scoped(link, work).where(link.c.driver_id == driver_id)
    rows = await work.execute(asked.order_by(link.c.since, link.c.issuer, link.c.subject))
    return [Link(**row._mapping) for row in rows]  # noqa: SLF001 - a named tuple's fields


async def forget_driver(work: Work, driver_id: UUID) -> None:
    """Delete what is known of a driver's accounts elsewhere."""
    for table in (link, login):
        its = (table.c.operator_id == work.operator_id, table.c.driver_id == driver_id)
        await work.execute(delete(table).where(*its))


async def forget_logins(work: Work, asked_before: datetime) -> int:
    """Delete ways that were begun before; return how many, of everyone."""
    return (await work.execute(delete(login).where(login.c.asked_at < asked_before))).rowcount


async def _save(work: Work, login_id: UUID, values: dict[str, Any]) -> None:
    its = (login.c.operator_id == work.operator_id, login.c.login_id == login_id)
    await work.execute(update(login).where(*its).values(values))


def _login(row: Row[Any] | None) -> Login | None:
    if row is None:
        return None
    app = None
    if row.app_redirect_uri is not None:
        app = AppReturn(row.app_redirect_uri, row.app_state, row.app_challenge)
    return Login(
        login_id=row.login_id,
        digest=row.digest,
        issuer=row.issuer,
        redirect_uri=row.redirect_uri,
        back=row.back,
        asked_at=row.asked_at,
        app=app,
        used_at=row.used_at,
        driver_id=row.driver_id,
        code_digest=row.code_digest,
        code_until=row.code_until,
    )
