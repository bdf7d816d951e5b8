"""How far the mails of receipts have come."""
