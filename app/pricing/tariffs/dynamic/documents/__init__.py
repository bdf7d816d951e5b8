"""Documents of prices: CSV, JSON, and the day-ahead document of ENTSO-E; all become rows."""

from collections.abc import Callable, Sequence
from typing import Final

from app.pricing.tariffs.dynamic.documents.entsoe import read_entsoe
from app.pricing.tariffs.dynamic.documents.plain import read_csv, read_json
from app.pricing.tariffs.dynamic.errors import PriceDocumentInvalid
from app.pricing.tariffs.dynamic.model import Definition, Row

Reader = Callable[[bytes, Definition], Sequence[Row]]
READERS: Final[dict[str, Reader]] = {
    "text/csv": read_csv,
    "application/json": read_json,
    "application/xml": read_entsoe,
    "text/xml": read_entsoe,
}
BY_SUFFIX: Final = {".csv": "text/csv", ".json": "application/json", ".xml": "application/xml"}


def read_rows(body: bytes, media_type: str, series: Definition) -> Sequence[Row]:
    """
    Return the rows of a document for a *series*; what is wrong with one of them is its fault.

    Raises PriceDocumentInvalid.
    """
    reader = READERS.get(media_type)
    if reader is None:
        known = ", ".join(READERS)
        raise PriceDocumentInvalid(f"{media_type!r} is not one of {known}", field="Content-Type")
    return reader(body, series)
