"""Day-ahead documents in the form of ENTSO-E's, with prices of our own."""

from collections.abc import Mapping

_SPACE = "urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3"


def period(start: str, end: str, resolution: str, prices: Mapping[int, str]) -> str:
    """A period of prices by position, in EUR per MWh."""
    points = "".join(
        f"<Point><position>{position}</position><price.amount>{price}</price.amount></Point>"
        for position, price in prices.items()
    )
    return (
        f"<Period><timeInterval><start>{start}</start><end>{end}</end></timeInterval>"
        f"<resolution>{resolution}</resolution>{points}</Period>"
    )


def series(*periods: str, curve: str = "A03", auction: str = "", unit: str = "MWH") -> str:
    """A time series of these periods."""
    position = "classificationSequence_AttributeInstanceComponent.position"
    chosen = f"<{position}>{auction}</{position}>" if auction else ""
    return (
        "<TimeSeries><mRID>1</mRID><auction.type>A01</auction.type><businessType>A62</businessType>"
        '<in_Domain.mRID codingScheme="A01">10YNL----------L</in_Domain.mRID>'
        f"{chosen}<currency_Unit.name>EUR</currency_Unit.name>"
        f"<price_Measure_Unit.name>{unit}</price_Measure_Unit.name>"
        f"<curveType>{curve}</curveType>{''.join(periods)}</TimeSeries>"
    )


def document(*found: str, prolog: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """A publication document of these time series."""
    head = f'<Publication_MarketDocument xmlns="{_SPACE}"><mRID>a</mRID><type>A44</type>'
    return f"{prolog}{head}{''.join(found)}</Publication_MarketDocument>".encode()


def acknowledgement(text: str) -> bytes:
    """What is answered when there are no prices."""
    return (
        '<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgement">'
        f"<Reason><code>999</code><text>{text}</text></Reason></Acknowledgement_MarketDocument>"
    ).encode()
