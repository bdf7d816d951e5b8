"""Operators in the database."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    Numeric,
    Row,
    Text,
    bindparam,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.infra.database import Work
from app.infra.question import Question, answer
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table
from app.kernel.money import Money
from app.people.identity.brand.model import Brand, Details
from app.people.identity.model import (
    Address,
    Commission,
    Links,
    MerchantOfRecord,
    Operator,
    Support,
)

operators = operator_table(
    "operator",
    Column("slug", Text, nullable=False),
    Column("legal_name", Text, nullable=False),
    Column("address", JSONB, nullable=False),
    Column("vat_number", Text, nullable=False),
    Column("brand_name", Text, nullable=False),
    Column("brand_colour", Text, nullable=False),
    Column("logo", LargeBinary),
    Column("logo_type", Text),
    Column("brand_details", JSONB, nullable=False, server_default="{}"),
    Column("support", JSONB, nullable=False),
    Column("links", JSONB, nullable=False),
    Column("receipt_series", Text, nullable=False),
    Column("languages", JSONB, nullable=False),
    Column("public_url", Text),
    Column("party_id", Text, nullable=False),
    Column("merchant_of_record", Text, nullable=False),
    Column("commission_percent", Numeric(7, 4), nullable=False),
    Column("commission_minor", BigInteger),
    Column("commission_currency", Text),
    Column("refund_limit_minor", BigInteger),
    Column("refund_limit_currency", Text),
    Column("cable_first", Boolean, nullable=False, server_default="false"),
    Column("sticker_tags", Boolean, nullable=False, server_default="false"),
    Column("changed_at", UtcDateTime, nullable=False),
)
Index("uq_operator_slug", operators.c.slug, unique=True)
_ONE = select(operators).where(operators.c.operator_id == bindparam("of_operator"))
_BY_ID, _TO_CHANGE = Ready(_ONE), Ready(_ONE.with_for_update())


async def by_id(work: Work, operator_id: UUID, *, lock: bool = False) -> Operator | None:
    """Return the operator with this id, or None; *lock* its row until the transaction ends."""
    if not lock:
        return await answer(work, with_id(operator_id))
    row = await work.row(_TO_CHANGE, {"of_operator": operator_id})
    return None if row is None else _operator(row)


def with_id(operator_id: UUID) -> Question[Operator | None]:
    """Ask for the operator with this id; None: there is none."""
    asked = {"of_operator": operator_id}
    return Question(_BY_ID, asked, lambda row, _: None if row is None else _operator(row))


async def by_slug(work: Work, slug: str) -> Operator | None:
    """Return the operator with this slug, or None; *work* is of every operator."""
    found = await work.execute(select(operators).where(operators.c.slug == slug))
    row = found.one_or_none()
    return None if row is None else _operator(row)


async def every(work: Work) -> list[Operator]:
    """Return all operators by slug; *work* is of every operator."""
    found = await work.execute(select(operators).order_by(operators.c.slug))
    return [_operator(row) for row in found]


async def save(work: Work, operator: Operator) -> None:
    """Insert or overwrite *operator*."""
    values = _values(operator) | {"changed_at": work.now}
    key = {"operator_id": operator.operator_id}
    statement = insert(operators).values(**key, **values)
    await work.execute(statement.on_conflict_do_update(index_elements=["operator_id"], set_=values))


def _values(operator: Operator) -> dict[str, Any]:
    fixed, limit = operator.commission.per_session, operator.refund_limit
    return {
        "slug": operator.slug,
        "legal_name": operator.legal_name,
        "address": {
            "street": operator.address.street,
            "postal_code": operator.address.postal_code,
            "city": operator.address.city,
            "country": operator.address.country,
        },
        "vat_number": operator.vat_number,
        "brand_name": operator.brand.name,
        "brand_colour": operator.brand.colour,
        "logo": operator.brand.logo,
        "logo_type": operator.brand.logo_type,
        "brand_details": msgspec.to_builtins(operator.brand.details),
        "support": {"phone": operator.support.phone, "email": operator.support.email},
        "links": {
            "terms": operator.links.terms,
            "privacy": operator.links.privacy,
            "imprint": operator.links.imprint,
        },
        "receipt_series": operator.receipt_series,
        "languages": list(operator.languages),
        "public_url": operator.public_url,
        "party_id": operator.party_id,
        "merchant_of_record": operator.merchant_of_record,
        "commission_percent": operator.commission.percent,
        "commission_minor": None if fixed is None else fixed.minor,
        "commission_currency": None if fixed is None else fixed.currency,
        "refund_limit_minor": None if limit is None else limit.minor,
        "refund_limit_currency": None if limit is None else limit.currency,
        "cable_first": operator.cable_first,
        "sticker_tags": operator.sticker_tags,
    }


def _operator(row: Row[Any]) -> Operator:
    return Operator(
        operator_id=row.operator_id,
        slug=row.slug,
        legal_name=row.legal_name,
        address=Address(**row.address),
        vat_number=row.vat_number,
        brand=_brand(row),
        support=Support(**row.support),
        links=Links(**row.links),
        receipt_series=row.receipt_series,
        languages=tuple(row.languages),
        public_url=row.public_url,
        party_id=row.party_id,
        merchant_of_record=MerchantOfRecord(row.merchant_of_record),
        commission=Commission(
            row.commission_percent, _money(row.commission_minor, row.commission_currency)
        ),
        refund_limit=_money(row.refund_limit_minor, row.refund_limit_currency),
        cable_first=row.cable_first,
        sticker_tags=row.sticker_tags,
    )


def _brand(row: Row[Any]) -> Brand:
    details = msgspec.convert(row.brand_details, Details)
    return Brand(row.brand_name, row.brand_colour, row.logo, row.logo_type, details)


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)
