"""One EVSE of a played charge point: cable, car, meter, transaction."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from app.sandbox.chargers.car import Car
from app.sandbox.chargers.config import ChargerConfig, EvseConfig
from app.sandbox.chargers.faults import Faults
from app.sandbox.chargers.hand import Hand
from app.sandbox.chargers.outbox import Item
from app.sandbox.chargers.transaction import Permission, Reading, Transaction
from app.sandbox.chargers.words2 import Words2
from app.sandbox.chargers.words16 import Words16
from app.sandbox.display import Display
from app.sandbox.meter import SigningMeter
from app.sandbox.terminal import Card, Terminal

_FIRST_REGISTER_WH = Decimal(1_234_500)
_BACKWARDS_WH = Decimal(5_000)
_ABSURD = 1000


class Station(Protocol):
    """What an EVSE needs of the charge point around it."""

    config: ChargerConfig
    faults: Faults
    words: Words16 | Words2
    shown: dict[str, Mapping[str, Any]]

    @property
    def is_online(self) -> bool:
        """Tell whether the server can be told."""
        ...

    def now(self) -> datetime:
        """Return the time of the charge point's clock."""
        ...

    def say(self, item: Item) -> None:
        """Tell the server."""
        ...

    def seconds(self, setting: str) -> timedelta:
        """Return a configured interval, divided by the speed."""
        ...


class Bay:
    """An EVSE and the car at it."""

    def __init__(self, number: int, config: EvseConfig, station: Station) -> None:
        """Begin without a car."""
        self.number = number
        self.config = config
        self.car: Car | None = None
        self.meter_wh = _FIRST_REGISTER_WH
        self.power_w = Decimal(0)
        self.transaction: Transaction | None = None
        self.permission: Permission | None = None
        self.faulted = False
        self.display = Display()
        self.terminal = Terminal() if config.terminal else None
        self._station = station
        self._announced: str | None = None
        self._ticked_at = self._sampled_at = station.now()
        self._held: list[Item] = []
        self._meter = SigningMeter(f"{station.config.identity}-{number}") if config.signs else None
        self._hand = Hand() if station.config.plugs_by_itself else None

    @property
    def waits(self) -> bool:
        """Tell whether a start was permitted and no cable is in."""
        return self.permission is not None and self.car is None

    @property
    def is_over(self) -> bool:
        """Tell whether a transaction has ended and the cable is still in."""
        return self.car is not None and self.transaction is not None and self.charging is None

    @property
    def charging(self) -> Transaction | None:
        """Return the transaction that runs, or None."""
        running = self.transaction
        return running if running is not None and not running.stopped else None

    @property
    def status(self) -> str:
        """Return the status in the words of 1.6."""
        if self.faulted:
            return "Faulted"
        if self.charging is not None and self.charging.id_tag is not None:
            return "Charging" if self.power_w else "SuspendedEV"
        if self.car is not None:
            return "Preparing" if self.transaction is None or self.charging else "Finishing"
        waiting = self.permission is not None and isinstance(self._station.words, Words16)
        return "Preparing" if waiting else "Available"

    def plug(self, car: Car | None = None) -> None:
        """Put a cable into a car."""
        self.car = car or Car()
        self.transaction = None
        if self._station.config.starts_when_plugged and isinstance(self._station.words, Words2):
            self._begin(None, None, "CablePluggedIn")
        self._use_permission()
        self.announce()

    def unplug(self) -> None:
        """Take the cable out; a transaction ends with it."""
        self.stop("EVDisconnected")
        self.car, self.power_w, self.transaction = None, Decimal(0), None
        self.announce()

    def permit(self, id_tag: str, remote_start_id: int | None) -> bool:
        """Take a remote start; return False when it can't be."""
        running = self.charging is not None and self.charging.id_tag is not None
        if self._station.faults.reject_start or running or self.faulted:
            return False
        until = self._station.now() + self._station.seconds("ConnectionTimeOut")
        self.permission = Permission(id_tag, remote_start_id, until)
        return True

    def tap(self, card: Card | None = None) -> Card | None:
        """Authorise a card for the car that is plugged in; None: nothing can be paid now."""
        running = self.charging
        is_taken = self.faulted or (running is not None and running.id_tag is not None)
        if self.terminal is None or self.car is None or is_taken:
            return None
        card = card or Card(self.terminal.amount)
        if running is None:
            self._begin(card.psp_ref, None, "Authorized", card)
        else:
            running.card = card
            self._adopt(running, Permission(card.psp_ref, None, self._station.now()))
        return card

    def authorise_more(self, limit: Decimal) -> None:
        """Authorise the card that pays for what runs for *limit* in all."""
        running, words = self.charging, self._station.words
        if running is not None and running.card is not None and isinstance(words, Words2):
            running.card.limit = limit
            message = words.raised(running, self.reading())
            self._station.say(Item(lambda: message))

    def tick(self) -> None:
        """Let the time since the last tick pass: energy flows, samples fall due."""
        now = self._station.now()
        elapsed, self._ticked_at = now - self._ticked_at, now
        self._release_held()
        if self._hand is not None:
            self._hand.look(self, now)
        self._use_permission()
        if self.permission is not None and now > self.permission.until:
            self.permission = None
        if self.charging is not None and self.car is not None and self.charging.id_tag is not None:
            offered = self.config.power_kw * 1000
            self.car, energy = self.car.charged(self.power_w, max(elapsed, timedelta()))
            self.meter_wh += energy
            self.power_w = self.car.power_w(offered, self.config.current)
            self._sample_when_due(now)
        self.announce()

    def stop(self, reason: str) -> None:
        """End the transaction, if one runs."""
        running = self.charging
        if running is None:
            return
        running.stopped, self.power_w = True, Decimal(0)
        reading = self.reading("Transaction.End")
        faults = self._station.faults
        if not faults.lost_stop:
            message = self._station.words.stop
            item = Item(
                lambda: message(running, reading, reason),
                lambda answer: self._collect(running, answer),
            )
            self._held.extend([item, item] if faults.duplicate_stop else [item])
            self._release_held()
        self.announce()

    def _collect(self, ended: Transaction, answer: Mapping[str, Any]) -> None:
        """Let the terminal collect what the server says that it cost, and show its receipt."""
        terminal, card, words = self.terminal, ended.card, self._station.words
        if terminal and card and terminal.settles and isinstance(words, Words2):
            cost = min(Decimal(str(answer.get("totalCost", 0))), card.limit)
            message = words.settled(ended, cost, self._station.now())
            self._station.say(Item(lambda: message, terminal.show))

    def announce(self, *, again: bool = False) -> None:
        """Tell the status if it changed, or *again*."""
        if not self._station.is_online:
            return
        word, at = self.status, self._station.now()
        _, payload = self._station.words.status(self.number, word, at)
        told = str(payload.get("status") or payload.get("connectorStatus"))
        if again or told != self._announced:
            self._announced = told
            message = self._station.words.status
            self._station.say(Item(lambda: message(self.number, word, at), durable=False))

    def reading(self, context: str = "Sample.Periodic") -> Reading:
        """Return what the meter shows, or claims to show."""
        shown, faults = self.meter_wh, self._station.faults
        if faults.meter_backwards:
            shown -= _BACKWARDS_WH
        if faults.meter_absurd:
            shown *= _ABSURD
        soc = (
            self.car.soc.quantize(Decimal(1)) if self.car and self.config.current == "DC" else None
        )
        now = self._station.now()
        return Reading(now, shown, self.power_w, soc, context, self._signed(context, now, shown))

    def _signed(self, context: str, at: datetime, shown: Decimal) -> Mapping[str, str] | None:
        if self._meter is None:
            return None
        return self._meter.word(context, at, shown, forged=self._station.faults.forged_meter)

    def report_meter(self) -> None:
        """Tell the meter outside of its turn."""
        running, words = self.charging, self._station.words
        reading = self.reading("Trigger")
        if running is not None:
            self._station.say(Item(lambda: words.sample(running, reading)))
        else:
            self._station.say(Item(lambda: words.meter(self.number, reading), durable=False))

    def lose_power(self) -> None:
        """Restart: what was not said is said afterwards."""
        self.permission = None
        self.stop("PowerLoss")

    def _use_permission(self) -> None:
        if self.permission is None or self.car is None or self._station.faults.never_plugged:
            return
        granted, self.permission = self.permission, None
        if self.charging is None:
            self._begin(granted.id_tag, granted.remote_start_id, "RemoteStart")
        else:
            self._adopt(self.charging, granted)
        self.power_w = self.car.power_w(self.config.power_kw * 1000, self.config.current)

    def _begin(
        self,
        id_tag: str | None,
        remote_start_id: int | None,
        trigger: str,
        card: Card | None = None,
    ) -> None:
        begun = Transaction(
            evse_no=self.number,
            station_id=secrets.token_hex(12),
            id_tag=id_tag,
            remote_start_id=remote_start_id,
            started_at=self._station.now(),
            meter_start_wh=self.meter_wh.quantize(Decimal(1)),
            card=card,
        )
        self.transaction = begun
        reading, words = self.reading("Transaction.Begin"), self._station.words
        begun.begin = reading
        message = words.start(begun, reading, trigger)
        copies = 2 if self._station.faults.duplicate_start else 1
        for _ in range(copies):
            self._station.say(Item(lambda: message, lambda answer: self._judged(begun, answer)))
        self._sampled_at = self._ticked_at = begun.started_at

    def _adopt(self, running: Transaction, granted: Permission) -> None:
        running.id_tag, running.remote_start_id = granted.id_tag, granted.remote_start_id
        message = self._station.words.adopt(running, self.reading())
        if message is not None:
            adopted = message
            self._station.say(Item(lambda: adopted, lambda answer: self._judged(running, answer)))
        self._sampled_at = self._station.now()

    def _judged(self, transaction: Transaction, answer: Mapping[str, Any]) -> None:
        transaction.number = int(answer.get("transactionId", transaction.number))
        if "transactionLimit" in answer:
            self._station.shown["transactionLimit"] = answer["transactionLimit"]
        if self._station.words.verdict(answer) != "Accepted" and self.transaction is transaction:
            self.stop("DeAuthorized")

    def _sample_when_due(self, now: datetime) -> None:
        running = self.charging
        interval = self._station.seconds("MeterValueSampleInterval")
        if running is None or not interval or now - self._sampled_at < interval:
            return
        self._sampled_at = now
        if not self._station.faults.no_meter_values:
            reading, words = self.reading(), self._station.words
            self._station.say(Item(lambda: words.sample(running, reading)))

    def _release_held(self) -> None:
        if not self._station.faults.late_stop:
            for item in self._held:
                self._station.say(item)
            self._held.clear()
