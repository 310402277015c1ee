"""The contact precompute and the pages made of it, through the real build of a sample network."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from allium.build.paths import CachePaths
from allium.build.precompute import precompute
from allium.pages.operator.operator_page import OperatorPage
from allium.store import site_plan
from tests.support.project import Project, tree

FLAT = {
    "contact_rankings",
    "operator_reliability",
    "contact_display_data",
    "contact_validation_status",
    "is_validated_aroi",
    "aroi_domain",
}
RELAYS = 150


def built(folder: Path, workers: int) -> Project:
    """Return a sample site built by so many processes."""
    project = Project(folder)
    places = (f"out={project.site}", f"cache={project.cache}")
    done = project.run("run", "-n", str(workers), "source=sample", f"relays={RELAYS}", *places)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture(scope="class")
def one(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return built(tmp_path_factory.mktemp("one"), 0)


@pytest.fixture(scope="class")
def two(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return built(tmp_path_factory.mktemp("two"), 2)


def views(project: Project) -> dict[str, dict[str, Any]]:
    """Return every operator's stored view by contact id."""
    folder = project.cache / "views" / "contact"
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}


def page(project: Project, contact: str) -> str:
    return (project.site / "contact" / contact / "index.html").read_text()


def validated(project: Project) -> dict[str, dict[str, Any]]:
    return {name: view for name, view in views(project).items() if view["is_validated_aroi"]}


class TestContactMultiprocessingRegression:
    """What a worker computes reaches the page that another worker renders."""

    def test_contact_precomputation_stores_required_metadata(self, one: Project) -> None:
        found = views(one)
        assert len(found) > 20
        assert all(view.keys() >= FLAT for view in found.values())
        assert any(view["contact_rankings"] for view in found.values())
        reliable = [view for view in found.values() if view["operator_reliability"]]
        assert {"uptime", "bandwidth"} <= reliable[0]["operator_reliability"].keys()
        for view in found.values():
            status = view["contact_validation_status"]
            assert sum(map(len, status["relays"].values())) == view["raw"]["relays"]
            proven = status["state"] in {"validated", "partially_validated"}
            assert view["is_validated_aroi"] == proven

    def test_contact_page_multiprocessing_preserves_metadata(
        self, one: Project, two: Project
    ) -> None:
        assert tree(one.cache / "views") == tree(two.cache / "views")
        assert one.tree() == two.tree()
        for contact, view in views(two).items():
            html = page(two, contact)
            if view["is_operator"]:
                assert view["contact_validation_status"]["badge"]["text"] in html
            for ranking in view["contact_rankings"]:
                assert f'#c-{contact[:8]}">{ranking["title"]}</a></th>' in html
            if view["aroi_domain"] is not None:
                assert f"<h1><bdi>{view['aroi_domain']}</bdi></h1>" in html

    def test_build_template_args_uses_flat_storage(self, tmp_path: Path, two: Project) -> None:
        """A page's view is stored flat, is made of its shards alone, and is all that it prints."""
        contact, stored = next(iter(validated(two).items()))
        places, again = CachePaths(str(two.cache)), tmp_path / "view.json"
        known = site_plan.load(places.plan).contacts
        [planned] = [one for one in known if one.id == contact]
        precompute(*places.inputs(planned), str(again), str(tmp_path / "before.json"))
        assert json.loads(again.read_bytes()) == stored
        assert set(OperatorPage.__struct_fields__) >= FLAT
        view = msgspec.json.decode(again.read_bytes(), type=OperatorPage)
        figures = view.contact_display_data
        for text in (figures.bandwidth, figures.relays, figures.network_position):
            assert text in page(two, contact)

    def test_precomputation_stores_aroi_domain_for_vanity_urls(self, two: Project) -> None:
        found = validated(two)
        assert found
        for contact, view in found.items():
            assert view["vanity"] == view["aroi_domain"]
            vanity = (two.site / view["aroi_domain"] / "index.html").read_text()
            headings = re.findall(r"<h1>.*?</h1>", vanity)
            assert headings == re.findall(r"<h1>.*?</h1>", page(two, contact))
        unproven = views(two).keys() - found.keys()
        assert not any(views(two)[name]["vanity"] for name in unproven)
        folders = {path.name for path in two.site.iterdir() if path.is_dir() and "." in path.name}
        assert folders == {view["aroi_domain"] for view in found.values()}
