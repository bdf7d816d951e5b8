"""Tokens: what platforms tell of theirs, and ask of ours."""

from dataclasses import replace

from app.hooks.ocpi.call import CREATED, Answer, Call
from app.hooks.ocpi.paging import asked_of, page_of, window_of
from app.hooks.ocpi.received import check_whose, named, news_in
from app.infra.database import Work
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid
from app.roaming.received.keep import change, find_received, keep, received
from app.roaming.received.model import TOKENS, Name
from app.roaming.tokens.names import every_object_id_of, object_id_of, of_type
from app.roaming.tokens.ours import authorise_ours, our_tokens
from app.roaming.wire.codec import read
from app.roaming.wire.tokens import LocationReferences, Token


async def get_token(call: Call, desk: RoamingDesk) -> Answer:
    """Show a token as it is known here."""
    async with desk.database.work(call.platform.operator_id) as work:
        return Answer(await received(work, await _named(work, call), Token))


async def put_token(call: Call, desk: RoamingDesk) -> Answer:
    """Keep a token."""
    name, _ = named(call, TOKENS, 3)
    token = call.body_as(Token)
    check_whose(name, token)
    if token.uid.lower() != name.object_id.lower():
        raise OcpiInvalid(f"the address names {name.object_id}, the body {token.uid}", field="uid")
    async with desk.database.work(call.platform.operator_id) as work:
        kept = await keep(work, of_type(name, token), token)
    return Answer(http=CREATED) if kept.is_new else Answer()


async def patch_token(call: Call, desk: RoamingDesk) -> Answer:
    """Change a token."""
    async with desk.database.work(call.platform.operator_id) as work:
        await change(work, await _named(work, call), Token, news_in(call))
    return Answer()


async def _named(work: Work, call: Call) -> Name:
    """
    Return the token that the address names, by uid and type. A step.

    Without a type it is the card (OCPI, mod_tokens, "GET Method"), or what else has this uid.
    """
    name, _ = named(call, TOKENS, 3)
    if kind := call.query.get("type"):
        return replace(name, object_id=object_id_of(name.object_id, kind))
    for object_id in every_object_id_of(name.object_id):
        meant = replace(name, object_id=object_id)
        if await find_received(work, meant, Token) is not None:
            return meant
    return name


async def list_tokens(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of our drivers' cards; tokens of paid sessions are in nobody's list."""
    window = window_of(call)
    call.path(0)
    async with desk.database.work(call.platform.operator_id) as work:
        page, total = await our_tokens(work, call.platform, asked_of(window))
    return page_of(call, page, total, window)


async def post_authorize(call: Call, desk: RoamingDesk) -> Answer:
    """Tell whether a token of ours may charge now."""
    uid, deed = call.path(2)
    if deed != "authorize":
        raise OcpiInvalid(f"{deed} is nothing that can be done with a token", field="path")
    place = read(LocationReferences, call.body) if call.body.strip() else None
    async with desk.database.work(call.platform.operator_id) as work:
        return Answer(await authorise_ours(work, call.platform, uid, place))
