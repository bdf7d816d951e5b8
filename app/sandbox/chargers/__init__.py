"""Charge points played locally: real OCPP clients in three versions, cars and faults too."""
