"""Carries the webhooks out, again and again until somebody answers with a 2xx."""

import asyncio
import logging
from datetime import timedelta
from typing import Final

import httpx

from app.sandbox.provider.book.bank import OVERTAKEN, Bank
from app.sandbox.provider.book.letters import Delivery

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
# Mollie: ten tries in 26 hours. Adyen: two minutes to eight hours, for thirty days.
PUBLISHED: Final = {
    "mollie": tuple(MINUTE * m for m in (1, 2, 4, 8, 16, 29, 60, 120, 240, 480)),
    "adyen": tuple(MINUTE * m for m in (2, 5, 10, 15, 30, 60, 120, 240)) + (8 * HOUR,) * 88,
}
# The sandbox is not that patient between the first tries, unless it is told to be.
RETRY_SECONDS: Final = (1, 2, 5, 15, 60, 120, 240, 960, 3600)
SWEEP_SECONDS: Final = 1
ANSWER_SECONDS: Final = 15
log = logging.getLogger("sandbox.provider")


class Postman:
    """Sweeps the book and delivers what is due, in the background of the app."""

    def __init__(self, bank: Bank) -> None:
        """Wake up whenever the *bank* has news."""
        self._bank = bank
        self._news = asyncio.Event()
        self._carried: set[int] = set()
        bank.woken = self._news.set

    async def run(self) -> None:
        """Work until cancelled."""
        client = httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False)
        async with client, asyncio.TaskGroup() as group:
            while True:
                self._bank.sweep()
                self._news.clear()
                for delivery in self._bank.store.letters.due(self._bank.now()):
                    if delivery.seq not in self._carried:
                        self._carried.add(delivery.seq)
                        group.create_task(self._deliver(client, delivery))
                if not self._carried:
                    self._bank.quiet.set()
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(SWEEP_SECONDS):
                await self._news.wait()
        except TimeoutError:
            return

    async def _deliver(self, client: httpx.AsyncClient, delivery: Delivery) -> None:
        letter = delivery.letter
        headers = {"Content-Type": letter.media_type, **dict(letter.headers)}
        try:
            answer = await client.post(letter.url, content=letter.body, headers=headers)
            well = answer.is_success
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.info("webhook for %s failed: %r", letter.subject, error)
            well = False
        self._put_away(delivery, well=well)
        self._carried.discard(delivery.seq)
        self._news.set()

    def _put_away(self, delivery: Delivery, *, well: bool) -> None:
        store, waits = self._bank.store, self._waits(delivery)
        with store.writing():
            if well or delivery.attempt >= len(waits):
                store.letters.delivered(delivery, OVERTAKEN)
            else:
                later = self._bank.now() + timedelta(seconds=waits[delivery.attempt])
                store.letters.postpone(delivery, later)

    def _waits(self, delivery: Delivery) -> tuple[int, ...]:
        if self._bank.store.setting("retries", "quick") == "quick":
            return RETRY_SECONDS
        return PUBLISHED[delivery.letter.face]
