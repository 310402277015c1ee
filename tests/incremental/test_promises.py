"""What an incremental build promises, each promise a sentence, each kept by a real build."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from allium import formatting
from allium.analysis.aroi.aroi_claim import claim, contact_id
from allium.store import site_plan, site_record
from tests.support.network import Document, details, fingerprint, network, relay, validations
from tests.support.project import Project, copied, tree

AROI = "email:a[]example.org url:{}.example.org proof:uri-rsa ciissversion:2"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.given(network(8))
    assert made.build().status == 0
    return made


def pages(built: list[str]) -> list[str]:
    return [name for name in built if name.startswith(("precompute", "render"))]


def test_a_second_build_runs_nothing_and_writes_nothing(project: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.site.rglob("*")}
    assert project.build().ran == []
    assert {path: path.stat().st_mtime_ns for path in project.site.rglob("*")} == before


def test_an_hour_in_which_only_the_clock_moved_renders_only_the_pages_that_print_it(
    project: Project,
) -> None:
    later = "2026-02-15 17:00:00"
    moved = [relay(number, last_seen=later) for number in range(8)]
    project.given(network(8, *moved, published=later))
    exports = ("render:export:", "render:exports:")
    ran = [name for name in pages(project.build().ran) if not name.startswith(exports)]
    assert ran == [
        "render:index:index",
        "render:health:health",
        "render:status:status",
    ]


def test_one_renamed_relay_renders_itself_its_operator_and_its_groups(
    project: Project,
) -> None:
    project.given(network(8, relay(0, nickname="renamed")))
    built = project.build()
    contact = built.ran_of("precompute:")[0].split(":")[1]
    left_out = ("render:search", "render:list", "render:top", "render:export")
    ran = [name for name in pages(built.ran) if not name.startswith(left_out)]
    assert ran == [
        f"precompute:{contact}",
        f"render:relay:{fingerprint(0)}",
        "render:as:AS64500",
        "render:country:DE",
        "render:platform:Linux",
        "render:version:0.4.8.21",
        "render:flag:fast",
        "render:flag:running",
        "render:flag:valid",
        "render:first_seen:2024-05-18",
        f"render:contact:{contact}",
        "render:status:status",
    ]


def test_one_renamed_relay_renders_the_list_of_relays_and_no_list_of_anything_else(
    project: Project,
) -> None:
    project.given(network(8, relay(0, nickname="renamed")))
    ran = project.build().ran
    listed = [name for name in ran if name.startswith(("render:list", "render:top"))]
    orders = ("bandwidth", "advertised", "guard-probability", "exit-probability", "oldest")
    assert listed == [
        "render:list:relays",
        *(f"render:top:relays-by-{order}" for order in (*orders, "newest", "longest-running")),
    ]
    assert project.tree() == project.clean()


def test_one_relay_with_another_version_renders_the_groups_it_is_in_and_those_of_both_versions(
    tmp_path: Path,
) -> None:
    def far(number: int, **fields: object) -> dict[str, object]:
        own = {"flags": ["Running"], "as": f"AS{number + 1}", "contact": f"c{number}"}
        place = {"country": "fr" if number else "de", "first_seen": f"2024-05-1{number} 10:00:00"}
        return relay(number, **(own | place | fields))

    project = Project(tmp_path)
    project.given(details(far(0), far(1, flags=["Fast", "Running"]), far(2, version="0.4.8.22")))
    assert project.build().status == 0
    moved = far(0, version="0.4.8.22", platform="Tor 0.4.8.22 on Linux")
    project.given(details(moved, far(1, flags=["Fast", "Running"]), far(2, version="0.4.8.22")))
    ran = project.build().ran_of("render")
    groups = ("as", "country", "platform", "version", "flag", "first_seen", "family")
    assert [one for one in ran if one.split(":")[1] in groups] == [
        "render:as:AS1",
        "render:country:DE",
        "render:platform:Linux",
        "render:version:0.4.8.21",
        "render:version:0.4.8.22",
        "render:flag:running",
        "render:first_seen:2024-05-10",
    ]
    assert [one for one in ran if one.startswith("render:relay")] == [
        f"render:relay:{fingerprint(0)}"
    ]
    assert project.tree() == project.clean()


def test_one_renamed_relay_renders_the_search_directories_of_its_names_and_no_other(
    project: Project,
) -> None:
    project.given(network(8, relay(0, nickname="really")))
    assert project.build().ran_of("render:search_part") == [
        "render:search_part:fp-00",
        "render:search_part:nick-re",
        "render:search_part:v4-192",
    ]
    project.given(network(8, relay(0, nickname="really", observed_bandwidth=1, version="0.4.9.1")))
    assert project.build().ran_of("render:search_part") == []
    assert project.tree() == project.clean()


@pytest.mark.parametrize(
    ("changed", "ran"),
    [
        ({"nickname": "really"}, 1),
        ({"version": "0.4.9.1"}, 1),
        ({"unverified_host_names": ["host.example.org"]}, 1),
        ({"family_ids": ["k" * 43]}, 1),
        ({"observed_bandwidth": 1, "last_restarted": "2026-02-14 08:30:15"}, 0),
    ],
)
def test_the_index_of_the_search_is_written_when_one_of_its_columns_changed_and_only_then(
    project: Project, changed: dict[str, Any], ran: int
) -> None:
    project.given(network(8, relay(0, **changed)))
    assert len(project.build().ran_of("render:search_data")) == ran
    assert project.tree() == project.clean()


def test_a_new_relay_changes_no_page_of_another_relay(project: Project) -> None:
    before = project.tree()
    newcomer = relay(9, running=False, contact=relay(0)["contact"])
    project.given(network(8, newcomer))
    project.build()
    after = project.tree()
    assert f"relay/{fingerprint(9)}/index.html" in after
    for number in range(8):
        name = f"relay/{fingerprint(number)}/index.html"
        assert after[name] == before[name]


@pytest.mark.parametrize("shift", [3_600, 400 * 86_400])
def test_another_time_of_the_clock_changes_no_byte(
    project: Project, tmp_path: Path, shift: int
) -> None:
    clock = tmp_path / "clock"
    clock.mkdir()
    (clock / "sitecustomize.py").write_text(
        f"import time\nreal = time.time\ntime.time = lambda: real() + {shift}\n"
    )
    later = Project(tmp_path / "later")
    later.given(network(8))
    assert later.build(PYTHONPATH=str(clock)).status == 0
    assert later.tree() == project.tree()


def test_twins_and_the_index_of_the_search_are_left_out_and_removed_when_nobody_wants_them(
    project: Project,
) -> None:
    wanted = project.tree()
    project.build("twins=false", "search_parts=false")
    kept = project.tree()
    assert {name for name in wanted if name not in kept} == {
        name
        for name in wanted
        if name.endswith("/index.json") or name in {"search/relays.json", "data/twin-schema.json"}
    }
    pages = [page for page in kept.values() if page.startswith(b"<!")]
    assert not any(b"index.json" in page for page in pages)
    assert not any(b"<form" in page or b"search.js" in page for page in pages)
    project.build()
    assert project.tree() == wanted


def test_a_change_below_what_is_printed_renders_only_the_twin_that_has_it(
    project: Project,
) -> None:
    project.given(network(8, relay(0, observed_bandwidth=1_260_001)))
    project.build()
    project.given(network(8, relay(0, observed_bandwidth=1_260_002)))
    before = project.tree()
    project.build()
    after = project.tree()
    changed = {name for name in after if after[name] != before.get(name)}
    twin = f"relay/{fingerprint(0)}/index.json"
    pages_changed = {name for name in changed if not name.startswith("data/")}
    assert pages_changed == {twin, "manifest.json", "status.json"}


def _histories(changed: int, *, by: int) -> dict[str, Any]:
    """Return both histories of eight relays; the last values of one of them differ by `by`."""
    uptime, bandwidth = [], []
    for number in range(8):
        less = by if number == changed else 0
        ran = _graph("2025-08-15 06:00:00", 43_200, 0.001001001001001001, [999] * 361, 999 - less)
        level = 400 + 50 * number
        carried = _graph("2025-08-15 12:00:00", 86_400, 1000, [level] * 180, level - less)
        name = {"fingerprint": fingerprint(number)}
        uptime.append(name | {"uptime": {"6_months": ran}})
        histories = {"read_history": {"6_months": carried}, "write_history": {"6_months": carried}}
        bandwidth.append(name | histories)
    return {
        name: details() | {"relays": records}
        for name, records in (("uptime", uptime), ("bandwidth", bandwidth))
    }


def _graph(first: str, interval: int, factor: float, values: list[int], last: int) -> Document:
    end = formatting.time_of(formatting.seconds(first) + interval * len(values))
    known = {"first": first, "last": end, "interval": interval, "factor": factor}
    return known | {"count": len(values) + 1, "values": [*values, last]}


@pytest.mark.parametrize(("by", "printed"), [(1, False), (400, True)])
def test_a_history_recomputes_its_own_operator_and_renders_pages_if_what_is_printed_moves(
    tmp_path: Path, by: int, *, printed: bool
) -> None:
    project = Project(tmp_path)
    project.given(network(8), **_histories(0, by=0))
    assert project.build().status == 0
    project.given(network(8), **_histories(0, by=by))
    ran = project.build().ran
    own = _id(str(relay(0)["contact"]))
    computed = [name for name in ran if name.startswith("precompute:")]
    assert f"precompute:{own}" in computed
    assert (computed == [f"precompute:{own}"]) == (not printed)
    assert any(name.startswith("render:contact:") for name in ran) == printed
    relays = [f"render:relay:{fingerprint(0)}"] if printed else []
    assert [name for name in ran if name.startswith("render:relay:")] == relays
    assert project.tree() == project.clean()


def test_weight_that_moves_elsewhere_below_what_is_printed_recomputes_no_other_operator(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path)
    heavy = [relay(number, consensus_weight=100_000) for number in range(7)]
    project.given(network(8, *heavy, relay(7, consensus_weight=50_000, contact="alone")))
    assert project.build().status == 0
    project.given(network(8, *heavy, relay(7, consensus_weight=50_001, contact="alone")))
    ran = project.build().ran
    assert [name for name in ran if name.startswith("precompute:")] == [
        f"precompute:{_id('alone')}"
    ]
    assert [name for name in ran if name.startswith("render:contact:")] == []
    assert [name for name in ran if name.startswith("render:relay:")] == [
        f"render:relay:{fingerprint(7)}"
    ]


def test_a_relay_that_leaves_takes_its_page_along(project: Project) -> None:
    project.given(network(7))
    project.build()
    assert not (project.site / "relay" / fingerprint(7)).exists()
    assert project.tree() == project.clean()


def test_a_foreign_file_in_the_site_is_never_touched(project: Project) -> None:
    mine = project.site / "relay" / "notes.txt"
    mine.write_text("mine")
    project.given(network(7))
    project.build()
    assert mine.read_text() == "mine"


def test_a_proven_operator_gets_a_page_at_their_domain_and_loses_it_with_the_proof(
    project: Project,
) -> None:
    contact = AROI.format("amber")
    valid = {
        "fingerprint": fingerprint(0),
        "valid": True,
        "domain": "amber.example.org",
        "proof_type": "uri-rsa",
        "error": None,
    }
    project.given(network(8, relay(0, contact=contact)), latest=validations(valid))
    project.build()
    vanity = project.site / "amber.example.org" / "index.html"
    assert '<span class="badge good">Verified</span>' in vanity.read_text()
    lost = valid | {"valid": False, "error": "404 Not Found"}
    project.given(network(8, relay(0, contact=contact)), latest=validations(lost))
    project.build()
    assert not vanity.parent.exists()
    assert project.tree() == project.clean()


def test_a_proven_domain_that_looks_like_a_file_has_no_page_and_the_report_says_so(
    project: Project,
) -> None:
    contact = "url:https://www.index.html/ proof:uri-rsa ciissversion:2"
    valid = {"fingerprint": fingerprint(0), "valid": True, "domain": "index.html"}
    project.given(network(8, relay(0, contact=contact)), latest=validations(valid))
    built = project.build()
    assert (project.site / "index.html").is_file()
    report = json.loads((project.cache / "last-build.json").read_text())
    assert report["pages"]["vanity.refused.reserved"] == 1
    assert "1 proven domain without page of its own: reserved" in built.stderr
    [operator] = project.site.glob(f"contact/{_id(contact)}/index.html")
    assert "Own address here" not in operator.read_text()


def test_an_operators_two_pages_name_the_one_at_the_domain_as_the_original(
    project: Project,
) -> None:
    contact = AROI.format("amber")
    valid = {"fingerprint": fingerprint(0), "valid": True, "domain": "amber.example.org"}
    project.given(network(8, relay(0, contact=contact)), latest=validations(valid))
    project.build("base_url=https://tor.example.net")
    vanity = (project.site / "amber.example.org" / "index.html").read_text()
    plain = (project.site / "contact" / _id(contact) / "index.html").read_text()
    original = '<link rel="canonical" href="https://tor.example.net/amber.example.org/">'
    assert original in vanity
    assert original in plain
    assert f'href="../contact/{_id(contact)}/index.json"' in vanity
    assert not (project.site / "amber.example.org" / "index.json").exists()
    assert '<a href="../amber.example.org/index.html">amber.example.org/</a>' in vanity
    assert '<a href="../../amber.example.org/index.html">amber.example.org/</a>' in plain
    linked = (project.site / "relay" / fingerprint(0) / "index.html").read_text()
    assert '<a href="../../amber.example.org/index.html">' in linked


def _id(contact: str) -> str:
    return contact_id(contact, claim(contact))


@pytest.mark.parametrize("damage", ["delete", "edit", "cut"])
@pytest.mark.parametrize(
    "place", ["www/index.html", "cache/shards", "cache/views", "www/static/allium.css"]
)
def test_a_damaged_file_is_made_again(project: Project, place: str, damage: str) -> None:
    right = project.tree()
    found = project.folder / place
    file = found if found.is_file() else next(path for path in sorted(found.rglob("*.json")))
    if damage == "delete":
        file.unlink()
    else:
        file.write_bytes(b"{}" if damage == "edit" else file.read_bytes()[:20])
    assert project.build().status == 0
    assert project.tree() == right


def test_a_deleted_cache_loses_nothing_but_time(project: Project) -> None:
    right = project.tree()
    shutil.rmtree(project.cache)
    project.given(network(7))
    project.build()
    project.given(network(8))
    project.build()
    assert project.tree() == right


def test_a_deleted_record_of_the_site_is_written_again_and_prunes_what_it_must(
    project: Project,
) -> None:
    (project.site / "manifest.json").unlink()
    project.given(network(7))
    project.build()
    assert project.tree() == project.clean()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("templates/pages/relay.html", {"relay"}),
        (
            "templates/macros/tables.html",
            {"contact", "health", "index", "list"}
            | {"search_part", "top", "risks"}
            | {"as", "country", "first_seen", "flag", "platform", "version"},
        ),
        ("templates/base.html", None),
        ("allium/pages/home.py", {"index"}),
    ],
)
def test_a_changed_file_renders_only_the_kinds_that_are_made_of_it(
    tmp_path: Path, file: str, expected: set[str] | None
) -> None:
    """`None` stands for every kind that has HTML pages."""
    code = copied(tmp_path / "code")
    project = Project(tmp_path / "p", code)
    project.given(network(4))
    project.build()
    changed = code / file
    comment = "\n# a remark\n" if file.endswith(".py") else "{# a remark #}\n"
    changed.write_text(changed.read_text() + comment)
    ran = {name.split(":")[1] for name in project.build().ran_of("render:")}
    every = {page.kind for page in project.pages() if page.files[0].endswith(".html")}
    assert ran - {"status"} == (every if expected is None else expected)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "77", "LC_ALL": "C", "LANG": "C"},
    ],
)
def test_hash_seed_time_zone_and_locale_change_no_byte(
    project: Project, environment: dict[str, str]
) -> None:
    right = project.tree()
    shutil.rmtree(project.cache)
    shutil.rmtree(project.site)
    assert project.build(workers=0, **environment).status == 0
    assert project.tree() == right


def test_two_processes_build_what_one_builds(project: Project) -> None:
    right = project.tree()
    shutil.rmtree(project.cache)
    shutil.rmtree(project.site)
    assert project.build(workers=2).status == 0
    assert project.tree() == right


def test_stock_doit_builds_the_same_bytes_from_the_same_task_file(
    project: Project, tmp_path: Path
) -> None:
    code = copied(tmp_path / "code")
    settings = (code / "pyproject.toml").read_text()
    assert settings.count("[tool.doit") == 4
    (code / "pyproject.toml").write_text(
        re.sub(r"^\[tool\.doit.*?(?=^\[tool\.pytest)", "", settings, flags=re.MULTILINE | re.DOTALL)
    )
    stock = Project(tmp_path / "stock", code)
    stock.given(network(8))
    places = (f"source={stock.source}", f"out={stock.site}", f"cache={stock.cache}")
    done = stock.run("run", "-n", "2", *places)
    assert done.returncode == 0, done.stderr
    assert ".  render:relay:" in done.stdout
    assert "allium: built" not in done.stderr
    assert stock.tree() == project.tree()


def test_the_sample_an_hour_later_is_what_a_clean_build_of_that_hour_gives(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path)
    sample = ("source=sample", "relays=120", "seed=3")
    places = (f"out={project.site}", f"cache={project.cache}")
    for hour in (0, 1, 6):
        done = project.run("-n", "0", *sample, *places, f"hour={hour}")
        assert done.returncode == 0, done.stderr
    clean = (f"out={tmp_path / 'clean'}", f"cache={tmp_path / 'clean-cache'}")
    project.run("-n", "0", *sample, *clean, "hour=6")
    assert project.tree() == tree(tmp_path / "clean")


def test_the_last_build_is_reported(project: Project) -> None:
    project.given(network(7))
    project.build()
    report = json.loads((project.cache / "last-build.json").read_text())
    assert (report["version"], report["status"]) == (1, "ok")
    assert set(report["seconds"]) == {
        "total",
        "fetch",
        "split",
        "graph",
        "precompute",
        "render",
        "other",
    }
    assert report["pages"]["removed"] == 2
    assert report["tasks"]["render:relay"] == {"run": 7, "up_to_date": 0, "failed": 0}
    assert report["sources"]["details"]["records"] == 7
    assert report["sources"]["uptime"]["status"] == "missing"
    assert report["peak_rss_bytes"] > 10_000_000


def test_what_a_killed_build_left_beside_a_page_is_swept_away(project: Project) -> None:
    left = project.site / "index.html.allium-tmp"
    left.write_text("half a page")
    project.given(network(7))
    project.build()
    assert not left.exists()


@pytest.mark.parametrize("file", ["index.html", "manifest.json"])
def test_what_a_killed_build_left_is_swept_away_when_there_is_nothing_else_to_do(
    project: Project, file: str
) -> None:
    site_record.outdate(str(project.site))
    left = project.site / f"{file}.allium-tmp"
    left.write_text("half a page")
    assert project.build().ran == ["prune"]
    assert not left.exists()


def test_half_a_page_of_a_relay_that_left_after_the_kill_is_swept_away(project: Project) -> None:
    gone = f"relay/{fingerprint(77)}/index.html"
    site_record.reserve(str(project.site), [gone])
    left = project.site / f"{gone}.allium-tmp"
    left.parent.mkdir()
    left.write_text("half a page")
    project.build()
    assert not left.parent.exists()


def test_what_an_operators_relays_did_is_computed_in_precompute_and_not_in_split(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path, copied(tmp_path / "code"))
    project.given(network(4))
    module = project.code / "allium" / "pages" / "operator" / "operator_reliability.py"
    broken = "\n\ndef reliability(*_: object) -> None:\n    raise ArithmeticError('on purpose')\n"
    module.write_text(module.read_text() + broken)
    done = project.doit("-n", "0")
    assert done.returncode == 2
    said = done.stdout + done.stderr
    assert re.search(r"^precompute:[0-9a-f]+: PythonAction Error$", said, re.MULTILINE)
    assert "ArithmeticError: on purpose" in said
    assert site_plan.load(f"{project.cache}/manifest.json").contacts, "split ran to its end"
