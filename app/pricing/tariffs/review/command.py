"""`directpay tariff`: look at a tariff in a file, quote a stay, split a session."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from app.infra.i18n import gettext
from app.pricing.tariffs.compiled.compile import compile_tariff
from app.pricing.tariffs.compiled.units import HOUR, duration
from app.pricing.tariffs.engine.meter import split_samples
from app.pricing.tariffs.engine.quote import Stay, quote
from app.pricing.tariffs.engine.result import Period, Sample
from app.pricing.tariffs.errors import CdrInvalid
from app.pricing.tariffs.findings import Severity
from app.pricing.tariffs.model import Json
from app.pricing.tariffs.ocpi import parse_tariff, read_tariff
from app.pricing.tariffs.review.places import Place
from app.pricing.tariffs.review.review import review_tariff
from app.pricing.tariffs.words.priced import explain
from app.pricing.tariffs.words.tariff import Moment, explain_day, explain_tariff

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_HOUR: Final = Decimal(HOUR)


@dataclass(frozen=True, slots=True)
class Report:
    """What a command prints, and whether the file is in order."""

    lines: tuple[str, ...]
    is_fine: bool = True


class Reading(msgspec.Struct, frozen=True):
    """A meter sample in a file for `split`: *energy_kwh* since the start, *power_kw* if known."""

    at: datetime
    energy_kwh: Decimal
    power_kw: Decimal | None = None


class Recording(msgspec.Struct, frozen=True):
    """A file for `split`: a tariff, a time zone and the samples of a session."""

    tariff: msgspec.Raw
    timezone: str
    samples: tuple[Reading, ...]


def lint_file(source: bytes, place: Place | None) -> Report:
    """Return every finding about the tariff in *source*, a line each; raise TariffInvalid."""
    findings = review_tariff(read_tariff(source), place)
    lines = tuple(f"{one.severity}: {one.code}: {one.field}: {one.text}" for one in findings)
    return Report(
        lines or (gettext("There is nothing to say about this tariff."),),
        is_fine=all(one.severity is not Severity.ERROR for one in findings),
    )


def explain_file(source: bytes, moment: Moment | None) -> Report:
    """Return the tariff in *source* in words, and the day from *moment* on; raise TariffInvalid."""
    tariff = parse_tariff(source)
    day = () if moment is None else explain_day(compile_tariff(tariff), moment)
    return Report((*explain_tariff(tariff), *day))


def quote_file(source: bytes, stay: Stay, time_zone: str, vat: Decimal | None) -> Report:
    """Return what *stay* costs under the tariff in *source*, in words; raise TariffInvalid."""
    tariff = parse_tariff(source)
    return Report(explain(quote(compile_tariff(tariff), stay, time_zone, vat), tariff))


def split_file(source: bytes) -> Report:
    """Return the OCPI charging periods of the recording in *source*, a JSON line each."""
    try:
        found = msgspec.json.decode(source, type=Recording)
    except msgspec.DecodeError as wrong:
        raise CdrInvalid(str(wrong), field="recording") from wrong
    if any(one.at.tzinfo is None for one in found.samples):
        raise CdrInvalid("every instant needs a time zone, such as Z", field="samples")
    plan = compile_tariff(parse_tariff(bytes(found.tariff)))
    samples = [Sample(one.at, one.energy_kwh, one.power_kw) for one in found.samples]
    periods = split_samples(plan, samples, found.timezone)
    return Report(tuple(_ENCODER.encode(_period(one)).decode() for one in periods))


def _period(period: Period) -> Json:
    start = period.start.isoformat().replace("+00:00", "Z")
    return {"start_date_time": start, "dimensions": list(_dimensions(period))}


def _dimensions(period: Period) -> Iterator[Json]:
    if period.energy_kwh is not None:
        yield {"type": "ENERGY", "volume": period.energy_kwh.normalize() + 0}
    for kind, time in (("TIME", period.time), ("PARKING_TIME", period.parking)):
        if time is not None:
            yield {"type": kind, "volume": round(Decimal(duration(time)) / _HOUR, 6)}
