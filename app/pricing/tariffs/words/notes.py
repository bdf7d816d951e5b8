"""What had to be assumed to reach a price, in words: the notes of the engine."""

from collections.abc import Mapping
from typing import Final

from app.infra.i18n import N_, said

NOTES: Final[Mapping[str, str]] = {
    "current_unknown": N_("A limit of current could not be checked, and was taken to hold."),
    "power_unknown": N_("A limit of power could not be checked, and was taken to hold."),
    "currency_unknown": N_("There is no such currency; it was taken to have two decimals."),
    "dimension_unknown": N_("A period states something that OCPI does not know; it cost nothing."),
    "ends_before_start": N_("The session ends before it starts."),
    "period_outside_session": N_("A period starts before the session or after its end."),
    "time_negative": N_("A time is below zero; it was taken off the price."),
    "currency_differs": N_("The CDR has another currency than its tariff."),
    "end_unknown": N_(
        "Nobody knows when the session ended: its last period has the time that it states."
    ),
    "end_not_measured": N_("The session went on after its last sample."),
    "meter_went_back": N_("A sample with less energy than the one before was passed over."),
    "sample_out_of_order": N_("A sample older than the one before was passed over."),
    "period_spans_price_change": N_("A period covers more than one price; its start decided."),
    "periods_out_of_order": N_("The periods were not in the order of time; they were put into it."),
    "tariff_not_valid": N_("No tariff was valid then, so the first one counted."),
    "tariff_unknown": N_("A period names a tariff that is not there, so the first one counted."),
    "tax_rate_unknown": N_("No VAT rate is known, so net and gross are the same."),
    "time_not_stated": N_("A period does not say how long it was, so its time cost nothing."),
    "time_zone_assumed": N_("Nobody said where the session was, so local time is UTC."),
    "time_snapped": N_("Rounded hours were taken as the time between the timestamps."),
}


def note_words(code: str) -> str:
    """Return the sentence of the note *code* in the current language; an unknown code itself."""
    return said(NOTES[code]) if code in NOTES else code
