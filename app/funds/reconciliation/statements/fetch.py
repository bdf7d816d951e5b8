"""Fetch what providers moved and paid out: balances day by day, reports when they are announced."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from app.funds.payments.accounts import every_account, get_account
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.errors import SecretUnreadable
from app.funds.payments.inbox.told import unmatched_notices
from app.funds.payments.ports import Declined, Notice, NotSent, ProviderAccount
from app.funds.payments.providers.settlements import (
    BalanceReader,
    Failure,
    ReportReader,
    SettlementLine,
)
from app.funds.reconciliation.record import Recorded, record_lines
from app.funds.reconciliation.statements import store
from app.funds.reconciliation.statements.store import Fetch
from app.infra.database import EVERY_OPERATOR
from app.infra.jobs import Schedule

logger = logging.getLogger(__name__)
BALANCE: Final = "balance"
# A balance is read once a day; a provider that did not answer is asked again an hour later.
DAILY: Final = timedelta(hours=20)
# What is booked late at the provider is older than the last reading.
OVERLAP: Final = timedelta(days=3)
FIRST: Final = timedelta(days=90)
# An announcement is followed for so long: Adyen keeps reports for longer.
FOLLOWED: Final = timedelta(days=30)
HOURLY: Final = "25 * * * *"
_LONGEST_WORD: Final = 500


@dataclass(frozen=True, slots=True)
class _Till:
    """An account whose statements are fetched, and what it takes."""

    account: ProviderAccount
    desk: PaymentDesk


def statement_schedules(desk: PaymentDesk) -> tuple[Schedule, ...]:
    """Return what comes back by the clock."""
    return (Schedule("reconciliation.fetch", HOURLY, partial(_fetch, desk)),)


async def fetch_statements(*, desk: PaymentDesk) -> int:
    """
    Read what is new of every account's statements, match it, and return how many lines were new.

    Safe to repeat: a line is taken over once. What can't be read now is tried in an hour.
    """
    async with desk.database.work(EVERY_OPERATOR) as work:
        accounts = await every_account(work)
    new = 0
    for operator_id, account_id, provider in accounts:
        if provider in desk.balances or provider in desk.reports:
            new += await _of_account(operator_id, account_id, desk)
    return new


async def _fetch(desk: PaymentDesk) -> None:
    await fetch_statements(desk=desk)


async def _of_account(operator_id: UUID, account_id: UUID, desk: PaymentDesk) -> int:
    try:
        async with desk.database.work(operator_id) as work:
            till = _Till(await get_account(work, account_id, vault=desk.vault), desk)
    except SecretUnreadable:
        # The other operators' statements are fetched all the same; readiness tells of this one.
        logger.exception("the statements of account %s can't be fetched", account_id)
        return 0
    balance = desk.balances.get(till.account.provider)
    reports = desk.reports.get(till.account.provider)
    new = 0 if balance is None else await _balance(till, balance)
    return new if reports is None else new + await _reports(till, reports)


async def _balance(till: _Till, reader: BalanceReader) -> int:
    account = till.account
    async with till.desk.database.work(account.operator_id) as work:
        now = work.now
        last = await store.find_fetch(work, account.account_id, BALANCE)
    last = last or Fetch(account.account_id, BALANCE, now - DAILY)
    if last.tried_at + DAILY > now:
        return 0
    since = now - FIRST if last.until is None else last.until - OVERLAP
    found = await reader.lines(account, since=since)
    if not isinstance(found, list):
        # A key that may not read balances is asked again tomorrow, silence in an hour.
        is_final = isinstance(found, Declined) or _is_refused(found)
        await _note(till, replace(last, tried_at=now if is_final else last.tried_at), found)
        return 0
    read = Fetch(account.account_id, BALANCE, now, until=now)
    return await _take_over(till, found[::-1], read)


async def _reports(till: _Till, reader: ReportReader) -> int:
    new = 0
    for notice, address in await _announced(till, reader):
        async with till.desk.database.work(till.account.operator_id) as work:
            read = Fetch(till.account.account_id, notice.key, work.now)
        found = await reader.fetch(till.account, address)
        if isinstance(found, tuple):
            lines = [line for settlement in found for line in settlement.lines]
            new += await _take_over(till, lines, replace(read, until=read.tried_at))
        elif isinstance(found, Declined):
            await _note(till, replace(read, until=read.tried_at), found)
        else:
            await _note(till, read, found)
    return new


async def _announced(till: _Till, reader: ReportReader) -> list[tuple[Notice, str]]:
    """Return the reports that were announced and not read yet, with where they are."""
    account_id = till.account.account_id
    async with till.desk.database.work(till.account.operator_id) as work:
        notices = await unmatched_notices(work, account_id, work.now - FOLLOWED)
        found = [(one, address) for one in notices if (address := reader.announced(one))]
        known = await store.fetches(work, account_id, [notice.key for notice, _ in found])
    done = {fetch.key for fetch in known if fetch.until is not None}
    return [(notice, address) for notice, address in found if notice.key not in done]


async def _take_over(till: _Till, lines: Sequence[SettlementLine], read: Fetch) -> int:
    operator_id, database = till.account.operator_id, till.desk.database
    recorded: Recorded = await record_lines(
        lines, till.account.account_id, operator_id=operator_id, database=database
    )
    async with database.work(operator_id) as work:
        counted = replace(read, new_lines=recorded.new, in_suspense=recorded.in_suspense)
        await store.put_fetch(work, counted)
    return recorded.new


async def _note(till: _Till, tried: Fetch, failure: Failure) -> None:
    logger.warning(
        "no statement of %s, account %s: %s",
        till.account.provider,
        till.account.account_id,
        failure.detail,
    )
    async with till.desk.database.work(till.account.operator_id) as work:
        await store.put_fetch(work, replace(tried, said=failure.detail[:_LONGEST_WORD]))


def _is_refused(failure: Failure) -> bool:
    return isinstance(failure, NotSent) and failure.credentials_refused
