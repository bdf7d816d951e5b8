"""Who gets what, how codes are typed, and a coupon's whole life in any order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.kernel.ids import ID_TAG_ALPHABET
from app.kernel.money import Money
from app.pricing.promotions.codes import (
    LENGTH,
    CodeKeys,
    driver_digest,
    is_foreign,
    is_word,
    read_code,
    shown,
)
from app.pricing.promotions.coupons.terms import complaints
from app.pricing.promotions.errors import CouponMistyped
from app.pricing.promotions.model import (
    Campaign,
    Coupon,
    Energy,
    Gift,
    Grant,
    Limits,
    Parking,
    Percent,
    Sessions,
    Site,
    Terms,
    Value,
)
from app.pricing.promotions.rules import (
    NOTHING,
    Offer,
    Tallies,
    Tally,
    grant,
    holds,
    kept,
    together,
)

KEYS = CodeKeys((b"k" * 32,))
BATCH = UUID(int=7)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SITE = Site("KADE", "VLT1-1", "per-kwh", "Europe/Amsterdam", Money(6000, "EUR"), "ad_hoc")
COUPON = Coupon(UUID(int=1), "c", is_shared=False)


def campaign(benefit, name: str = "c", **terms) -> Campaign:
    """A campaign in euros."""
    return Campaign(name, 1, Terms(name, benefit, "EUR", **terms))


# Codes


@given(st.integers(0, 99_999))
def test_a_code_is_read_however_it_is_typed(number: int):
    """Small letters, blanks and dashes change nothing."""
    code = KEYS.code_of(BATCH, number)

    assert code == read_code(f" {shown(code).lower().replace('-', ' ')}\n")


@given(st.integers(0, 9_999), st.integers(0, LENGTH - 1), st.sampled_from(ID_TAG_ALPHABET))
def test_every_wrong_symbol_is_found(number: int, place: int, symbol: str):
    """The check character finds one wrong symbol, wherever it is."""
    code = KEYS.code_of(BATCH, number)
    wrong = code[:place] + symbol + code[place + 1 :]
    if wrong == code:
        return

    with pytest.raises(CouponMistyped):
        read_code(wrong)


@given(st.integers(0, 9_999), st.integers(0, LENGTH - 2))
def test_two_that_changed_places_are_found(number: int, place: int):
    """The check character finds two neighbours that changed places."""
    code = KEYS.code_of(BATCH, number)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong == code:
        return

    with pytest.raises(CouponMistyped):
        read_code(wrong)


def test_codes_are_spread_and_come_again():
    """Ten thousand codes are all different, use every symbol, and follow from batch and key."""
    codes = [KEYS.code_of(BATCH, number) for number in range(10_000)]

    assert 10_000 == len(set(codes))
    assert set(ID_TAG_ALPHABET) == set("".join(codes))
    assert codes[:3] == [CodeKeys((b"k" * 32,)).code_of(BATCH, number) for number in range(3)]


def test_what_is_stored_says_nothing_without_the_key():
    """Another key and another operator give other digests; a former key still finds."""
    code, one, two = KEYS.code_of(BATCH, 0), UUID(int=1), UUID(int=2)
    rotated = CodeKeys((b"n" * 32, b"k" * 32))

    assert KEYS.digest(one, code) != KEYS.digest(two, code)
    assert KEYS.digest(one, code) != rotated.digest(one, code)
    assert KEYS.digest(one, code) in rotated.digests(one, code)
    assert code in rotated.codes_of(BATCH, 0)


@pytest.mark.parametrize("word", ["WELCOME", "A1B2", "SUMMER2026X"])
def test_words_are_words(word: str):
    """4 to 11 letters and digits."""
    assert is_word(word)


@pytest.mark.parametrize("word", ["ABC", "SUMMERSALE26", "WELCOME!", "Ä123", ""])
def test_other_texts_are_no_words(word: str):
    """Too short, as long as our own codes, or with something else in them."""
    assert not is_word(word)


def test_a_foreign_code_that_looks_mistyped_is_refused():
    """It would be called a typing mistake whenever it is typed."""
    code = KEYS.code_of(BATCH, 0)
    mistyped = code[:-1] + ("2" if code[-1] != "2" else "3")

    assert [True, False, True, False] == [
        is_foreign(each) for each in (code, mistyped, "PARTNER-1".replace("-", "0"), "SHORT")
    ]


def test_a_driver_without_a_mark_is_nobody():
    """No mark, no digest: nobody is counted together with others who have none."""
    assert "" == driver_digest(UUID(int=1), "")
    assert driver_digest(UUID(int=1), "a") != driver_digest(UUID(int=2), "a")


# Where, when, how much


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, True),
        ({"locations": ("KADE", "TORG")}, True),
        ({"locations": ("TORG",)}, False),
        ({"evses": ("VLT1-2",)}, False),
        ({"tariffs": ("per-kwh",)}, True),
        ({"groups": ("fleet:ACME",)}, False),
        ({"groups": ("ad_hoc",)}, True),
        ({"valid_from": NOW}, True),
        ({"valid_until": NOW}, False),
        ({"valid_from": NOW + timedelta(seconds=1)}, False),
    ],
)
def test_it_holds_where_and_when_the_terms_say(terms, *, expected: bool):
    """From an instant on and until one, at places, under tariffs, for groups."""
    assert expected is holds(campaign(Percent(Decimal(10)), **terms), SITE, NOW)


def test_another_currency_is_another_campaign():
    """A campaign in kronor gives nothing where euros are held."""
    kronor = Campaign("c", 1, Terms("c", Percent(Decimal(10)), "SEK"))

    assert not holds(kronor, SITE, NOW)


def test_the_budget_bounds_what_is_promised():
    """Of 100.00 in all and 20.00 a day, 15.00 of it used today: 5.00 are left for this session."""
    limits = Limits(budget_minor=10_000, budget_a_day_minor=2000)
    tallies = Tallies(campaign=Tally(9, 3000), day=Tally(3, 1500))

    assert Grant(Money(500, "EUR")) == grant(
        campaign(Percent(Decimal(10)), limits=limits), None, tallies, SITE
    )


def test_a_word_gives_anew_what_a_code_has_once():
    """5.00 of a shared word are 5.00 each time; of somebody's own code the rest is left."""
    used = Tallies(code=Tally(1, 300))
    five = campaign(Value(500))

    shared = grant(five, Coupon(UUID(int=1), "c", is_shared=True), used, SITE)
    own = grant(five, COUPON, used, SITE)
    assert (500, 200) == (shared and shared.most.minor, own and own.most.minor)


def test_the_order_is_the_stated_one():
    """Free session, parking, energy, percent, money, gift."""
    benefits = {
        "gift": Gift("x"),
        "money": Value(1),
        "percent": Percent(Decimal(1)),
        "energy": Energy(Decimal(1)),
        "parking": Parking(1),
        "sessions": Sessions(1),
    }
    offers = [
        Offer(campaign(benefit, name, stackable=True), Grant(Money(1, "EUR")))
        for name, benefit in benefits.items()
    ]

    names = [each.campaign.campaign_id for each in together(offers)]
    assert ["sessions", "parking", "energy", "percent", "money", "gift"] == names


@pytest.mark.parametrize(
    ("stackable", "expected"),
    [(True, ["auto", "code", "gift"]), (False, ["code", "gift"])],
)
def test_a_code_counts_always_and_others_only_if_they_may(*, stackable: bool, expected: list[str]):
    """Beside a code a campaign joins only when both may be stacked; gifts join anyway."""
    most = Grant(Money(1, "EUR"))
    offers = [
        Offer(campaign(Percent(Decimal(1)), "auto", stackable=stackable), most),
        Offer(campaign(Value(1), "code", stackable=True), most, COUPON),
        Offer(campaign(Gift("x"), "gift"), most),
    ]

    assert expected == [each.campaign.campaign_id for each in together(offers)]


def test_what_was_shown_is_kept_or_more():
    """More than was shown is fine; less, or nothing, is not."""
    offer = Offer(campaign(Percent(Decimal(10))), Grant(Money(500, "EUR")))

    assert [True, True, False, False] == [
        kept([offer], [shown]) for shown in ("c@1:500", "c@1:400", "c@1:501", "c@2:500")
    ]


@pytest.mark.parametrize(
    ("benefit", "terms", "field"),
    [
        (Percent(Decimal(200)), {}, "benefit"),
        (Percent(Decimal(-1)), {}, "benefit"),
        (Value(0), {}, "benefit"),
        (Energy(Decimal("0.0001")), {}, "benefit"),
        (Gift("a\nb"), {}, "benefit"),
        (Value(1), {"valid_from": NOW, "valid_until": NOW}, "valid_until"),
        (Value(1), {"minimum_minor": -1}, "minimum"),
        (Value(1), {"most_minor": 0}, "most"),
        (Value(1), {"limits": Limits(uses=0)}, "limits.uses"),
        (Value(1), {"automatic": True, "limits": Limits(per_code=1)}, "limits.per_code"),
        (Value(1), {"partner": " "}, "partner"),
    ],
)
def test_bad_terms_are_named(benefit, terms, field: str):
    """Negative values, 200 percent and other nonsense have no campaign."""
    named = [name for name, _ in complaints(Terms("c", benefit, "EUR", **terms))]

    assert [field] == named


# A coupon's life


@dataclass
class Held:
    """A reservation that is open in the machine."""

    promised: Grant
    driver: int


class CouponLife(RuleBasedStateMachine):
    """Reserve, consume a part, release, in any order: no limit is ever passed, nothing is lost."""

    USES, PER_DRIVER, BUDGET, VALUE = 8, 3, 2000, 700

    def __init__(self) -> None:
        """Begin with nothing used."""
        super().__init__()
        limits = Limits(uses=self.USES, per_driver=self.PER_DRIVER, budget_minor=self.BUDGET)
        self.campaign = campaign(Value(self.VALUE), most_minor=300, limits=limits)
        self.total = self.code = NOTHING
        self.drivers = dict.fromkeys(range(3), NOTHING)
        self.open: list[Held] = []
        self.spent = self.consumed = 0

    @rule(driver=st.integers(0, 2))
    def reserve(self, driver: int) -> None:
        """A driver pays with the code."""
        tallies = Tallies(campaign=self.total, driver=self.drivers[driver], code=self.code)
        promised = grant(self.campaign, COUPON, tallies, SITE)
        if promised is None:
            used = [self.total.uses >= self.USES, self.total.minor >= self.BUDGET]
            used += [self.drivers[driver].uses >= self.PER_DRIVER, self.code.minor >= self.VALUE]
            assert any(used)
            return
        self.total = self.total.plus(promised)
        self.code = self.code.plus(promised)
        self.drivers[driver] = self.drivers[driver].plus(promised)
        self.open.append(Held(promised, driver))

    @precondition(lambda self: self.open)
    @rule(permille=st.integers(0, 1000), which=st.integers(0, 10))
    def consume(self, permille: int, which: int) -> None:
        """A session is settled: it took a part of what was promised."""
        held = self.open.pop(which % len(self.open))
        took = Grant(Money(held.promised.most.minor * permille // 1000, "EUR"))
        self._end(held, took)
        self.spent += took.most.minor
        self.consumed += 1

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 10))
    def release(self, which: int) -> None:
        """A session never started, or its payment expired."""
        self._end(self.open.pop(which % len(self.open)), None)

    def _end(self, held: Held, took: Grant | None) -> None:
        self.total = self.total.corrected(held.promised, took)
        self.code = self.code.corrected(held.promised, took)
        self.drivers[held.driver] = self.drivers[held.driver].corrected(held.promised, took)

    @invariant()
    def limits_hold(self) -> None:
        """Used never passes the limit, the budget is never exceeded, a code never gives more."""
        assert 0 <= self.total.uses <= self.USES
        assert 0 <= self.total.minor <= self.BUDGET
        assert 0 <= self.code.minor <= self.VALUE
        assert all(0 <= tally.uses <= self.PER_DRIVER for tally in self.drivers.values())

    @invariant()
    def nothing_is_lost(self) -> None:
        """What is counted is what was taken and what is still open."""
        still_open = sum(held.promised.most.minor for held in self.open)
        assert self.spent + still_open == self.total.minor == self.code.minor
        assert self.consumed + len(self.open) == self.total.uses

    def teardown(self) -> None:
        """Every reservation ends, and then only what was taken is counted."""
        while self.open:
            self.release(0)
        assert (self.consumed, self.spent) == (self.total.uses, self.total.minor)


TestCouponLife = CouponLife.TestCase
TestCouponLife.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
