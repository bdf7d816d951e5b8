"""`directpay tariff ocpp`: what charge points of OCPP 2.1 are told of a tariff in a file."""

from decimal import Decimal

from app.gateways.ocpp.link.frames import write_payload
from app.gateways.ocpp.prices.tariff21 import tariff_of
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.review.command import Report


def ocpp_file(source: bytes, vat: Decimal) -> Report:
    """
    Return the tariff in *source* as a TariffType, and a line for each thing that it can't say.

    *vat* in percent counts where the tariff names no rate. Raises TariffInvalid.
    """
    mapped = tariff_of(parse_tariff(source), vat=vat)
    lost = tuple(f"can't be said: {each}" for each in mapped.lost)
    return Report((write_payload(mapped.tariff), *lost), is_fine=not lost)
