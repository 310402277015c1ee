"""The shards of each operator, from which `precompute` makes the view of its page."""

from collections.abc import Iterator, Sequence
from functools import partial

from allium import urls
from allium.analysis.network import Operator
from allium.analysis.operator.operator_history import Histories
from allium.analysis.operator.performance import by_name
from allium.build.shards import relay_files
from allium.build.shards.shard_file import Batch, Derived, ShardFile, batches, page, view_file
from allium.build.shards.site_context import HistoryContext
from allium.pages.operator import operator_rows
from allium.pages.operator.operator_position import OperatorPositions
from allium.pages.parts import relay_rows
from allium.store.site_plan import Contact, Page


def operator_batches(context: HistoryContext) -> Iterator[Batch]:
    """Yield the shards of all operators, and the views of the further pages of large ones."""
    positions = OperatorPositions.of(context.stats, context.units)
    for operators in batches(list(context.network.operators.values())):
        yield partial(_files, context, positions, operators)


def contacts(context: HistoryContext) -> tuple[Contact, ...]:
    """Return the inputs of the view of each operator."""
    return tuple(_inputs(context, operator) for operator in context.network.operators.values())


def _files(
    context: HistoryContext, positions: OperatorPositions, operators: Sequence[Operator]
) -> Iterator[ShardFile]:
    for operator in operators:
        inputs = _inputs(context, operator)
        pages = tuple(_pages(context, operator))
        yield ShardFile(inputs.position, positions.position(operator), pages)
        if inputs.histories is not None:
            yield ShardFile(inputs.histories, _histories(context, operator))
        yield from _further_pages(context, operator)


def _inputs(context: HistoryContext, operator: Operator) -> Contact:
    name, snapshot = operator.contact_id, context.snapshot
    has_histories = snapshot.uptime is not None or snapshot.bandwidth is not None
    return Contact(
        id=name,
        position=f"shards/network/{name}.json",
        histories=f"shards/history/{name}.json" if has_histories else None,
        relays=tuple(relay_files.path(member.relay.fingerprint) for member in operator.members),
    )


def _pages(context: HistoryContext, operator: Operator) -> Iterator[Page]:
    """Yield the operator's page, and the same page under its proven domain."""
    name = operator.contact_id
    view = f"views/contact/{name}.json"
    yield page("contact", name, view, urls.contact(name), twin=context.twins)
    if (domain := operator.vanity) is not None:
        yield page("vanity", domain, view, urls.vanity(domain))


def _further_pages(context: HistoryContext, operator: Operator) -> Iterator[ShardFile]:
    """Yield the pages from the second on, which hold rows of the relay table only."""
    name = operator.contact_id
    for number in range(2, relay_rows.pages(len(operator.members), operator_rows.FIRST_ROWS) + 1):
        view = operator_rows.build(operator, number, context.rows)
        yield view_file("contact_rows", f"{name}-{number}", urls.contact(name, number), view)


def _histories(context: HistoryContext, operator: Operator) -> Derived:
    """Return the reduced histories of an operator's relays; the inputs are digests of them."""
    snapshot = context.snapshot
    names = [member.relay.fingerprint for member in operator.members]
    documents = snapshot.uptime is not None, snapshot.bandwidth is not None
    digests = {name: context.history_digests(name) for name in names}
    return Derived((documents, digests), partial(_reduced_histories, context, operator))


def _reduced_histories(context: HistoryContext, operator: Operator) -> Histories:
    snapshot, members = context.snapshot, operator.members
    return Histories(
        uptime=None if snapshot.uptime is None else by_name(members, snapshot.uptime),
        bandwidth=None if snapshot.bandwidth is None else by_name(members, snapshot.bandwidth),
    )
