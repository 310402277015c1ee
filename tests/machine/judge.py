"""What is promised of every build, checked from outside: by bytes, times and names of tasks."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any

from allium.engine import code_closure
from allium.model.snapshot import Source
from allium.render import template_closure
from allium.store import StoreError, codec, site_plan
from tests.support.project import Build, tree

if TYPE_CHECKING:
    from pathlib import Path

    from tests.machine.world import World

NO_DETAILS = 69
DOCUMENTS = ("details", "uptime", "bandwidth", "weights", "aroi")
HISTORIES = ("uptime", "bandwidth", "weights")
VOTES = "votes"
MEMORY = {
    "last-build.json",
    "lock",
    "metrics.prom",
    "stages.json",
    "state.db",
    "state.db-wal",
    "state.db-shm",
}
"""Files of the cache that a build which has nothing to do may still write: its own minutes."""

TELLS_OF_SOURCES = frozenset(
    {
        "index.html",
        "network-health/index.html",
        "network-health/index.json",
        "status.json",
        "manifest.json",
    }
)
"""Files that say how old a document is that could not be updated; only its fetching knows that."""

ACTIONS = {"static": "site_files", "reserve": "site_files", "render": "render_page"}
"""The modules of stages that are not called like their module."""

Inputs = dict[str, tuple[object, ...]]


class Judge:
    """Judges the builds of one world, and remembers what explains them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._edited: set[Path] = set()
        self._chose = False
        self._forgot = True
        self._failed = False
        self._clean: dict[str, dict[str, bytes]] = {}

    def edited(self, path: Path) -> None:
        self._edited.add(path)

    def chose(self) -> None:
        self._chose = True

    def forgot(self) -> None:
        """The build's memory may be gone: anything may run again."""
        self._forgot = True

    def build(self, **order: Any) -> None:
        """Build, and raise `AssertionError` for the first promise that was not kept."""
        world = self._world
        before, site = self._inputs(), _states(world.out)
        pages = tree(world.out)
        done = world.run(**order)
        assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
        self._nothing_outside(world.folder)
        if done.status == NO_DETAILS:
            assert world.broken or world.gone or "details" in world.stale, done.stderr
            assert site == _states(world.out), "a build without details touched the site"
            self._failed = True
            return
        assert done.status == 0, (done.status, done.stdout, done.stderr)
        self._minimal(done, before)
        now, states = tree(world.out), _states(world.out)
        same = [name for name in now if pages.get(name) == now[name]]
        rewritten = [name for name in same if site.get(name) != states[name]]
        assert set(rewritten) <= {"manifest.json"}, f"written although equal: {rewritten[:5]}"
        self._forgot, self._chose, self._failed, self._edited = False, False, False, set()
        self._has_what_the_sources_have()
        self._nothing_again(order)
        self._equals_clean()

    def _has_what_the_sources_have(self) -> None:
        """A document that is called fresh is the one that lies in the source."""
        world = self._world
        for name, outcome in self._outcomes().items():
            if name != VOTES and '"fresh"' in outcome:
                body = (world.cache / "sources" / f"{name}.json").read_bytes()
                assert body == world.document(name).read_bytes(), (
                    f"{name} is not that of the source"
                )

    def _equals_clean(self) -> None:
        """Output, with modes, equals that of a build from nothing."""
        world = self._world
        key = self._key()
        if key not in self._clean:
            self._clean = {key: self._built_clean()}
        says_more = TELLS_OF_SOURCES if self._falls_back() else frozenset()
        ours, right = tree(world.out), self._clean[key]
        odd = sorted(ours.keys() ^ right.keys())
        assert not odd, f"not the files of a clean build: {odd[:5]}"
        different = [name for name in ours if ours[name] != right[name]]
        assert set(different) <= says_more, f"not as a clean build has it: {different[:5]}"
        modes = {
            (path.is_dir(), path.stat().st_mode & 0o7777) for path in sorted(world.out.rglob("*"))
        }
        assert modes <= {(True, 0o755), (False, 0o644)}, f"modes {modes}"

    def _built_clean(self) -> dict[str, bytes]:
        """Build from nothing but the documents that the build had, which lie in its cache."""
        world = self._world
        place = world.folder / "clean"
        shutil.rmtree(place, ignore_errors=True)
        source = place / "source"
        source.mkdir(parents=True)
        for name, outcome in self._outcomes().items():
            if name != VOTES and '"missing"' not in outcome:
                stem = "latest" if name == "aroi" else name
                body = world.cache / "sources" / f"{name}.json"
                shutil.copy(body, source / f"{stem}.json")
        if VOTES in self._outcomes():
            details = codec.load(str(world.cache / "sources" / "details.outcome.json"), Source)
            assert details.published is not None
            world.votes.lay_out(world.cache / "sources", details.published, place)
        done = world.run(folder=place, source=source)
        world.counts["clean builds"] += 1
        assert done.status == 0, (done.stdout, done.stderr)
        self._nothing_outside(place)
        right = tree(place / "www")
        shutil.rmtree(place)
        return right

    def _outcomes(self) -> dict[str, str]:
        """Return what came of each document, as the cache has it, without those not asked for."""
        names = [*DOCUMENTS, VOTES]
        if "apis=details" in self._world.settings:
            names = [name for name in names if name not in {*HISTORIES, VOTES}]
        for name in (VOTES, "weights"):
            if f"{name}=false" in self._world.settings:
                names = [one for one in names if one != name]
        sources = self._world.cache / "sources"
        return {name: (sources / f"{name}.outcome.json").read_text() for name in names}

    def _falls_back(self) -> bool:
        """Tell whether a document could not be updated, which status.json then says."""
        return any('"last_good"' in outcome for outcome in self._outcomes().values())

    def _nothing_again(self, order: dict[str, Any]) -> None:
        """A second build runs nothing and writes nothing."""
        world = self._world
        site, cache = _states(world.out), _states(world.cache)
        again = world.run(**order)
        assert again.status == 0, again.stderr
        usual = {f"fetch:{name}" for name in (*DOCUMENTS, VOTES)}
        again_asked = world.broken or world.gone or world.votes.faults or self._falls_back()
        allowed = usual if again_asked else set()
        assert set(again.ran) <= allowed, f"ran again: {again.ran}"
        assert site == _states(world.out), "a second build touched the site"
        now = _states(world.cache)
        changed = {name for name in cache.keys() | now.keys() if cache.get(name) != now.get(name)}
        assert changed <= MEMORY, f"a second build wrote {sorted(changed - MEMORY)}"

    def _nothing_outside(self, place: Path) -> None:
        """Nobody changed a file that is in neither of the two folders."""
        world = self._world
        homes = [str(place / "www"), str(place / "cache"), str(place / "report.json"), "/dev/null"]
        outside = [
            path
            for _, event, path in world.trace
            if event != "read"
            and not any(path == home or path.startswith(f"{home}/") for home in homes)
            and "__pycache__" not in path
            and not path.startswith("/proc/")
        ]
        assert not outside, f"touched {outside[:5]}"

    def _minimal(self, done: Build, before: Inputs) -> None:
        """No task of a page ran unless what goes into it changed, or what came out of it."""
        if self._forgot or self._chose or self._failed:
            return
        after = self._inputs()
        for name in done.ran:
            if name in before and name in after and before[name] == after[name]:
                explained = self._edited & self._files(name)
                assert explained, f"{name} ran although nothing that goes into it changed"

    def _files(self, task: str) -> set[Path]:
        """Return code and templates of the stage that a task belongs to, each by its closure."""
        from allium.build.stages import KINDS

        root = self._world.code
        stage, *names = task.split(":")
        kind = names[0] if stage == "render" else None
        modules = [f"allium.build.{ACTIONS.get(stage, stage)}"]
        found: set[Path] = set()
        if kind is not None:
            modules.append(KINDS[kind].module)
            template = KINDS[kind].template
            if template is not None:
                template_closure._references.cache_clear()
                templates = root / "templates"
                found |= {
                    templates / name for name in template_closure.closure(templates, template)
                }
        code_closure._files.cache_clear()
        code_closure._imports.cache_clear()
        sources = code_closure.closure(root, modules)
        assert f"{modules[0].replace('.', '/')}.py" in sources, f"{modules[0]} is no module"
        return found | {root / name for name in sources}

    def _inputs(self) -> Inputs:
        """Return what goes into each task of the plan: bytes in, and states of what came out.

        Before a build these are the targets as they lie there, after it the views that it made.
        """
        world = self._world
        try:
            known = site_plan.load(f"{world.cache}/manifest.json")
        except StoreError:
            return {}
        found: Inputs = {}
        for page in known.pages:
            outputs = tuple(_digest(world.out / name) for name in page.files)
            name = f"render:{page.kind}:{page.id}"
            found[name] = (page.files, _digest(world.cache / page.view), *outputs)
        sources = world.cache / "sources"
        outcomes = [_digest(sources / f"{name}.outcome.json") for name in (*DOCUMENTS, VOTES)]
        planned = _digest(world.cache / "manifest.json")
        found["split"] = (*outcomes, planned)
        found["reserve"] = (planned,)
        for contact in known.contacts:
            inputs = [contact.position, *contact.relays]
            inputs += [contact.histories] if contact.histories else []
            digests = [_digest(world.cache / name) for name in inputs]
            found[f"precompute:{contact.id}"] = (tuple(digests),)
        for file in sorted((world.code / "templates" / "static").iterdir()):
            name = f"static/{file.name}"
            found[f"static:{name}"] = (self._static(file), _digest(world.out / name))
        return found

    @staticmethod
    def _static(file: Path) -> str:
        return _digest(file)

    def _key(self) -> str:
        """Return a digest of all that a clean build depends on."""
        world = self._world
        total = hashlib.sha256(repr(world.settings).encode())
        total.update(repr(sorted(self._outcomes().items())).encode())
        folders = [world.code / "allium", world.code / "templates"]
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    total.update(str(path).encode() + b"\0" + path.read_bytes())
        return total.hexdigest()


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "missing"


def _states(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return inode, size and time of each file below a folder."""
    found = {}
    for path in folder.rglob("*"):
        status = path.stat()
        if path.is_file():
            name = str(path.relative_to(folder))
            found[name] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return found
