"""How long a thousand labels take, from their addresses to the file."""

import time
from pathlib import Path

from app.infra.pdf import PRINT_TEMPLATES
from qr.labels.label import Label, Look, Words
from qr.labels.layout import layout_named
from qr.labels.sheet import Press, print_sheets

LABELS = 1000
LOGO = Path(__file__).parent.parent / "app" / "sandbox" / "demo" / "logo.svg"
LOOK = Look("Voltstad", "#0b6b4f", "+31 30 123 45 67", (Words(),), LOGO.read_bytes())


def main() -> None:
    """Print a thousand labels in four layouts, one after the other."""
    for name in ("L7160", "L7163", "L7165", "A6"):
        labels = [_label(number) for number in range(LABELS)]
        begun, worked = time.perf_counter_ns(), time.process_time_ns()
        (pdf,) = print_sheets(
            labels, LOOK, layout_named(name), press=Press(PRINT_TEMPLATES / "fonts")
        )
        took_ms = (time.perf_counter_ns() - begun) // 1_000_000
        # On a machine that others use, too, this says more.
        cpu_ms = (time.process_time_ns() - worked) // 1_000_000
        print(f"{LABELS} labels {name:6} {took_ms:6} ms {cpu_ms:6} ms cpu {len(pdf) // 1000:6} kB")


def _label(number: int) -> Label:
    base = f"https://qr.voltstad.example/c/{number:06d}"
    return Label(
        address=f"{base}/1-K7QD2M9X4P",
        short=base,
        evse_id=f"NL*VST*E{number:04d}*1",
        serial=f"{number:06d}-1",
        side="LR"[number % 2],
    )


if __name__ == "__main__":
    main()
