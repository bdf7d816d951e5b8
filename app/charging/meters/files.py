"""Files of signed records: the XML of the transparency software, or records as plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.charging.meters.errors import RecordUnreadable
from app.charging.meters.texts import RECORD, unwrapped

# Where the next record of a text begins.
_LINE: Final = re.compile(r"\s+(?=OCMF\|)")
# The elements of the XML that hold a record.
_SIGNED: Final = frozenset({"signedData", "encodedData"})


@dataclass(frozen=True, slots=True)
class SignedText:
    """A record as a file has it, with the key beside it if any; *transaction* groups records."""

    text: str
    key: str | None
    transaction: str


def read_file(data: bytes) -> tuple[SignedText, ...]:
    """Return the records of a file, in its order. Raises RecordUnreadable."""
    text = data.lstrip(b"\xef\xbb\xbf").lstrip()
    if text.startswith(RECORD.encode()):
        try:
            lines = _LINE.split(text.decode())
        except UnicodeDecodeError as error:
            raise RecordUnreadable("the record is not UTF-8") from error
        return tuple(SignedText(line, None, "") for line in lines if line)
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
        signed = next((each for each in value.iter() if _name(each) in _SIGNED), None)
        key = next((each for each in value.iter() if _name(each) == "publicKey"), None)
        if signed is not None and signed.text:
            shown = key.text.strip() if key is not None and key.text else None
            yield SignedText(unwrapped(signed.text), shown or None, transaction)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
