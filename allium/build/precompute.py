"""The precompute phase: all that is expensive about an operator, once per contact."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from allium.analysis.operator.operator_history import Histories
from allium.engine.failure import reports
from allium.engine.uptodate import targets
from allium.pages.operator import operator_facts, operator_page
from allium.pages.operator.operator_position import OperatorPosition
from allium.pages.operator.operator_shards import OperatorRelay, OperatorShards
from allium.store import StoreError, codec, file_entry, files


@reports(OSError, StoreError)
def precompute(
    position: str, histories: str | None, relays: Sequence[str], view: str, before: str
) -> dict[str, Any]:
    """Write the view of one operator's page, and keep an earlier one in `before`.

    `position` is the shard of what is relative to the network, `histories` that of the relays'
    histories if there are any, `relays` are the relays' own shards in table order.
    """
    operator = OperatorShards(
        position=codec.load(position, OperatorPosition),
        relays=tuple(codec.load(relay, OperatorRelay) for relay in relays),
        histories=Histories() if histories is None else codec.load(histories, Histories),
    )
    page = operator_page.build(operator_facts.facts(operator))
    # The earlier view stays beside, so that `doit why` can name the field that moved.
    keep = partial(files.keep, view, before)
    return targets(file_entry.written(view, codec.encode(page), keep)[0])
