"""How patient the gateway is, and what it asks of charge points."""

from dataclasses import dataclass

from app.gateways.ocpp.v2.screens import Displays


@dataclass(frozen=True, slots=True)
class OcppSettings:
    """
    Times in seconds.

    *call_seconds* is the patience with a command, *pairing_call_seconds* with a question of the
    set-up. *settle_seconds* pass after a boot before the set-up begins; without a boot it begins
    *boot_grace_seconds* after the connection, of *set_up_at_once* charge points at the same time.
    *touch_seconds* must be at most half a lease.
    Commands are put on record every *record_seconds*.
    *finish_seconds* is how long a socket waits for its last answers when the process goes down.
    While the database is away a message waits *keep_seconds*, try after try: less in all than a
    charge point waits for its answer. *displays* is what the codes on displays lead to. A charge
    point may send *frames_at_once*, and *frames_per_second* for long; more are read later.
    While *most_coming* charge points are on their way in, more are told to come later.
    What a transaction costs is shown there every *costs_every_seconds* at most.
    """

    heartbeat_seconds: int = 300
    call_seconds: int = 30
    pairing_call_seconds: int = 5
    settle_seconds: int = 2
    boot_grace_seconds: int = 5
    set_up_at_once: int = 20
    touch_seconds: int = 30
    record_seconds: int = 1
    finish_seconds: int = 3
    keep_seconds: tuple[int, ...] = (1, 1, 2, 3, 4, 4)
    connection_timeout_seconds: int = 180
    costs_every_seconds: int = 30
    most_coming: int = 3000
    frames_per_second: int = 1000
    frames_at_once: int = 5000
    pairing: bool = True
    displays: Displays | None = None
