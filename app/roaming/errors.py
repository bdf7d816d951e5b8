"""What can go wrong between platforms."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class OcpiInvalid(Problem):
    """A message of another platform cannot be read; the fact `field` names the place."""

    code: ClassVar[str] = "ocpi_invalid"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "This OCPI message is not valid"


class OcpiTokenInvalid(Problem):
    """The credentials token is missing, unknown, or not good for this."""

    code: ClassVar[str] = "ocpi_token_invalid"
    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    title: ClassVar[str] = "This OCPI token is not valid"


class OcpiObjectUnknown(Problem):
    """There is no such object."""

    code: ClassVar[str] = "ocpi_object_unknown"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such OCPI object"


class OcpiNotOffered(Problem):
    """The module, the method or the version is not served here."""

    code: ClassVar[str] = "ocpi_not_offered"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "This OCPI function is not offered here"


class PlatformNotFound(Problem):
    """The operator is connected to no platform of this name."""

    code: ClassVar[str] = "platform_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such platform"


class PlatformTrouble(Problem):
    """Another platform does not answer, or not as OCPI wants; the fact `url` names the address."""

    code: ClassVar[str] = "platform_trouble"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    title: ClassVar[str] = "The other platform cannot be used right now"


class CdrCredited(Problem):
    """The CDR was taken back before, and is taken back once."""

    code: ClassVar[str] = "cdr_credited"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "This CDR was taken back already"


class InvoiceNotFound(Problem):
    """Nobody told which CDRs an invoice of this number is about."""

    code: ClassVar[str] = "roaming_invoice_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such invoice between the platforms"


class InvoiceDiffers(Problem):
    """What is said of an invoice does not go with what is known of it."""

    code: ClassVar[str] = "roaming_invoice_differs"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "This does not go with the invoice"


class NothingToInvoice(Problem):
    """A platform owes nothing that is not on an invoice already."""

    code: ClassVar[str] = "nothing_to_invoice"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "There is nothing to invoice"
