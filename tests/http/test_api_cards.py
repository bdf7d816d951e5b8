"""A driver's cards and cars from an app: added with a code or by consent, named, blocked, gone."""

from app.directpay.cards.mine import card_keys
from app.directpay.vehicles.model import WORDS
from app.people.identity.drivers.add import driver_for
from tests.http.program import Program
from tests.http.test_api_fuzz import JUNK
from tests.http.test_api_sign_in import shows, signs_in
from tests.scenarios.readers import CARD, card_of_account, has_account, has_card
from tests.scenarios.readers import shows as at_reader
from tests.scenarios.test_autocharge import CAR, charges
from tests.scenarios.wallets import known_driver
from tests.scenarios.world import OPERATOR

NUMBER = "NL-000-123"


async def printed(program: Program) -> dict[str, str]:
    """The operator sends somebody a card; return its number and code."""
    card = await has_card(program.world, None, visual_number=NUMBER)
    code = card_keys(program.world.desk).code_of(card.token_id)
    return {"number": NUMBER, "code": code}


async def test_a_card_is_added_named_blocked_and_given_back(program: Program):
    """The whole life of a card; what is sent twice counts once."""
    mine = shows(await signs_in(program))
    wanted = await printed(program)
    added = [await program.post("/me/cards", wanted, **mine) for _ in range(2)]
    card_id = added[0].json()["id"]
    named = await program.patch(f"/me/cards/{card_id}", {"name": "  On my  keys "}, **mine)
    listed = (await program.get("/me/cards", **mine)).json()
    data = (await program.get("/me/data", **mine)).json()
    blocked = await program.post(f"/me/cards/{card_id}/block", None, **mine)
    at_the_reader = await at_reader(program.world)
    gone = await program.delete(f"/me/cards/{card_id}", **mine)
    after = (await program.get("/me/cards", **mine)).json()

    assert [201, 201] == [each.status_code for each in added]
    assert {
        "id": card_id,
        "number": NUMBER,
        "name": "On my keys",
        "valid": True,
        "expires_at": None,
    } == named.json()
    assert [named.json()] == listed["cards"]
    assert "On my keys" == data["cards"][0]["name"]
    assert (200, False) == (blocked.status_code, blocked.json()["valid"])
    assert "Blocked" == at_the_reader.status
    assert (204, []) == (gone.status_code, after["cards"])


async def test_a_card_needs_its_code(program: Program):
    """A wrong code adds nothing, and who guesses is stopped."""
    mine = shows(await signs_in(program))
    wanted = await printed(program) | {"code": "WRONG"}

    answers = [await program.post("/me/cards", wanted, **mine) for _ in range(11)]

    assert [403] * 10 + [429] == [each.status_code for each in answers]
    assert "card_refused" == answers[0].json()["code"]


async def test_cards_of_others_are_not_found(program: Program):
    """Neither named, nor blocked, nor given back."""
    mine = shows(await signs_in(program))
    async with program.world.database.work(OPERATOR) as work:
        ben = await driver_for(work, "ben@example.com", "en")
    card = await has_card(program.world, ben.driver_id)
    path = f"/me/cards/{card.token_id}"

    answers = [
        await program.patch(path, {"name": "Mine"}, **mine),
        await program.post(f"{path}/block", None, **mine),
        await program.delete(path, **mine),
        await program.patch(f"/me/vehicles/{card.token_id}", {"name": "Mine"}, **mine),
        await program.delete(f"/me/vehicles/{card.token_id}", **mine),
    ]

    assert ["token_not_found"] * 5 == [each.json()["code"] for each in answers]


async def test_the_operators_card_is_not_given_away(program: Program):
    """A card on an account stays the driver's until the operator takes it."""
    mine = shows(await signs_in(program))
    async with program.world.database.work(OPERATOR) as work:
        anna = await driver_for(work, "anna@example.com", "en")
    account = await has_account(program.world)
    card = await card_of_account(program.world, account)
    await has_card(
        program.world, anna.driver_id, CARD, payer=card.payer, account_id=account.account_id
    )

    answer = await program.delete(f"/me/cards/{card.token_id}", **mine)

    assert "token_invalid" == answer.json()["code"]
    assert 1 == len((await program.get("/me/cards", **mine)).json()["cards"])


async def test_nobody_has_cards_without_signing_in(program: Program):
    """401 before anything is looked at."""
    for path in ("/me/cards", "/me/vehicles"):
        assert 401 == (await program.get(path)).status_code


async def test_a_car_is_agreed_to_named_and_taken_back(program: Program):
    """Seen with a session, offered, agreed to with our words, and forgotten when it is over."""
    anna = await known_driver(program.world)
    await anna.is_given(20_000)
    await has_card(program.world, anna.driver_id)
    await at_reader(program.world, CAR)
    await charges(program.world)
    mine = shows(await signs_in(program))
    offered = (await program.get("/me/vehicles", **mine)).json()
    wanted = {"session_id": offered["offers"][0]["session_id"], "words": offered["words"]}
    refused = await program.post("/me/vehicles", {**wanted, "words": "anything"}, **mine)
    added = await program.post("/me/vehicles", wanted, **mine)
    path = f"/me/vehicles/{added.json()['id']}"
    named = await program.patch(path, {"name": "The blue one"}, **mine)
    listed = (await program.get("/me/vehicles", **mine)).json()
    by_itself = await at_reader(program.world, CAR)
    gone = await program.delete(path, **mine)

    assert WORDS == offered["words"]
    assert (409, "vehicle_refused") == (refused.status_code, refused.json()["code"])
    assert (201, True) == (added.status_code, added.json()["valid"])
    assert [named.json()] == listed["vehicles"]
    assert ("The blue one", []) == (named.json()["name"], listed["offers"])
    assert "Accepted" == by_itself.status
    assert 204 == gone.status_code
    assert [] == (await program.get("/me/vehicles", **mine)).json()["vehicles"]


async def test_spoilt_requests_are_answered_as_declared(program: Program):
    """Junk of every sort in bodies: each answer is declared, none a 500; a card is no car (404)."""
    mine = shows(await signs_in(program))
    card = (await program.post("/me/cards", await printed(program), **mine)).json()["id"]
    statuses = set()
    for junk in JUNK:
        answers = [
            await program.patch(f"/me/cards/{card}", {"name": junk}, **mine),
            await program.patch(f"/me/vehicles/{card}", {"name": junk}, **mine),
            await program.post("/me/cards", {"number": junk, "code": junk}, **mine),
            await program.post("/me/vehicles", {"session_id": junk, "words": junk}, **mine),
            await program.post("/me/vehicles", {"session_id": card, "words": junk}, **mine),
        ]
        statuses |= {each.status_code for each in answers}

    assert {200, 403, 404, 409, 422} == statuses
