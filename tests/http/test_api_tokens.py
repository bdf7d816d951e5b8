"""Tokens and accounts that pay later in the API: kept, listed, found, blocked, ended."""

import pytest

from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import Program, page_by_page
from tests.scenarios.readers import CARD, shows
from tests.scenarios.wallets import known_driver
from tests.scenarios.world import OPERATOR

WAY = "/operator/tokens"
ACCOUNTS = "/operator/charge-accounts"
ACME = {"name": "ACME", "per_session": {"minor": 10_000, "currency": "EUR"}}


async def key(program: Program, *scopes: Scope) -> dict[str, str]:
    """Return the header of a new key."""
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder("cards", frozenset(scopes)))
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
async def desk(program: Program) -> dict[str, str]:
    """A key that may do both."""
    return await key(program, Scope.TOKENS_READ, Scope.TOKENS_WRITE)


async def keep(program: Program, desk: dict[str, str], **token: object) -> dict:
    """Keep one token and return it."""
    answer = await program.post(WAY, {"tokens": [{"uid": CARD, **token}]}, **desk)
    assert 200 == answer.status_code, answer.text
    return answer.json()["tokens"][0]


async def test_a_token_is_kept_once(program: Program, desk: dict[str, str]):
    """The same list again changes nothing; a change is told by last_updated."""
    first = await keep(program, desk, email="anna@example.com")
    program.world.clock.advance(minutes=1)
    again = await keep(program, desk, email="anna@example.com")
    changed = await keep(program, desk, group_id="FAMILY")

    assert first == again
    assert ("anna@example.com", "FAMILY") == (changed["email"], changed["group_id"])
    assert first["id"] == changed["id"]
    assert first["last_updated"] < changed["last_updated"]


async def test_a_token_is_found_blocked_and_good_again(program: Program, desk: dict[str, str]):
    """By whatever a reader calls it; what a reader is told follows at once."""
    anna = await known_driver(program.world)
    await anna.is_given(5000)
    await keep(program, desk, email="anna@example.com")
    found = (await program.post(f"{WAY}/search", {"uid": CARD.lower()}, **desk)).json()
    way = f"{WAY}/{found['id']}"

    blocked = (await program.post(f"{way}/block", {"reason": "stolen"}, **desk)).json()
    assert (False, "stolen") == (blocked["valid"], blocked["blocked"])
    assert "Blocked" == (await shows(program.world)).status
    good = (await program.post(f"{way}/unblock", {}, **desk)).json()

    assert (True, None) == (good["valid"], good["blocked"])
    assert "Accepted" == (await shows(program.world)).status


async def test_tokens_are_listed_page_by_page(program: Program, desk: dict[str, str]):
    """A free card's code is told with it; one that is somebody's has none."""
    uids = [f"0000000{number}" for number in range(3)]
    tokens = [{"uid": uid, "visual_number": f"VS-{uid}"} for uid in uids]
    tokens[0]["email"] = "anna@example.com"
    await program.post(WAY, {"tokens": tokens}, **desk)

    first = (await program.get(f"{WAY}?limit=2", **desk)).json()
    last = (await program.get(f"{WAY}?limit=2&cursor={first['next']}", **desk)).json()

    codes = {each["uid"]: each["code"] for each in (*first["tokens"], *last["tokens"])}
    assert (uids, 1, None) == (sorted(codes), len(last["tokens"]), last["next"])
    assert codes[uids[0]] is None
    assert 8 == len(codes[uids[1]]) == len(codes[uids[2]])


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ({"uid": ""}, "invalid_request"),
        ({"uid": "  "}, "token_invalid"),
        ({"uid": "A\u0000B"}, "token_invalid"),
        ({"uid": "X" * 37}, "token_invalid"),
        ({"uid": CARD, "payer": "account"}, "token_invalid"),
        ({"uid": CARD, "payer": "account", "account": "NOBODY"}, "charge_account_not_found"),
        ({"uid": CARD, "payer": "nobody", "email": "anna@example.com"}, "token_invalid"),
        ({"uid": CARD, "email": "no address"}, "not_an_address"),
        ({"uid": CARD, "default_profile_type": "SLOW"}, "token_invalid"),
        ({"uid": CARD, "whitelist": "MAYBE"}, "invalid_request"),
    ],
)
async def test_tokens_that_cannot_be(
    program: Program, desk: dict[str, str], token: dict, code: str
):
    """Each is refused by name, and nothing of the list is kept."""
    answer = await program.post(WAY, {"tokens": [{"uid": "GOOD"}, token]}, **desk)

    assert code == answer.json()["code"]
    assert [] == (await program.get(WAY, **desk)).json()["tokens"]


async def test_one_card_in_two_orders_of_bytes_is_refused(program: Program, desk: dict[str, str]):
    """In one list, and against what is known."""
    backwards = "801E7D9C2BA204"
    both = {"tokens": [{"uid": CARD}, {"uid": backwards}]}
    in_list = await program.post(WAY, both, **desk)
    await keep(program, desk)
    known = await program.post(WAY, {"tokens": [{"uid": backwards}]}, **desk)

    assert ["token_invalid"] * 2 == [each.json()["code"] for each in (in_list, known)]


async def test_somebody_pays_later(program: Program, desk: dict[str, str]):
    """Opened, changed, paying for a token, ended: then its cards are refused."""
    opened = (await program.put(ACCOUNTS, ACME, **desk)).json()
    grouped = (await program.put(ACCOUNTS, {**ACME, "group": "fleet:ACME"}, **desk)).json()
    token = await keep(program, desk, payer="account", account="ACME")
    assert (opened["id"], "fleet:ACME") == (token["account_id"], grouped["group"])
    assert "Accepted" == (await shows(program.world)).status

    await program.post(f"{ACCOUNTS}/{opened['id']}/end", {}, **desk)

    (listed,) = (await program.get(ACCOUNTS, **desk)).json()["accounts"]
    assert (0, True) == (listed["owed"]["minor"], listed["ended_at"] is not None)
    assert "NoCredit" == (await shows(program.world)).status


async def test_accounts_come_page_by_page(program: Program, desk: dict[str, str]):
    """By name, each once; what is no account's id is no cursor."""
    for name in ("Zeta", "ACME", "Ärzte"):
        await program.put(ACCOUNTS, {**ACME, "name": name}, **desk)
    whole = (await program.get(ACCOUNTS, **desk)).json()
    seen = await page_by_page(program, ACCOUNTS, "accounts", **desk)
    wrong = await program.get(f"{ACCOUNTS}?cursor=ACME", **desk)

    assert {"Zeta", "ACME", "Ärzte"} == {each["name"] for each in seen}
    assert (whole["accounts"], None) == (seen, whole["next_cursor"])
    assert (422, "invalid_request") == (wrong.status_code, wrong.json()["code"])


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({**ACME, "group": "public"}, "group_invalid"),
        ({**ACME, "most_open": {"minor": 1, "currency": "EUR"}}, "charge_account_invalid"),
        ({**ACME, "most_open": {"minor": 10_000, "currency": "SEK"}}, "charge_account_invalid"),
        ({**ACME, "name": "   "}, "charge_account_invalid"),
    ],
)
async def test_accounts_that_cannot_be(
    program: Program, desk: dict[str, str], order: dict, code: str
):
    """Each is refused by name."""
    assert code == (await program.put(ACCOUNTS, order, **desk)).json()["code"]


async def test_a_key_for_reading_keeps_nothing(program: Program):
    """Scopes are apart."""
    reader = await key(program, Scope.TOKENS_READ)

    answer = await program.post(WAY, {"tokens": [{"uid": CARD}]}, **reader)

    assert "scope_missing" == answer.json()["code"]
