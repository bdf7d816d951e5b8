"""What can hardly be true of a CDR, and what speaks against it beside others."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from app.pricing.tariffs.cdrs.across import conflicts
from app.pricing.tariffs.cdrs.command import plans_in
from app.pricing.tariffs.cdrs.model import StatedCdr
from app.pricing.tariffs.cdrs.plausible import Known, implausible
from tests.pricing.test_verify import CDR, TARIFF

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLACE = {"cdr_location": {"id": "L1", "evse_uid": "E1"}, "cdr_token": {"uid": "T1"}}


def cdr(**fields: Any) -> StatedCdr:
    """10 kWh from 10:00 to 11:00, at E1 with T1, with other fields."""
    body = {**CDR, **PLACE, "country_code": "NL", "party_id": "ABC", **fields}
    return msgspec.json.decode(json.dumps(body), type=StatedCdr)


def said(found: StatedCdr, **known: Any) -> list[tuple[str, str, str, str]]:
    """What can hardly be true, as codes, fields, what the CDR says and what is known."""
    plans = plans_in(json.dumps([TARIFF]).encode(), b"")
    listed = implausible(found, plans, Known(**{"now": NOW, **known}))
    return [(one.code, one.field, one.stated, one.found) for one in listed]


def test_an_ordinary_cdr_is_plausible():
    """11 kW for an hour can be 10 kWh, and everything else is ours."""
    known = {
        "most_kw": Decimal(11),
        "vat": frozenset({Decimal(20)}),
        "tokens": frozenset({"T1"}),
        "locations": frozenset({"L1"}),
        "authorizations": frozenset({""}),
    }

    assert [] == said(cdr(), **known)


@pytest.mark.parametrize(
    ("fields", "known", "expected"),
    [
        # 9 kW for an hour are 9.9 kWh at most, if everything is off by a tenth
        (
            {},
            {"most_kw": Decimal(9)},
            ("energy_exceeds_power", "total_energy", "10", "9 kW for 1:00:00"),
        ),
        ({}, {"most_kwh": Decimal("9.9")}, ("energy_implausible", "total_energy", "10", "9.9")),
        (
            {"total_energy": 0},
            {"longest_without_energy": timedelta(minutes=59)},
            ("no_energy", "total_energy", "0", "1:00:00"),
        ),
        (
            {},
            {"now": NOW - timedelta(hours=2)},
            (
                "in_future",
                "end_date_time",
                "2026-11-22 11:00:00+00:00",
                "2026-11-22 10:00:00+00:00",
            ),
        ),
        (
            {},
            {"oldest": timedelta(minutes=59)},
            (
                "too_old",
                "end_date_time",
                "2026-11-22 11:00:00+00:00",
                "2026-11-22 11:01:00+00:00",
            ),
        ),
        ({}, {"tokens": frozenset({"T2"})}, ("token_unknown", "cdr_token.uid", "T1", "")),
        ({}, {"locations": frozenset({"L2"})}, ("location_unknown", "cdr_location.id", "L1", "")),
        (
            {"authorization_reference": "A1"},
            {"authorizations": frozenset({"A2"})},
            ("authorization_unknown", "authorization_reference", "A1", ""),
        ),
        (
            {},
            {"vat": frozenset({Decimal(21), Decimal(9)})},
            ("vat_differs", "tariffs[0]", "20", "9, 21"),
        ),
    ],
)
def test_what_can_hardly_be_true_is_named(
    fields: dict[str, Any], known: dict[str, Any], expected: tuple[str, str, str, str]
):
    """A code, the field, and what the CDR says."""
    assert [expected] == said(cdr(**fields), **known)


def test_limits_themselves_are_plausible():
    """10 kWh where 10 are possible, 59 minutes ago where an hour is the oldest."""
    assert [] == said(cdr(total_energy=None), most_kw=Decimal(0))
    assert [] == said(
        cdr(), most_kwh=Decimal(10), oldest=timedelta(hours=1), most_kw=Decimal("9.1")
    )
    assert [] == said(cdr(total_energy=0), longest_without_energy=timedelta(hours=1))
    assert [] == said(cdr(), now=NOW - timedelta(hours=1))


FIELDS = {
    "duplicate_id": "id",
    "credit_of_unknown": "credit_reference_id",
    "credited_twice": "credit_reference_id",
    "overlaps_at_evse": "cdr_location.evse_uid",
    "overlaps_by_token": "cdr_token.uid",
}


def found(*cdrs: StatedCdr) -> list[tuple[int, str, str, str]]:
    """What speaks against each: its place, the code, what is stated and the other one."""
    for _, one in conflicts(cdrs):
        assert FIELDS[one.code] == one.field
    return [(number, one.code, one.stated, one.found) for number, one in conflicts(cdrs)]


def test_sessions_one_after_the_other_are_no_conflict():
    """The second starts as the first one ends; others are elsewhere and with other tokens."""
    later = {"start_date_time": "2026-11-22T11:00:00Z", "end_date_time": "2026-11-22T12:00:00Z"}
    elsewhere = {"cdr_location": {"evse_uid": "E2"}, "cdr_token": {"uid": "T2"}}

    assert [] == found(cdr(id="A"), cdr(id="B", **later), cdr(id="C", **elsewhere))
    assert [] == found(
        cdr(id="A", cdr_location=None, cdr_token=None),
        cdr(id="B", cdr_location=None, cdr_token=None),
    )


def test_an_id_that_comes_twice_is_named():
    """In any case of letters, but not for two parties."""
    shift = {"start_date_time": "2026-11-22T11:00:00Z", "end_date_time": "2026-11-22T12:00:00Z"}
    other = cdr(id="a", party_id="XYZ", cdr_location=None, cdr_token=None)

    assert [(1, "duplicate_id", "a", "")] == found(cdr(id="A"), cdr(id="a", **shift), other)


def test_two_sessions_at_one_evse_or_with_one_token_are_named():
    """The one that starts later is told, with the one that had not ended; order does not matter."""
    long = cdr(id="LONG", end_date_time="2026-11-22T15:00:00Z", cdr_token={"uid": "T9"})
    short = cdr(
        id="SHORT",
        start_date_time="2026-11-22T10:30:00Z",
        end_date_time="2026-11-22T10:45:00Z",
        cdr_token={"uid": "T9"},
        cdr_location={"evse_uid": "E2"},
    )
    last = cdr(
        id="LAST", start_date_time="2026-11-22T14:00:00Z", end_date_time="2026-11-22T16:00:00Z"
    )

    assert [
        (0, "overlaps_at_evse", "LAST", "LONG"),
        (1, "overlaps_by_token", "SHORT", "LONG"),
    ] == found(last, short, long)


def test_a_session_that_was_credited_overlaps_nothing():
    """A correction comes after its credit: three CDRs of one session, of which one counts."""
    credit = cdr(id="A-C", credit=True, credit_reference_id="A")

    assert [] == found(cdr(id="A"), credit, cdr(id="B"))


def test_credits_take_back_what_is_there_and_once():
    """A credit of nothing, and a second one of the same CDR."""
    first, second = (cdr(id=f"A-{n}", credit=True, credit_reference_id="A") for n in "12")
    lost = cdr(id="X-C", credit=True, credit_reference_id="X")

    assert [
        (2, "credited_twice", "A", ""),
        (3, "credit_of_unknown", "X", ""),
    ] == found(cdr(id="A"), first, second, lost)


def test_energy_is_compared_with_the_power_of_the_whole_session():
    """Half an hour at 10 kW is 5 kWh, 5.5 with what may be off: 6 are too many, 5.5 are not."""
    short = {"end_date_time": "2026-11-22T10:30:00Z"}
    (one,) = said(cdr(total_energy=6, **short), most_kw=Decimal(10))

    assert ("energy_exceeds_power", "10 kW for 0:30:00") == (one[0], one[3])
    assert [] == said(cdr(total_energy=5.5, **short), most_kw=Decimal(10))


def test_a_cdr_that_names_nobody_is_unknown():
    """No token and no place: the empty name is none of ours."""
    bare = cdr(cdr_token=None, cdr_location=None)

    assert [("token_unknown", ""), ("location_unknown", "")] == [
        (code, stated)
        for code, _, stated, _ in said(bare, tokens=frozenset("T"), locations=frozenset("L"))
    ]


def test_names_are_compared_in_any_case_of_letters():
    """CiStrings: NL and nl, ABC and abc are the same party, at the same EVSE."""
    other = cdr(id="B", country_code="nl", party_id="abc", cdr_token=None)
    same = cdr(id="a", country_code="nl", party_id="abc", cdr_token=None, cdr_location=None)

    assert [(1, "overlaps_at_evse", "B", "A")] == found(cdr(id="A"), other)
    assert [(1, "duplicate_id", "a", "")] == found(cdr(id="A"), same)


def test_a_credit_of_nothing_at_all_stands_for_itself():
    """Which CDR it takes back is asked elsewhere; those after it are still looked at."""
    lost = cdr(id="C", credit=True)
    later = cdr(id="D", cdr_location=None, cdr_token={"uid": "T1"})

    assert [(2, "overlaps_by_token", "D", "A")] == found(cdr(id="A"), lost, later)
    assert [(2, "overlaps_by_token", "D", "A")] == found(
        cdr(id="A", cdr_location=None), cdr(id="E", cdr_token=None, cdr_location=None), later
    )
