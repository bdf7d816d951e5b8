"""How patient the gateway is, and what it asks of charge points."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OcppSettings:
    """
    Times in seconds.

    *call_seconds* is the patience with a command, *pairing_call_seconds* with a question of the
    set-up. *settle_seconds* pass after a boot before the set-up begins; without a boot it begins
    *boot_grace_seconds* after the connection. *touch_seconds* must be at most half a lease.
    """

    heartbeat_seconds: int = 300
    call_seconds: int = 30
    pairing_call_seconds: int = 5
    settle_seconds: int = 2
    boot_grace_seconds: int = 5
    touch_seconds: int = 30
    connection_timeout_seconds: int = 180
    pairing: bool = True
