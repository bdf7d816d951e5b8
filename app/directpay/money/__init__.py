"""The money of journeys: collected or given back at the end, and more of it on the way."""
