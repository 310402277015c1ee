"""Decoding a record fails that record alone, whatever stands in it."""

import copy
import json
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from allium.model.snapshot import Snapshot
from allium.sources import snapshot_loader
from allium.sources.onionoo.documents import NAMES
from allium.sources.origins import Folder
from allium.sources.source_cache import SourceCache
from tests.support import damage
from tests.support.damage import GONE, ODD, RECORDS
from tests.support.project import Project

RELAYS = 6
WHOLE = damage.documents(RELAYS)


def read(folder: Path) -> Snapshot:
    cache = SourceCache(folder / "cache")
    for name in NAMES:
        cache.obtain(name, Folder(str(folder)), offline=False)
    found = snapshot_loader.with_uptime(snapshot_loader.load(cache, NAMES, 7), cache, "code")
    found = snapshot_loader.with_bandwidth(found, cache, "code")
    return snapshot_loader.with_weights(found, cache, "code")


with TemporaryDirectory() as _undamaged:
    damage.put(Path(_undamaged), WHOLE)
    UNDAMAGED = read(Path(_undamaged))


def others(found: dict[str, Any] | None, record: str) -> dict[str, Any]:
    return {name: value for name, value in (found or {}).items() if name != record}


@settings(max_examples=250, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    number=st.integers(0, RELAYS - 1),
    odd=st.sampled_from(ODD),
    seed=st.integers(0, 2**32),
)
@example(name="uptime", number=0, odd="NaN", seed=1)
def test_damage_to_any_field_of_any_record_changes_that_record_alone(
    name: str, number: int, odd: Any, seed: int
) -> None:
    records = list(WHOLE[name][RECORDS[name]])
    record = records[number % len(records)] = copy.deepcopy(records[number % len(records)])
    found = WHOLE | {name: WHOLE[name] | {RECORDS[name]: records}}
    fingerprint = record["fingerprint"]
    damage.damage(record, Random(seed), odd)  # noqa: S311  damage, no secrets
    with TemporaryDirectory() as folder:
        damage.put(Path(folder), found)
        seen = read(Path(folder))
    assert [source.outcome for source in seen.sources] == ["fresh"] * len(NAMES)
    kept = {relay.fingerprint: relay for relay in seen.relays}
    good = {relay.fingerprint: relay for relay in UNDAMAGED.relays}
    assert others(kept, fingerprint) == others(good, fingerprint)
    for kind in ("uptime", "bandwidth", "weights", "validations"):
        now, before = (others(getattr(one, kind), fingerprint) for one in (seen, UNDAMAGED))
        assert now == before


PARTS = {"uptime": "uptime", "bandwidth": "write_history", "weights": "consensus_weight"}
HISTORIES = [
    (name, part, field, odd)
    for name, part in PARTS.items()
    for field in ("first", "last", "interval", "factor", "count", "values")
    for odd in ODD
]


@pytest.mark.parametrize("name", PARTS)
def test_damage_to_any_field_of_a_history_ends_nothing(name: str, tmp_path: Path) -> None:
    """Each odd value in each field of a history, all in one document."""
    chosen = [row for row in HISTORIES if row[0] == name]
    relays = WHOLE[name]["relays"]
    model = next(one for one in relays if one.get(PARTS[name]))
    document = WHOLE[name] | {"relays": []}
    for number, (_, part, field, odd) in enumerate(chosen):
        period, history = list(model[part].items())[-1]
        damaged = history | {field: odd}
        if odd == GONE:
            del damaged[field]
        record = model | {"fingerprint": f"{number:040X}", part: model[part] | {period: damaged}}
        document["relays"] += [record, model | {"fingerprint": f"{number:039X}F"}]
    damage.put(tmp_path, WHOLE | {name: document})
    assert {source.outcome for source in read(tmp_path).sources} == {"fresh"}


@pytest.mark.parametrize("seed", range(3))
def test_a_build_of_documents_that_are_damaged_everywhere_ends_well(
    tmp_path: Path, seed: int
) -> None:
    """A third of all records of all documents is damaged; the build is that of a clean one."""
    random = Random(seed)  # noqa: S311  as above
    found = damage.documents(40)
    for name in NAMES:
        for record in found[name][RECORDS[name]][::3]:
            damage.damage(record, random, random.choice(ODD))
    project = Project(tmp_path)
    damage.put(project.source, damage.documents(40))
    assert project.build().status == 0
    damage.put(project.source, found)
    built = project.build(workers=2)
    assert (built.status, "Traceback" in built.stderr) == (0, False), built.stderr
    assert {one["outcome"] for one in status(project)["data"]["sources"].values()} == {"fresh"}
    assert project.tree() == project.clean()


def status(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project.site / "status.json").read_bytes())
    return found
