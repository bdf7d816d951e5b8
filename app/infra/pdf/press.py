"""The press: one for a process, which sets up its types with the first document."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.kernel.parts import part

if TYPE_CHECKING:
    from app.infra.pdf.compositor import Compositor

PRINT_TEMPLATES: Final = Path(__file__).resolve().parents[3] / "templates" / "print"


class NotPrintable(Exception):
    """typst refused the data (a broken image, for instance); the message says what and where."""


class Press:
    """Fills the templates of a folder. Keep one: fonts and templates stay loaded."""

    def __init__(self, folder: Path = PRINT_TEMPLATES) -> None:
        """Print what is in *folder*, with the fonts in *folder*/fonts."""
        self._folder = folder
        self._compositor: Compositor | None = None
        # All printing in one thread: 80 documents a second are enough, and typst keeps
        # memory for each thread that it ever ran in.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="press")

    def print(self, template: str, data: Mapping[str, object], *, at: datetime) -> bytes:
        """
        Return *template* filled with *data* as a PDF that says it was made *at*.

        The same data gives the same bytes. It waits some 10 ms and more for its turn, the first
        document twice as long: call it in a thread. Raises NotPrintable.
        """
        return self._thread.submit(self._print, template, data, at).result()

    def draw(self, svg: str, *, pixels: int) -> bytes:
        """Return a square drawing as PNG, *pixels* wide. As `print`; raises NotPrintable."""
        return self._thread.submit(self._draw, svg, pixels).result()

    def _draw(self, svg: str, pixels: int) -> bytes:
        return self._setter().draw(svg, pixels)

    def _print(self, template: str, data: Mapping[str, object], at: datetime) -> bytes:
        return self._setter().compose(template, data, at)

    def _setter(self) -> "Compositor":
        if self._compositor is None:
            # 12 MiB, which most processes never use, in as many milliseconds.
            self._compositor = part("app.infra.pdf.compositor").Compositor(self._folder)
        return self._compositor
