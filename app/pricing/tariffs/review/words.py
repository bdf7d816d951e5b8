"""What the findings about a tariff say, in sentences for a tariff manager."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "nothing_by_use": "nothing is charged for energy or time: is the tariff complete?",
    "no_preauthorize_amount": "an ad hoc tariff should say how much is held on the driver's card",
    "vat_not_applicable": "the tariff says that taxes do not apply, so its VAT rates count nothing",
    "vat_rate_missing": "prices include taxes, but not every price says at which rate",
    "vat_differs": "the VAT rate is not that of the country",
    "afir_per_kwh": (
        "from 50 kW on, ad hoc charging is priced per kWh; beside it only a fee per minute of "
        "occupancy is allowed (AFIR, Article 5(4))"
    ),
    "clock_not_certified": (
        "a price by time needs meters with a certified clock in Germany (MessEV); this place has "
        "none"
    ),
    "unreachable": "this price never counts: an earlier element always holds and has one",
    "whole_day": "the window begins when it ends and is read as the whole day: leave it out",
    "weekday_over_midnight": (
        "the window passes midnight, but its weekdays are those of the moment: after midnight the "
        "next day counts"
    ),
    "zero_step": "a step of 0 is no step: write 1",
    "step_on_flat": "a fixed price has no steps",
    "time_step_unused": "once parking is billed, the step of time counts nothing",
    "coarse_step": "steps above 1 charge for what was not used; OCPI 3.0 has none",
    "reservation_dimension": "a reservation has neither energy nor parking: this is never charged",
    "no_fallback": "when no restriction holds, this is free: add an element without restrictions",
}
