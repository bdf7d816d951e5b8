"""Prints documents: typst templates filled with data, as PDF/A-3 with tags for screen readers."""

from app.infra.pdf.press import PRINT_TEMPLATES, NotPrintable, Press

__all__ = ["PRINT_TEMPLATES", "NotPrintable", "Press"]
