"""What payments at the terminals of charge points work with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from app.directpay.desk import Secrets
from app.infra.database import Database
from app.pricing.promotions.codes import CodeKeys
from app.pricing.vat import NoRegister, VatRegister


@dataclass(frozen=True, slots=True)
class Till:
    """The database, the secrets of journeys, operators' addresses, the register of VAT numbers."""

    database: Database
    secrets: Secrets
    base_of: Callable[[UUID], str]
    register: VatRegister = field(default_factory=NoRegister)

    @property
    def codes(self) -> CodeKeys:
        """Return what makes and finds the codes of coupons."""
        return CodeKeys((self.secrets.key, *self.secrets.former))
