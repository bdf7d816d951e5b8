"""What can be wrong with a price series, or with a document of prices."""

from app.kernel.errors import Kind, Problem


class SeriesNotFound(Problem):
    """The operator has no price series, or no version of it, of this name."""

    code = "price_series_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such price series"


class SeriesInvalid(Problem):
    """The definition of a price series cannot be used; the fact `field` names the place."""

    code = "price_series_invalid"
    kind = Kind.INVALID
    title = "This price series is not valid"


class PriceDocumentInvalid(Problem):
    """The document of prices cannot be read as a whole."""

    code = "price_document_invalid"
    kind = Kind.INVALID
    title = "This document of prices cannot be read"
