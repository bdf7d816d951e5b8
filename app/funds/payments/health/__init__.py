"""How the accounts at providers fare: one fuse for each, shared by all processes."""

from app.funds.payments.health.declines import watch_declines
from app.funds.payments.health.fuses import SharedFuses
from app.funds.payments.health.probe import probe_accounts
from app.funds.payments.health.store import count_down

__all__ = ["SharedFuses", "count_down", "probe_accounts", "watch_declines"]
