"""A second look at a tariff that can be priced: what surprises drivers, or breaks a rule."""
