"""Where the Payments module keeps what, and under which addresses (OCPI 2.3.0, mod_payments)."""

TERMINALS = "terminals"
ADVICES = "financial-advice-confirmations"
# Terminals and advices name no party: they are those of the platform that tells of them.
NOBODY = ""
SUCCESS, FAILED = "SUCCESS", "FAILED"
