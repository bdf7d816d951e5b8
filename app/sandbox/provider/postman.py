"""Carries the webhooks out, again and again until somebody answers with a 2xx."""

import asyncio
import logging
from datetime import timedelta
from typing import Final

import httpx

from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.memory import Delivery

# Mollie tries ten times in 26 hours; the sandbox is not that patient between the first tries.
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
                for delivery in self._bank.store.due(self._bank.now()):
                    if delivery.seq not in self._carried:
                        self._carried.add(delivery.seq)
                        group.create_task(self._deliver(client, delivery))
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(SWEEP_SECONDS):
                await self._news.wait()
        except TimeoutError:
            return

    async def _deliver(self, client: httpx.AsyncClient, delivery: Delivery) -> None:
        try:
            answer = await client.post(delivery.url, data={"id": delivery.payment_id})
            well = answer.is_success
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.info("webhook for %s failed: %r", delivery.payment_id, error)
            well = False
        self._carried.discard(delivery.seq)
        store = self._bank.store
        with store.writing():
            if well or delivery.attempt >= len(RETRY_SECONDS):
                store.delivered(delivery)
            else:
                seconds = RETRY_SECONDS[delivery.attempt]
                store.postpone(delivery, self._bank.now() + timedelta(seconds=seconds))
