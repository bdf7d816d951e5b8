"""Stickers in a browser: scanned, revoked, false, reported, mounted."""

import asyncio
from datetime import date, timedelta

import pytest

from app.charging.stickers.change import get_sticker, revoke_sticker
from app.charging.stickers.fitters.links import make_fitter, revoke_fitter
from app.charging.stickers.model import StickerKeys, StickerState
from app.charging.stickers.order import Wanted, order_stickers
from app.charging.stickers.read import list_stickers, points_without_scans
from app.charging.stickers.reports.work import list_reports
from tests.http.site import SAME_ORIGIN, Site
from tests.http.test_abuse import at
from tests.scenarios.world import CODE, OPERATOR

FOREIGN = StickerKeys((b"somebody else's key, 32 bytes ..",))


async def printed(site: Site) -> str:
    """Print a sticker of the socket; return the path in its address."""
    async with site.world.database.work(OPERATOR) as work:
        ((sticker, _),) = await order_stickers(work, Wanted("A6", "a test"))
    return f"/C/{CODE}/{site.world.desk.sticker_keys.mark(CODE, sticker.number)}"


async def revoked(site: Site, number: int = 1) -> None:
    """Revoke a sticker of the socket."""
    async with site.world.database.work(OPERATOR) as work:
        await revoke_sticker(work, f"{CODE}-{number}", by="a test", reason="lost")


async def tags_required(site: Site) -> None:
    """Let only whole addresses of stickers lead to the page."""
    async with site.world.database.work(OPERATOR) as work:
        await work.driver.execute("UPDATE operator SET sticker_tags = true")


async def scans(site: Site) -> dict[int, int]:
    """Write the tally; return how often each sticker was scanned."""
    await site.world.desk.tally.write(site.world.database)
    async with site.world.database.work(OPERATOR) as work:
        rows = await work.driver.fetch("SELECT number, scans FROM sticker_scan")
    return {row["number"]: row["scans"] for row in rows}


async def state(site: Site, number: int) -> StickerState:
    """Return the state of a sticker."""
    async with site.world.database.work(OPERATOR) as work:
        return (await get_sticker(work, f"{CODE}-{number}")).state


async def test_our_sticker_leads_to_the_page(site: Site):
    """In the capitals of the code and as somebody types it: the same page as without a tag."""
    path = await printed(site)
    plain = await site.get(f"/c/{CODE}")
    answers = [await site.get(each) for each in (path, path.lower(), f"/C/{CODE}")]

    assert [200] * 3 == [answer.status_code for answer in answers]
    assert {plain.text} == {answer.text for answer in answers}


@pytest.mark.parametrize(
    "mark",
    [FOREIGN.mark(CODE, 1), "1-AAAAAAAAAA", "1", "-", "x-y", "0-AAAAAAAAAA", "9" * 30 + "-A"],
)
async def test_a_false_tag_leads_to_a_warning(site: Site, mark: str):
    """No way to pay, what to do, and a way to report it."""
    page = await site.get(f"/c/{CODE}/{mark}")

    assert 404 == page.status_code
    assert "This sticker is not ours" in page.text
    assert "Do not pay here" in page.text
    assert f'href="/c/{CODE}/report"' in page.text
    assert "<form" not in page.text


async def test_the_tag_of_another_point_is_false(site: Site):
    """A sticker's tag is for its own code alone."""
    page = await site.get(f"/c/{CODE}/{site.world.desk.sticker_keys.mark('AAAAAA', 1)}")

    assert 404 == page.status_code


async def test_a_tag_of_a_former_key_is_ours(site: Site):
    """Keys rotate; stickers hang for years."""
    secrets = site.world.desk.secrets
    keys = StickerKeys((b"the newest key, of 32 bytes .....", secrets.key))

    assert 3 == keys.number_of(CODE, site.world.desk.sticker_keys.mark(CODE, 3))
    assert site.world.desk.sticker_keys.number_of(CODE, keys.mark(CODE, 3)) is None


async def test_a_revoked_sticker_leads_to_a_warning(site: Site):
    """410; the point itself, and a new sticker of it, work on."""
    path = await printed(site)
    await revoked(site)
    page = await site.get(path)
    other = await site.get(await printed(site))

    assert 410 == page.status_code
    assert "This sticker is out of use" in page.text
    assert [200, 200] == [other.status_code, (await site.get(f"/c/{CODE}")).status_code]


async def test_a_sticker_that_the_register_lost_is_good(site: Site):
    """A backup that is older than a sticker does not turn drivers away."""
    page = await site.get(f"/c/{CODE}/{site.world.desk.sticker_keys.mark(CODE, 77)}")

    assert 200 == page.status_code


async def test_an_operator_may_require_tags(site: Site):
    """Without one, from a camera: a warning. With one, or by a link of ours: the page."""
    await tags_required(site)
    path = await printed(site)
    bare = await site.get(f"/c/{CODE}")
    whole = await site.get(path)
    inside = await site.get(f"/c/{CODE}", **SAME_ORIGIN)

    assert [404, 200, 200] == [bare.status_code, whole.status_code, inside.status_code]
    assert "Scan the sticker on the charge point" in bare.text


async def test_scans_are_counted_by_sticker(site: Site):
    """Each look from a camera counts once, a link of ours does not, nor does a false sticker."""
    path = await printed(site)
    for _ in range(3):
        await site.get(path)
    await site.get(f"/c/{CODE}")
    await site.get(f"/c/{CODE}", **SAME_ORIGIN)
    await site.get(f"/c/{CODE}/1-AAAAAAAAAA")
    first = await scans(site)
    await site.get(path)

    assert {0: 1, 1: 3} == first
    assert {0: 1, 1: 4} == await scans(site)


async def test_points_that_nobody_scans_are_found(site: Site):
    """A point is silent until its first scan, and again a month after the last."""
    world = site.world

    async def silent(days: int) -> list[date | None]:
        async with world.database.work(OPERATOR) as work:
            return [each.last_scan for each in await points_without_scans(work, days)]

    before = await silent(30)
    path = await printed(site)
    await site.get(path)
    await scans(site)
    today = world.clock.now().date()
    after = await silent(30)
    world.clock.advance(days=31)

    assert [None] == before
    assert [] == after
    assert [today] == await silent(30)
    async with world.database.work(OPERATOR) as work:
        (listed,) = await list_stickers(work)
    assert (0, today) == (listed.scans, listed.last_scan)


async def test_anybody_reports_a_sticker(site: Site):
    """It is on the operator's list, and one mail an hour goes to its support address."""
    page = await site.get(f"/c/{CODE}/report")
    form = {"reason": "pasted_over", "note": "<b>another</b>\r\ncode below it"}
    sent = await site.post(f"/c/{CODE}/report", form)
    await site.post(f"/c/{CODE}/report", {"reason": "nonsense"})
    await site.world.worker.run_due()

    assert "What is wrong with it?" in page.text
    assert "Thank you" in sent.text
    async with site.world.database.work(OPERATOR) as work:
        reports = await list_reports(work)
    assert [("other", ""), ("pasted_over", "<b>another</b>  code below it")] == sorted(
        (each.reason, each.note) for each in reports
    )
    (mail,) = site.world.mailer.mails
    assert "help@voltstraat.example" == mail.recipient
    assert "It is pasted over another one." in mail.text
    assert "&lt;b&gt;another&lt;/b&gt;" in mail.html


async def test_reports_are_limited(site: Site):
    """Ten an hour from one network; a form of another site is refused."""
    async with at(site.app, "203.0.113.9") as reporter:
        answers = [
            await reporter.post(f"/c/{CODE}/report", data={"reason": "other"}, headers=SAME_ORIGIN)
            for _ in range(11)
        ]
    foreign = await site.post(f"/c/{CODE}/report", {"reason": "other"}, Sec_Fetch_Site="cross-site")

    assert [200] * 10 + [429] == [answer.status_code for answer in answers]
    assert 403 == foreign.status_code


async def fitter(site: Site) -> tuple[str, object]:
    """Make a link for somebody who mounts stickers; return its path and its id."""
    async with site.world.database.work(OPERATOR) as work:
        made, secret = await make_fitter(work, "Ans", timedelta(days=1))
    return f"/fit/{secret}", made.fitter_id


async def test_a_fitter_mounts_by_scanning(site: Site):
    """Open the link, scan, press: mounted, and the sticker that hung there is replaced."""
    old, new = await printed(site), await printed(site)
    link, _ = await fitter(site)
    opened = await site.get(link)
    for number, path in enumerate((old, new), start=1):
        page = await site.get(path)
        assert f"{CODE}-{number}" in page.text
        done = await site.post(f"/fit/stickers/{CODE}-{number}", {"replaces": "on"})
        assert "Noted. Scan the next one." in done.text
    await site.post("/fit/end")

    assert "Mount stickers" in opened.text
    assert "HttpOnly" in opened.headers["set-cookie"]
    assert [StickerState.REPLACED, StickerState.MOUNTED] == [await state(site, n) for n in (1, 2)]
    assert "Pay and start" in (await site.get(new)).text
    assert await scans(site) == {2: 1}


async def test_strangers_mount_nothing(site: Site):
    """Without a link, with one that was revoked or has expired: refused, and drivers see pages."""
    path = await printed(site)
    plain = await site.post(f"/fit/stickers/{CODE}-1")
    link, fitter_id = await fitter(site)
    await site.get(link)
    async with site.world.database.work(OPERATOR) as work:
        await revoke_fitter(work, fitter_id)
    late = await site.post(f"/fit/stickers/{CODE}-1")
    link, _ = await fitter(site)
    await site.get(link)
    site.world.clock.advance(days=2)

    assert [403, 403] == [plain.status_code, late.status_code]
    assert 403 == (await site.post(f"/fit/stickers/{CODE}-1")).status_code
    assert 403 == (await site.get(link)).status_code
    assert "Mount stickers" not in (await site.get(path)).text
    assert StickerState.PRINTED is await state(site, 1)


async def test_a_revoked_sticker_is_not_mounted(site: Site):
    """What was withdrawn stays withdrawn."""
    await printed(site)
    await revoked(site)
    link, _ = await fitter(site)
    await site.get(link)

    assert 409 == (await site.post(f"/fit/stickers/{CODE}-1")).status_code
    assert 422 > (await site.post("/fit/stickers/NOSUCH-1")).status_code
    assert StickerState.REVOKED is await state(site, 1)


async def test_two_prints_at_once_number_apart(site: Site):
    """Two people print for the same point at the same moment: no number is given twice."""
    paths = await asyncio.gather(*(printed(site) for _ in range(5)))

    assert 5 == len(set(paths))
    assert ["1", "2", "3", "4", "5"] == sorted(
        path.rpartition("/")[2].partition("-")[0] for path in paths
    )
