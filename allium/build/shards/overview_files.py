"""The views of pages about the whole network: front page, health, leaderboards, fixed pages."""

from collections import Counter
from collections.abc import Iterable, Iterator

from allium import urls
from allium.build.shards.shard_file import ShardFile, only_view_file, site_file, view_file
from allium.build.shards.site_context import HistoryContext, VotingContext
from allium.pages import cross_page, fixed_pages, home, status_document
from allium.pages.boards import board_page, boards_overview
from allium.pages.boards.board_titles import PrintContext
from allium.pages.health import health_page
from allium.pages.health.health_votes import VotesSection, votes_section
from allium.pages.risks import risks_page
from allium.pages.votes import authorities_page, consensus_page
from allium.store.site_plan import Page


def overview_files(context: HistoryContext) -> Iterator[ShardFile]:
    """Yield the views of the front page and of the page on the network's health."""
    stats, notices, units = context.stats, context.notices, context.units
    yield only_view_file("index", urls.INDEX, home.build(stats, notices, units))
    group_context = context.context.group_context
    carried = context.traffic.all
    health = health_page.build(
        stats, notices, group_context, units, _votes(context.voting), carried
    )
    yield only_view_file("health", urls.HEALTH, health, twin=context.twins)
    yield only_view_file("cross", urls.CROSS, cross_page.build(context.network))
    yield only_view_file("risks", urls.RISKS, risks_page.build(stats))
    if context.voting is not None:
        yield from _voting_files(context, context.voting)


def _votes(voting: VotingContext | None) -> VotesSection | None:
    return None if voting is None else votes_section(voting.votes.consensus, voting.join.coverage())


def _voting_files(context: HistoryContext, voting: VotingContext) -> Iterator[ShardFile]:
    """Yield the views of the pages of the directory authorities and of the consensus."""
    authorities = authorities_page.build(context.snapshot, voting.votes)
    yield only_view_file("authorities", urls.AUTHORITIES, authorities)
    consensus = consensus_page.build(context.snapshot, voting.votes)
    yield only_view_file("consensus", urls.CONSENSUS, consensus)


def leaderboard_files(context: HistoryContext) -> Iterator[ShardFile]:
    """Yield the views of the leaderboards, and of the pages that no relay changes."""
    boards, print_context = (
        context.stats.boards,
        PrintContext(context.network.totals, context.units, context.network.absent),
    )
    overview = boards_overview.build(boards, print_context)
    yield only_view_file("leaderboards", urls.LEADERBOARDS, overview, twin=context.twins)
    for name, places in boards.items():
        links = boards_overview.choices(boards, name)
        view = board_page.build(name, places, print_context, links)
        yield view_file("leaderboard", name, urls.leaderboard(name), view, twin=context.twins)
    yield only_view_file("about", urls.ABOUT, fixed_pages.about(context.units))
    yield site_file("not_found", urls.NOT_FOUND, fixed_pages.not_found())


def status_file(context: HistoryContext, pages: Iterable[Page]) -> ShardFile:
    """Return the view of `status.json`, which counts all other pages by kind."""
    counts = dict(sorted(Counter(page.kind for page in pages).items()))
    status = status_document.build(context.snapshot, context.stats, context.notices, counts)
    return site_file("status", urls.STATUS, status)
