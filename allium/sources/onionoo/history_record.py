"""One relay's record of a document of histories, reduced to exact sums."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct, field
from msgspec.structs import astuple

from allium import formatting
from allium.model.history import (
    PERIODS,
    UNKNOWN,
    WEIGHED,
    Bandwidth,
    Buckets,
    Mean,
    Means,
    Period,
    RateLimits,
    Rates,
    Uptime,
    Weights,
)
from allium.model.relay import Fingerprint, Flag
from allium.sources.onionoo.history_buckets import (
    chance_buckets,
    rate_buckets,
    share_buckets,
    weight_buckets,
)
from allium.sources.onionoo.history_cache import whole
from allium.sources.onionoo.history_graph import BROKEN, GRAPH, Graph, mean, mended, sound
from allium.sources.onionoo.history_runs import RUN_FLAGS, flag_run
from allium.sources.onionoo.salvage import readable

T = TypeVar("T")

DAY: Final = 86_400

Milliseconds: TypeAlias = Annotated[int, Meta(ge=0, lt=2**53)]


class _Uptime(Struct):
    uptime: dict[str, Raw] = {}
    flags: dict[Flag, dict[str, Raw]] = {}


class _RateLimits(Struct, rename="kebab"):
    timestamp: Milliseconds
    read_count: int = 0
    write_count: int = 0

    @property
    def limits(self) -> RateLimits:
        """The counts as the site uses them."""
        return RateLimits(self.timestamp, self.read_count, self.write_count)


class _Exhausted(Struct):
    timestamp: Milliseconds


class _Bandwidth(Struct):
    read_history: dict[str, Raw] = {}
    write_history: dict[str, Raw] = {}
    overload_ratelimits: Raw = field(default_factory=Raw)
    overload_fd_exhausted: Raw = field(default_factory=Raw)


class _Graphs(Struct, frozen=True, rename={"months": "6_months", "years": "5_years"}):
    """The histories of `WEIGHED` as they stand there; empty where there is none."""

    months: Raw = field(default_factory=Raw)
    years: Raw = field(default_factory=Raw)

    @property
    def by_period(self) -> dict[str, Raw]:
        """Those that there are."""
        found = zip(WEIGHED, (self.months, self.years), strict=True)
        return {period: raw for period, raw in found if bytes(raw)}


class _Weights(Struct):
    consensus_weight: _Graphs = _Graphs()
    consensus_weight_fraction: _Graphs = _Graphs()
    guard_probability: _Graphs = _Graphs()
    middle_probability: _Graphs = _Graphs()
    exit_probability: _Graphs = _Graphs()


_RUNNING: Final[Flag] = "Running"
_UPTIME = msgspec.json.Decoder(_Uptime)
_BANDWIDTH = msgspec.json.Decoder(_Bandwidth)
_WEIGHTS = msgspec.json.Decoder(_Weights)


def uptime(record: Raw) -> Uptime:
    """Return a relay's uptime; what is malformed is absent and counted.

    Where a record has no uptime, that of the flag Running is the same (`UptimeDocumentWriter`).
    """
    fields, errors = readable(record, _UPTIME)
    reader = _Reader(errors)
    running = reader.graphs(fields.uptime) or reader.graphs(fields.flags.get(_RUNNING, {}))
    flags = {flag: reader.graphs(graphs) for flag, graphs in fields.flags.items()}
    runs = {flag: run for flag in RUN_FLAGS if (run := flag_run(flags.get(flag, {}))) is not None}
    return Uptime(
        running=_shares(running),
        flags={flag: _shares(graphs) for flag, graphs in flags.items()},
        past=Raw(msgspec.json.encode((share_buckets(running), runs))),
        began=_began(running),
        errors=reader.errors,
    )


def bandwidth(record: Raw) -> Bandwidth:
    """Return a relay's bandwidth; what is malformed is absent and counted."""
    fields, errors = readable(record, _BANDWIDTH)
    reader = _Reader(errors)
    read, write = reader.graphs(fields.read_history), reader.graphs(fields.write_history)
    reported = reader.said(fields.overload_ratelimits, _RateLimits)
    limits = None if reported is None else reported.limits
    exhausted = reader.said(fields.overload_fd_exhausted, _Exhausted)
    return Bandwidth(
        read={period: _rates(graph) for period, graph in read.items()},
        write={period: _rates(graph) for period, graph in write.items()},
        closed=Raw(msgspec.json.encode((rate_buckets(read), rate_buckets(write)))),
        daily=Raw(msgspec.json.encode(_days(read.get("6_months")))),
        rate_limits=limits if limits is not None and limits.read + limits.written else None,
        file_descriptors=None if exhausted is None else exhausted.timestamp,
        errors=reader.errors,
    )


def weights(record: Raw) -> Weights:
    """Return what weight a relay had; what is malformed is absent and counted."""
    fields, errors = readable(record, _WEIGHTS)
    reader = _Reader(errors)
    buckets = weight_buckets(reader.graphs(fields.consensus_weight.by_period))
    return Weights(
        closed=Raw(msgspec.json.encode(buckets)),
        share=_bucket_means(reader.graphs(fields.consensus_weight_fraction.by_period)),
        guard=_bucket_means(reader.graphs(fields.guard_probability.by_period)),
        middle=_bucket_means(reader.graphs(fields.middle_probability.by_period)),
        exit=_bucket_means(reader.graphs(fields.exit_probability.by_period)),
        errors=reader.errors,
    )


def _bucket_means(graphs: Mapping[Period, Graph]) -> tuple[Mean, ...]:
    """Return the mean of the closed buckets of each of `WEIGHED`."""
    columns = (() if one is None else one.values for one in chance_buckets(graphs))
    return tuple(mean([None if value == UNKNOWN else value for value in one]) for one in columns)


def weights_part(record: Raw) -> bytes:
    """Return what `weights` uses of a record: its longer periods.

    The history of a week has another value each hour, that of six months one a day.
    """
    try:
        fields = _WEIGHTS.decode(record)
    except BROKEN:
        return bytes(record)
    graphs: tuple[_Graphs, ...] = astuple(fields)
    return b"\0".join(bytes(raw) for one in graphs for raw in (one.months, one.years))


class _Reader:
    """Decodes the histories of one record, equal ones once, and counts what is malformed."""

    def __init__(self, errors: int) -> None:
        self.errors = errors
        self._known: dict[bytes, Graph | None] = {}

    def graphs(self, fields: Mapping[str, Raw]) -> dict[Period, Graph]:
        """Return the histories that can be used, by period."""
        return {name: graph for name, graph in self._graphs(fields) if graph is not None}

    def _graphs(self, fields: Mapping[str, Raw]) -> Iterator[tuple[Period, Graph | None]]:
        for name in PERIODS:
            if name in fields:
                raw = bytes(fields[name])
                if raw not in self._known:
                    self._known[raw] = self._graph(raw)
                yield name, self._known[raw]

    def _graph(self, raw: bytes) -> Graph | None:
        try:
            graph = GRAPH.decode(raw)
        except BROKEN:
            self.errors += 1
            return mended(raw)
        usable = sound(graph)
        self.errors += not usable or graph.count not in {None, len(graph.values)}
        return graph if usable else None

    def said(self, raw: Raw, kind: type[T]) -> T | None:
        """Return what a relay reported about its limits, if it did."""
        if not bytes(raw):
            return None
        try:
            return msgspec.json.decode(bytes(raw).replace(b"_count", b"-count"), type=kind)
        except BROKEN:
            self.errors += 1
            return None


def _shares(graphs: Mapping[Period, Graph]) -> Means:
    return {period: graph.share for period, graph in graphs.items()}


def _began(running: Mapping[Period, Graph]) -> tuple[int, int] | None:
    """Return when the first interval began, and ended, in which a relay ran.

    The longest history reaches back farthest. Its intervals lie on a grid of absolute time
    (`GraphHistoryCompiler`), so that this does not move from hour to hour.
    """
    for period in reversed(PERIODS):
        graph = running.get(period)
        if graph is not None and graph.share.total:
            at = next(at for at, value in enumerate(graph.values) if value)
            start = formatting.seconds(graph.first) + at * graph.interval - graph.interval // 2
            return start, start + graph.interval
    return None


def _rates(graph: Graph) -> Rates:
    values = graph.values
    average = mean(values)
    gaps = average.count < len(values)
    numerator, decimals = graph.scale
    return Rates(
        total=average.total,
        length=len(values),
        unknown=tuple(at for at, value in enumerate(values) if value is None) if gaps else (),
        first=formatting.seconds(graph.first) // DAY,
        interval=graph.interval,
        numerator=numerator,
        decimals=decimals,
    )


def _days(graph: Graph | None) -> Buckets | None:
    if graph is None or graph.interval != DAY:
        return None
    values = [UNKNOWN if value is None else value for value in graph.values]
    return Buckets(formatting.seconds(graph.first) // DAY, tuple(values))


class Reducer(Struct, Generic[T], frozen=True):
    """How the records of the document `name` are reduced, and how a table of them is kept.

    What a record comes to depends on its `part` alone.
    """

    name: str
    reduce: Callable[[Raw], T]
    table: type[dict[Fingerprint, tuple[str, T]]]
    part: Callable[[Raw], bytes | Raw] = whole


UPTIME: Final = Reducer("uptime", uptime, dict[Fingerprint, tuple[str, Uptime]])
BANDWIDTH: Final = Reducer("bandwidth", bandwidth, dict[Fingerprint, tuple[str, Bandwidth]])
WEIGHTS: Final = Reducer("weights", weights, dict[Fingerprint, tuple[str, Weights]], weights_part)
REDUCERS: Final[dict[str, Reducer[Any]]] = {one.name: one for one in (UPTIME, BANDWIDTH, WEIGHTS)}
