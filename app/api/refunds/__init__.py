"""An operator's own programs ask for refunds, and decide those that wait."""
