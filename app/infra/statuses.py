"""The HTTP status of every kind of problem: one table for the pages and the API."""

from typing import Final

from app.kernel.errors import Kind

STATUS: Final = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.CHANGED: 412,
    Kind.UNSEEN: 428,
    Kind.TOO_MANY: 429,
    Kind.PAYMENT_REFUSED: 402,
    Kind.UNAVAILABLE: 503,
    Kind.NO_ANSWER: 504,
}
