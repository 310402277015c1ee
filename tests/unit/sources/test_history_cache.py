"""What histories were reduced to is remembered by the bytes they came from."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from msgspec import Raw

from allium.model.history import Mean, Uptime
from allium.sources.onionoo import history_record
from allium.sources.onionoo.history_cache import Item, Memory
from tests.support.network import fingerprint

RECORDS = {
    fingerprint(number): Raw(
        b'{"uptime":{"1_month":{"first":"2026-02-01 00:00:00","interval":14400,'
        b'"factor":0.001,"count":2,"values":[999,%d]}}}' % number
    )
    for number in range(3)
}


DOCUMENT = "0123456789abcdef" * 4
"""The SHA-256 of a document."""


class Counting:
    """Reduces records, and counts them."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, record: Raw) -> Uptime:
        self.seen += 1
        return history_record.uptime(record)


def memory(folder: Path, code: str = "code") -> Memory[Uptime]:
    return Memory(str(folder / "reduced.json"), code, history_record.UPTIME.table)


def renewed(
    folder: Path, records: Mapping[str, Raw], reduce: Callable[[Raw], Uptime], code: str = "code"
) -> dict[str, Uptime]:
    """Return what is remembered after a renewal."""
    memory(folder, code).renew(DOCUMENT, records, reduce)
    found = memory(folder, code).recalled(DOCUMENT)
    assert found is not None
    return {name: value for name, (_, value) in found.items()}


def test_only_a_record_that_changed_is_reduced_again(tmp_path: Path) -> None:
    reduce = Counting()
    first = renewed(tmp_path, RECORDS, reduce)
    changed = RECORDS | {fingerprint(1): Raw(b'{"uptime":{}}')}
    second = renewed(tmp_path, changed, reduce)
    assert reduce.seen == 4
    assert second[fingerprint(1)] == Uptime()
    assert {name for name in first if first[name] != second[name]} == {fingerprint(1)}


def test_what_is_recalled_is_what_was_reduced(tmp_path: Path) -> None:
    found = renewed(tmp_path, RECORDS, history_record.uptime)
    assert found == {name: history_record.uptime(record) for name, record in RECORDS.items()}
    assert found[fingerprint(2)].running["1_month"] == Mean(1_001_000_000, 2)


def test_a_memory_is_the_same_however_the_work_is_shared(tmp_path: Path) -> None:
    def backwards(function: Callable[[Item], bytes], items: Sequence[Item]) -> list[bytes]:
        return [function(item) for item in reversed(items)][::-1]

    memory(tmp_path).renew(DOCUMENT, RECORDS, history_record.uptime)
    alone = (tmp_path / "reduced.json").read_bytes()
    (tmp_path / "reduced.json").unlink()
    memory(tmp_path).renew(DOCUMENT, RECORDS, history_record.uptime, backwards)
    assert (tmp_path / "reduced.json").read_bytes() == alone


def test_a_relay_that_left_is_forgotten(tmp_path: Path) -> None:
    memory(tmp_path).renew(DOCUMENT, RECORDS, history_record.uptime)
    left = renewed(tmp_path, {fingerprint(0): RECORDS[fingerprint(0)]}, history_record.uptime)
    assert left.keys() == {fingerprint(0)}


def test_what_another_document_came_to_is_not_recalled(tmp_path: Path) -> None:
    memory(tmp_path).renew(DOCUMENT, RECORDS, history_record.uptime)
    other = DOCUMENT[::-1]
    assert memory(tmp_path).is_of(DOCUMENT)
    assert not memory(tmp_path).is_of(other)
    assert memory(tmp_path).recalled(other) is None


@pytest.mark.parametrize("how", ["missing", "other code", "cut", "edited", "other document"])
def test_a_memory_that_cannot_be_trusted_counts_for_nothing(tmp_path: Path, how: str) -> None:
    memory(tmp_path).renew(DOCUMENT, RECORDS, history_record.uptime)
    file = tmp_path / "reduced.json"
    body = file.read_bytes()
    if how == "missing":
        file.unlink()
    elif how == "cut":
        file.write_bytes(body[:-1])
    elif how == "edited":
        file.write_bytes(body.replace(b"1001", b"1002"))
    elif how == "other document":
        file.write_bytes(body.replace(DOCUMENT.encode(), DOCUMENT[::-1].encode()))
    code = "other" if how == "other code" else "code"
    assert memory(tmp_path, code).recalled(DOCUMENT) is None
    reduce = Counting()
    assert renewed(tmp_path, RECORDS, reduce, code)[fingerprint(2)].running
    assert reduce.seen == 3


def test_a_record_of_which_only_the_unused_part_changed_is_not_reduced_again(
    tmp_path: Path,
) -> None:
    reduce = Counting()
    first_letter = {name: Raw(bytes(record)[:1]) for name, record in RECORDS.items()}
    for records in (RECORDS, first_letter):
        memory(tmp_path).renew(DOCUMENT, records, reduce, part=lambda record: bytes(record)[:1])
    assert reduce.seen == len(RECORDS)
