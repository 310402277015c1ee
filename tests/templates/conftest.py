"""Two built sites, parsed: one of a network of strangers, one of the sample network."""

import gc
from functools import cache, partial
from pathlib import Path

import pytest

from tests.support.network import network, relay
from tests.support.once import once
from tests.support.project import Project
from tests.support.site import Site

HOSTILE = "\"'><script>alert(1)</script>{{1234*4321}}&amp;../../x"


def strangers(project: Project) -> None:
    odd = relay(
        0,
        contact=HOSTILE,
        as_name=HOSTILE,
        platform=HOSTILE,
        version=HOSTILE[:30],
        city_name=HOSTILE,
        country_name=HOSTILE,
        verified_host_names=[HOSTILE],
        exit_policy=[HOSTILE],
        version_status=HOSTILE[:30],
        dir_address=HOSTILE,
    )
    bare = {key: odd[key] for key in ("fingerprint", "first_seen", "last_seen", "running")}
    project.given(network(4, odd, bare | {"fingerprint": "F" * 40, "running": False}))


def built(kind: str, folder: Path) -> Project:
    """Return the site of that kind, as it is or will be built in a folder."""
    return Project(folder, origin=None if kind == "strangers" else "sample")


def build(kind: str, folder: Path) -> None:
    project = built(kind, folder)
    if kind == "strangers":
        strangers(project)
    more = [f"{name}={str(kind == 'sample').lower()}" for name in ("votes", "weights")]
    done = project.build("relays=60", *more)
    assert done.status == 0, done.stderr


@cache  # a fixture with parameters is made anew whenever they change
def parsed(kind: str, folder: Path) -> Site:
    site = Site(built(kind, folder))
    gc.freeze()  # a million elements that stay, and that no collection needs to look at
    return site


@pytest.fixture(scope="session", params=["strangers", "sample"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    kind: str = request.param
    return parsed(kind, once(tmp_path_factory, f"pages-{kind}", partial(build, kind)))
