"""What the page of one operator is computed from: its position, its relays, their histories."""

from functools import cached_property

from msgspec import Struct

from allium.analysis.aroi.aroi_claim import Claim, ContactId, claim
from allium.analysis.network import Member
from allium.analysis.operator.operator_history import Histories, OperatorHistory, operator_history
from allium.analysis.totals import Totals, totals
from allium.model.relay import Fingerprint, Relay
from allium.pages.operator.operator_position import OperatorPosition
from allium.pages.operator.operator_votes import VotesOfRelay
from allium.pages.parts import group_links
from allium.pages.parts.page_base import View
from allium.pages.relay.relay_shard import RelayPosition


class DisplayedFindings(View, frozen=True):
    """What an operator's page takes from what is known of a relay's history."""

    findings: tuple[str, ...]


class OperatorRelay(View, frozen=True):
    """What an operator's page takes from the shard of one of its relays."""

    relay: Relay
    position: RelayPosition
    history: DisplayedFindings
    effective_family: int
    votes: VotesOfRelay | None = None

    def member(self, contact: ContactId, claim: Claim) -> Member:
        """Return the relay as a part of the network; operators do not use its family."""
        return Member(
            relay=self.relay,
            role=self.position.role,
            contact_id=contact,
            claim=claim,
            status=self.position.aroi_status,
            problem=self.position.aroi_problem,
            family=None,
        )


class OperatorShards(Struct, frozen=True, kw_only=True, dict=True):
    """One operator: what is relative to the network, its relays in table order, their histories."""

    position: OperatorPosition
    relays: tuple[OperatorRelay, ...]
    histories: Histories

    @property
    def is_one(self) -> bool:
        """Whether the relays have a contact: those without are not one operator."""
        return self.position.contact is not None

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The relays as parts of the network."""
        name = self.position.id
        return tuple(shard.member(name, claim(shard.relay.contact)) for shard in self.relays)

    @property
    def claim(self) -> Claim:
        """What the contact of the first relay claims."""
        return self.members[0].claim

    @cached_property
    def records(self) -> list[Relay]:
        """The relays' records."""
        return [shard.relay for shard in self.relays]

    @cached_property
    def totals(self) -> Totals:
        """The sums over the running relays."""
        return totals(self.records)

    @cached_property
    def names(self) -> dict[Fingerprint, str]:
        """The nickname of each relay, with digits of the fingerprint where several share it."""
        return group_links.distinct_names(self.records)

    @cached_property
    def history(self) -> OperatorHistory:
        """What the relays' histories come to."""
        return operator_history(self.members, self.histories)
