"""The words of OCPP 1.6J."""
