import json
from ipaddress import IPv4Address
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from allium.model.relay import PortSummary, Relay
from allium.sources.onionoo.details_record import Reader, Skip
from tests.support.network import Document, fingerprint, relay

LATEST = "2026-02-15 18:00:00"


def decoded(record: Document | bytes, reader: Reader | None = None) -> Relay:
    body = record if isinstance(record, bytes) else json.dumps(record).encode()
    return (reader or Reader(LATEST)).relay(msgspec.Raw(body))


def test_a_good_record_keeps_what_it_says() -> None:
    found = decoded(relay(1, **{"as": "AS064500"}, country="de", nickname="fine"))
    assert (found.nickname, found.asn, found.country) == ("fine", "AS64500", "DE")
    assert found.observed_bandwidth == 2_500_000


@pytest.mark.parametrize(
    ("code", "name", "kept"), [("ve", "VE", None), ("VE", "ve", None), ("ve", "Peru", "Peru")]
)
def test_the_code_of_a_country_is_no_name_of_it(code: str, name: str, kept: str | None) -> None:
    assert decoded(relay(1, country=code, country_name=name)).country_name == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nickname", "no spaces please"),
        ("nickname", 7),
        ("consensus_weight", "many"),
        ("consensus_weight", -1),
        ("consensus_weight", True),
        ("consensus_weight", 2**64),
        ("observed_bandwidth", 1.5),
        ("country", "Germany"),
        ("as", "64500"),
        ("last_restarted", "yesterday"),
        ("last_restarted", "2026-02-15 19:00:01"),
        ("exit_policy_summary", {"accept": ["80"], "reject": ["25"]}),
        ("flags", 7),
        ("or_addresses", None),
        ("measured", "yes"),
        ("guard_probability", 2),
    ],
)
def test_a_wrong_optional_field_counts_as_absent(field: str, value: object) -> None:
    reader = Reader(LATEST)
    good, bad = decoded(relay(1)), decoded(relay(1) | {field: value}, reader)
    name = "asn" if field == "as" else field
    default = {one.name: one.default for one in msgspec.structs.fields(Relay)}[name]
    assert getattr(bad, name) == default
    assert msgspec.structs.replace(bad, **{name: getattr(good, name)}) == good
    assert reader.fields[field] == 1


@pytest.mark.parametrize("value", [5.0, 5])
def test_a_whole_float_is_an_integer(value: float) -> None:
    assert decoded(relay(1, consensus_weight=value)).consensus_weight == 5


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (relay(1, fingerprint="xyz"), "no_fingerprint"),
        (relay(1, running="yes"), "no_running"),
        (relay(1, first_seen=None), "no_first_seen"),
        (relay(1, last_seen="2026-02-15 19:00:00"), "in_the_future"),
        (b"[1]", "not_an_object"),
        (b'{"a":1e999}', "no_fingerprint"),
        (b'{"a":"\x01"}', "not_json"),
        (b'{"a":' + b"[" * 20 + b"]" * 20 + b"}", "too_deep"),
    ],
)
def test_a_record_without_what_every_relay_has_is_left_out(
    record: Document | bytes, reason: str
) -> None:
    with pytest.raises(Skip, match=f"^{reason}$"):
        decoded(record)


def test_unknown_keys_change_nothing() -> None:
    assert decoded(relay(1, brand_new={"a": [1]})) == decoded(relay(1))


def test_lists_come_out_in_one_order() -> None:
    one = relay(1, flags=["Valid", "Exit", "Fast", "Odd", "Exit"], verified_host_names=["b", "a"])
    found = decoded(one)
    assert found.flags == ("Exit", "Fast", "Valid", "Odd")
    assert found.verified_host_names == ("a", "b")


def test_wrong_elements_of_a_list_are_dropped_alone() -> None:
    family = ["$" + fingerprint(2).lower(), "nobody", 7, fingerprint(3)]
    assert decoded(relay(1, effective_family=family)).effective_family == (
        fingerprint(2),
        fingerprint(3),
    )


@pytest.mark.parametrize(
    "field", ["contact", "platform", "version", "version_status", "country_name", "city_name"]
)
@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_text_counts_as_absent_and_is_no_error(field: str, blank: str) -> None:
    reader = Reader(LATEST)
    assert getattr(decoded(relay(1) | {field: blank}, reader), field) is None
    assert not +reader.fields


def test_a_blank_host_name_is_none() -> None:
    assert decoded(relay(1, verified_host_names=["", "a.example"])).verified_host_names == (
        "a.example",
    )


KEY = "cagGVCNHwlHnE5Ozbdqm4mCBatPwOHKl2tUBW8FelVs"


@pytest.mark.parametrize(
    ("field", "text", "read"),
    [
        ("family_ids", KEY, (KEY,)),
        ("family_ids", f"ed25519:{KEY}", (KEY,)),
        ("family_ids", "no key", ()),
        ("flags", "Running", ("Running",)),
        ("exit_policy", "reject *:*", ("reject *:*",)),
        ("or_addresses", "192.0.2.1:443", ("192.0.2.1:443",)),
    ],
)
def test_a_text_where_a_list_belongs_is_its_one_element_and_an_error(
    field: str, text: str, read: tuple[str, ...]
) -> None:
    reader = Reader(LATEST)
    assert getattr(decoded(relay(1) | {field: text}, reader), field) == read
    assert +reader.fields == {field: 1}


def test_a_family_key_may_name_its_type() -> None:
    reader = Reader(LATEST)
    found = decoded(relay(1, family_ids=[KEY, f"ed25519:{KEY}"]), reader)
    assert (found.family_ids, +reader.fields) == ((KEY,), {})


def test_an_address_must_be_one() -> None:
    listed = ["192.0.2.1:9001", "[2001:db8::1]:443", "2001:db8::1:443", "a.b:1", "192.0.2.1:99999"]
    assert decoded(relay(1, or_addresses=listed)).or_addresses == tuple(listed[:2])


@pytest.mark.parametrize(
    ("body", "clean"),
    [
        (rb"a\ud800b", "a\ufffdb"),
        (rb"a\ud83d\ude00b", "a\U0001f600b"),
        (rb"a\\ud800b", "a\\ud800b"),
        (b"a\xff\xfeb", "a\ufffd\ufffdb"),
        (rb"a\u0000\u001b[2Jb", "a\ufffd\ufffd[2Jb"),
        (rb"a\u202eb\u2028", "a\ufffdb\ufffd"),
    ],
)
def test_broken_and_invisible_characters_become_the_replacement(body: bytes, clean: str) -> None:
    record = json.dumps(relay(1, contact="@@")).encode().replace(b"@@", body)
    assert decoded(record).contact == clean


@pytest.mark.parametrize("kind", ["accept", "reject"])
@pytest.mark.parametrize("odd_neighbour", [False, True])
def test_a_policy_summary_is_kept_whole(kind: str, odd_neighbour: bool) -> None:
    ports = tuple(str(port) for port in range(1, 213, 2))
    others = {"exit_addresses": ["192.0.2.7", "a\x7fb"]} if odd_neighbour else {}
    record = decoded(relay(1, exit_policy_summary={kind: ports}) | others)
    assert record.exit_policy_summary == PortSummary(**{kind: ports})


@pytest.mark.parametrize("ports", [[str(port) for port in range(501)], ["80", 443]])
def test_a_policy_summary_of_which_a_part_would_be_lost_is_left_out(ports: list[str]) -> None:
    reader = Reader(LATEST)
    record = decoded(relay(1, exit_policy_summary={"accept": ports}), reader)
    assert record.exit_policy_summary is None
    assert +reader.fields == {"exit_policy_summary": 1}


@pytest.mark.parametrize("length", [65, 2_000])
def test_a_list_that_is_cut_is_counted_and_the_others_stay(length: int) -> None:
    addresses = [f"192.0.2.7:{port}" for port in range(1, length + 1)]
    reader = Reader(LATEST)
    record = decoded(relay(1, exit_policy=["accept *:80"], or_addresses=addresses), reader)
    assert record.or_addresses == tuple(addresses[:64])
    assert record.exit_policy == ("accept *:80",)
    assert +reader.fields == {"or_addresses": 1}


def test_a_contact_of_a_megabyte_is_cut() -> None:
    contact = decoded(relay(1, contact="x" * 1_000_000)).contact
    assert contact is not None
    assert (len(contact), contact[-1]) == (2048, "…")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from([field.encode_name for field in msgspec.structs.fields(Relay)])


@given(st.dictionaries(FIELDS, JSON, max_size=6))
def test_no_json_value_in_any_field_does_more_than_leave_the_record_out(
    fields: dict[str, Any],
) -> None:
    try:
        found = decoded(relay(1) | fields)
    except Skip:
        return
    assert len(found.fingerprint) == 40


@given(st.dictionaries(FIELDS, JSON, max_size=4))
def test_the_quick_way_and_the_careful_way_agree(fields: dict[str, Any]) -> None:
    body = json.dumps(relay(1) | fields).encode()
    reader = Reader(LATEST)

    def outcome(way: Any) -> Relay | str:
        try:
            return way()
        except Skip as skip:
            return str(skip)

    careful = outcome(lambda: reader._settled(reader._repaired(body)))
    assert outcome(lambda: decoded(body)) == careful


@given(st.from_regex(r"[0-9.]{0,3}([0-9]{1,4}[.]){2,4}[0-9a-f٣ ]{0,4}"))
@example("255.255.255.255")
@example("256.1.1.1")
@example("01.2.3.4")
def test_an_ipv4_address_is_what_the_library_takes_for_one(listed: str) -> None:
    try:
        right = str(IPv4Address(listed)) == listed
    except ValueError:
        right = False
    kept = decoded(relay(1, exit_addresses=[listed])).exit_addresses
    assert kept == ((listed,) if right else ())
