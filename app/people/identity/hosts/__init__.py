"""The hosts at which an operator's pages are: proved to be its own, and known to every process."""
