"""
The pricing engine: pure, exact, and the only place where a price is worked out.

A tariff version becomes a `Plan` (`plan_of`, cached). With it `price_samples` and `price_periods`
give the price of a session, `LiveMeter` the cost of one under way, `price_block` the prices of a
moment, `quote` the price of a stay that is planned, and `split_samples` the periods of a CDR.
"""

from app.pricing.tariffs.compiled.compile import compile_tariff, compile_tariffs, plan_of
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.compiled.policy import DEFAULT_POLICY, Policy, Rounding
from app.pricing.tariffs.engine.block import price_block
from app.pricing.tariffs.engine.live import LiveMeter
from app.pricing.tariffs.engine.meter import price_samples, split_samples
from app.pricing.tariffs.engine.periods import price_periods, price_spans
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.quote import Stay, quote
from app.pricing.tariffs.engine.result import (
    Exact,
    Line,
    LineKind,
    Period,
    PriceBlock,
    PriceNow,
    Running,
    Sample,
    Unit,
)

__all__ = [
    "DEFAULT_POLICY",
    "Exact",
    "Line",
    "LineKind",
    "LiveMeter",
    "Period",
    "Plan",
    "Policy",
    "PriceBlock",
    "PriceNow",
    "Priced",
    "Rounding",
    "Running",
    "Sample",
    "Stay",
    "Unit",
    "compile_tariff",
    "compile_tariffs",
    "plan_of",
    "price_block",
    "price_periods",
    "price_samples",
    "price_spans",
    "quote",
    "split_samples",
]
