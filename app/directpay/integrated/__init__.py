"""Sessions that are paid at the terminal inside a charge point (OCPP 2.1, "DirectPayment")."""
