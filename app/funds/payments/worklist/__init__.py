"""What a person has to look at: money that did not move as it should."""

from app.funds.payments.worklist.steps import WorkItem, open_item, resolve_item, work_items

__all__ = ["WorkItem", "open_item", "resolve_item", "work_items"]
