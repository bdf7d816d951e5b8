"""What is true of the words of every tariff and every price, in every language."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.infra.i18n import LANGUAGES, format_money, gettext, speaking
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.engine import LiveMeter, Sample, price_block, price_samples
from app.pricing.tariffs.review.places import Place
from app.pricing.tariffs.review.review import review_tariff
from app.pricing.tariffs.words.priced import explain
from app.pricing.tariffs.words.tariff import Moment, explain_day, explain_tariff
from tests.pricing.strategies import country_rates, examples, plans, sessions, zones

languages = st.sampled_from(LANGUAGES)
COUNTRIES = st.sampled_from(["NL", "DE", "GB", "CH"])


@examples
@given(plans(), sessions(), zones, country_rates, languages)
def test_every_price_can_be_explained(
    plan: Plan, rows: list[Sample], zone: str, vat: Decimal | None, language: str
):
    """A sentence per line with its amount, then the total as it is charged."""
    priced = price_samples(plan, rows, zone, rows[-1].at, vat)

    with speaking(language):
        said = explain(priced, plan.tariff)
        total = format_money(priced.gross)
        amounts = [format_money(line.gross) for line in priced.lines]

    assert all(amount in sentence for amount, sentence in zip(amounts, said, strict=False))
    assert total in said[len(amounts)]


@examples
@given(plans(), sessions(), zones, country_rates, languages)
def test_every_tariff_can_be_said(
    plan: Plan, rows: list[Sample], zone: str, vat: Decimal | None, language: str
):
    """The terms have a sentence per element; the day names each change within it, once."""
    start = rows[0].at
    changes, at = 0, price_block(plan, start, zone, vat).next_change
    while at is not None and at - start < timedelta(days=1):
        changes, at = changes + 1, price_block(plan, at, zone, vat).next_change

    with speaking(language):
        terms = explain_tariff(plan.tariff)
        day = explain_day(plan, Moment(start, zone, vat))
        first, _, _ = gettext("From %(time)s").partition("%(")
        told = sum(sentence.startswith(first) for sentence in day)

    is_far = changes == 0 and at is not None
    assert len(plan.tariff.elements) < len(terms)
    assert changes + is_far == told


@examples
@given(plans(), COUNTRIES, st.sampled_from([11, 50, 150]), country_rates, languages)
def test_every_tariff_can_be_reviewed(
    plan: Plan, country: str, kw: int, vat: Decimal | None, language: str
):
    """Whatever is odd has a sentence with its values."""
    with speaking(language):
        findings = review_tariff(plan.tariff, Place(country, Decimal(kw), vat=vat))

        assert all(finding.text and "%(" not in finding.text for finding in findings)


@examples
@given(plans(), sessions(), zones, country_rates)
def test_the_live_meter_announces_the_prices_that_come(
    plan: Plan, rows: list[Sample], zone: str, vat: Decimal | None
):
    """A car that waits until then pays what was announced."""
    meter = LiveMeter(plan, rows[0].at, zone, vat)
    for row in rows:
        running = meter.feed(row)
    if running.next_change is None:
        assert () == running.next_components
        return
    if plan.cuts.power:
        # Its prices also follow the power, which is none while it waits.
        return
    last = max(row.energy_kwh for row in rows)
    then = meter.feed(Sample(running.next_change, last))

    assert running.next_components == then.price_now
