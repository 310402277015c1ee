"""`python -m tests.benchmarks [NAME ...]`: tables of figures, and the same as JSON."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from tests.benchmarks import builds, engine
from tests.benchmarks.measure import Row
from tests.support.project import REPOSITORY

RECORDED = REPOSITORY.parent / "shared" / "data"
Benchmark = Callable[[Path, argparse.Namespace], Iterator[Row]]

BENCHMARKS: dict[str, Benchmark] = {
    "overhead": lambda folder, chosen: engine.overhead(folder, chosen.runs),
    "parallel": lambda folder, chosen: engine.parallel(folder, chosen.runs),
    "idle": lambda folder, chosen: engine.idle(folder, chosen.runs),
    "pair": lambda folder, chosen: builds.pair(folder, chosen.runs, chosen.hours),
    "sample-10000": lambda folder, chosen: builds.sample(folder, chosen.runs, 10_000),
    "sample-100000": lambda folder, chosen: builds.sample(folder, chosen.runs, 100_000),
}


def main() -> int:
    """Run the benchmarks that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--runs", type=int, default=3, help="medians of so many runs (3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--hours",
        nargs=2,
        type=Path,
        default=[RECORDED / "T16", RECORDED / "T17"],
        metavar="DIR",
        help="two folders of documents, an hour apart, for `pair`",
    )
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.names if name not in BENCHMARKS]:
        parser.error(f"no benchmark is called {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    found = []
    for name in chosen.names or BENCHMARKS:
        with tempfile.TemporaryDirectory() as folder:
            for row in BENCHMARKS[name](Path(folder, "build"), chosen):
                found.append(row)
                figures = "  ".join(f"{what}: {value}" for what, value in row.figures.items())
                sys.stdout.write(f"{row.name:45} {figures}\n")
                sys.stdout.flush()
    if chosen.json:
        chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
