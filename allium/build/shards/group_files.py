"""The views of groups of relays: network, country, platform, version, flag, month first seen."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from allium import urls
from allium.analysis.relay_groups import Group
from allium.build.shards.shard_file import Batch, ShardFile, view_file
from allium.build.shards.site_context import HistoryContext
from allium.pages.group import group_page


def group_batches(context: HistoryContext) -> Iterator[Batch]:
    """Yield the views of all groups, a batch for each kind."""
    for _, groups in groupby(context.context.groups, lambda group: group.kind):
        yield partial(_files, context, list(groups))


def _files(context: HistoryContext, groups: Sequence[Group]) -> Iterator[ShardFile]:
    of, rows, units = context.context.group_context, context.context.rows, context.units
    for group in groups:
        views = group_page.views(group, of, rows, units, context.traffic.of(group))
        folder = urls.group(group.kind, group.id)
        yield view_file(group.kind, group.id, folder, next(views), twin=context.twins)
        for number, view in enumerate(views, start=2):
            name = f"{group.kind}-{group.id}-{number}"
            folder = urls.group(group.kind, group.id, number)
            yield view_file("group_rows", name, folder, view)


def family_files(context: HistoryContext) -> Iterator[ShardFile]:
    """Yield the views of all families."""
    for family in context.families():
        name, views = family.id, family.views(context.members, context.rows, context.units)
        yield view_file("family", name, urls.family(name), next(views), twin=context.twins)
        for number, view in enumerate(views, start=2):
            folder = urls.family(name, number)
            yield view_file("group_rows", f"family-{name}-{number}", folder, view)
