"""An operator's rules for choosing among its provider accounts."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """
    The *providers* for some *locations* and *methods*, the preferred one first.

    No locations or methods means all of them.
    """

    providers: tuple[str, ...]
    locations: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()

    def fits(self, location_id: str, method: str) -> bool:
        """Tell whether the route is for a payment with *method* at a location."""
        here = not self.locations or location_id in self.locations
        return here and (not self.methods or method in self.methods)


@dataclass(frozen=True, slots=True)
class Routing:
    """
    The *routes* of an operator; the first that fits counts, without one every account does.

    Another account is tried when the first surely did not get the order; with *after_decline* also
    when it refused it. It is never tried while the outcome is unknown.
    """

    routes: tuple[Route, ...] = ()
    after_decline: bool = False

    def providers(self, location_id: str, method: str, known: Iterable[str]) -> tuple[str, ...]:
        """Return those of the *known* providers that may take it, the preferred one first."""
        have = tuple(known)
        for route in self.routes:
            if route.fits(location_id, method):
                return tuple(provider for provider in route.providers if provider in have)
        return have
