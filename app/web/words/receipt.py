"""The receipt on the page: what was used, what it cost, what comes back."""

from dataclasses import dataclass
from decimal import Decimal

from app.directpay.views import (
    ContributionView,
    JourneyView,
    LineView,
    MeterView,
    SettledView,
    VoucherView,
)
from app.infra.i18n import (
    format_energy,
    format_local_date,
    format_local_time,
    format_money,
    format_percent,
    format_plain,
    format_unit_price,
    gettext,
)
from app.kernel.money import Money
from app.web.drawing.chart import DrawnChart
from app.web.words.live import power_words
from app.web.words.payment import CHARGE_AFTER, returned_sentence

_ENERGY_DECIMALS = 3
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line as text: what for, how it comes about, how much."""

    name: str
    detail: str
    amount: str


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """
    The receipt block of the session page; *price* is told where others pay a part of it.

    What is *owed* was not charged yet.
    """

    number: str | None
    pairs: tuple[tuple[str, str], ...]
    lines: tuple[ReceiptLine, ...]
    charged: str
    vat_label: str
    vat: str | None
    returned: str | None
    owed: bool = False
    price: str | None = None
    contributions: tuple[ReceiptLine, ...] = ()
    vouchers: tuple[str, ...] = ()
    meter: str | None = None
    chart: DrawnChart | None = None


def receipt_words(view: JourneyView, settled: SettledView) -> ReceiptWords:
    """Return the receipt of *settled* in the current language."""
    rate = "" if settled.vat_rate is None else format_percent(settled.vat_rate)
    return ReceiptWords(
        number=settled.receipt_number,
        pairs=_pairs(view, settled),
        lines=tuple(_line(line) for line in settled.lines),
        charged=format_money(settled.charged),
        vat_label=gettext("of which VAT %(rate)s") % {"rate": rate},
        vat=None if settled.vat is None else format_money(settled.vat),
        returned=_returned(view, settled),
        owed=settled.owed,
        price=_price(settled),
        contributions=tuple(_contribution(each) for each in settled.contributions),
        vouchers=tuple(_voucher(each) for each in settled.vouchers),
        meter=None if settled.meter is None else _meter(settled.meter),
        chart=power_words(settled.curve),
    )


def _pairs(view: JourneyView, settled: SettledView) -> tuple[tuple[str, str], ...]:
    zone = view.point.time_zone
    pairs = [(gettext("Energy"), format_energy(settled.energy_kwh, decimals=_ENERGY_DECIMALS))]
    if settled.started_at is not None:
        pairs.append((gettext("Date"), format_local_date(settled.started_at, zone)))
        pairs.append((gettext("Start"), format_local_time(settled.started_at, zone)))
    if settled.ended_at is not None:
        pairs.append((gettext("End"), format_local_time(settled.ended_at, zone)))
    return tuple(pairs)


def _line(line: LineView) -> ReceiptLine:
    detail = line.label or _detail(line)
    return ReceiptLine(_line_name(line.kind), detail, format_money(line.amount))


def _price(settled: SettledView) -> str | None:
    if not settled.contributions:
        return None
    paid = sum(each.amount.minor for each in settled.contributions)
    return format_money(Money(settled.charged.minor + paid, settled.charged.currency))


def _contribution(paid: ContributionView) -> ReceiptLine:
    name = gettext("Paid by %(partner)s") % {"partner": paid.partner}
    less = Money(-paid.amount.minor, paid.amount.currency)
    return ReceiptLine(name, paid.name, format_money(less))


def _voucher(voucher: VoucherView) -> str:
    names = {"gift": voucher.what, "code": voucher.code, "partner": voucher.partner}
    if voucher.partner:
        return gettext("For you, from %(partner)s: %(gift)s. Voucher code: %(code)s") % names
    return gettext("For you: %(gift)s. Voucher code: %(code)s") % names


def _meter(meter: MeterView) -> str:
    match meter.verdict:
        case "valid":
            words = gettext("The meter signed its readings; we checked them and they are genuine.")
        case "invalid":
            words = gettext("The meter signed its readings, but the check failed. Please call us.")
        case _:
            words = gettext("The meter signed its readings; we could not check them.")
    return words


def _line_name(kind: str) -> str:
    names = {
        "ENERGY": gettext("Energy"),
        "TIME": gettext("Time"),
        "IDLE": gettext("Connected without charging"),
        "SESSION": gettext("Start fee"),
        "MINIMUM": gettext("Raised to the minimum price"),
        "MAXIMUM": gettext("Cut to the maximum price"),
        "DISCOUNT": gettext("Discount"),
        "ROUNDING": gettext("Rounding"),
    }
    return names.get(kind.upper(), gettext("Other"))


def _detail(line: LineView) -> str:
    """Return how the amount comes about: `14.200 kWh × €0.49`."""
    if line.quantity is None or line.price is None or line.unit == "session":
        return ""
    price = format_unit_price(line.price, line.amount.currency, line.unit or "")
    if line.unit == "kwh":
        return f"{format_energy(line.quantity)} × {price}"
    quantity = format_plain(line.quantity.quantize(_HUNDREDTH))
    unit = gettext("min") if line.unit == "minute" else gettext("h")
    return f"{quantity}\N{NO-BREAK SPACE}{unit} × {price}"


def _charged_after(settled: SettledView) -> str | None:
    values = {"amount": format_money(settled.charged), "means": settled.paid_with}
    if settled.paid_with:
        return gettext("%(amount)s was charged to %(means)s.") % values
    return None if settled.money_moved else gettext("%(amount)s is being charged.") % values


def _returned(view: JourneyView, settled: SettledView) -> str | None:
    if settled.owed:
        return gettext("This is not paid yet.")
    if view.strategy == CHARGE_AFTER:
        return _charged_after(settled)
    if not settled.returned.minor:
        return None
    return returned_sentence(
        view.strategy, settled.returned, view.method, moved=settled.money_moved
    )
