"""Files of signed records: the XML of the transparency software, or one record as plain text."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.charging.meters.errors import RecordUnreadable


@dataclass(frozen=True, slots=True)
class SignedText:
    """A record as a file has it, with the key beside it if any; *transaction* groups records."""

    text: str
    key: str | None
    transaction: str


def read_file(data: bytes) -> tuple[SignedText, ...]:
    """Return the records of a file, in its order. Raises RecordUnreadable."""
    text = data.lstrip(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"OCMF|"):
        try:
            return (SignedText(text.decode(), None, ""),)
        except UnicodeDecodeError as error:
            raise RecordUnreadable("the record is not UTF-8") from error
    try:
        root = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise RecordUnreadable(f"neither an OCMF record nor XML of them: {error}") from error
    found = tuple(_values(root))
    if not found:
        raise RecordUnreadable(f"the XML <{_name(root)}> holds no <signedData>")
    return found


def _values(root: Element) -> Iterator[SignedText]:
    transaction = ""
    for value in root.iter():
        if _name(value) != "value":
            continue
        # An end without a number belongs to the begin before it.
        transaction = value.get("transactionId") or transaction
        signed = next((each for each in value.iter() if _name(each) == "signedData"), None)
        key = next((each for each in value.iter() if _name(each) == "publicKey"), None)
        if signed is not None and signed.text:
            shown = key.text.strip() if key is not None and key.text else None
            yield SignedText(signed.text, shown or None, transaction)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
