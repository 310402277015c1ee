"""`doit why`: each cause of a run, told by the file, the part and the field that changed."""

import json
import signal
from pathlib import Path

import pytest

from tests.support.network import fingerprint, network, relay
from tests.support.project import Project, copied

RELAY = f"render:relay:{fingerprint(0)}"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.given(network(4))
    assert made.build().status == 0
    return made


def why(project: Project, *arguments: str) -> list[str]:
    done = project.doit("why", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def contact_of(project: Project, number: int) -> str:
    """Return the contact id of a relay's operator."""
    for path in (project.cache / "views" / "contact").glob("*.json"):
        if fingerprint(number) in path.read_text():
            return path.stem
    raise AssertionError(number)


def test_a_task_that_never_ran_before_says_so(project: Project) -> None:
    head, cause = why(project, RELAY)
    assert head.startswith(f"{RELAY} is up to date; it last ran at 2")
    assert cause == "  no earlier run is recorded"


def test_a_field_that_changed_is_told_with_both_values(project: Project) -> None:
    project.given(network(4, relay(0, observed_bandwidth=4_200_000_000)))
    project.build()
    contact = contact_of(project, 0)
    told = why(project, f"render:contact:{contact}", f"precompute:{contact}", RELAY)
    assert "  view changed: contact_display_data.bandwidth 50.0\xa0Mbit/s -> 33.6\xa0Gbit/s" in told
    assert "  shard changed: relay.observed_bandwidth 1250000 -> 4200000000" in told


def test_an_operator_is_told_which_of_its_relays_moved_and_in_what(project: Project) -> None:
    contact = contact_of(project, 0)
    project.given(network(4, relay(0, observed_bandwidth=4_200_000_000)))
    project.build()
    told = why(project, f"precompute:{contact}")
    moved = f"relay.observed_bandwidth 1250000 -> 4200000000 ({fingerprint(0)})"
    assert f"  shard changed: {moved}" in told
    inputs = project.doit("info", f"precompute:{contact}").stdout
    for file in (f"network/{contact}", f"relay/{fingerprint(0)}"):
        assert f"shards/{file}.json" in inputs


def test_a_task_that_would_run_is_explained_before_it_does(project: Project) -> None:
    (project.site / "relay" / fingerprint(0) / "index.html").unlink()
    path = project.site / "relay" / fingerprint(1) / "index.html"
    path.write_text("mine")
    told = why(project, RELAY, f"render:relay:{fingerprint(1)}")
    assert told[0] == f"{RELAY} would run now:"
    assert told[1].endswith(f"relay/{fingerprint(0)}/index.html is missing")
    assert told[3].endswith(
        f"relay/{fingerprint(1)}/index.html was changed by something other than the build"
    )


def test_a_setting_is_told_with_both_values(project: Project) -> None:
    assert why(project, "units=bytes", "split")[1] == "  setting units changed: bits -> bytes"


def test_a_template_and_a_module_are_named(tmp_path: Path) -> None:
    project = Project(tmp_path, copied(tmp_path / "code"))
    project.given(network(3))
    project.build()
    macro = project.code / "templates" / "base.html"
    macro.write_text(macro.read_text() + "{# more #}\n")
    module = project.code / "allium" / "formatting.py"
    module.write_text(module.read_text() + "# more\n")
    assert why(project, RELAY)[1:] == [
        "  code allium/formatting.py changed",
        "  template base.html changed",
    ]
    project.build()
    head, *causes = why(project, RELAY)
    assert "it last ran" in head
    assert causes == ["  code allium/formatting.py changed", "  template base.html changed"]


def test_a_group_is_summed_up_by_what_changed(project: Project) -> None:
    changed = [relay(n, platform="Tor 0.4.9.5 on FreeBSD") for n in range(3)]
    project.given(network(4, *changed))
    project.build()
    told = why(project, "render:relay")
    assert told[0].startswith("render:relay: 3 of 4 ran in the build of 2")
    assert "       3 shard changed: relay.platform" in told


def test_an_answer_can_be_read_by_programs(project: Project) -> None:
    [line] = why(project, "--json", RELAY)
    answer = json.loads(line)
    assert (answer["task"], answer["now"]) == (RELAY, False)
    assert answer["because"] == ["no earlier run is recorded"]


def test_a_task_that_does_not_exist_is_an_error(project: Project) -> None:
    done = project.doit("why", "render:relay:NOBODY")
    assert (done.returncode, done.stderr) == (3, "there is no task render:relay:NOBODY\n")


def test_the_earlier_contents_of_what_vanished_are_not_kept(project: Project) -> None:
    project.given(network(4, relay(3, nickname="renamed")))
    project.build()
    before = project.cache / "before" / "shards" / "relay" / f"{fingerprint(3)}.json"
    assert before.exists()
    project.given(network(3))
    project.build()
    assert not before.exists()


def test_a_page_that_may_change_with_what_runs_before_it_says_so(project: Project) -> None:
    project.given(network(4, relay(0, nickname="renamed")))
    told = why(project, RELAY)
    assert told[0].startswith(f"{RELAY} is up to date")
    assert told[-1] == "  fetch:details would run first, and may then cause it to run"
    assert "fetch:details" in why(project, "render:relay")[1]
    assert json.loads(why(project, RELAY, "--json")[0])["first"] == ["fetch:details"]
    project.build()
    assert "would run" not in "".join(why(project, RELAY, "render:relay"))


def test_a_reader_who_has_seen_enough_gets_no_traceback(project: Project) -> None:
    with project.start("why", *(["render:relay"] * 300)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == -signal.SIGPIPE
