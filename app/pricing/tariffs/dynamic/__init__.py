"""Dynamic prices: series of prices through the day, which become ordinary OCPI tariffs."""
