"""
`python -m tests.faults.simulator`: play many stories, or one of them again.

`make soak` plays a million. A breach is printed with its seed; `--seed N` tells that story whole.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from random import Random

from tests.faults.simulator.agenda import Agenda
from tests.faults.simulator.faults import Mutation, draw
from tests.faults.simulator.story import Breach, Outcome, Story, tell

BLOCK = 500
PERMILLE = 1000


def main() -> int:
    """Play what the command line asks for; 1 when an invariant was broken."""
    given = _arguments()
    if given.seed is not None:
        return _replay(given.seed, given.mutation)
    blocks = range(given.first, given.first + given.sessions, BLOCK)
    breaches = 0
    told: list[Outcome] = []
    with ProcessPoolExecutor(given.processes) as pool:
        for outcomes, wrong in pool.map(_block, blocks, [given.mutation] * len(blocks)):
            told += outcomes
            breaches += len(wrong)
            for breach in wrong:
                print(breach, flush=True)
            print(f"\r{len(told)} sessions, {breaches} breaches", end="", flush=True)
    print()
    _summarise(told)
    return 1 if breaches else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.simulator")
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, help="tell this story, line by line")
    parser.add_argument("--mutation", type=Mutation, help="with a planted bug")
    return parser.parse_args()


def _block(first: int, mutation: Mutation | None) -> tuple[list[Outcome], list[str]]:
    outcomes: list[Outcome] = []
    breaches: list[str] = []
    for seed in range(first, first + BLOCK):
        try:
            outcomes.append(tell(seed, mutation))
        except Breach as breach:
            breaches.append(str(breach).split("\n", 1)[0])
    return outcomes, breaches


def _replay(seed: int, mutation: Mutation | None) -> int:
    chance = Random(seed)
    story = Story(draw(chance, seed), Agenda(chance), mutation)
    try:
        outcome = story.play()
    except Breach as breach:
        print(*story.agenda.log, sep="\n")
        print(breach)
        return 1
    print(*story.agenda.log, outcome, sep="\n")
    return 0


def _summarise(told: Iterable[Outcome]) -> None:
    outcomes = list(told)
    for ending, times in Counter(outcome.ending for outcome in outcomes).most_common():
        print(f"{times:>9} {ending}")
    charged = sum(outcome.charged for outcome in outcomes)
    lost = sum(outcome.written_off for outcome in outcomes)
    seconds = sorted(one.seconds for one in outcomes if one.seconds is not None)
    print(f"charged {charged / 100:.2f}, energy that nobody pays {lost / 100:.2f}")
    if seconds:
        late = seconds[len(seconds) * 990 // PERMILLE]
        print(f"money moved after {seconds[len(seconds) // 2]:.1f} s (p50), {late:.0f} s (p99)")


if __name__ == "__main__":
    sys.exit(main())
