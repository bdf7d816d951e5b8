"""The payment terminals inside charge points, as their device model tells them (OCPP 2.1)."""
