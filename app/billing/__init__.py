"""The documents: receipts today, invoices and reimbursement beside them."""
