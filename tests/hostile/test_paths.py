"""No record leads out of the site's folder, or to the file of another page: whole plans, fuzzed.

What `allium.urls` puts together was checked where it came in, so plans are made of raw documents.
The site is for POSIX; of its file systems, the strictest ignore case and normalise Unicode.
"""

import string
from collections.abc import Iterator
from itertools import chain
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from allium.analysis.alerts import NetworkFacts, notices
from allium.analysis.history_stats import compute_history_stats
from allium.analysis.network import network
from allium.analysis.network_stats import compute_network_stats
from allium.analysis.relay import platform
from allium.build.shards.group_files import family_files, group_batches
from allium.build.shards.list_files import list_files
from allium.build.shards.operator_files import operator_batches
from allium.build.shards.overview_files import leaderboard_files, overview_files
from allium.build.shards.relay_files import relay_batches
from allium.build.shards.search_files import search_batches
from allium.build.shards.shard_file import ShardFile
from allium.build.shards.site_context import HistoryContext, NetworkContext
from allium.model.snapshot import Snapshot, Source
from allium.sources.onionoo import documents
from allium.sources.request import SourceError
from allium.store import files
from tests.support import hostile
from tests.support.network import Document, details, dumps, fingerprint, relay, validations

FUZZ = settings(
    max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
SAFE = set(string.ascii_letters + string.digits + "-_.+")
LONGEST = 255 - len(files.temporary("")) - len(".br")
"""Bytes of a name that may still be written beside its place, and have compressed siblings."""

NASTY = st.sampled_from(
    [
        *("", ".", "..", "../", "../../x", "/", "\\", "a/b", "~", "-", "--", "*", "%2e%2e%2f"),
        *("con", "NUL", "aux.txt", "COM1", "lpt9.", "a.", "a ", " a", "index.html", "page-2"),
        *("\x00", "\x7f", "\n", "\u202e", "\ud800", "\u0661", "\u00e9", "e\u0301", "\u0131"),
        *("K", "k", "ſ", "ß", "İ", "ﬁ", "Å", "x" * 300, "日" * 90, "www.", "xn--", "xn--a-0"),
    ]
)
ANY = st.text(max_size=12) | NASTY | st.lists(NASTY, min_size=2, max_size=3).map("".join)
ALIKE = st.sampled_from(
    ["ab", "AB", "aB", "a.b", "A-b", "a_b", "a-b-2", "0.4.9", "0.4.9-A", "0.4.9-a", "9."]
)
TOKEN = ALIKE | st.text("abAB019._-+", max_size=34)
KNOWN = (
    "a.com",
    "A.com",
    "www.a.com",
    "b-.a.com",
    "aux.com",
    "robots.txt",
    "x.html",
    "a.com.",
    "xn--4ca.com",
)
DOMAIN = st.sampled_from(KNOWN) | st.text("abAB01.-", max_size=30).map("{}.com".format) | ANY
DAY = st.sampled_from(["2024-05-18", "201\u0663-05-18", "2024-0\u0665-18", "2024-02-30"])
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "nickname": TOKEN | ANY,
    "platform": st.one_of(TOKEN, ANY).map(lambda words: f"Tor 0.4 on {words}"),
    "version": TOKEN | ANY,
    "country": st.sampled_from(["de", "DE", "dE", "d\u0435"]) | ANY,
    "as": st.sampled_from(["AS1", "as01", "AS\u0661", "AS9999999999", "AS-1"]) | ANY,
    "flags": st.lists(st.sampled_from(["Exit", "EXIT", "exıt", "Exit\n"]) | TOKEN | ANY, max_size=4),
    "first_seen": st.builds("{} 10:00:00".format, DAY) | ANY,
    "contact": DOMAIN.map("url:{} proof:uri-rsa ciissversion:2".format) | ANY,
    "or_addresses": st.lists(
        st.sampled_from(["[::1]:1", "1.2.3.4:1", "[fe80::1%../x]:1", "\u0661.2.3.4:1", "[A::]:1"]) | ANY,
        max_size=3,
    ),
    "exit_addresses": st.lists(st.sampled_from(["::ffff:1.2.3.4", "1.2.3.4"]) | ANY, max_size=3),
    "effective_family": st.lists(st.integers(0, 4).map(fingerprint) | ANY, max_size=4),
    "family_ids": st.lists(ANY, max_size=2),
}  # fmt: skip
RECORD = st.fixed_dictionaries({}, optional=FIELDS)


def snapshot(records: list[Document], domains: list[str]) -> Snapshot:
    """Return what is read from such documents; the validator believes everybody everything."""
    found = documents.details(dumps(details(*records)), 7)
    proven = [
        {"fingerprint": fingerprint(place), "valid": True, "domain": name, "proof_type": "uri-rsa"}
        for place, name in enumerate(domains)
    ]
    return Snapshot(
        published=found.published,
        relays=found.relays,
        uptime=None,
        bandwidth=None,
        validations=documents.validations(dumps(validations(*proven))),
        sources=(Source(name="details", outcome="fresh", published=found.published),),
        skipped=found.skipped,
        field_errors=found.field_errors,
    )


def shard_files(loaded: Snapshot) -> Iterator[ShardFile]:
    members = network(loaded)
    groups = NetworkContext(compute_network_stats(members), "bits", ("twins", "search_parts"))
    context = HistoryContext(
        groups, notices(NetworkFacts(loaded, members)), compute_history_stats(loaded, groups.stats)
    )
    batches = group_batches(context), search_batches(groups)
    for batch in chain(*batches, relay_batches(context), operator_batches(context)):
        yield from batch()
    for make in (family_files, list_files, overview_files, leaderboard_files):
        yield from make(context)


def are_legal_and_distinct(names: list[str]) -> None:
    """Names are relative, of safe parts that are short enough, and no two are one on any system."""
    folders = {name[:place] for name in names for place, one in enumerate(name) if one == "/"}
    for part in {part for name in names for part in name.split("/")}:
        assert set(part) <= SAFE, ascii(part)
        assert part.strip("."), part
        assert not part.endswith("."), part
        assert len(part) <= LONGEST, part
    assert len({name.casefold() for name in names}) == len(names), "two pages in one file"
    assert len({folder.casefold() for folder in folders}) == len(folders), "two folders in one"
    assert not {name.casefold() for name in names} & {folder.casefold() for folder in folders}


@FUZZ
@given(fields=st.lists(RECORD, min_size=1, max_size=5), domains=st.lists(DOMAIN, max_size=3))
def test_every_page_of_any_network_has_a_legal_file_of_its_own(
    fields: list[dict[str, Any]], domains: list[str]
) -> None:
    records = [relay(place, **odd) for place, odd in enumerate(fields)]
    for place, name in enumerate(domains[: len(records)]):
        records[place]["contact"] = f"url:{name} proof:uri-rsa ciissversion:2"
    try:
        found = list(shard_files(snapshot(records, domains)))
    except SourceError:
        return
    are_legal_and_distinct([name for one in found for page in one.pages for name in page.files])
    are_legal_and_distinct([one.file for one in found])
    kinds = [(page.kind, page.id) for one in found for page in one.pages]
    assert len(set(kinds)) == len(kinds)


def test_every_page_of_the_network_of_attackers_has_a_legal_file_of_its_own() -> None:
    records = hostile.network()["relays"]
    found = list(shard_files(snapshot(records, [])))
    are_legal_and_distinct([name for one in found for page in one.pages for name in page.files])


@FUZZ
@given(names=st.lists(TOKEN | ANY, max_size=8))
def test_any_two_platforms_have_slugs_that_differ_by_more_than_case(names: list[str]) -> None:
    known = [platform.platform_name(f"Tor 0.4 on {name}") for name in names]
    slugs = platform.slugs(known)
    assert len({slug.lower() for slug in slugs.values()}) == len(slugs)
    assert set(slugs) == set(known) - {platform.UNKNOWN}


def test_operators_of_another_alphabet_do_not_end_a_build() -> None:
    """Their words are all underscores in the names of directories."""
    words = [chr(0x4E00 + number) * 24 for number in range(1_600)]
    contacts = [" ".join(words[place : place + 8]) for place in range(0, len(words), 8)]
    records = [relay(place, contact=contact) for place, contact in enumerate(contacts)]
    found = list(shard_files(snapshot(records, [])))
    are_legal_and_distinct([name for one in found for page in one.pages for name in page.files])
    assert sum(page.id.startswith("op-_") for one in found for page in one.pages) < 20
