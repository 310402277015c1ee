"""Two built sites, parsed: one of a network of strangers, one of the sample network."""

import pytest

from tests.support.network import network, relay
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


@pytest.fixture(scope="module", params=["strangers", "sample"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("pages")
    if request.param == "strangers":
        project = Project(folder)
        strangers(project)
        built = project.build()
    else:
        project = Project(folder, origin="sample")
        built = project.build("relays=90")
    assert built.status == 0, built.stderr
    return Site(project)
