"""The brand over the API: shown to makers of apps, changed by the operator's own programs."""
