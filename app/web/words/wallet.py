"""A driver's credit in words: what there is, until when, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.funds.ledger.model import TransactionKind
from app.funds.wallet.model import Lot, LotKind, Wallet
from app.funds.wallet.statement import StatementLine
from app.infra.i18n import format_local_date, format_money, gettext
from app.kernel.money import Money
from app.web.words.automatic import AutomaticWords

# Credit belongs to no place: its days are those of universal time.
_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class LineWords:
    """A line: what it is, when, how much."""

    name: str
    detail: str
    amount: str


@dataclass(frozen=True, slots=True)
class WalletWords:
    """One currency of a driver's credit."""

    balance: str
    frozen: str | None
    lots: tuple[LineWords, ...]
    lines: tuple[LineWords, ...]
    refundable: str | None
    automatic: AutomaticWords | None = None


def wallet_words(
    wallet: Wallet,
    lines: Sequence[StatementLine],
    notes: dict[str, str],
    now: datetime,
    automatic: AutomaticWords | None,
) -> WalletWords:
    """Return *wallet* in the current language; *notes* are those of gifts, by the gift's id."""
    bought = sum(lot.left.minor for lot in wallet.lots if lot.kind is LotKind.PURCHASED)
    can_go_back = bought and not wallet.is_frozen
    frozen = gettext("Your credit cannot be used now. Please call us.")
    return WalletWords(
        balance=format_money(wallet.balance),
        frozen=frozen if wallet.is_frozen else None,
        lots=tuple(_lot(lot) for lot in wallet.lots if lot.is_good(now)),
        lines=tuple(_line(line, notes.get(str(line.source_id), "")) for line in lines),
        refundable=format_money(Money(bought, wallet.currency)) if can_go_back else None,
        automatic=automatic,
    )


def _lot(lot: Lot) -> LineWords:
    name = lot.note or (gettext("Bought") if lot.kind is LotKind.PURCHASED else gettext("Given"))
    detail = gettext("does not expire")
    if lot.expires_at is not None:
        until = {"date": format_local_date(lot.expires_at, _ZONE)}
        detail = gettext("until %(date)s") % until
    return LineWords(name, detail, format_money(lot.left))


def _line(line: StatementLine, note: str) -> LineWords:
    date = format_local_date(line.at, _ZONE)
    return LineWords(note or _name(line.kind), date, format_money(line.amount))


def _name(kind: TransactionKind) -> str:
    names = {
        TransactionKind.TOP_UP: gettext("Bought"),
        TransactionKind.GRANT: gettext("Given"),
        TransactionKind.RESERVE: gettext("Reserved for a session"),
        TransactionKind.WALLET_SPENT: gettext("Charging session"),
        TransactionKind.WALLET_EXPIRED: gettext("Expired"),
        TransactionKind.WALLET_REFUND: gettext("Given back"),
        TransactionKind.WALLET_DISPUTED: gettext("Taken back by the bank"),
    }
    return names.get(kind, gettext("Other"))
