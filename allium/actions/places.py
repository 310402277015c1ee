"""Where things lie in the cache folder."""

from msgspec import Struct


class Places(Struct, frozen=True):
    """The files and folders below the cache folder `cache`."""

    cache: str

    def file(self, name: str) -> str:
        """Return the path of a shard or view that the plan names relative to the cache."""
        return f"{self.cache}/{name}"

    def shard(self, kind: str, name: str) -> str:
        """Return the path of a shard."""
        return f"{self.cache}/shards/{kind}/{name}.json"

    def view(self, kind: str, name: str) -> str:
        """Return the path of a view."""
        return f"{self.cache}/views/{kind}/{name}.json"

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
