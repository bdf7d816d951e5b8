"""From the document to the plan, and everything in it that breaks a rule of the contexts."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path as FilePath

from app.charging.chargers.model import Location
from app.charging.chargers.setup.model import (
    CURRENTS,
    EvseDraft,
    HoldKey,
    HoldScope,
    evse_complaints,
    hold_complaints,
    location_complaints,
    station_complaints,
)
from app.charging.meters.errors import MeterInvalid
from app.charging.meters.registry.model import Meter, meter_of
from app.directpay.afterwards.model import ChargeAfter
from app.directpay.money.policy import USUAL, HoldPolicy
from app.funds.wallet.errors import WalletOfferInvalid
from app.funds.wallet.top_ups.model import WalletOffer
from app.kernel.money import Money, exponent
from app.office.import_operator.document import (
    ChargeAfterEntry,
    CommissionEntry,
    HoldEntry,
    LocationEntry,
    OperatorDocument,
    OperatorEntry,
    OperatorHoldEntry,
    WalletEntry,
)
from app.office.import_operator.entries.prices import PromotionEntry
from app.office.import_operator.faults import Fault, Path, parsed
from app.office.import_operator.parts.brand import brand_of
from app.office.import_operator.parts.drivers import driver_orders
from app.office.import_operator.parts.evses import draft_of
from app.office.import_operator.parts.hosts import hosts_of
from app.office.import_operator.parts.shares import share_faults
from app.office.import_operator.parts.terminals import terminals_of
from app.office.import_operator.parts.tokens import tokens_of
from app.office.import_operator.payments import account_orders, payment_faults, routing_of
from app.office.import_operator.plan import NOBODY, Plan
from app.office.import_operator.promotions import Known, PromotionOrder, promotion_orders
from app.office.import_operator.rules import plain_rule, spelled_rule
from app.office.import_operator.series import definition_of, locks_of
from app.people.identity.model import (
    Address,
    Commission,
    Links,
    Operator,
    Support,
    complaints,
)
from app.pricing.tariffs.choice.model import Rule
from app.pricing.tariffs.dynamic.model import Definition
from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.lint import lint_tariff
from app.pricing.tariffs.model import Tariff
from app.pricing.tariffs.ocpi import read_tariff

_AMOUNT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ([A-Z]{3})")


class Builder:
    """Builds a plan of a document; the *faults* that it meets on the way are kept."""

    def __init__(self, document: OperatorDocument, folder: FilePath) -> None:
        """Begin; pictures are looked for in *folder*."""
        self.faults: list[Fault] = []
        self._document = document
        self._folder = folder
        self._holds: dict[HoldKey, Money] = {}
        self.rules: list[tuple[Path, Rule]] = []

    def build(self) -> Plan:
        """Return the plan; it may be carried out when there is no fault."""
        document = self._document
        self.faults += [*payment_faults(document), *share_faults(document)]
        self._inherited((), HoldScope.OPERATOR, "", document.hold, document.tariff)
        places = [(("locations", number), entry) for number, entry in enumerate(document.locations)]
        plan = Plan(
            operator=self._operator(document.operator),
            accounts=account_orders(document),
            routing=routing_of(document),
            tariffs=tuple(self._tariffs()),
            tariff_ids=frozenset(str(entry.get("id")) for entry in document.tariffs),
            locations=tuple(self._location(path, entry) for path, entry in places),
            stations=tuple(
                station for path, entry in places for station in self._stations(path, entry)
            ),
            evses=tuple(evse for path, entry in places for evse in self._evses(path, entry)),
            holds=self._holds,
            rules=(),
            certified_clocks=frozenset(e.id for _, e in places if e.time_metering_certified),
            regions={entry.id: frozenset(entry.locations) for entry in document.regions},
        )
        for number, entry in enumerate(document.tariff_rules):
            path: Path = ("tariff_rules", number)
            self.rules.append((path, spelled_rule(path, entry, self.faults)))
        return replace(
            plan,
            rules=tuple(rule for _, rule in self.rules),
            promotions=self._promotions(plan, document.promotions),
            series=tuple(self._series()),
            locks=locks_of(document.price_lock, self.faults),
            hold_policy=self._hold_policy(document.hold),
            wallet_offer=self._wallet_offer(document.wallet),
            charge_after=self._charge_after(document.charge_after),
            terminals=terminals_of(document, self.faults),
            drivers=driver_orders(document.drivers, self.faults),
            tokens=tokens_of(document, self.faults),
            hosts=hosts_of(document.operator, self.faults),
            meters=tuple(meter for path, entry in places for meter in self._meters(path, entry)),
        )

    def _promotions(
        self, plan: Plan, entries: list[PromotionEntry] | None
    ) -> tuple[PromotionOrder, ...] | None:
        if entries is None:
            return None
        known = Known(
            locations=frozenset(each.location_id for each in plan.locations),
            evses=frozenset(each.evse_uid for each in plan.evses),
            tariffs=plan.tariff_ids,
        )
        return promotion_orders(entries, known, self.faults)

    def _complain(self, path: Path, found: Iterable[tuple[str, str]]) -> None:
        self.faults += [Fault((*path, *parsed(field)), reason) for field, reason in found]

    def _operator(self, entry: OperatorEntry) -> Operator:
        at = entry.address
        operator = Operator(
            operator_id=NOBODY,
            slug=entry.slug,
            legal_name=entry.legal_name,
            address=Address(at.street, at.postal_code, at.city, at.country),
            vat_number=entry.vat_number,
            brand=brand_of(entry.brand, self._folder, self.faults),
            support=Support(entry.support.phone, entry.support.email),
            links=Links(entry.links.terms, entry.links.privacy, entry.links.imprint),
            receipt_series=entry.receipt_series,
            languages=tuple(entry.languages),
            public_url=entry.public_url,
            party_id=entry.party_id,
            merchant_of_record=entry.merchant_of_record,
            commission=self._commission(entry.commission),
            refund_limit=self._given("refund_limit", entry.refund_limit),
            cable_first=entry.payment.cable_first,
            sticker_tags=entry.stickers.tags_required,
        )
        self._complain(("operator",), ((each.path, each.reason) for each in complaints(operator)))
        return operator

    def _commission(self, entry: CommissionEntry) -> Commission:
        fixed = self._given("commission", entry.per_session, "per_session")
        return Commission(entry.percent, fixed)

    def _given(self, field: str, text: str | None, *inner: str) -> Money | None:
        return None if text is None else self._money(("operator", field, *inner), text)

    def _tariffs(self) -> Iterable[Tariff]:
        for number, entry in enumerate(self._document.tariffs):
            path = ("tariffs", number)
            try:
                tariff = read_tariff(entry)
            except TariffInvalid as wrong:
                self._complain(path, [(str(wrong.facts["field"]), wrong.detail)])
                continue
            self._complain(path, ((each.field, each.text) for each in lint_tariff(tariff)))
            yield tariff

    def _series(self) -> Iterable[Definition]:
        for number, entry in enumerate(self._document.price_series):
            definition = definition_of(("price_series", number), entry, self.faults)
            if definition is not None:
                yield definition

    def _location(self, path: Path, entry: LocationEntry) -> Location:
        location = Location(
            location_id=entry.id,
            name=entry.name,
            address=entry.address,
            postal_code=entry.postal_code,
            city=entry.city,
            country=entry.country,
            latitude=Decimal(entry.latitude),
            longitude=Decimal(entry.longitude),
            time_zone=entry.time_zone,
        )
        found = location_complaints(location)
        self._complain(path, ((each.path, each.reason) for each in found))
        self._inherited(path, HoldScope.LOCATION, entry.id, entry.hold, entry.tariff)
        return location

    def _stations(self, path: Path, entry: LocationEntry) -> Iterable[tuple[str, str]]:
        for number, station in enumerate(entry.charge_points):
            found = station_complaints(station.identity, station.password)
            where = (*path, "charge_points", number)
            self._complain(where, ((each.path, each.reason) for each in found))
            yield station.identity, station.password

    def _evses(self, path: Path, entry: LocationEntry) -> Iterable[EvseDraft]:
        for number, each in enumerate(entry.evses):
            where = (*path, "evses", number)
            evse = draft_of(entry.id, each)
            self._complain(where, ((one.path, one.reason) for one in evse_complaints(evse)))
            self._inherited(where, HoldScope.EVSE, each.uid, each.hold, each.tariff)
            yield evse

    def _meters(self, path: Path, entry: LocationEntry) -> Iterable[Meter]:
        for number, each in enumerate(entry.evses):
            if each.meter is None:
                continue
            try:
                yield meter_of(each.meter.serial, each.meter.public_key, each.uid)
            except MeterInvalid as wrong:
                where = (*path, "evses", number, "meter", str(wrong.facts["field"]))
                self.faults.append(Fault(where, wrong.detail))

    def _inherited(
        self, path: Path, scope: HoldScope, target: str, hold: HoldEntry, tariff: str | None
    ) -> None:
        for current in CURRENTS:
            text: str | None = getattr(hold, current.lower())
            if text is None:
                continue
            where = (*path, "hold", current.lower())
            amount = self._amount(where, text)
            if amount is not None:
                self._holds[HoldKey(scope, target, current)] = amount
        if tariff is not None:
            self.rules.append(((*path, "tariff"), plain_rule(scope, target, tariff)))

    def _hold_policy(self, entry: OperatorHoldEntry) -> HoldPolicy:
        add, most = USUAL.add, USUAL.most
        if entry.add is not None:
            add = self._amount(("hold", "add"), entry.add) or add
        if entry.most is not None:
            most = self._amount(("hold", "most"), entry.most) or most
        if add.currency != most.currency:
            reason = f"add is in {add.currency} and most in {most.currency}: give both"
            self.faults.append(Fault(("hold",), reason))
        return HoldPolicy(add, most, entry.when_used_up)

    def _wallet_offer(self, entry: WalletEntry | None) -> WalletOffer | None:
        if entry is None:
            return None
        paths: list[Path] = [("wallet", "amounts", n) for n in range(len(entry.amounts))]
        amounts = [self._money(*each) for each in zip(paths, entry.amounts, strict=True)]
        most = self._money(("wallet", "most"), entry.most)
        if most is None or None in amounts:
            return None
        offer = WalletOffer(tuple(each for each in amounts if each), most)
        try:
            offer.check()
        except WalletOfferInvalid as invalid:
            self.faults.append(Fault(("wallet", str(invalid.facts["field"])), invalid.detail))
        return offer

    def _charge_after(self, entry: ChargeAfterEntry | None) -> ChargeAfter | None:
        most = None if entry is None else self._amount(("charge_after", "most"), entry.most)
        return None if most is None else ChargeAfter(most)

    def _amount(self, path: Path, text: str) -> Money | None:
        money = self._money(path, text)
        if money is not None:
            self.faults += [Fault(path, each.reason) for each in hold_complaints(money)]
        return money

    def _money(self, path: Path, text: str) -> Money | None:
        match = _AMOUNT.fullmatch(text)
        if match is None:
            self.faults.append(Fault(path, f"expected an amount such as 45.00 EUR, got {text!r}"))
            return None
        amount, currency = Decimal(match[1]), match[2]
        money = Money.of(amount, currency)
        if money.as_decimal() != amount:
            self.faults.append(Fault(path, f"{currency} has {exponent(currency)} decimals"))
        return money
