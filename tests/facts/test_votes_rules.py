"""Facts 26 to 118 of votes: majorities, weights, rules of flags, distances, and what is printed."""

from collections import Counter

import pytest

from allium.analysis.voting import rounding, tally, vote_texts
from allium.analysis.voting.distance import Distance, grouped
from allium.analysis.voting.vote_rules import CONDITIONS, Condition, Judge, Rules
from allium.model.relay import Flag
from allium.model.votes import FlagThresholds, Opinion
from allium.sources.collector import vote
from tests.support.authority_memory import DAY, HOUR, Memory, remembered
from tests.support.bandwidth_weights import weights
from tests.support.votes import THRESHOLDS

KNOWN = "Authority Exit Fast Guard HSDir Running Stable StaleDesc Sybil V2Dir Valid".split()
VALID = ("Running", "Valid")


def known(flag: str, voting: int, votes: int) -> Counter[Flag]:
    """Return how many of so many votes vote on each flag; `voting` of them on this one."""
    return Counter(dict.fromkeys(KNOWN, votes) | {flag: voting})


def listed(flag: str, n: int, by: int) -> list[tuple[str, ...]]:
    """Return the flags in votes of which `n` give one and `by` list the relay."""
    return [(*VALID, flag) if number < n else VALID for number in range(by)]


@pytest.mark.parametrize(
    ("flag", "n", "voting", "votes", "chosen"),
    [
        ("Guard", 5, 9, 9, True),
        ("Guard", 4, 9, 9, False),
        ("Guard", 4, 8, 8, False),
        ("Guard", 5, 8, 8, True),
        ("BadExit", 3, 5, 9, True),
        ("BadExit", 2, 5, 9, False),
        ("MiddleOnly", 4, 7, 9, True),
        ("MiddleOnly", 3, 7, 9, False),
    ],
)
def test_a_flag_needs_more_than_half_of_those_that_vote_on_it(
    flag: str, n: int, voting: int, votes: int, *, chosen: bool
) -> None:
    found = tally.chosen_flags(listed(flag, n, votes), known(flag, voting, votes), 9, 33)
    assert found is not None
    assert (flag in found) == chosen
    assert (n >= tally.needed(voting)) == chosen


@pytest.mark.parametrize(("by", "votes", "is_in"), [(4, 9, False), (5, 9, True), (5, 8, True)])
def test_a_relay_needs_more_than_half_of_all_authorities(
    by: int, votes: int, *, is_in: bool
) -> None:
    found = tally.chosen_flags([VALID] * by, known("Guard", 9, votes), 9, 33)
    assert found == (frozenset(VALID) if is_in else None)


@pytest.mark.parametrize(
    ("running", "voting", "is_in"), [(4, 7, True), (4, 9, False), (5, 9, True), (3, 7, False)]
)
def test_a_relay_needs_to_run_for_those_that_vote_on_running(
    running: int, voting: int, *, is_in: bool
) -> None:
    said = [VALID if number < running else ("Valid",) for number in range(9)]
    found = tally.chosen_flags(said, known("Running", voting, 9), 9, 33)
    assert found == (frozenset(VALID) if is_in else None)


def test_a_middle_relay_loses_flags_and_is_a_bad_exit() -> None:
    said = [(*VALID, "Fast", "MiddleOnly")] * 7 + [(*VALID, "Fast", "Exit", "V2Dir")] * 2
    voting = Counter(dict.fromkeys(KNOWN, 9) | {"MiddleOnly": 7, "BadExit": 5})
    found = tally.chosen_flags(said, voting, 9, 33)
    assert found == {"BadExit", "Fast", "MiddleOnly", "Running", "Valid"}
    assert "BadExit" not in (tally.chosen_flags(said, voting - Counter(BadExit=5), 9, 33) or ())
    everybody = [(*VALID, "Guard", "MiddleOnly")] * 9
    assert "Guard" not in (tally.chosen_flags(everybody, voting, 9, 32) or ())
    assert "Guard" in (tally.chosen_flags(everybody, voting, 9, 31) or ())


@pytest.mark.parametrize(
    ("measured", "claimed", "scanners", "found"),
    [
        ([45000, 97000, 65000, 50000, 86000], [10000] * 9, 5, (65000, False)),
        ([45000, 97000, 65000, 50000], [10000] * 9, 5, (50000, False)),
        ([7, 9, 9], [10000] * 9, 5, (9, False)),
        ([8000, 9000], [4267] * 9, 5, (20, True)),
        ([], [15] * 9, 5, (15, True)),
        ([], [4267] * 9, 2, (4267, True)),
        ([], [], 5, None),
    ],
)
def test_weights(
    measured: list[int], claimed: list[int], scanners: int, found: tuple[int, bool] | None
) -> None:
    made = tally.weight(measured, claimed, scanners)
    assert (None if made is None else (made.value, made.unmeasured)) == found


def test_the_low_median_of_all_values_is_another_number() -> None:
    """What other programs take for the weight counts claims among measurements."""
    values = [45000, 10000, 10000, 10000, 97000, 10000, 65000, 50000, 86000]
    assert tally.low_median(values) == 45000
    assert tally.weight([v for v in values if v != 10000], values, 5) == tally.Weight(
        65000, unmeasured=False
    )


NEW, OLD = (32, 33, 34, 35), (28, 29, 30, 31, 32, 33)


@pytest.mark.parametrize(
    ("new", "old", "used"), [(5, 4, 33), (6, 3, 33), (7, 2, 35), (6, 2, 35), (0, 0, 1)]
)
def test_the_method_is_one_that_more_than_two_thirds_know(new: int, old: int, used: int) -> None:
    methods = [NEW] * new + [OLD] * old
    assert tally.method(methods) == used
    if methods:
        enough = tally.knowing(methods, 35) >= tally.needed_for_method(len(methods))
        assert enough == (used == 35)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1, 1, 1, 1], 1),
        ([1, 1], None),
        ([10, 20, 30, 40], 20),
        ([5, 5, 900], 5),
        ([-3, -2, 7], -2),
    ],
)
def test_parameters(values: list[int], found: int | None) -> None:
    assert tally.param(values, 9) == found


def test_versions_are_of_those_that_recommend_any() -> None:
    assert tally.versions([("1", "2"), ("2", "3"), ("2",), ()]) == {"2"}
    assert tally.versions([("1", "2"), ("1", "3")]) == {"1"}


@pytest.mark.parametrize(
    ("sums", "found"),
    [
        (
            {"G": 60000, "M": 20000, "E": 10000, "D": 40000},
            {"Wgg": 6666, "Wmg": 3334, "Wee": 10000, "Wed": 8333, "Wgd": 833, "Wmd": 833, "Wme": 0},
        ),
        (
            {"G": 43164616, "M": 5890255, "E": 2012589, "D": 17775003},
            {"Wgg": 5683, "Wmg": 4317, "Wee": 10000, "Wed": 10000, "Wgd": 0, "Wmd": 0, "Wme": 0},
        ),
    ],
)
def test_bandwidth_weights(sums: dict[str, int], found: dict[str, int]) -> None:
    """The tests compare documents with these; no page needs them."""
    assert weights({name: value + 1 for name, value in sums.items()}) == found


T = vote.thresholds(THRESHOLDS.encode())
L = vote.thresholds(
    b"stable-uptime=457920 stable-mtbf=4440960 fast-speed=97000 guard-wfu=98.000% guard-tk=682560"
    b" guard-bw-inc-exits=10000000 guard-bw-exc-exits=10000000 enough-mtbf=1"
    b" ignoring-advertised-bws=0"
)
FLAGS = frozenset({"Running", "Valid", "Fast", "Stable", "V2Dir"})


def opinion(**said: object) -> Opinion:
    usual = {
        "flags": FLAGS,
        "claimed": 10_000,
        "measured": 5_000,
        "wfu": 990_000,
        "known": 900_000,
        "mtbf": 900_000,
    }
    return Opinion(**(usual | said))  # type: ignore[arg-type]


def verdict(flag: Flag, stated: FlagThresholds, **said: object) -> str:
    """Return what the last condition of a flag comes to."""
    rules, one = Rules.of(stated), opinion(**said)
    return Judge(rules.own_hsdir).verdicts(flag, one.flags, rules.found(one))[-1][1]


def lacks(flag: Flag, stated: FlagThresholds, **said: object) -> tuple[Condition, ...]:
    rules, one = Rules.of(stated), opinion(**said)
    return Judge(rules.own_hsdir).lacking(flag, one.flags, rules.found(one))


def stated(words: str) -> FlagThresholds:
    """Return thresholds T with some keys replaced."""
    return vote.thresholds(f"{words} {THRESHOLDS}".encode())


@pytest.mark.parametrize(
    ("rules", "said", "found"),
    [
        (T, {"measured": 3, "claimed": 9000}, 3),
        (T, {"measured": None, "claimed": 9000}, 0),
        (L, {"measured": None, "claimed": 9000}, 9000),
        (T, {"measured": 3, "authoritys_own": True}, 3),
    ],
)
def test_credible_bandwidth(rules: FlagThresholds, said: dict[str, object], found: int) -> None:
    assert Rules.of(rules).credible(opinion(**said)) == found


@pytest.mark.parametrize(
    ("flag", "rules", "said", "found"),
    [
        ("Fast", T, {"measured": 102}, "met"),
        ("Fast", T, {"measured": 101}, "lacking"),
        ("Fast", stated("fast-speed=1048000"), {"measured": 1047}, "lacking"),
        ("Fast", stated("fast-speed=1048000"), {"measured": 1048}, "met"),
        ("Stable", T, {"mtbf": 432_000}, "met"),
        ("Stable", T, {"mtbf": 431_999}, "lacking"),
        ("Stable", stated("stable-mtbf=259200"), {"mtbf": 300_000}, "met"),
        ("Stable", stated("enough-mtbf=0"), {}, "cannot tell"),
        ("Stable", T, {"mtbf": None}, "cannot tell"),
        ("Fast", L, {"claimed": None, "measured": None}, "cannot tell"),
        ("V2Dir", T, {}, "cannot tell"),
        ("HSDir", T, {}, "cannot tell"),
    ],
)
def test_rules(flag: Flag, rules: FlagThresholds, said: dict[str, object], found: str) -> None:
    assert verdict(flag, rules, **said) == found


def test_a_vote_that_states_no_thresholds_explains_nothing() -> None:
    assert {verdict(flag, FlagThresholds()) for flag in ("Fast", "Stable", "Guard")} == {
        "cannot tell"
    }


@pytest.mark.parametrize(
    ("rules", "measured", "enough"),
    [
        (T, 2097, True),
        (T, 2096, False),
        (stated("guard-bw-inc-exits=1500000 guard-bw-exc-exits=1400000"), 1400, True),
        (stated("guard-bw-inc-exits=1500000 guard-bw-exc-exits=1400000"), 1399, False),
    ],
)
def test_the_bandwidth_of_a_guard(rules: FlagThresholds, measured: int, *, enough: bool) -> None:
    assert Rules.of(T).guard == 2097
    assert ("bandwidth" not in lacks("Guard", rules, measured=measured)) == enough


SLOW = FLAGS - {"Fast"}


@pytest.mark.parametrize(
    ("flag", "rules", "said", "found"),
    [
        ("Guard", T, {"wfu": 979_999}, ("wfu",)),
        ("Guard", T, {"wfu": 980_000}, ()),
        ("Guard", T, {"known": 691_199, "wfu": 970_000}, ("wfu", "known")),
        ("Guard", L, {"known": 682_560}, ()),
        ("Guard", T, {"measured": None, "flags": SLOW}, ("Fast", "bandwidth")),
        ("Fast", T, {"measured": None, "flags": SLOW}, ("measurement",)),
        ("HSDir", T, {"flags": FLAGS - {"Running"}}, ("Running",)),
        ("Running", T, {"flags": FLAGS - {"Running"}}, ("Running",)),
        ("HSDir", stated("hsdir-wfu=98.000% hsdir-tk=900001"), {}, ("known",)),
    ],
)
def test_what_a_relay_lacks(
    flag: Flag, rules: FlagThresholds, said: dict[str, object], found: tuple[Condition, ...]
) -> None:
    assert lacks(flag, rules, **said) == found


def test_who_is_surplus_on_an_address_loses_flags_for_no_other_reason() -> None:
    judge = Judge(own_hsdir=False)
    found = Rules.of(T).found(opinion(measured=1))
    assert judge.reason("Fast", frozenset({"Sybil"}), found) == "unknown"
    assert judge.reason("Fast", frozenset({"Valid"}), found) == "bandwidth"


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([("up", 5 * DAY)], (432000, 1000000, 432000)),
        ([("up", HOUR), ("out", HOUR), ("up", 179 * HOUR)], (441512, 997423, 647731)),
        ([("up", HOUR), ("out", HOUR), ("up", 5 * DAY)], (271558, 995056, 436308)),
        ([("up", 30 * DAY), ("out", 6 * HOUR), ("up", 2 * DAY)], (1258744, 992356, 2301593)),
        ([("up", 30 * DAY), ("out", 2 * DAY), ("up", 8 * DAY)], (1192791, 955168, 1696445)),
        ([("up", 30 * DAY), ("out", 2 * DAY), ("up", 30 * DAY)], (2591990, 997047, 2697216)),
        ([("up", 30 * DAY), ("out", 1 * DAY)], (2592000, 964381, 2425680)),
    ],
)
def test_the_memory_of_an_authority(
    parts: list[tuple[str, int]], found: tuple[int, int, int]
) -> None:
    assert remembered(*parts) == Memory(*found)


def test_the_advice_says_what_the_memory_of_an_authority_comes_to() -> None:
    stable, guard = 5 * DAY, 980_000
    short = [("up", HOUR), ("out", HOUR)]
    assert remembered(("up", 5 * DAY)).mtbf == stable
    assert remembered(*short, ("up", 179 * HOUR)).mtbf >= stable
    assert remembered(*short, ("up", 7 * DAY)).mtbf < stable
    assert remembered(*short * 5, ("up", 296 * HOUR)).mtbf >= stable
    assert remembered(*short * 5, ("up", 12 * DAY)).mtbf < stable
    assert "5 days if it never had one, 7.5 to 12.3 days" in vote_texts.ADVICE["mtbf"]
    halves = [0.95 ** (2 * days) for days in (6.7, 6.8)]
    assert halves[0] > 0.5 > halves[1]
    assert "half of its weight in 6.8 days" in vote_texts.ADVICE["wfu"]
    assert remembered(("up", 30 * DAY), ("out", DAY)).wfu < guard


NINE = "bastet dannenberg dizum faravahar gabelmoo longclaw maatuska moria1 tor26".split()


def told(given: int, voting: int, reasons: dict[str, Condition]) -> str:
    found = Distance("Guard", given, voting, tally.needed(voting), grouped(reasons.items()))
    return vote_texts.distance(found)


def test_distances() -> None:
    wfu = dict.fromkeys(("tor26", "bastet", "gabelmoo"), "wfu")
    assert told(4, 9, wfu | {"dizum": "known", "moria1": "Stable"}) == (
        "4 of 9 authorities give it, 5 are needed; lacking: weighted uptime (bastet, gabelmoo,"
        " tor26); the Stable flag (moria1); time known (dizum)"
    )
    five = ("bastet", "gabelmoo", "maatuska", "moria1", "tor26")
    assert told(4, 9, dict.fromkeys(five, "bandwidth")) == (
        "4 of 9 authorities give it, 5 are needed; lacking: bandwidth (bastet, gabelmoo, maatuska,"
        " moria1, tor26)"
    )
    assert told(4, 9, dict.fromkeys(five, "bandwidth") | {"moria1": "measurement"}) == (
        "4 of 9 authorities give it, 5 are needed; lacking: bandwidth (bastet, gabelmoo, maatuska,"
        " tor26); a measurement (moria1)"
    )
    assert told(4, 9, dict.fromkeys(five, "unknown") | {"moria1": "listing"}) == (
        "4 of 9 authorities give it, 5 are needed; lacking: a reason that votes do not state"
        " (bastet, gabelmoo, maatuska, tor26); listing it (moria1)"
    )
    assert told(9, 9, {}) == "9 of 9 authorities give it, 5 are needed"
    assert told(2, 5, {}) == "2 of 5 authorities give it, 3 are needed"
    assert told(0, 1, {}) == "0 of 1 authorities give it, 1 is needed"


def test_every_condition_has_words_and_advice() -> None:
    assert tuple(vote_texts.CONDITIONS) == CONDITIONS
    assert {*vote_texts.ADVICE} == {*CONDITIONS} - {"Running"}


@pytest.mark.parametrize(
    ("wfu", "bound", "words"),
    [
        (980_000, 980_000, "at least 98%"),
        (979_999, 980_000, "95% to 98%"),
        (949_999, 980_000, "90 to 95%"),
        (899_999, 980_000, "80 to 90%"),
        (0, 980_000, "0 to 10%"),
        (930_000, 946_690, "90 to 95%"),
        (980_000, 946_690, "at least 94.669%"),
    ],
)
def test_weighted_uptime_is_printed_in_bands(wfu: int, bound: int, words: str) -> None:
    assert rounding.uptime(wfu, bound) == words


@pytest.mark.parametrize(
    ("seconds", "bound", "words"),
    [
        (691_199, 691_200, "7 of 8 days"),
        (691_200, 691_200, "at least 8 days"),
        (682_559, 682_560, "7 of 8 days"),
        (700_000, 682_560, "at least 7.9 days"),
        (1_203_750_817, 432_000, "at least 5 days"),
        (100_000, 432_000, "1 of 5 days"),
        (700_000, 683_423, "at least 7.9 days"),
    ],
)
def test_times_are_printed_in_whole_days_up_to_the_bound(
    seconds: int, bound: int, words: str
) -> None:
    assert rounding.days(seconds, bound) == words


@pytest.mark.parametrize(
    ("value", "printed"),
    [(45000, 50000), (96000, 100000), (1449, 1000), (7, 7), (0, 0), (95, 100), (14, 10)],
)
def test_measurements_have_one_digit(value: int, printed: int) -> None:
    assert rounding.one_digit(value) == printed


@pytest.mark.parametrize(
    ("flags", "known_flags", "announced", "tests", "line", "ipv4", "ipv6"),
    [
        ("Running", "Running", True, True, True, "reached", "reached"),
        ("", "Running", True, True, False, "not known", "not reached"),
        ("", "Running", True, True, True, "not reached", "reached"),
        ("", "Running", True, False, False, "not reached", "not tested"),
        ("", "", True, True, True, "not stated", "reached"),
        ("Running", "Running", False, True, False, "reached", "not announced"),
        ("Sybil", "Running", False, True, False, "not stated", "not announced"),
    ],
)
def test_reached(
    flags: str, known_flags: str, ipv4: str, ipv6: str, *, announced: bool, tests: bool, line: bool
) -> None:
    six = rounding.reached_ipv6(announced=announced, tests=tests, reached=line)
    four = rounding.reached_ipv4(frozenset(flags.split()), known_flags.split(), six)
    assert (four, six) == (ipv4, ipv6)
