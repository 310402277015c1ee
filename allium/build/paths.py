"""Where things lie in the cache folder."""

from typing import Final

from msgspec import Struct

from allium.store.shard_ledger import BEFORE
from allium.store.site_plan import Contact

_SHARDS: Final = {"network": "position", "history": "histories"}
"""What the shards in a folder are called, as the build tells why a task ran."""


class CachePaths(Struct, frozen=True):
    """The files and folders below the cache folder `cache`."""

    cache: str

    def file(self, name: str) -> str:
        """Return the path of a shard or view that the plan names relative to the cache."""
        return f"{self.cache}/{name}"

    def inputs(self, contact: Contact) -> tuple[str, str | None, list[str]]:
        """Return the paths of what the view of an operator is computed from; see `Contact`."""
        histories = None if contact.histories is None else self.file(contact.histories)
        relays = [self.file(relay) for relay in contact.relays]
        return self.file(contact.position), histories, relays

    def view(self, kind: str, name: str) -> str:
        """Return the path of a view."""
        return f"{self.cache}/views/{kind}/{name}.json"

    def before(self, path: str) -> str:
        """Return where the earlier contents of a file of the cache are kept."""
        return f"{self.cache}/{BEFORE}/{path.removeprefix(f'{self.cache}/')}"

    def name(self, path: str) -> str:
        """Return what a file is called: a view, a kind of shard, or its path."""
        relative = path.removeprefix(f"{self.cache}/")
        folder, _, rest = relative.partition("/")
        if folder == "views":
            return "view"
        return _SHARDS.get(rest.partition("/")[0], "shard") if folder == "shards" else relative

    @property
    def stages(self) -> str:
        """The parts that each digest of a stage stands for."""
        return f"{self.cache}/stages.json"

    @property
    def sources(self) -> str:
        """The folder of source documents."""
        return f"{self.cache}/sources"

    @property
    def plan(self) -> str:
        """Every page that the site will have."""
        return f"{self.cache}/manifest.json"

    @property
    def ledger(self) -> str:
        """What `split` wrote."""
        return f"{self.cache}/ledger.json"

    @property
    def inventory(self) -> str:
        """What the site held after the last build."""
        return f"{self.cache}/inventory.json"

    @property
    def state(self) -> str:
        """The build's memory of its tasks."""
        return f"{self.cache}/state.db"

    @property
    def last_build(self) -> str:
        """The report of the last build."""
        return f"{self.cache}/last-build.json"

    @property
    def metrics(self) -> str:
        """The figures of the last build for monitoring."""
        return f"{self.cache}/metrics.prom"
