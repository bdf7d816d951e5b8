"""What can be wrong when a VAT rate is asked for."""

from app.kernel.errors import Kind, Problem


class VatRateUnknown(Problem):
    """No VAT rate is known for the country, or not for that day."""

    code = "vat_rate_unknown"
    kind = Kind.INVALID
    title = "The VAT rate of this country is not known"


class VatNumberInvalid(Problem):
    """The VAT number cannot exist: its check digits or its form are wrong."""

    code = "vat_number_invalid"
    kind = Kind.INVALID
    title = "This VAT number is not valid"
