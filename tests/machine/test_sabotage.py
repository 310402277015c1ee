"""Sabotages: each is done to a copy of the project, and the suite's own judge must notice."""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.machine.world import DOCUMENTS, GOOD, World
from tests.support.replacement import Replacement


class Sabotage(Replacement, frozen=True, kw_only=True):
    """A replacement, the steps after which it shows, and what is told."""

    steps: tuple[Callable[[World], None], ...] = ()
    told: str
    footer: str = ""
    """What a template gets at its end, for a page to use what was replaced."""


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


def edit_base(world: World) -> None:
    path = world.code / "templates" / "base.html"
    path.write_text(path.read_text().replace("<body>", "<body>edited"))
    world.judge.edited(path)
    world.build()


def edit_page(world: World) -> None:
    world.edit_page(3)
    world.build()


def edit_code(world: World) -> None:
    """Name the module in every stage: all pages are rendered, few are other than they were."""
    path = world.code / "allium" / "render" / "html.py"
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


def private(world: World) -> None:
    world.delete_site()
    world.build(mask=0o077)


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


def age_weights(world: World) -> None:
    """The document of weights comes as it was a week earlier; all others stay as they are."""
    for _ in range(8):
        world.hour_passes(29)
    world.build()
    world.go_stale([*DOCUMENTS].index("weights"), 199)
    world.build()


def outweigh(world: World) -> None:
    """One relay becomes heavy, so that all others hold less of the network."""
    place = [*GOOD].index("consensus_weight")
    world.amend(1, place, GOOD["consensus_weight"].index(10**9))
    world.build()


def next_hour(world: World) -> None:
    world.hour_passes(0)
    world.build()


def change_code(world: World) -> None:
    world.change_code(0)
    world.build()


UNCLEAN = "not as a clean build has it"
OTHER_FILES = "not the files of a clean build"

SABOTAGES = {
    "a task forgets its stage": Sabotage(
        symbol="allium.build.project:Project.stage",
        by='lambda self, name: name.startswith("render:") or _right(self, name)',
        steps=(edit_macro,),
        told=UNCLEAN,
    ),
    "a missing template edge": Sabotage(
        symbol="allium.render.template_closure:_references",
        by="lambda *_: ()",
        steps=(edit_base,),
        told=UNCLEAN,
    ),
    "a setting that no stage names": Sabotage(
        symbol="allium.build.stages:STAGES",
        by='{name: __import__("msgspec").structs.replace(one, settings=("out",)) if "render:" in name else one for name, one in _right.items()}',
        steps=(choose_title,),
        told=UNCLEAN,
    ),
    "targets are not looked at": Sabotage(
        symbol="allium.engine.uptodate:look_same",
        by="lambda paths, values: True",
        steps=(edit_page,),
        told=UNCLEAN,
    ),
    "code is not looked at": Sabotage(
        symbol="allium.engine.uptodate:StageUnchanged.__call__",
        by="lambda self, task, values: True",
        steps=(choose_title,),
        told=OTHER_FILES,
    ),
    "inputs are not looked at": Sabotage(
        symbol="allium.engine.task_status:_untouched",
        by="lambda *_: True",
        steps=(amend,),
        told=UNCLEAN,
    ),
    "pages are not pruned": Sabotage(
        symbol="allium.store.site_record:settle",
        by="lambda root, entries, before: _right(root, entries, ())",
        steps=(leave,),
        told=OTHER_FILES,
    ),
    "pages are written without outdating the record": Sabotage(
        symbol="allium.store.site_record:outdate",
        by="lambda root: None",
        steps=(outweigh,),
        told=UNCLEAN,
    ),
    "litter is not swept": Sabotage(
        symbol="allium.store.files:sweep",
        by="lambda *_: None",
        steps=(litter,),
        told=OTHER_FILES,
    ),
    "a source that changed but is thought settled": Sabotage(
        symbol="allium.sources.origins:Folder.settled",
        by="lambda *_: True",
        steps=(amend,),
        told="is not that of the source",
    ),
    "an operator's view that also depends on the plan": Sabotage(
        symbol="dodo:task_precompute",
        by='__import__("functools").wraps(_right)(lambda: (one | {"file_dep": [PLACES.plan, *one["file_dep"]]} if one["name"] else one for one in _right()))',
        steps=(found_family,),
        told="ran although nothing that goes into it changed",
    ),
    "a template that reads a global": Sabotage(
        symbol="allium.render.environment:environment",
        by='lambda *given: (lambda made: made.globals.update(many=__import__("os").listdir) or made)(_right(*given))',
        steps=(leave,),
        told=UNCLEAN,
        footer="{{ many('../cache/shards/relay')|length }}",
    ),
    "the clock in a view": Sabotage(
        symbol="allium.pages.relay.relay_page:_head",
        by='lambda *given: __import__("msgspec").structs.replace(_right(*given), title=str(__import__("time").time_ns()))',
        steps=(elsewhere,),
        told=UNCLEAN,
    ),
    "writing without comparing": Sabotage(
        symbol="allium.store.files:_equal",
        by="lambda *_: None",
        steps=(edit_code,),
        told="written although equal",
    ),
    "shards are not looked after": Sabotage(
        symbol="allium.store.shard_ledger:intact",
        by="lambda root, path: bool(_entries(path, Keyed))",
        steps=(damage_shard,),
        told="FAILED",
    ),
    "an unsorted set": Sabotage(
        symbol="allium.sources.onionoo.details_record:_in_order",
        by="lambda flags: tuple(set(flags))",
        steps=(elsewhere,),
        told=UNCLEAN,
    ),
    "modes that follow the umask": Sabotage(
        symbol="allium.store.files:set_mode",
        by="lambda file: None",
        steps=(private,),
        told="modes",
    ),
    "the clock in a page": Sabotage(
        symbol="allium.render.html:page",
        by='lambda *given, **named: _right(*given, **named) + str(__import__("time").time_ns()).encode()',
        steps=(elsewhere,),
        told=UNCLEAN,
    ),
    "a stray file beside the site": Sabotage(
        symbol="allium.store.files:sweep",
        by='lambda root, *given: replace(f"{root}/../stray", b"") and _right(root, *given)',
        steps=(amend,),
        told="touched",
    ),
    "targets need only be there": Sabotage(
        symbol="allium.engine.uptodate:look_same",
        by="lambda paths, values: all(map(stat_cache.look, paths))",
        steps=(edit_page,),
        told=UNCLEAN,
    ),
    "a target that is gone is as it should be": Sabotage(
        symbol="allium.engine.uptodate:look_same",
        by="lambda paths, values: all(stat_cache.look(path) is None or _right([path], {TARGETS: [one]}) for path, one in zip(paths, values.get(TARGETS) or ()))",
        steps=(delete_page,),
        told=OTHER_FILES,
    ),
    "a look is believed without inode and its time": Sabotage(
        symbol="allium.store.stat_cache:of",
        by="lambda status: (status.st_size, status.st_mtime_ns, 0, 0)",
        steps=(swap_page,),
        told=UNCLEAN,
    ),
    "what was restored from a copy is another file": Sabotage(
        symbol="allium.store.file_entry:FileEntry.renewed",
        by="lambda self, path: None",
        steps=(restore,),
        told="ran although nothing that goes into it changed",
    ),
    "a ledger without a seal": Sabotage(
        symbol="allium.store.sealed:load",
        by="lambda path, kind: codec.decode(files.read(path)[_HEAD : -len(_END)], kind, path)",
        steps=(flip_inventory,),
        told=UNCLEAN,
    ),
    "a relay's key that forgets its histories": Sabotage(
        symbol="allium.build.shards.site_context:HistoryContext.history_digests",
        by="lambda self, name: (None, None)",
        steps=(age_histories,),
        told=UNCLEAN,
    ),
    "a relay's key that forgets the history of its weight": Sabotage(
        symbol="allium.build.shards.site_context:HistoryContext.weights_digest",
        by="lambda self, name: None",
        steps=(age_weights,),
        told=UNCLEAN,
    ),
    "a part of a record of weights that is too small": Sabotage(
        symbol="allium.sources.onionoo.history_record:REDUCERS",
        by='_right | {"weights": __import__("msgspec").structs.replace(WEIGHTS, part=lambda record: b"")}',
        steps=(age_weights,),
        told=UNCLEAN,
    ),
    "a relay's key that forgets its place in the network": Sabotage(
        symbol="allium.build.shards.relay_files:Derived",
        by="lambda inputs, make: _right((inputs[0].relay, inputs[0].history, inputs[1]), make)",
        steps=(outweigh,),
        told=UNCLEAN,
    ),
    "an operator's key that forgets the histories of relays": Sabotage(
        symbol="allium.build.shards.operator_files:_histories",
        by="lambda context, operator: Derived((), partial(_reduced_histories, context, operator))",
        steps=(age_histories,),
        told=UNCLEAN,
    ),
    "keys that forget the code": Sabotage(
        symbol="allium.build.split:ShardWriter.write",
        by='lambda self, file: _right(__import__("msgspec").structs.replace(self, code=""), file)',
        steps=(change_code,),
        told=UNCLEAN,
    ),
    "a file that is kept whatever it was made from": Sabotage(
        symbol="allium.store.shard_ledger:Ledger.kept",
        by="lambda self, name, key: self._before.get(name) if _is_known(self._before, self._root, name) else None",
        steps=(outweigh,),
        told=UNCLEAN,
    ),
    "votes of an earlier hour": Sabotage(
        symbol="allium.sources.collector.vote_cache:VoteCache.source",
        by='lambda self: (lambda found, hours: __import__("msgspec").structs.replace(found, published=hours[-1]) if found and found.published and hours else found)(_right(self), self.hours())',
        steps=(next_hour,),
        told=UNCLEAN,
    ),
    "one vote of an earlier hour among the others": Sabotage(
        symbol="allium.sources.collector.vote_cache:VoteCache.load",
        by='lambda self: (lambda right, kept: __import__("msgspec").structs.replace(right, votes=right.votes | {one: sealed.load(str(self.folder / _vote_name(digest)), KeptVote).vote for one, digest in kept.digests().items() if one.startswith("F")}))(_right(self), sealed.load(str(self.folder / _set_name(self.hours()[-1])), KeptSet))',
        steps=(next_hour,),
        told=UNCLEAN,
    ),
    "a file of equal size is thought to be equal": Sabotage(
        symbol="allium.store.shard_ledger:Ledger.put",
        by='lambda self, name, contents, key="": self._before[name] if name in self._before and self._before[name].size == len(contents) else _right(self, name, contents, key)',
        steps=(next_hour,),
        told=UNCLEAN,
    ),
    "a document as it first was": Sabotage(
        symbol="allium.sources.source_cache:SourceCache.read",
        by='lambda self, name: (lambda path, body: path.read_bytes() if path.exists() else body and (path.write_bytes(body), body)[1])(self.folder / f"{name}.first", _right(self, name))',
        steps=(next_hour,),
        told=UNCLEAN,
    ),
    "a task that always runs": Sabotage(
        symbol="allium.build.project:Project.stage",
        by='lambda self, name: name != "precompute" and _right(self, name)',
        told="ran again",
    ),
}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def test_every_sabotage_still_finds_what_it_replaces() -> None:
    assert [name for name, one in SABOTAGES.items() if one.is_stale()] == []


@pytest.mark.long
@pytest.mark.parametrize("sabotage", SABOTAGES.values(), ids=SABOTAGES)
def test_a_sabotage_is_noticed(world: World, sabotage: Sabotage) -> None:
    sabotage.apply(world.code)
    with (world.code / "templates/partials/footer.html").open("a") as stream:
        stream.write(sabotage.footer)
    world.pristine = False
    world.judge.chose()
    with pytest.raises(AssertionError, match=sabotage.told):
        world.build()
        for step in sabotage.steps:
            step(world)
