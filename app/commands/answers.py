"""Answers to JSON lines: one a line, what is wrong beside them, and the status."""

import os
import sys
from collections.abc import Iterable

from app.pricing.tariffs.cdrs.command import Answer


def give(answers: Iterable[Answer]) -> None:
    """Write *answers* as they come, and end with status 1 where one of them tells of trouble."""
    wrong = 0
    try:
        for answer in answers:
            sys.stdout.buffer.write(answer.text + b"\n")
            if answer.trouble:
                wrong += 1
                sys.stderr.write(f"{answer.trouble}\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough, such as `head`; nothing is left to flush at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if wrong:
        sys.exit(1)
