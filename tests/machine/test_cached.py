"""Whatever happens to a file of the cache, the next build is right, and the one after it idle."""

from collections.abc import Callable, Iterator

import pytest

from tests.machine.world import World

DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "deleted": lambda _: None,
    "emptied": lambda _: b"",
    "cut": lambda body: body[: len(body) // 2],
    "altered": lambda body: body[: len(body) // 2] + b"\x00\xff\n" + body[len(body) // 2 :],
    "another": lambda _: b"{}\n",
}
FOLDERS_OF_PAGES = ("shards", "views", "before")


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.amend(1, 0, 0)  # what a file held until it last changed is in the cache as well
    made.build()
    yield made
    made.close()


def damage(world: World, name: str, how: str) -> None:
    """Damage a file of the cache, and judge the build that comes upon it."""
    path = world.cache / name
    body = DAMAGES[how](path.read_bytes())
    if body is None:
        path.unlink()
    else:
        path.write_bytes(body)
    world.judge.forgot()
    try:
        world.build()
    except AssertionError as error:
        error.add_note(f"{name} was {how}")
        raise


def cached(world: World) -> list[str]:
    """Return the files of the cache that are not of one page alone."""
    names = [path.relative_to(world.cache) for path in world.cache.rglob("*") if path.is_file()]
    return sorted(str(name) for name in names if name.parts[0] not in FOLDERS_OF_PAGES)


def one_of_each(world: World) -> list[str]:
    """Return a file of each folder with a shard or a view of one page."""
    folders = [
        folder
        for top in FOLDERS_OF_PAGES
        for folder in [world.cache / top, *sorted((world.cache / top).rglob("*"))]
        if folder.is_dir()
    ]
    files = [[path for path in sorted(folder.iterdir()) if path.is_file()] for folder in folders]
    return [str(found[0].relative_to(world.cache)) for found in files if found]


@pytest.mark.parametrize("how", ["cut", "another"])
def test_a_damaged_plan_is_made_again(world: World, how: str) -> None:
    damage(world, "manifest.json", how)


@pytest.mark.long
@pytest.mark.parametrize("how", DAMAGES)
def test_any_file_of_the_cache_may_be_damaged(world: World, how: str) -> None:
    names = [*cached(world), *one_of_each(world)]
    assert "manifest.json" in names
    assert len(names) > 40
    for name in names:
        if (world.cache / name).exists():
            damage(world, name, how)
