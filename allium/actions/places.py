"""Where things lie in the cache folder."""

from pathlib import Path

from msgspec import Struct


class Places(Struct, frozen=True):
    """The files and folders below the cache folder `cache`."""

    cache: str

    def source(self, name: str) -> str:
        """Return the folder-wide name of one source's outcome file."""
        return f"{self.cache}/sources/{name}.outcome.json"

    @property
    def sources(self) -> Path:
        """The folder of source documents."""
        return Path(self.cache, "sources")

    @property
    def plan(self) -> str:
        """Every page that the site will have."""
        return f"{self.cache}/manifest.json"

    @property
    def ledger(self) -> str:
        """What `split` wrote."""
        return f"{self.cache}/ledger.json"

    @property
    def state(self) -> str:
        """The build's memory of its tasks."""
        return f"{self.cache}/state.db"

    @property
    def last_build(self) -> str:
        """The report of the last build."""
        return f"{self.cache}/last-build.json"

    def file(self, name: str) -> str:
        """Return the path of a shard or view, named relative to the cache."""
        return f"{self.cache}/{name}"
