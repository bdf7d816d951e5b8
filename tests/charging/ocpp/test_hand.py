"""The demo's hand plugs in and out like a patient driver."""

from datetime import timedelta

from app.sandbox.chargers.hand import PLUG_IN_AFTER, UNPLUG_AFTER, Hand
from tests.fakes.clock import START


class Socket:
    """A socket that remembers what was done to it."""

    def __init__(self) -> None:
        """Begin free."""
        self.waits = False
        self.is_over = False
        self.done: list[str] = []

    def plug(self) -> None:
        """Note it."""
        self.done.append("plug")
        self.waits = False

    def unplug(self) -> None:
        """Note it."""
        self.done.append("unplug")
        self.is_over = False


def test_it_plugs_in_once_the_charge_point_has_waited():
    """Nothing at first, the cable after six seconds."""
    hand, socket = Hand(), Socket()
    socket.waits = True
    hand.look(socket, START)
    before = list(socket.done)
    hand.look(socket, START + PLUG_IN_AFTER)

    assert (before, socket.done) == ([], ["plug"])


def test_it_takes_the_cable_out_when_it_is_over():
    """The socket is free for the next driver a little later; each wait counts anew."""
    hand, socket = Hand(), Socket()
    socket.waits = True
    hand.look(socket, START)
    socket.waits, socket.is_over = False, True
    hand.look(socket, START + UNPLUG_AFTER)
    before = list(socket.done)
    hand.look(socket, START + UNPLUG_AFTER + UNPLUG_AFTER + timedelta(seconds=1))

    assert (before, socket.done) == ([], ["unplug"])
