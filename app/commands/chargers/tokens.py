"""`directpay tokens`: cards and other tokens, and who pays later for them."""

import argparse
import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from uuid import UUID

from app.charging.tokens.block import block_token, unblock_token
from app.charging.tokens.errors import TokenInvalid, TokenNotFound
from app.charging.tokens.model import Payer, Token
from app.charging.tokens.read import token_of_uid, token_page
from app.commands.running import run
from app.commands.wallets import amount
from app.directpay.cards.files import read_tokens
from app.directpay.cards.keep import keep_tokens, owned
from app.directpay.cards.mine import card_keys
from app.directpay.desk import Desk
from app.embedded import database_of
from app.funds.postpaid.manage import (
    AccountOrder,
    account_named,
    end_account,
    list_accounts,
    save_account,
)
from app.infra.database import Work
from app.people.identity.find import find_operator
from app.pricing.tariffs.choice.drivers import driver_group
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

_Deed = Callable[[argparse.Namespace, UUID, Desk], Awaitable[Iterable[str]]]
_PAGE = 1000


def add_tokens(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that keep tokens, and the accounts that pay later."""
    actions = commands.add_parser("tokens", help="cards and other tokens").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    take = actions.add_parser("import", help="keep the tokens of a CSV or JSON")
    listing = actions.add_parser("list", help="all tokens, with the codes of free cards")
    block = actions.add_parser("block", help="let a token start nothing any more")
    unblock = actions.add_parser("unblock", help="let a token charge again")
    account = actions.add_parser("account", help="let somebody pay later")
    accounts = actions.add_parser("accounts", help="who pays later, and what they owe")
    end = actions.add_parser("end", help="let an account pay nothing more")
    take.add_argument("file", type=Path, help="a .json, or a CSV with a head line")
    for action in (block, unblock):
        action.add_argument("uid", help="as a reader tells it")
    block.add_argument("--reason", required=True)
    for action in (account, end):
        action.add_argument("name", help="the account's name")
    account.add_argument("--per-session", type=amount, required=True, help="such as '100.00 EUR'")
    account.add_argument("--most-open", type=amount, help="the most that may be owed in all")
    account.add_argument("--group", help="of the tariffs that hold, such as fleet:ACME")
    end.add_argument("--currency", default="EUR", help="(default: EUR)")
    deeds: dict[argparse.ArgumentParser, _Deed] = {
        take: _import,
        listing: _list,
        block: _block,
        unblock: _unblock,
        account: _account,
        accounts: _accounts,
        end: _end,
    }
    for action, deed in deeds.items():
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.set_defaults(run=_doing(deed))


def _doing(deed: _Deed) -> Callable[[argparse.Namespace], None]:
    def do(given: argparse.Namespace) -> None:
        with database_of(Settings.from_env(os.environ), alone=False) as settings:
            run(_tell(given, deed, settings))

    return do


async def _tell(given: argparse.Namespace, deed: _Deed, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(given.operator, database=services.database)
        lines = await deed(given, operator.operator_id, services.desk)
    print(*lines, sep="\n")


async def _import(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    file: Path = given.file
    wishes = read_tokens(_text_of(file), file.name)
    kept = await keep_tokens(wishes, operator_id=operator_id, database=desk.database)
    return [f"{len(kept)} tokens are kept."]


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise TokenInvalid(f"{file}: {wrong}", file=str(file)) from wrong


async def _list(_: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    lines: list[str] = []
    after: UUID | None = None
    async with desk.database.work(operator_id) as work:
        while found := await token_page(work, after, _PAGE):
            lines += [await _line(work, each, desk) for each in found]
            after = found[-1].token_id
    return lines or ["No tokens."]


async def _line(work: Work, token: Token, desk: Desk) -> str:
    whose = (await owned(work, token)).address
    is_free = whose is None and token.payer is Payer.WALLET
    code = f"free, code {card_keys(desk).code_of(token.token_id)}" if is_free else "the operator's"
    state = "good" if token.valid else f"blocked: {token.blocked}"
    return f"{token.uid}  {token.visual_number or '-'}  {whose or code}  {token.payer}  {state}"


async def _block(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        token = await _found(work, given.uid)
        await block_token(work, token.token_id, given.reason)
    return [f"{token.uid} starts nothing any more."]


async def _unblock(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        token = await _found(work, given.uid)
        await unblock_token(work, token.token_id)
    return [f"{token.uid} is good again."]


async def _found(work: Work, uid: str) -> Token:
    token = await token_of_uid(work, uid)
    if token is None:
        raise TokenNotFound(f"the operator has no token {uid}")
    return token


async def _account(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    group = None if given.group is None else str(driver_group(given.group))
    order = AccountOrder(given.name, given.per_session, given.most_open, group)
    async with desk.database.work(operator_id) as work:
        saved = await save_account(work, order)
    return [f"{saved.name} may pay later, up to {saved.per_session} a session ({saved.book})."]


async def _accounts(_: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        found = await list_accounts(work)
    return [
        f"{each.name}  owes {owed} ({each.book})" + (", ended" if each.ended_at else "")
        for each, owed in found
    ] or ["Nobody pays later."]


async def _end(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        account = await account_named(work, given.name, given.currency)
        await end_account(work, account.account_id)
    return [f"{account.name} pays for nothing more."]
