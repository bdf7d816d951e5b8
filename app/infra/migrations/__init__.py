"""The schema's history: one file per change, applied by `directpay migrate`."""
