"""Statements of providers, fetched by the clock."""

from app.funds.reconciliation.statements.fetch import fetch_statements, statement_schedules

__all__ = ["fetch_statements", "statement_schedules"]
