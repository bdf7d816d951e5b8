"""The words of OCPP 2.0.1 and 2.1, which share what we use."""
