"""The journey's stages and endings."""

from enum import StrEnum


class Stage(StrEnum):
    """
    Where a journey is.

    PAYING → STARTING → WAITING → CHARGING → STOPPING → SETTLING → ENDED. Money that was secured
    goes back on every way that leaves this line.
    """

    PAYING = "paying"
    STARTING = "starting"
    WAITING = "waiting"
    CHARGING = "charging"
    STOPPING = "stopping"
    SETTLING = "settling"
    ENDED = "ended"


class Ending(StrEnum):
    """Why a journey ended, in the terms that the page explains."""

    CHARGED = "charged"
    NOTHING_CHARGED = "nothing_charged"
    PAYMENT_DECLINED = "payment_declined"
    PAYMENT_CANCELLED = "payment_cancelled"
    PAYMENT_EXPIRED = "payment_expired"
    START_REJECTED = "start_rejected"
    CHARGER_OFFLINE = "charger_offline"
    NEVER_PLUGGED = "never_plugged"
    STOPPED_BEFORE_START = "stopped_before_start"
