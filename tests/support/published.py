"""A small site that is published again and again, without a build."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from allium.publish import verification
from allium.publish.delta import Delta
from allium.publish.gate import GateLimits
from allium.publish.generations import Generations
from allium.publish.publication import Published, current, publish
from allium.publish.publish_state import History, Options, PublicationStep, PublishMode
from allium.store import shard_ledger, site_record


def nothing_beside(step: PublicationStep) -> tuple[dict[str, bytes], History]:
    return {}, History()


@dataclass
class Place:
    """The built site in `www`, what is published in `public`."""

    folder: Path
    told: list[str] = field(default_factory=list)

    @property
    def www(self) -> Path:
        return self.folder / "www"

    @property
    def public(self) -> Path:
        return self.folder / "public"

    @property
    def current(self) -> Path:
        return self.public / "current"

    @property
    def generations(self) -> Generations:
        return Generations(str(self.public))

    def built(self, **pages: str) -> None:
        """Have exactly these pages, by their folder, and an index."""
        names = []
        for name, body in {"": "home", **pages}.items():
            path = self.www / name / "index.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text() != body:
                path.unlink(missing_ok=True)
                path.write_text(body)
            names.append(str(path.relative_to(self.www)))
        entries = shard_ledger.observe(str(self.www), names, str(self.folder / "memory.json"))
        site_record.settle(str(self.www), entries, site_record.load(str(self.www)).files)

    def options(self, keep: int, **limits: int) -> Options:
        return Options(keep=keep, limits=GateLimits(**limits))

    def is_current(self, *, keep: int = 3) -> bool:
        return current(str(self.www), str(self.public), self.options(keep))

    def reads(self, patching: pytest.MonkeyPatch) -> list[str]:
        """Return a list that names from now on each published file whose bytes are verified."""
        names: list[str] = []
        right = verification.read

        def read(path: str, file: site_record.File) -> bytes | None:
            if "/generations/" in path:
                names.append(path.partition("/site/")[2])
            return right(path, file)

        patching.setattr(verification, "read", read)
        return names

    def publish(
        self, *, force: bool = False, verify: bool = False, keep: int = 3, **limits: int
    ) -> Published:
        options = self.options(keep, **limits)
        self.told.clear()
        mode = PublishMode(force=force, verify=verify, tell=self.told.append)
        return publish(str(self.www), str(self.public), options, {}, nothing_beside, mode)

    def delta(self, **pages: str) -> Delta:
        self.built(**pages)
        return self.publish(max_drop=100).delta


def whole(place: Place) -> None:
    """Assert that readers have every file of the manifest, as it says, and no other."""
    listed = json.loads((place.current / "manifest.json").read_bytes())["files"]
    found = {
        str(path.relative_to(place.current)): sha256(path.read_bytes()).hexdigest()
        for path in place.current.rglob("*")
        if path.is_file() and path.name not in {"manifest.json", "delta.json"}
    }
    assert found == {name: file["sha256"] for name, file in listed.items()}
