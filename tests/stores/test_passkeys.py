"""Passkeys: made and shown in ceremonies that are good once, on one device, for one name."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.infra.database import Database
from app.people.identity.drivers.add import driver_for
from app.people.identity.drivers.errors import DriverNotFound
from app.people.identity.drivers.finish import Welcome
from app.people.identity.drivers.forget import forget_driver, forget_sign_ins
from app.people.identity.drivers.model import Device, DeviceKind, Driver
from app.people.identity.passkeys.add import add_passkey
from app.people.identity.passkeys.authenticators import Authenticators
from app.people.identity.passkeys.begin import begin_adding, begin_showing
from app.people.identity.passkeys.errors import (
    PasskeyNameInvalid,
    PasskeyNotFound,
    PasskeyRefused,
    TooManyPasskeys,
)
from app.people.identity.passkeys.manage import name_passkey, passkeys_of, remove_passkey
from app.people.identity.passkeys.model import (
    MOST_PASSKEYS,
    Answer,
    Begun,
    Passkey,
    Question,
    RelyingParty,
)
from app.people.identity.passkeys.show import sign_in_with
from tests.fakes.authenticator import PRESENT, FakeAuthenticator
from tests.fakes.clock import FakeClock
from tests.scenarios.world import OPERATOR

PARTY = RelyingParty("pay.example", "Voltstraat", ("https://pay.example",))
PHONE = Device(DeviceKind.BROWSER, "Chrome, Android")
OTHER = UUID(int=7)
CREATED = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def anna(database: Database) -> Driver:
    """A driver."""
    async with database.work(OPERATOR) as work:
        return await driver_for(work, "anna@example.com", "en")


async def asks_to_add(database: Database, driver: Driver, party: RelyingParty = PARTY) -> Begun:
    """The driver's device asks for a new passkey."""
    return await begin_adding(driver.driver_id, party, operator_id=OPERATOR, database=database)


async def adds(
    database: Database, driver: Driver, key: FakeAuthenticator, party: RelyingParty = PARTY
) -> Passkey:
    """The driver adds a passkey on a device."""
    begun = await asks_to_add(database, driver, party)
    answer = Answer(begun.secret, key.makes(begun.options), PHONE)
    return await added(database, driver, answer, party)


async def added(
    database: Database, driver: Driver, answer: Answer, party: RelyingParty = PARTY
) -> Passkey:
    """The device sends what was made."""
    return await add_passkey(
        answer, party, driver_id=driver.driver_id, operator_id=OPERATOR, database=database
    )


async def asks_to_show(
    database: Database, party: RelyingParty = PARTY, operator_id: UUID = OPERATOR
) -> Begun:
    """A device asks for any passkey."""
    return await begin_showing(party, operator_id=operator_id, database=database)


async def shown(
    database: Database, answer: Answer, party: RelyingParty = PARTY, operator_id: UUID = OPERATOR
) -> Welcome:
    """The device sends what was shown."""
    return await sign_in_with(answer, party, operator_id=operator_id, database=database)


async def signs_in(database: Database, key: FakeAuthenticator) -> Welcome:
    """Somebody signs in with what is on a device."""
    begun = await asks_to_show(database)
    return await shown(database, Answer(begun.secret, key.shows(begun.options), PHONE))


async def own(database: Database, driver: Driver) -> list[Passkey]:
    """Return the driver's passkeys."""
    return list(await passkeys_of(driver.driver_id, operator_id=OPERATOR, database=database))


async def test_a_passkey_signs_its_driver_in(database: Database, anna: Driver, clock: FakeClock):
    """Without an address: the authenticator finds it, and we find whose it is."""
    key = FakeAuthenticator()
    new = await adds(database, anna, key)
    clock.advance(days=3)
    welcome = await signs_in(database, key)
    (kept,) = await own(database, anna)

    assert anna == welcome.driver
    assert PHONE.name == welcome.signed_in.name == new.name
    assert (new.since, clock.now(), 2) == (kept.since, kept.used_at, kept.sign_count)


async def test_what_is_asked_for(database: Database, anna: Driver):
    """A passkey that is found without a name and unlocks by finger, face or PIN; none twice."""
    await adds(database, anna, FakeAuthenticator())
    await adds(
        database,
        anna,
        FakeAuthenticator(
            credential_id=b"elsewhere", rp_id="x.example", origin="https://x.example"
        ),
        RelyingParty("x.example", "X", ("https://x.example",)),
    )
    options = json.loads((await asks_to_add(database, anna)).options)
    to_show = json.loads((await asks_to_show(database)).options)

    assert {"id": "pay.example", "name": "Voltstraat"} == options["rp"]
    assert "anna@example.com" == options["user"]["name"]
    assert "required" == options["authenticatorSelection"]["residentKey"]
    assert "required" == options["authenticatorSelection"]["userVerification"]
    assert ["Y3JlZGVudGlhbC1vZi1hLXRlc3Q"] == [one["id"] for one in options["excludeCredentials"]]
    assert "none" == options["attestation"]
    assert ("pay.example", "required") == (to_show["rpId"], to_show["userVerification"])
    assert [] == to_show["allowCredentials"]


async def test_a_question_is_good_once(database: Database, anna: Driver):
    """Whoever sends the same answer again is refused, also when it was right."""
    key = FakeAuthenticator()
    begun = await asks_to_add(database, anna)
    answer = Answer(begun.secret, key.makes(begun.options), PHONE)
    await added(database, anna, answer)
    with pytest.raises(PasskeyRefused):
        await added(database, anna, answer)

    begun = await asks_to_show(database)
    answer = Answer(begun.secret, key.shows(begun.options), PHONE)
    await shown(database, answer)
    with pytest.raises(PasskeyRefused):
        await shown(database, answer)


async def test_a_wrong_answer_uses_the_question_up(database: Database, anna: Driver):
    """Nobody tries several answers to one question."""
    key = FakeAuthenticator()
    await adds(database, anna, key)
    begun = await asks_to_show(database)
    with pytest.raises(PasskeyRefused):
        await shown(database, Answer(begun.secret, "{}", PHONE))
    with pytest.raises(PasskeyRefused):
        await shown(database, Answer(begun.secret, key.shows(begun.options), PHONE))


async def test_a_question_is_good_for_five_minutes(
    database: Database, anna: Driver, clock: FakeClock
):
    """A second before they are over it is answered, then no more."""
    key = FakeAuthenticator(counts=False)
    await adds(database, anna, key)
    for seconds, is_good in ((299, True), (300, False)):
        begun = await asks_to_show(database)
        answer = Answer(begun.secret, key.shows(begun.options), PHONE)
        clock.advance(seconds=seconds)
        if is_good:
            await shown(database, answer)
        else:
            with pytest.raises(PasskeyRefused):
                await shown(database, answer)


async def test_an_answer_belongs_to_the_device_that_asked(database: Database, anna: Driver):
    """An answer to somebody else's question is of no use, nor is one without a question."""
    key = FakeAuthenticator()
    await adds(database, anna, key)
    mine, theirs = await asks_to_show(database), await asks_to_show(database)
    with pytest.raises(PasskeyRefused):
        await shown(database, Answer(mine.secret, key.shows(theirs.options), PHONE))
    with pytest.raises(PasskeyRefused):
        await shown(database, Answer("", key.shows(theirs.options), PHONE))


async def test_questions_are_told_apart(database: Database, anna: Driver):
    """What asks for a new passkey signs nobody in, and is another driver's for nobody."""
    key = FakeAuthenticator()
    await adds(database, anna, key)
    begun = await asks_to_add(database, anna)
    with pytest.raises(PasskeyRefused):
        await shown(database, Answer(begun.secret, key.shows(begun.options), PHONE))

    async with database.work(OPERATOR) as work:
        bert = await driver_for(work, "bert@example.com", "en")
    begun = await asks_to_add(database, anna)
    other = FakeAuthenticator(credential_id=b"other")
    with pytest.raises(PasskeyRefused):
        await added(database, bert, Answer(begun.secret, other.makes(begun.options), PHONE))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://pay.example.evil.example"},
        {"origin": "http://pay.example"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
    ],
)
async def test_what_is_not_ours_or_not_unlocked(
    database: Database, anna: Driver, wrong: dict[str, str | int]
):
    """Another site's origin or name, and a device that nobody unlocked, make and show nothing."""
    with pytest.raises(PasskeyRefused):
        await adds(database, anna, FakeAuthenticator(**wrong))
    key = FakeAuthenticator()
    await adds(database, anna, key)
    for name, value in wrong.items():
        setattr(key, name, value)

    with pytest.raises(PasskeyRefused):
        await signs_in(database, key)


async def test_a_passkey_of_one_name_is_none_of_another(database: Database, anna: Driver):
    """An operator's second domain has its own passkeys."""
    key = FakeAuthenticator()
    await adds(database, anna, key)
    key.rp_id, key.origin = "shop.example", "https://shop.example"
    party = RelyingParty("shop.example", "Voltstraat", ("https://shop.example",))
    begun = await asks_to_show(database, party)

    with pytest.raises(PasskeyRefused):
        await shown(database, Answer(begun.secret, key.shows(begun.options), PHONE), party)


async def test_a_copy_that_counts_behind_is_refused(database: Database, anna: Driver):
    """The counter only goes on; one that stands still was copied."""
    key = FakeAuthenticator()
    await adds(database, anna, key)
    await signs_in(database, key)
    key.count -= 1
    with pytest.raises(PasskeyRefused):
        await signs_in(database, key)

    assert await signs_in(database, key)


async def test_what_does_not_count_is_fine(database: Database, anna: Driver):
    """A passkey that is the same on several devices says 0 for ever."""
    key = FakeAuthenticator(counts=False)
    await adds(database, anna, key)
    await signs_in(database, key)

    assert await signs_in(database, key)


async def test_a_forged_signature_is_refused(database: Database, anna: Driver):
    """Who knows the passkey's name, and not its key, is nobody."""
    await adds(database, anna, FakeAuthenticator())
    thief = FakeAuthenticator(count=100, user_id=anna.driver_id.bytes)

    with pytest.raises(PasskeyRefused):
        await signs_in(database, thief)


async def test_a_handle_of_somebody_else_is_refused(database: Database, anna: Driver):
    """The authenticator says whose passkey it is; that has to agree with what we know."""
    key = FakeAuthenticator()
    await adds(database, anna, key)
    key.user_id = UUID(int=9).bytes

    with pytest.raises(PasskeyRefused):
        await signs_in(database, key)


async def test_a_passkey_is_one_drivers(database: Database, anna: Driver):
    """Nobody adds what another driver of the operator has."""
    key = FakeAuthenticator()
    await adds(database, anna, key)
    async with database.work(OPERATOR) as work:
        bert = await driver_for(work, "bert@example.com", "en")
    with pytest.raises(PasskeyRefused):
        await adds(database, bert, key)

    assert anna == (await signs_in(database, FakeAuthenticator(key=key.key, count=9))).driver


async def test_an_operator_does_not_know_anothers_passkeys(database: Database, anna: Driver):
    """What was added at one operator signs nobody in at another."""
    key = FakeAuthenticator()
    await adds(database, anna, key)
    begun = await asks_to_show(database, operator_id=OTHER)
    with pytest.raises(PasskeyRefused):
        await shown(
            database, Answer(begun.secret, key.shows(begun.options), PHONE), operator_id=OTHER
        )


async def test_several_named_and_removed(database: Database, anna: Driver):
    """A driver has several, calls them something, and removes one; strangers can do neither."""
    keys = [FakeAuthenticator(credential_id=name) for name in (b"one", b"two")]
    first, second = [await adds(database, anna, key) for key in keys]
    of_anna = {"driver_id": anna.driver_id, "operator_id": OPERATOR, "database": database}
    await name_passkey(second.passkey_id, "  The old  phone ", **of_anna)
    for stranger in ({"driver_id": UUID(int=5)}, {"operator_id": OTHER}):
        with pytest.raises(PasskeyNotFound):
            await name_passkey(second.passkey_id, "Mine", **of_anna | stranger)
        with pytest.raises(PasskeyNotFound):
            await remove_passkey(second.passkey_id, **of_anna | stranger)
    await remove_passkey(first.passkey_id, **of_anna)

    assert ["The old phone"] == [one.name for one in await own(database, anna)]
    with pytest.raises(PasskeyRefused):
        await signs_in(database, keys[0])
    assert anna == (await signs_in(database, keys[1])).driver


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\0b"])
async def test_a_name_is_short_and_legible(database: Database, anna: Driver, name: str):
    """Something, in sixty characters."""
    new = await adds(database, anna, FakeAuthenticator())
    with pytest.raises(PasskeyNameInvalid):
        await name_passkey(
            new.passkey_id,
            name,
            driver_id=anna.driver_id,
            operator_id=OPERATOR,
            database=database,
        )


async def test_nobody_has_very_many(database: Database, anna: Driver):
    """The twenty-first is not asked for."""
    for number in range(MOST_PASSKEYS):
        await adds(database, anna, FakeAuthenticator(credential_id=bytes([number, 1])))
    with pytest.raises(TooManyPasskeys):
        await asks_to_add(database, anna)


async def test_who_leaves_has_no_passkey(database: Database, anna: Driver):
    """It is deleted with the driver, and none that was begun is added afterwards."""
    key = FakeAuthenticator()
    await adds(database, anna, key)
    begun = await asks_to_add(database, anna)
    async with database.work(OPERATOR) as work:
        await forget_driver(work, anna.driver_id)
    with pytest.raises(PasskeyRefused):
        await signs_in(database, key)
    late = FakeAuthenticator(credential_id=b"late")
    with pytest.raises(PasskeyRefused):
        await added(database, anna, Answer(begun.secret, late.makes(begun.options), PHONE))
    with pytest.raises(DriverNotFound):
        await asks_to_add(database, anna)

    assert [] == await own(database, anna)


async def test_old_questions_are_forgotten(database: Database, anna: Driver, clock: FakeClock):
    """With the sign-ins by code."""
    await asks_to_show(database)
    await asks_to_add(database, anna)
    clock.advance(days=3)

    assert 2 == await forget_sign_ins(database=database)
    assert 0 == await forget_sign_ins(database=database)


async def test_two_answers_at_once_are_one(database: Database, anna: Driver):
    """The same answer from two tabs signs one in."""
    key = FakeAuthenticator(counts=False)
    await adds(database, anna, key)
    begun = await asks_to_show(database)
    answer = Answer(begun.secret, key.shows(begun.options), PHONE)
    results = await asyncio.gather(
        *(shown(database, answer) for _ in range(4)), return_exceptions=True
    )

    assert 1 == sum(isinstance(each, Welcome) for each in results)
    assert 3 == sum(isinstance(each, PasskeyRefused) for each in results)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=timedelta(seconds=20))
@given(st.data())
def test_no_answer_breaks_the_reading(data: st.DataObject):
    """Whatever a stranger sends, in part or in whole: it is refused, and nothing else happens."""
    key = FakeAuthenticator()
    question = Question(b"c" * 32, PARTY)
    options = {"challenge": "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2M", "user": {"id": "AA"}}
    library = Authenticators()
    made = data.draw(st.booleans())
    answer = json.loads(key.makes(options) if made else key.shows(options))
    place = data.draw(st.sampled_from([answer, answer["response"]]))
    name = data.draw(st.sampled_from(sorted(place)))
    if isinstance(place[name], str) and data.draw(st.booleans()):
        raw = bytearray(place[name].encode())
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(33, 126))
        place[name] = raw.decode()
    else:
        place[name] = data.draw(json_values)
    text = json.dumps(answer)

    library.added(text, question)
    known = Passkey(OTHER, OPERATOR, OTHER, key.credential_id, b"\xa0", 0, "", "", CREATED)
    assert library.shown(text, question, known) is None
    library.named(text)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 8000, '{"a":' * 3000, "\udc80"])
def test_no_text_breaks_the_reading(text: str):
    """What is no credential at all is none."""
    question = Question(b"c" * 32, PARTY)

    assert Authenticators().named(text) is None
    assert Authenticators().added(text, question) is None
