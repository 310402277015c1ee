from pathlib import Path

import pytest

from allium.store import shard_ledger, site_record


def settle(folder: Path, *names: str, known: tuple[str, ...] = ()) -> int:
    entries = shard_ledger.observe(str(folder), names, str(folder.parent / "memory.json"))
    return site_record.settle(str(folder), entries, [*site_record.load(str(folder)).files, *known])[
        0
    ]


@pytest.fixture
def www(tmp_path: Path) -> Path:
    folder = tmp_path / "www"
    for name in ("relay/A/index.html", "relay/B/index.html", "mine.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_a_file_that_was_recorded_and_is_no_longer_planned_is_removed(www: Path) -> None:
    settle(www, "relay/A/index.html", "relay/B/index.html")
    assert settle(www, "relay/A/index.html") == 1
    assert not (www / "relay/B").exists()


def test_a_file_that_was_never_recorded_stays(www: Path) -> None:
    settle(www, "relay/A/index.html")
    assert (www / "mine.txt").exists()
    assert (www / "relay/B/index.html").exists()


def test_a_reserved_file_of_a_killed_build_is_removed_later(www: Path) -> None:
    site_record.reserve(str(www), ["relay/B/index.html"])
    assert settle(www, "relay/A/index.html") == 1


def test_a_deleted_record_does_not_make_stale_pages_immortal(www: Path) -> None:
    settle(www, "relay/A/index.html", "relay/B/index.html")
    (www / site_record.NAME).unlink()
    assert settle(www, "relay/A/index.html", known=("relay/B/index.html",)) == 1


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/passwd", "a/../../outside.txt", ""])
def test_a_record_cannot_lead_out_of_the_site(www: Path, path: str) -> None:
    outside = www.parent / "outside.txt"
    outside.write_text("mine")
    (www / site_record.NAME).write_text(f'{{"files":{{"{path}":{{}}}},"schema":1}}')
    settle(www, "relay/A/index.html")
    assert outside.exists()


def test_the_record_names_every_file_with_size_and_digest(www: Path) -> None:
    settle(www, "relay/A/index.html")
    record = site_record.load(str(www))
    assert {name: file.size for name, file in record.files.items()} == {"relay/A/index.html": 18}
    assert all(len(file.sha256) == 64 for file in record.files.values())


def test_an_outdated_record_is_as_good_json_and_stays_outdated_until_the_site_is_settled(
    www: Path,
) -> None:
    settle(www, "relay/A/index.html")
    record = www / site_record.NAME
    settled = record.read_bytes()
    known = site_record.load(str(www))
    site_record.outdate(str(www))
    assert record.read_bytes() != settled
    assert site_record.load(str(www)) == known
    assert not site_record.reserve(str(www), ["relay/A/index.html"])
    assert record.read_bytes() != settled
    settle(www, "relay/A/index.html")
    assert record.read_bytes() == settled


def test_a_site_without_a_record_is_outdated_as_it_is(www: Path) -> None:
    site_record.outdate(str(www))
    assert not (www / site_record.NAME).exists()
