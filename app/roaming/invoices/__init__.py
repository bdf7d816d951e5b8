"""Invoices between platforms: which CDRs they are about, what differs, and that they were paid."""
