"""OCPI objects: every published example is read and written again, in both versions."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from app.pricing.tariffs.model import DisplayText, OcpiObject, Tariff
from app.roaming.errors import OcpiInvalid
from app.roaming.wire import locations as places
from app.roaming.wire.codec import encode, read, read_instant
from app.roaming.wire.credentials import Credentials, VersionDetails, VersionLink
from app.roaming.wire.envelope import Envelope
from app.roaming.wire.locations import EnergyMix, Hours, Location
from app.roaming.wire.payments import FinancialAdviceConfirmation, Terminal
from app.roaming.wire.sessions import Cdr, Session
from app.roaming.wire.tokens import Token
from app.roaming.wire.values import ChargingPeriod, Price
from app.roaming.wire.versions import Version
from tests.shared import shared

FOLDERS = {
    "2.3.0_release_core": Version.V230,
    "2.3.0_release_payments": Version.V230,
    "release-2.2.1-bugfixes": Version.V221,
}
# The first word of a file's name that says what is in it; longer ones first.
KINDS: dict[str, type[OcpiObject]] = {
    "credentials_example": Credentials,
    "location_hours": Hours,
    "location_put_example_add_evse": places.Evse,
    "location_example": Location,
    "cdr_example": Cdr,
    "session_example": Session,
    "tariff_": Tariff,
    "tariffrestriction_": Tariff,
    "token_example": Token,
    "token_put": Token,
    "transport_and_format_": Envelope,
    "version_details": VersionDetails,
    "versions_info": VersionLink,
    "type_displaytext": DisplayText,
    "payment_financial": FinancialAdviceConfirmation,
    "payment_terminal": Terminal,
}
# Examples that are a part of an object, under the name of the field they are.
WRAPPED = {
    "location_energymix": ("energy_mix", EnergyMix),
    "location_regularhours": ("opening_times", Hours),
}
# A patch says only what is new: it is read on top of a whole example.
PATCHES = {
    "location_patch_example_location": ("location_example.json", Location, ()),
    "location_patch_example_remove_evse": ("location_example.json", places.Evse, ("evses", 0)),
    "location_patch_example_status": ("location_example.json", places.Evse, ("evses", 0)),
    "location_patch_example_tariff": (
        "location_example.json",
        places.Connector,
        ("evses", 0, "connectors", 0),
    ),
    "session_patch": ("session_example_1_simple_start.json", Session, ()),
    "token_patch": ("token_example_1_app_user.json", Token, ()),
    "payment_terminal_location_assignment": (
        "payment_terminal_example_newly_created.json",
        Terminal,
        (),
    ),
    "payment_terminal_put_update": ("payment_terminal_example_newly_created.json", Terminal, ()),
}


def exactly(text: str | bytes) -> object:
    """Read JSON with numbers as Decimals."""
    return json.loads(text, parse_float=Decimal)


def without_nothing(value: object) -> object:
    """Return *value* without what says nothing: null, empty lists, and OCPI 2.2.1's default."""
    if isinstance(value, Mapping):
        found = {name: without_nothing(one) for name, one in value.items()}
        return {name: one for name, one in found.items() if one not in (None, [], {}, "")}
    if isinstance(value, list):
        return [without_nothing(one) for one in value]
    return value


def examples() -> list[tuple[str, Path]]:
    """Return every example with its folder."""
    return [
        (folder, file)
        for folder in FOLDERS
        for file in sorted(shared(f"specs/ocpi/{folder}").glob("*.json"))
    ]


def looked_up(name: str, table: Mapping[str, object]) -> object | None:
    """Return what *table* has for the longest beginning of *name*."""
    found = [key for key in table if name.startswith(key)]
    return table[max(found, key=len)] if found else None


def kind_and_text(folder: str, file: Path) -> list[tuple[type[OcpiObject], object]]:
    """Return what kinds of objects *file* holds, and each as plain data."""
    content = exactly(file.read_bytes())
    patch = looked_up(file.stem, PATCHES)
    if patch is not None:
        base, kind, path = patch
        found = exactly(shared(f"specs/ocpi/{folder}/{base}").read_bytes())
        for step in path:
            found = found[step]
        return [(kind, {**found, **content})]
    wrapped = looked_up(file.stem, WRAPPED)
    if wrapped is not None:
        field, kind = wrapped
        return [(kind, content[field])]
    kind = looked_up(file.stem, KINDS)
    assert kind is not None, f"nobody knows what {file.name} is"
    return [(kind, one) for one in (content if isinstance(content, list) else [content])]


def test_every_published_example_comes_back_without_loss():
    """Each example of both versions is read, and written in its version with all it had."""
    every = examples()

    assert 160 < len(every)
    for folder, file in every:
        version = FOLDERS[folder]
        for kind, content in kind_and_text(folder, file):
            text = json.dumps(content, default=float)
            written = exactly(encode(read(kind, text), version))
            wanted = in_words_of(version, kind, exactly(text))
            assert without_nothing(wanted) == without_nothing(written), f"{folder}/{file.name}"


def in_words_of(version: Version, kind: type[OcpiObject], content: object) -> object:
    """Return *content* as it should be written: the examples themselves slip in two places."""
    if kind is places.Evse and content.get("floor"):  # one example writes numbers as they are
        content["physical_reference"] = str(content["physical_reference"])
    if version is Version.V221:
        return content
    if kind is Tariff:
        content.setdefault("tax_included", "NO")
    if kind is Cdr:
        for tariff in content["tariffs"]:
            tariff.setdefault("tax_included", "NO")
    if kind is FinancialAdviceConfirmation:  # its examples still have the price of 2.2.1
        old = content["total_costs"]
        content["total_costs"] = {
            "before_taxes": old["excl_vat"],
            "taxes": [{"name": "VAT", "amount": old["incl_vat"] - old["excl_vat"]}],
        }
    return content


def test_what_is_not_known_is_kept_and_what_is_null_is_absent():
    """Fields that OCPI does not have survive at every depth; null is as if it were not there."""
    text = (
        '{"name": "A", "website": null, "logo": {"url": "u", "category": "c", "type": "t", "x": 1}}'
    )

    written = encode(read(KINDS["credentials_example"], _credentials(text)))

    assert b'"x":1' in written
    assert b"website" not in written


def _credentials(details: str) -> str:
    role = (
        f'{{"role": "CPO", "party_id": "A", "country_code": "NL", "business_details": {details}}}'
    )
    return f'{{"token": "t", "url": "https://a.example", "roles": [{role}]}}'


@pytest.mark.parametrize("whole", ["220", "220.0", '"220"'])
def test_whole_numbers_come_in_many_shapes(whole: str):
    """Some write 220.0 or "220" where OCPI wants 220."""
    text = f'{{"url": "u", "category": "c", "type": "t", "width": {whole}}}'

    assert 220 == read(places.Image, text).width


def test_instants_are_read_in_every_zone_and_written_in_utc():
    """+01:00, a zone that is missing, and fractions of a second."""
    made = [
        read(places.ExceptionalPeriod, f'{{"period_begin": "{at}", "period_end": "{at}"}}')
        for at in ("2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00", "2026-03-02T09:00:00.000Z")
    ]

    assert {'{"period_begin":"2026-03-02T09:00:00Z","period_end":"2026-03-02T09:00:00Z"}'} == {
        encode(one).decode() for one in made
    }


def test_both_shapes_of_a_price_are_one():
    """A price of 2.2.1 and one of 2.3.0 say the same, and each is written in either version."""
    old = read(Price, '{"excl_vat": 4.00, "incl_vat": 4.40}')
    new = read(Price, '{"before_taxes": 4.00, "taxes": [{"name": "VAT", "amount": 0.40}]}')

    assert old == new
    assert Decimal("4.40") == new.gross
    assert b'{"excl_vat":4.00,"incl_vat":4.40}' == encode(new, Version.V221)


def test_a_price_without_a_word_about_taxes_stays_without():
    """Taxes that nobody stated are not stated as nothing."""
    assert b'{"excl_vat":4}' == encode(read(Price, '{"excl_vat": 4}'), Version.V221)
    assert b'{"before_taxes":4}' == encode(read(Price, '{"excl_vat": 4}'), Version.V230)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"url": "u", "category": "c", "type": "t", "width": "wide"}', "width"),
        ('{"category": "c", "type": "t"}', "Image"),
        ("[1]", "Image"),
        ("{", "body"),
        ('{"url": "u", "category": "c", "type": "t", "width": 1e99}', "width"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, place: str):
    """Whoever sends nonsense is told where."""
    with pytest.raises(OcpiInvalid) as told:
        read(places.Image, text)

    assert place == told.value.facts["field"]


def place(**more: object) -> bytes:
    """A location as JSON, with *more*."""
    located = {"coordinates": {"latitude": "1", "longitude": "2"}, "time_zone": "Europe/Paris"}
    named = {"country_code": "FR", "party_id": "STR", "id": "L1", "country": "FRA", "city": "Lille"}
    rest = {"publish": True, "address": "1 rue", "last_updated": "2026-01-01T00:00:00Z"}
    return json.dumps({**located, **named, **rest, **more}).encode()


def test_a_mark_and_nulls_are_left_out():
    """Some write a byte order mark before their JSON, or pad texts with nulls."""
    found = read(Location, b"\xef\xbb\xbf" + place(name="Here\0\0", odd={"a\0": ["b\0"]}))

    assert "Here" == found.name
    assert {"odd": {"a": ["b"]}} == found.unknown


@pytest.mark.parametrize(
    "body",
    [b"", b"[" * 100_000, place(name="\u00e9").decode("unicode_escape").encode("latin1"), b"\xff"],
)
def test_what_is_no_json_is_told(body: bytes):
    """Rubbish, too deep nesting and other encodings than UTF-8 are the sender's mistakes."""
    with pytest.raises(OcpiInvalid) as refused:
        read(Location, body)

    assert "body" == refused.value.facts["field"]


@pytest.mark.parametrize("volume", ["NaN", "Infinity", "1e999999999", "1e-999999999", 10**12])
def test_a_number_that_nothing_has_is_refused(volume: str | int):
    """What the books cannot hold is not taken, however it is written."""
    dimension = {"type": "ENERGY", "volume": volume}
    period = {"start_date_time": "2026-01-01T00:00:00Z", "dimensions": [dimension]}

    with pytest.raises(OcpiInvalid) as refused:
        read(ChargingPeriod, json.dumps(period))

    assert "volume" in str(refused.value.facts["field"])


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "1000000000000", "1e12"])
def test_so_is_one_that_is_no_text(number: str):
    """The same as a number of JSON, which has no bounds."""
    dimension = f'{{"type": "ENERGY", "volume": {number}}}'
    body = f'{{"start_date_time": "2026-01-01T00:00:00Z", "dimensions": [{dimension}]}}'

    with pytest.raises(OcpiInvalid):
        read(ChargingPeriod, body)


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_an_instant_beyond_every_calendar_is_refused(at: str):
    """One whose time in UTC is in no year is no instant."""
    with pytest.raises(OcpiInvalid):
        read(Location, place(last_updated=at))
    with pytest.raises(ValueError, match="no calendar"):
        read_instant(at)
