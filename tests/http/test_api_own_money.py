"""An app pays with the driver's own credit, or after the session, by the rules of the page."""

from tests.http.program import KEY, Program
from tests.http.test_api_sign_in import shows, signs_in
from tests.scenarios.promises import keeper
from tests.scenarios.wallets import known_driver
from tests.scenarios.world import CODE

OTHER = "Zm4rT8wK2aHx0nRv5sBk9gPu"


def eur(minor: int) -> dict[str, object]:
    """An amount as it travels."""
    return {"minor": minor, "currency": "EUR"}


async def test_an_app_pays_with_credit(program: Program):
    """At most so much is reserved, no page in between, and what is not used is credit again."""
    tokens = await signs_in(program)
    anna = await known_driver(program.world)
    await anna.is_given(4000)
    order = await program.orders(method="wallet", use_at_most=eur(2550))
    begun = await program.post("/sessions", order, Idempotency_Key=KEY, **shows(tokens))
    again = await program.post("/sessions", order, Idempotency_Key=KEY, **shows(tokens))
    await program.world.worker.run_due()
    view = (await program.get(f"/sessions/{begun.json()['token']}")).json()

    assert (201, None) == (begun.status_code, begun.json()["checkout_url"])
    assert begun.json() == again.json()
    assert ("waiting", "wallet", eur(2550)) == (view["stage"], view["method"], view["held"])
    assert (0, 1450) == await anna.balances()


async def test_credit_is_refused_as_on_the_page(program: Program):
    """Too little, too much, another currency, no amount, nobody known, another amount: nothing."""
    order = await program.orders(method="wallet", use_at_most=eur(2000))
    nobody = await program.post("/sessions", order, Idempotency_Key=KEY)
    tokens = await signs_in(program)
    anna = await known_driver(program.world)
    await anna.is_given(4000)
    cases = (
        (eur(4001), "credit_too_low"),
        (eur(499), "credit_amount_invalid"),
        (eur(-5), "credit_amount_invalid"),
        ({"minor": 2000, "currency": "SEK"}, "credit_amount_invalid"),
        (None, "credit_amount_invalid"),
    )
    for amount, code in cases:
        sent = {**order, "use_at_most": amount}
        answer = await program.post("/sessions", sent, Idempotency_Key=OTHER, **shows(tokens))
        assert code == answer.json()["code"], (amount, answer.text)
    begun = await program.post("/sessions", order, Idempotency_Key=OTHER, **shows(tokens))
    less = {**order, "use_at_most": eur(1000)}
    reused = await program.post("/sessions", less, Idempotency_Key=OTHER, **shows(tokens))

    assert (401, "not_signed_in") == (nobody.status_code, nobody.json()["code"])
    assert 201 == begun.status_code, begun.text
    assert "key_reused" == reused.json()["code"]


async def test_an_app_pays_after_the_session(program: Program):
    """With a means that the driver's data lists; what is none of theirs begins nothing."""
    anna = await keeper(program.world)
    await anna.keeps_a_card()
    tokens = await signs_in(program)
    (kept,) = (await program.get("/me/data", **shows(tokens))).json()["means"]
    order = await program.orders(method="kept", means=kept["means_id"])
    wrong = {**order, "means": "019c0000-0000-7000-8000-00000000000d"}
    refused = await program.post("/sessions", wrong, Idempotency_Key=OTHER, **shows(tokens))
    missing = await program.post(
        "/sessions", {**order, "means": None}, Idempotency_Key=OTHER, **shows(tokens)
    )
    begun = await program.post("/sessions", order, Idempotency_Key=KEY, **shows(tokens))
    await program.world.worker.run_due()
    view = (await program.get(f"/sessions/{begun.json()['token']}")).json()

    assert "Visa •••• 1234" == kept["instrument"]
    assert ["means_not_found"] * 2 == [refused.json()["code"], missing.json()["code"]]
    assert (201, None) == (begun.status_code, begun.json()["checkout_url"])
    assert ("waiting", "charge_after", eur(4000)) == (
        view["stage"],
        view["strategy"],
        view["held"],
    )


async def test_an_app_keeps_the_card_that_pays(program: Program):
    """With the words that the driver agreed to it can pay after the next session; else nothing."""
    await keeper(program.world)
    who = shows(await signs_in(program))
    before = (await program.get(f"/me/ways/{CODE}", **who)).json()
    order = await program.orders(keep=before["words"])
    nobody = await program.post("/sessions", order)
    old = await program.post("/sessions", {**order, "keep": "2020-01"}, **who)
    other = await program.post("/sessions", {**order, "method": "ideal"}, **who)
    begun = await program.post("/sessions", order, **who)
    program.world.provider.approve(program.world.payment_ref)
    await program.world.webhook()
    await program.post(f"/sessions/{begun.json()['token']}/stop", **who)
    await program.world.worker.run_due()
    await program.world.connects()
    after = (await program.get(f"/me/ways/{CODE}", **who)).json()

    assert ["creditcard"] == before["keeping"]
    assert (eur(4000), []) == (before["after"]["limit"], before["after"]["own"]["means"])
    assert (401, "not_signed_in") == (nobody.status_code, nobody.json()["code"])
    assert ["means_not_kept"] * 2 == [old.json()["code"], other.json()["code"]]
    assert 201 == begun.status_code, begun.text
    assert ["Visa •••• 1234"] == [one["instrument"] for one in after["after"]["own"]["means"]]


async def test_an_app_knows_what_of_the_drivers_own_pays(program: Program):
    """Credit with the least that a session takes; nothing afterwards where nobody offers it."""
    who = shows(await signs_in(program))
    anna = await known_driver(program.world)
    await anna.is_given(4000)
    seen = (await program.get(f"/me/ways/{CODE}", **who)).json()
    unknown = await program.get("/me/ways/NOSUCH", **who)

    assert (eur(4000), None, []) == (seen["credit"]["spendable"], seen["after"], seen["keeping"])
    assert 404 == unknown.status_code
