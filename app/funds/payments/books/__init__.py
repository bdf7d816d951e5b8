"""A payment in the ledger: where its money stands, and what is posted when that changes."""

from app.funds.payments.books.steps import book_of, book_payment, open_books, post_change

__all__ = ["book_of", "book_payment", "open_books", "post_change"]
