"""Sabotages: each is done to a copy of the project, and the suite's own judge must notice."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.machine.world import GOOD, World
from tests.support.project import REPOSITORY


class Sabotage:
    """Text of a file that is replaced, the steps after which it shows, and what is then told."""

    def __init__(
        self, file: str, before: str, after: str, *steps: Callable[[World], None], told: str
    ) -> None:
        self.edits = [(file, before, after)]
        self.steps, self.told = steps, told

    def with_(self, file: str, before: str, after: str) -> "Sabotage":
        """Return this sabotage with text of another file replaced too."""
        self.edits.append((file, before, after))
        return self

    def stale(self, code: Path) -> list[str]:
        """Return the texts that are to be replaced but are no longer there."""
        return [before for file, before, _ in self.edits if before not in (code / file).read_text()]

    def apply(self, code: Path) -> None:
        for file, before, after in self.edits:
            path = code / file
            text = path.read_text()
            path.write_text(text.replace(before, after))


def amend(world: World) -> None:
    world.amend(1, 0, 0)
    world.build()


def leave(world: World) -> None:
    world.leave(1)
    world.build()


def found_family(world: World) -> None:
    """The plan gets a page, and the page of an operator outside has the same words."""
    world.edit_family(1, 3)
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


def restore(world: World) -> None:
    world.restore(1_700_000_000)
    world.build()


def flip_inventory(world: World) -> None:
    """The digest of the style sheet is another one in the memory of what the site holds."""
    path = world.cache / "inventory.json"
    text = path.read_text()
    place = text.index("static/allium.css") + len('static/allium.css":["')
    path.write_text(text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :])
    world.judge.forgot()
    world.amend(1, 0, 0)
    world.build()


def swap_page(world: World) -> None:
    """A page has other words, with equal size and time."""
    page = world.out / "about" / "index.html"
    status = page.stat()
    page.write_bytes(page.read_bytes().swapcase())
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
    world.build()


def delete_page(world: World) -> None:
    (world.out / "about" / "index.html").unlink()
    world.build()


def age_histories(world: World) -> None:
    """Documents of histories come as they were earlier; the details stay as they are."""
    world.hour_passes(29)
    world.build()
    world.go_stale(1, 199)
    world.go_stale(2, 199)
    world.build()


def outweigh(world: World) -> None:
    """One relay becomes heavy, so that all others hold less of the network."""
    place = [*GOOD].index("consensus_weight")
    world.amend(1, place, GOOD["consensus_weight"].index(10**9))
    world.build()


def change_code(world: World) -> None:
    world.change_code(0)
    world.build()


UNCLEAN = "not as a clean build has it"

SABOTAGES = {
    "a task forgets its stage": Sabotage(
        "dodo.py",
        '"uptodate": [BUILD.stage(f"render:{page.kind}"), TargetsUnchanged()]',
        '"uptodate": [TargetsUnchanged()]',
        edit_macro,
        told=UNCLEAN,
    ),
    "a missing template edge": Sabotage(
        "allium/render/closure.py",
        "waiting.extend(_references(templates, current))",
        "pass",
        edit_macro,
        told=UNCLEAN,
    ),
    "a setting that no stage names": Sabotage(
        "allium/actions/stages.py",
        'settings=("out", *Site.__struct_fields__)',
        'settings=("out",)',
        choose_title,
        told=UNCLEAN,
    ),
    "targets are not looked at": Sabotage(
        "allium/engine/uptodate.py",
        "if seen is None or [*one[1:]] != [*seen]:",
        "if False:",
        edit_page,
        told=UNCLEAN,
    ),
    "code is not looked at": Sabotage(
        "allium/engine/uptodate.py",
        "return bool(values.get(STAGE) == self.digest)",
        "return True",
        choose_title,
        told=UNCLEAN,
    ),
    "inputs are not looked at": Sabotage(
        "allium/engine/status.py",
        "return state is not None and seen is not None and [*state[1:]] == [*seen]",
        "return True",
        amend,
        told=UNCLEAN,
    ),
    "pages are not pruned": Sabotage(
        "allium/store/site.py",
        "removed = files.remove(root, set(before) - entries.keys())",
        "removed = 0",
        leave,
        told="not the files of a clean build",
    ),
    "litter is not swept": Sabotage(
        "allium/actions/site.py",
        "files.sweep(out",
        "(lambda *_: None)(out",
        litter,
        told="ran again",
    ),
    "a source that changed but is thought settled": Sabotage(
        "allium/sources/origins.py",
        "return mark.file.holds(str(found))",
        "return True",
        amend,
        told="is not that of the source",
    ),
    "an operator's view that also depends on the plan": Sabotage(
        "dodo.py",
        '"file_dep": [position, ',
        '"file_dep": [PLACES.plan, position, ',
        found_family,
        told="ran although nothing that goes into it changed",
    ),
    "a template that reads a global": Sabotage(
        "allium/render/environment.py",
        '"policy": POLICY}',
        '"policy": POLICY, "many": __import__(\'os\').listdir}',
        leave,
        told=UNCLEAN,
    ).with_(
        "templates/partials/footer.html",
        "</footer>",
        "{{ many('../cache/shards/relay')|length }}</footer>",
    ),
    "the clock in a view": Sabotage(
        "allium/views/relay.py",
        "title=relay.nickname,",
        'title=relay.nickname + str(__import__("time").time_ns()),',
        elsewhere,
        told=UNCLEAN,
    ),
    "writing without comparing": Sabotage(
        "allium/store/files.py",
        "if seen is not None:\n        return seen, False",
        "if False:\n        return seen, False",
        edit_code,
        told="written although equal",
    ),
    "shards are not looked after": Sabotage(
        "allium/store/ledger.py",
        "        if entry is None:\n            return False",
        "        if entry is None:\n            continue",
        damage_shard,
        told="FAILED",
    ),
    "an unsorted set": Sabotage(
        "allium/sources/records.py",
        "tuple(in_print_order(set(flags)))",
        "tuple(set(flags))",
        elsewhere,
        told=UNCLEAN,
    ),
    "modes that follow the umask": Sabotage(
        "allium/store/files.py",
        "os.fchmod(file, FILE_MODE)",
        "pass",
        lambda world: (world.delete_site(), world.build(mask=0o077))[0],
        told="modes",
    ),
    "the clock in a page": Sabotage(
        "allium/render/page.py",
        'return html.encode() + b"\\n"',
        'return html.encode() + str(__import__("time").time_ns()).encode()',
        elsewhere,
        told=UNCLEAN,
    ),
    "a stray file beside the site": Sabotage(
        "allium/actions/site.py",
        "    files.sweep(out",
        '    files.replace(f"{out}/../stray", b"")\n    files.sweep(out',
        amend,
        told="touched",
    ),
    "targets need only be there": Sabotage(
        "allium/engine/uptodate.py",
        "if seen is None or [*one[1:]] != [*seen]:",
        "if seen is None:",
        edit_page,
        told=UNCLEAN,
    ),
    "a target that is gone is as it should be": Sabotage(
        "allium/engine/uptodate.py",
        "if seen is None or [*one[1:]] != [*seen]:",
        "if seen is not None and [*one[1:]] != [*seen]:",
        delete_page,
        told="FAILED",
    ),
    "a look is believed without inode and its time": Sabotage(
        "allium/store/looks.py",
        "return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino",
        "return status.st_size, status.st_mtime_ns, 0, 0",
        swap_page,
        told=UNCLEAN,
    ),
    "what was restored from a copy is another file": Sabotage(
        "allium/store/entry.py",
        "return Entry.of(self.digest, seen) if same else None",
        "return None",
        restore,
        told="ran although nothing that goes into it changed",
    ),
    "a ledger without a seal": Sabotage(
        "allium/store/sealed.py",
        "if raw[:_HEAD] != _head(body) or not raw.endswith(_END):",
        "if False:",
        flip_inventory,
        told=UNCLEAN,
    ),
    "a relay's key that forgets its histories": Sabotage(
        "allium/actions/cut.py",
        "Derived((begun, self._records(name)), made)",
        "Derived(begun, made)",
        age_histories,
        told=UNCLEAN,
    ),
    "a relay's key that forgets its place in the network": Sabotage(
        "allium/actions/cut.py",
        "Derived((begun, self._records(name)), made)",
        "Derived((begun.relay, begun.past, self._records(name)), made)",
        outweigh,
        told=UNCLEAN,
    ),
    "an operator's key that forgets the histories of relays": Sabotage(
        "allium/actions/cut.py",
        "Derived((there, own), partial(self._together, operator))",
        "Derived((there, sorted(own)), partial(self._together, operator))",
        age_histories,
        told=UNCLEAN,
    ),
    "keys that forget the code": Sabotage(
        "allium/actions/split.py",
        "key = digest(self.code.encode() + ",
        "key = digest(",
        change_code,
        told=UNCLEAN,
    ),
    "a file that is kept whatever it was made from": Sabotage(
        "allium/store/ledger.py",
        "same = entry is not None and entry.key == key and ",
        "same = entry is not None and ",
        outweigh,
        told=UNCLEAN,
    ),
    "a task that always runs": Sabotage(
        "dodo.py",
        '"uptodate": [BUILD.stage("precompute"), TargetsUnchanged()]',
        '"uptodate": [False]',
        told="ran again",
    ),
}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def test_every_sabotage_still_finds_what_it_replaces() -> None:
    stale = {name: one.stale(REPOSITORY) for name, one in SABOTAGES.items()}
    assert {name: texts for name, texts in stale.items() if texts} == {}


@pytest.mark.long
@pytest.mark.parametrize("sabotage", SABOTAGES.values(), ids=SABOTAGES)
def test_a_sabotage_is_noticed(world: World, sabotage: Sabotage) -> None:
    sabotage.apply(world.code)
    world.pristine = False
    world.judge.chose()
    with pytest.raises(AssertionError, match=sabotage.told):
        world.build()
        for step in sabotage.steps:
            step(world)
