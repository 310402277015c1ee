"""The page of a family: its members, whether they all declare it, and its JSON twin."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final

from msgspec.structs import replace

from allium import formatting, urls
from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.family.family_membership import Declaration
from allium.analysis.network import Member, table_order
from allium.model.relay import Fingerprint
from allium.pages.group.group_context import (
    GroupContext,
    ShareTable,
    countries_table,
    networks_table,
    versions_table,
)
from allium.pages.group.group_kinds import Fact, Key
from allium.pages.group.group_summary import GroupSummary, MakeUp, summary
from allium.pages.parts import group_links, json_twin, relay_rows
from allium.pages.parts.family_words import support_words
from allium.pages.parts.page_base import Head, Link, Pages, RelayRow, RelayTable, Verdict, View
from allium.pages.parts.relay_rows import RowsPage

LINES: Final = 50
PREFIX: Final = 3
"""So many letters that nicknames have in common are a name for the family."""


class Declared(View, frozen=True):
    """Whether the family is complete; `lines` name a relay and one that does not list it back."""

    complete: bool
    lines: tuple[tuple[Link, Link], ...]
    more: str | None
    strangers: str | None
    supports: str


class FamilyRaw(View, frozen=True):
    """How many relays, all of them, and all pairs of which only the first lists the second."""

    relays: int
    running: int
    fingerprints: tuple[Fingerprint, ...]
    alleged: dict[Fingerprint, int]
    """How many relays each member lists that do not list it; the members' twins name them."""
    complete: bool


class FamilyPage(View, frozen=True):
    """The first page of one family and its twin."""

    head: Head
    id: str
    title: str
    verdict: Verdict
    keys: tuple[Key, ...]
    summary: GroupSummary
    tables: tuple[ShareTable, ...]
    declared: Declared
    crosses: bool
    """Whether the family could be at both ends of a circuit."""
    table: RelayTable
    pages: Pages | None
    raw: FamilyRaw
    links: dict[str, str]

    @property
    def display(self) -> dict[str, Any]:
        """The strings of the page, for its twin."""
        return {
            "title": self.title,
            "verdict": self.verdict.text,
            "figures": {tile.label: [tile.value, tile.remark] for tile in self.summary.tiles},
            "made_of": json_twin.printed(self.summary.made_of),
            "shares": {table.id: json_twin.printed(table.rows) for table in self.tables},
            "declared": {
                "supports": self.declared.supports,
                "strangers": self.declared.strangers,
            },
        }


class Family:
    """One family: its members in the order of relay tables, and what it is called."""

    def __init__(self, name: Fingerprint, members: Sequence[Member], context: GroupContext) -> None:
        self.id = name
        self.members = sorted(members, key=table_order)
        self.context = context
        self.title = f"Family of {_name(self)}"

    @property
    def oldest(self) -> Member:
        """The member that was first seen first, whose fingerprint is the family's id."""
        return next(member for member in self.members if member.relay.fingerprint == self.id)

    @property
    def declaration(self) -> Declaration:
        """What the members say of each other."""
        return self.context.declarations[self.id]

    def views(
        self,
        members: Mapping[Fingerprint, Member],
        table: Mapping[Fingerprint, RelayRow],
        units: formatting.Units,
    ) -> Iterator[FamilyPage | RowsPage]:
        """Yield the view of the first page, then those of the further ones."""
        yield _first(self, members, table, units)
        for number in range(2, relay_rows.pages(len(self.members)) + 1):
            yield RowsPage(
                head=_head(self, number),
                back=Link(text=self.title, path=urls.family(self.id)),
                table=_table(self, number, table),
                pages=_pages(self, number),
            )


def _first(
    family: Family,
    members: Mapping[Fingerprint, Member],
    table: Mapping[Fingerprint, RelayRow],
    units: formatting.Units,
) -> FamilyPage:
    relays = [member.relay for member in family.members]
    shown = summary(family.members, family.context, units)
    declaration = family.declaration
    roles = {member.role for member in family.members if member.relay.running}
    tables = _tables(family)
    return FamilyPage(
        head=_head(family),
        id=family.id,
        title=family.title,
        verdict=_verdict(declaration, len(relays)),
        keys=_keys(family, shown),
        summary=replace(shown, made_of=_made_of(shown, tables)),
        tables=tuple(table for table in tables if len(table.rows) > 1),
        declared=_declared(declaration, members),
        crosses={"guard", "exit"} <= roles,
        table=_table(family, 1, table),
        pages=_pages(family, 1),
        raw=FamilyRaw(
            relays=len(relays),
            running=sum(relay.running for relay in relays),
            fingerprints=tuple(sorted(relay.fingerprint for relay in relays)),
            alleged=dict(sorted(Counter(lister for lister, _ in declaration.alleged).items())),
            complete=declaration.complete,
        ),
        links=json_twin.BESIDE,
    )


def _name(family: Family) -> str:
    """Return the one operator, else how all nicknames begin, else that of the oldest member."""
    owners = {member.contact_id for member in family.members}
    if len(owners) == 1 and NO_CONTACT not in owners:
        return family.context.operators[owners.pop()].text
    names = [member.relay.nickname for member in family.members]
    common = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    prefix = "".join(letters[0] for letters in common)
    if len(prefix) >= PREFIX:
        return prefix
    return family.oldest.relay.nickname


def _verdict(declaration: Declaration, count: int) -> Verdict:
    if not declaration.complete:
        partly = formatting.count(declaration.partly)
        who = (
            f"each of the {partly} members"
            if declaration.partly == count
            else f"{partly} of {formatting.count(count)} members"
        )
        is_one = declaration.partly in {1, count}
        return Verdict(
            text=f"The family is incomplete: {who} {'is' if is_one else 'are'} connected to some of"
            " the others only through a third relay.",
            colour="warn",
        )
    words = "every member lists every other one, or they share a family key."
    return Verdict(text=f"The family is complete: {words}", colour="good")


def _keys(family: Family, shown: GroupSummary) -> tuple[Key, ...]:
    """Return how many members run, whose they are, and since when there is one."""
    first = min(member.relay.first_seen for member in family.members)
    owners = {member.contact_id for member in family.members if member.relay.running}
    known = shown.operators is not None and owners != {NO_CONTACT}
    operators = (Key(words=shown.operators or ""),) if known else ()
    seen = Key(words="First relay seen", links=(group_links.first_seen(first),))
    return Key(words=shown.running), *operators, seen


def _made_of(shown: GroupSummary, tables: Sequence[ShareTable]) -> MakeUp:
    """Return the make-up of the family, with what all its running members have in common."""
    alike = (
        Fact(name=table.name, value=table.rows[0].name) for table in tables if len(table.rows) == 1
    )
    return replace(shown.made_of, facts=(*shown.made_of.facts, *alike))


def _tables(family: Family) -> tuple[ShareTable, ...]:
    relays = [member.relay for member in family.members]
    return (
        family.context.operators_table(relays, "Operators"),
        countries_table(relays),
        networks_table(relays),
        versions_table(relays),
        family.context.platforms_table(relays),
    )


def _declared(declaration: Declaration, members: Mapping[Fingerprint, Member]) -> Declared:
    rest = len(declaration.alleged) - LINES
    return Declared(
        complete=declaration.complete,
        lines=tuple(
            (_relay(members[lister]), _relay(members[listed]))
            for lister, listed in declaration.alleged[:LINES]
        ),
        more=formatting.number_of(rest, "more pair") if rest > 0 else None,
        strangers=formatting.number_of(declaration.strangers, "fingerprint")
        if declaration.strangers
        else None,
        supports=support_words(declaration.supports.items()),
    )


def _relay(member: Member) -> Link:
    """Return a relay with digits of its fingerprint: members often share a nickname."""
    relay = member.relay
    name = f"{relay.nickname} {relay.fingerprint[:8]}"
    return Link(text=name, path=urls.relay(relay.fingerprint))


def _head(family: Family, number: int = 1) -> Head:
    later = number > 1
    name = f"{family.title} ({family.id[:8]})"
    back = urls.family(family.id) if later else None
    crumbs = (*group_links.below("families"), Link(text=family.title, path=back))
    return Head(
        kind="family",
        title=f"{name}, page {number}" if later else name,
        description=f"The family of Tor relays whose oldest member is {family.id}: its members, and"
        f" whether it is complete{f'; page {number}' if later else ''}.",
        crumbs=(*crumbs, Link(text=f"Page {number}")) if later else crumbs,
        section="families",
        twin=not later,
    )


def _table(family: Family, number: int, table: Mapping[Fingerprint, RelayRow]) -> RelayTable:
    count = len(family.members)
    shown = family.members[relay_rows.page_slice(number)]
    return RelayTable(
        id="relays",
        caption=relay_rows.caption(number, count),
        rows=tuple(replace(table[member.relay.fingerprint], aroi=None) for member in shown),
        uptime=True,
    )


def _pages(family: Family, number: int) -> Pages | None:
    count = len(family.members)
    return relay_rows.contents(number, count, lambda page: urls.family(family.id, page))
