"""Sabotages: each is done to a copy of the project, and the suite's own judge must notice."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.machine.world import World

pytestmark = pytest.mark.long


class Sabotage:
    """Text of a file that is replaced, and the steps after which it shows."""

    def __init__(self, file: str, before: str, after: str, *steps: Callable[[World], None]) -> None:
        self.file, self.before, self.after, self.steps = file, before, after, steps

    def apply(self, code: Path) -> None:
        path = code / self.file
        text = path.read_text()
        assert self.before in text, f"{self.file} no longer has {self.before!r}"
        path.write_text(text.replace(self.before, self.after))


def amend(world: World) -> None:
    world.amend(1, 0, 0)
    world.build()


def leave(world: World) -> None:
    world.leave(1)
    world.build()


def build(world: World) -> None:
    world.build()


def elsewhere(world: World) -> None:
    world.judge.forgot()
    world.delete_cache(0)
    world.delete_site()
    for zygote in (1, 2):
        world.build(zygote)
        world.delete_site()


def edit_macro(world: World) -> None:
    path = world.code / "templates" / "partials" / "footer.html"
    path.write_text(path.read_text().replace("</footer>", "edited</footer>"))
    world.judge.edited(path)
    world.build()


def edit_page(world: World) -> None:
    world.edit_page(3)
    world.build()


def edit_code(world: World) -> None:
    """Name the module in every stage: all pages are rendered, few are other than they were."""
    path = world.code / "allium" / "render" / "page.py"
    path.write_text(path.read_text() + "# edit\n")
    world.judge.edited(path)
    world.build()


def choose_title(world: World) -> None:
    world.choose(4)
    world.build()


def damage_shard(world: World) -> None:
    shard = min((world.cache / "shards" / "relay").iterdir())
    shard.write_bytes(b"{}")
    world.build()


def litter(world: World) -> None:
    world.leave_litter(2)
    world.build()


SABOTAGES = {
    "a task forgets its stage": Sabotage(
        "dodo.py",
        '"uptodate": [BUILD.stage(f"render:{page.kind}"), TargetsUnchanged()]',
        '"uptodate": [TargetsUnchanged()]',
        edit_macro,
    ),
    "a missing template edge": Sabotage(
        "allium/render/closure.py",
        "waiting.extend(_references(templates, current))",
        "pass",
        edit_macro,
    ),
    "a setting that no stage names": Sabotage(
        "allium/actions/stages.py",
        'settings=("out", *Site.__struct_fields__)',
        'settings=("out",)',
        choose_title,
    ),
    "targets are not looked at": Sabotage(
        "allium/engine/uptodate.py",
        "return bool(values.get(TARGETS) == states(task.targets))",
        "return True",
        edit_page,
    ),
    "code is not looked at": Sabotage(
        "allium/engine/uptodate.py",
        "return bool(values.get(STAGE) == self.digest)",
        "return True",
        choose_title,
    ),
    "inputs are not looked at": Sabotage(
        "allium/engine/status.py",
        "return state is not None and os.stat(path).st_mtime == state[0]",
        "return True",
        amend,
    ),
    "pages are not pruned": Sabotage(
        "allium/store/site.py",
        "removed = files.remove(root, stale)",
        "removed = 0",
        leave,
    ),
    "litter is not swept": Sabotage(
        "allium/actions/site.py",
        "files.sweep(out",
        "(lambda *_: None)(out",
        litter,
    ),
    "writing without comparing": Sabotage(
        "allium/store/files.py",
        "if holds(path, contents):",
        "if False:",
        edit_code,
    ),
    "shards are not looked after": Sabotage(
        "allium/store/ledger.py",
        "    return bool(remembered) and all(",
        "    return True or all(",
        damage_shard,
    ),
    "an unsorted set": Sabotage(
        "allium/sources/records.py",
        "tuple(sorted(set(flags), key=lambda flag: (_RANKS.get(flag, len(_RANKS)), flag)))",
        "tuple(set(flags))",
        elsewhere,
    ),
    "modes that follow the umask": Sabotage(
        "allium/store/files.py",
        "os.fchmod(file, FILE_MODE)",
        "pass",
        lambda world: (world.delete_site(), world.build(mask=0o077))[0],
    ),
    "the clock in a page": Sabotage(
        "allium/render/page.py",
        'return html.encode() + b"\\n"',
        'return html.encode() + str(__import__("time").time_ns()).encode()',
        elsewhere,
    ),
    "a stray file beside the site": Sabotage(
        "allium/actions/site.py",
        "    known = ledger.entries(memory)\n    names",
        '    files.replace(f"{out}/../stray", b"")\n    known = ledger.entries(memory)\n    names',
        amend,
    ),
    "the memory of failed and vanished is kept by time alone": Sabotage(
        "allium/engine/uptodate.py",
        "found.append([status.st_size, status.st_mtime_ns])",
        "found.append([0, 0])",
        edit_page,
    ),
    "a task that always runs": Sabotage(
        "dodo.py",
        '"uptodate": [BUILD.stage("precompute"), TargetsUnchanged()]',
        '"uptodate": [False]',
        build,
    ),
}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.mark.parametrize("sabotage", SABOTAGES.values(), ids=SABOTAGES)
def test_a_sabotage_is_noticed(world: World, sabotage: Sabotage) -> None:
    sabotage.apply(world.code)
    world.pristine = False
    world.judge.chose()
    with pytest.raises(AssertionError):
        world.build()
        for step in sabotage.steps:
            step(world)
