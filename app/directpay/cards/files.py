"""Lists of tokens as files: CSV with a head line, or JSON; the columns are those of TokenWish."""

import csv
import io
from collections.abc import Iterator

import msgspec

from app.charging.tokens.errors import TokenInvalid
from app.directpay.cards.keep import TokenWish

_FIELDS = TokenWish.__struct_fields__


def read_tokens(text: str, name: str) -> list[TokenWish]:
    """
    Return the tokens of a file that is called *name*: `.json` is JSON, all else CSV.

    A CSV has a comma or a semicolon between its columns. Raises TokenInvalid, which names the line.
    """
    if name.lower().endswith(".json"):
        return _json(text, name)
    return list(_csv(text, name))


def _json(text: str, name: str) -> list[TokenWish]:
    try:
        return msgspec.json.decode(text, type=list[TokenWish])
    except msgspec.DecodeError as wrong:
        raise TokenInvalid(f"{name}: {wrong}", file=name) from wrong


def _csv(text: str, name: str) -> Iterator[TokenWish]:
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    unknown = set(rows.fieldnames or ()) - set(_FIELDS)
    if unknown or "uid" not in (rows.fieldnames or ()):
        raise TokenInvalid(
            f"{name}:1: the columns are uid and some of {', '.join(_FIELDS[1:])}", file=name
        )
    for row in rows:
        given = {field: value.strip() for field, value in row.items() if field and value}
        try:
            yield msgspec.convert({k: v for k, v in given.items() if v}, TokenWish, strict=False)
        except msgspec.ValidationError as wrong:
            raise TokenInvalid(f"{name}:{rows.line_num}: {wrong}", file=name) from wrong
