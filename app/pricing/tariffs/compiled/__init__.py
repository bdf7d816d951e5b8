"""A tariff made ready for pricing: exact whole numbers, local calendars, the order of elements."""
