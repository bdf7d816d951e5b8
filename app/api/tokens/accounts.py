"""An operator's own programs and the accounts that pay later."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter
from msgspec import Meta, Struct

from app.api.answers import answer, private
from app.api.contract.versions import IfMatch, VersionChanged, require_match, versioned
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.lists.cursors import LONG_PAGE, LongPageRows, UuidCursor, cut
from app.api.problems import declared
from app.api.refunds.bodies import AmountOrder
from app.directpay.prices.show import money_view
from app.directpay.prices.views import MoneyView
from app.funds.payments.errors import AccountNotFound
from app.funds.postpaid.errors import ChargeAccountInvalid, ChargeAccountNotFound
from app.funds.postpaid.manage import (
    MOST_NAME,
    AccountOrder,
    account_named,
    end_account,
    get_account,
    list_accounts,
    owed_by,
    save_account,
)
from app.funds.postpaid.model import Account
from app.infra.answered.alone import alone
from app.infra.database import Work
from app.kernel.money import Money
from app.people.identity.keys.model import Scope
from app.pricing.tariffs.choice.drivers import driver_group
from app.pricing.tariffs.errors import GroupInvalid

AccountId = Annotated[UUID, PathParameter(description="The account's id.")]


class ChargeAccountOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """
    Who may pay later: a session up to *per_session*, and at most *most_open* owed in all.

    *group* is that of the tariffs that hold, such as `fleet:ACME`.
    """

    name: Annotated[str, Meta(min_length=1, max_length=MOST_NAME)]
    per_session: AmountOrder
    most_open: AmountOrder | None = None
    group: str | None = None


class ChargeAccountView(Struct, frozen=True):
    """An account that pays later, and what it owes."""

    id: UUID
    name: str
    per_session: MoneyView
    most_open: MoneyView | None
    group: str | None
    owed: MoneyView
    opened_at: datetime
    ended_at: datetime | None


class ChargeAccounts(Struct, frozen=True):
    """A page of accounts by name; *next_cursor* is null on the last."""

    accounts: tuple[ChargeAccountView, ...]
    next_cursor: UUID | None = None


_ORDER = ChargeAccountOrder("ACME", AmountOrder(10_000, "EUR"), AmountOrder(500_000, "EUR"))
_ACCOUNT = ChargeAccountView(
    id=UUID("019cadc6-9e68-7563-97f3-fa905c5e347e"),
    name="ACME",
    per_session=MoneyView(10_000, "EUR"),
    most_open=MoneyView(500_000, "EUR"),
    group="fleet:ACME",
    owed=MoneyView(12_345, "EUR"),
    opened_at=datetime.fromisoformat("2026-03-02T09:00:00Z"),
    ended_at=None,
)
_ANSWER = answer(ChargeAccountView, "The account", _ACCOUNT)


@put(
    "/operator/charge-accounts",
    operation_id="saveChargeAccount",
    summary="Let somebody pay later",
    description="Opens the account of this name, or changes it; one that had ended is open again. "
    "What its sessions cost is owed at once, and collected by invoice. With the ETag of "
    "`getChargeAccount` as If-Match nobody else's change is undone.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TOKENS_WRITE)],
    responses={
        200: _ANSWER,
        **declared(
            *KEY_REFUSALS, ChargeAccountInvalid, GroupInvalid, AccountNotFound, VersionChanged
        ),
    },
)
async def save_charge_account(
    request: AnyRequest,
    data: Annotated[ChargeAccountOrder, Body(examples=[Example(summary="ACME", value=_ORDER)])],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[ChargeAccountView]:
    """Open or change it."""
    order = AccountOrder(
        name=data.name,
        per_session=_money(data.per_session),
        most_open=None if data.most_open is None else _money(data.most_open),
        group=None if data.group is None else str(driver_group(data.group)),
    )
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await alone(work, "charge accounts")
        require_match(if_match, await _before(work, order))
        saved = await save_account(work, order)
        return _told(saved, await owed_by(work, saved))


@get(
    "/operator/charge-accounts",
    operation_id="listChargeAccounts",
    summary="Who pays later",
    description="All accounts, and what each owes.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TOKENS_READ)],
    responses={
        200: answer(ChargeAccounts, "The accounts", ChargeAccounts((_ACCOUNT,))),
        **declared(*KEY_REFUSALS),
    },
)
async def list_charge_accounts(
    request: AnyRequest,
    counter: NamedDependency[Counter],
    cursor: UuidCursor = None,
    limit: LongPageRows = LONG_PAGE,
) -> Response[ChargeAccounts]:
    """Answer a page of the accounts."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await list_accounts(work, cursor, limit + 1)
    page, more = cut(found, limit, lambda last: last[0].account_id)
    return private(ChargeAccounts(tuple(_view(each, owed) for each, owed in page), more))


@get(
    "/operator/charge-accounts/{account_id:uuid}",
    operation_id="getChargeAccount",
    summary="One who pays later",
    description="The account, what it owes, and the ETag by which it can be changed.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TOKENS_READ)],
    responses={200: _ANSWER, **declared(*KEY_REFUSALS, ChargeAccountNotFound)},
)
async def get_charge_account(
    request: AnyRequest, account_id: AccountId, counter: NamedDependency[Counter]
) -> Response[ChargeAccountView]:
    """Answer one account."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await get_account(work, account_id)
        return _told(found, await owed_by(work, found))


@post(
    "/operator/charge-accounts/{account_id:uuid}/end",
    operation_id="endChargeAccount",
    summary="Let an account pay nothing more",
    description="Sessions under way go on; what is owed stays owed.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TOKENS_WRITE)],
    status_code=200,
    responses={200: _ANSWER, **declared(*KEY_REFUSALS, ChargeAccountNotFound)},
)
async def end_charge_account(
    request: AnyRequest,
    account_id: AccountId,
    counter: NamedDependency[Counter],
) -> Response[ChargeAccountView]:
    """End it."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        ended = await end_account(work, account_id)
        return _told(ended, await owed_by(work, ended))


async def _before(work: Work, order: AccountOrder) -> ChargeAccountView | None:
    try:
        found = await account_named(work, order.name, order.per_session.currency)
    except ChargeAccountNotFound:
        return None
    return _edits(found)


def _told(account: Account, owed: Money) -> Response[ChargeAccountView]:
    return versioned(_view(account, owed), _edits(account))


def _edits(account: Account) -> ChargeAccountView:
    """Return what of an account does not change by using it."""
    return _view(account, Money.zero(account.per_session.currency))


def _money(order: AmountOrder) -> Money:
    return Money(order.minor, order.currency)


def _view(account: Account, owed: Money) -> ChargeAccountView:
    return ChargeAccountView(
        id=account.account_id,
        name=account.name,
        per_session=money_view(account.per_session),
        most_open=None if account.most_open is None else money_view(account.most_open),
        group=account.group,
        owed=money_view(owed),
        opened_at=account.opened_at,
        ended_at=account.ended_at,
    )
