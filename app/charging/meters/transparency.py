"""
Records as a file for the transparency software, with which drivers check their meter readings.

Its XML is that of S.A.F.E. e.V.: `<values>` with a `<value>` for each record and its key.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from app.charging.meters.evidence import Kept

_CONTEXTS = {"Start": "Transaction.Begin", "End": "Transaction.End"}


def transparency_file(records: Sequence[Kept], transaction: int) -> bytes:
    """Return the *records* of one *transaction* as XML in UTF-8; the records stay as they are."""
    root = Element("values")
    for record in records:
        value = SubElement(root, "value", {"transactionId": str(transaction)})
        if record.nature in _CONTEXTS:
            value.set("context", _CONTEXTS[record.nature])
        signed = SubElement(value, "signedData", {"format": "OCMF", "encoding": "plain"})
        signed.text = record.text
        if record.key is not None:
            SubElement(value, "publicKey", {"encoding": "hex"}).text = record.key
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
