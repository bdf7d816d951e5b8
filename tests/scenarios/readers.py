"""Drivers who show a card to the reader in the world of the stories."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.charging.sessions.model import StartAnswer, StartReport, StopReport
from app.charging.tokens.model import Payer, Token, Whitelist
from app.charging.tokens.save import TokenOrder, save_tokens
from app.directpay.pay import Begun
from app.directpay.reader.authorise import authorise
from app.directpay.reader.desk import ReaderDesk
from app.directpay.reader.model import IdTokenInfo, Presented
from app.directpay.reader.start import start_at_reader
from app.directpay.reader.stop import stop_at_reader
from app.directpay.store import journey_of_session
from app.funds.postpaid.manage import AccountOrder, save_account
from app.funds.postpaid.model import Account
from tests.scenarios.wallets import eur
from tests.scenarios.world import IDENTITY, OPERATOR, World

CARD = "04A22B9C7D1E80"


async def has_card(world: World, driver_id: UUID | None, uid: str = CARD, **more: object) -> Token:
    """The operator gives somebody a card; without anybody it waits to be claimed."""
    order = replace(TokenOrder(uid, "Voltstraat", driver_id=driver_id), **more)
    async with world.database.work(OPERATOR) as work:
        return (await save_tokens(work, [order]))[0]


async def has_account(
    world: World, name: str = "ACME", per_session: int = 10_000, most_open: int | None = None
) -> Account:
    """The operator lets somebody pay later."""
    most = None if most_open is None else eur(most_open)
    async with world.database.work(OPERATOR) as work:
        return await save_account(work, AccountOrder(name, eur(per_session), most))


async def card_of_account(world: World, account: Account, uid: str = CARD) -> Token:
    """A card whose sessions go on an account."""
    whose = {"payer": Payer.ACCOUNT, "account_id": account.account_id}
    return await has_card(world, None, uid, whitelist=Whitelist.ALLOWED, **whose)


async def shows(world: World, uid: str = CARD, kind: str | None = None) -> IdTokenInfo:
    """Somebody holds a card to the reader, and the charge point asks about it."""
    shown = Presented(OPERATOR, IDENTITY, uid, kind, world.clock.now())
    return await authorise(shown, desk=desk(world))


async def taps(
    world: World, uid: str = CARD, *, at: datetime | None = None, kind: str | None = None
) -> StartAnswer:
    """The charge point starts a transaction for a card; *at*: long ago, when it was offline."""
    now = world.clock.now()
    report = StartReport(
        operator_id=OPERATOR,
        identity=IDENTITY,
        evse_no=None,
        connector_no=world.connector,
        id_tag=uid,
        remote_start_id=None,
        station_transaction_id=None,
        meter_start_wh=world.register_wh,
        at=at or now,
        received_at=now,
        token_type=kind,
    )
    return await tells_start(world, report)


async def tells_start(world: World, report: StartReport) -> StartAnswer:
    """The charge point tells of a start, perhaps once more."""
    world._start = report
    world.transaction = await start_at_reader(report, desk=desk(world))
    await world.worker.run_due()
    if world.transaction.accepted:
        await follows(world)
    return world.transaction


async def follows(world: World) -> None:
    """The driver opens the page of the session that just began, if it has one."""
    row = world.worker.sql.execute(
        "SELECT session_id FROM reader_start ORDER BY session_id DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    async with world.database.work(OPERATOR) as work:
        journey = await journey_of_session(work, row[0])
    if journey is not None:
        secrets = world.desk.secrets
        token = secrets.token(journey.journey_id)
        world.journeys.append(Begun(token, secrets.control(journey.journey_id), None))


async def stops_with(world: World, uid: str) -> None:
    """The charge point tells of a stop of which it knows the card alone."""
    now = world.clock.now()
    report = StopReport(
        operator_id=OPERATOR,
        identity=IDENTITY,
        transaction_id="-1",
        evse_no=None,
        connector_no=None,
        id_tag=uid,
        meter_stop_wh=world.register_wh,
        at=now,
        received_at=now,
        reason="Local",
    )
    await stop_at_reader(report, desk=desk(world))
    await world.worker.run_due()


def desk(world: World) -> ReaderDesk:
    """Return what the verbs of readers work with."""
    return ReaderDesk(world.database, world.desk.secrets)
