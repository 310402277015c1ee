"""The bandwidth weights of a consensus from the sums of weight by position, as Tor has them.

Tor's `dirvote.c`, networkstatus_compute_bw_weights_v10(): whole numbers, divisions towards zero.
"""

from collections import Counter

from allium.model.votes import ConsensusRelays, numbers

SCALE = 10_000


def sums(listed: ConsensusRelays) -> dict[str, int]:
    """Return the weights of guards, middles, exits and those that are both, each sum plus one."""
    found = Counter({"G": 1, "M": 1, "E": 1, "D": 1})
    for number, weight in zip(numbers(listed.flags, 2), numbers(listed.weight), strict=True):
        flags = listed.flag_sets[number]
        exits, guards = "Exit" in flags and "BadExit" not in flags, "Guard" in flags
        found["D" if exits and guards else "E" if exits else "G" if guards else "M"] += weight - 1
    return dict(found)


def cut(numerator: int, denominator: int) -> int:
    """Divide as C does."""
    size = abs(numerator) // denominator
    return size if numerator >= 0 else -size


def weights(of: dict[str, int]) -> dict[str, int]:
    """Return the seven weights that the others follow from."""
    g, m, e, d = of["G"], of["M"], of["E"], of["D"]
    total = g + m + e + d
    if 3 * e >= total and 3 * g >= total:
        third = SCALE // 3
        ee, mg = cut(SCALE * (e + g + m), 3 * e), cut(SCALE * (2 * g - e - m), 3 * g)
        return made(gg=SCALE - mg, gd=third, md=third, ee=ee, ed=third, mg=mg)
    if 3 * e < total and 3 * g < total:
        return both_scarce(g, m, e, d)
    return one_scarce(g, m, e, d)


def made(*, gg: int, gd: int, md: int, ee: int, ed: int, mg: int) -> dict[str, int]:
    return {
        "Wgg": gg, "Wmg": mg, "Wee": ee, "Wme": SCALE - ee, "Wed": ed, "Wgd": gd, "Wmd": md,
    }  # fmt: skip


def both_scarce(g: int, m: int, e: int, d: int) -> dict[str, int]:
    total = g + m + e + d
    if min(e, g) + d < max(e, g):
        scarce = e < g
        return made(gg=SCALE, gd=SCALE * (not scarce), md=0, ee=SCALE, ed=SCALE * scarce, mg=0)
    ee, ed = cut(SCALE * (e - g + m), e), cut(SCALE * (d - 2 * e + 4 * g - 2 * m), 3 * d)
    me, md = cut(SCALE * (g - m), e), cut(SCALE - ed, 2)
    inside = all(0 <= one <= SCALE for one in (ee, ed, me, md))
    close = abs(ed + 2 * md - SCALE) <= 10 and abs(me + ee - SCALE) <= 10
    margin = cut(10 * total, 3)
    guards = SCALE * g + md * d
    balanced = (
        abs(guards - (ee * e + ed * d)) <= margin
        and abs(guards - (m * SCALE + md * d + me * e)) <= margin
    )
    if inside and close and balanced:
        return made(gg=SCALE, gd=md, md=md, ee=ee, ed=ed, mg=0) | {"Wme": me}
    ed = cut(SCALE * (d - 2 * e + g + m), 3 * d)
    md = max(0, cut(SCALE * (d - 2 * m + g + e), 3 * d))
    return made(gg=SCALE, gd=SCALE - ed - md, md=md, ee=SCALE, ed=ed, mg=0)


def one_scarce(g: int, m: int, e: int, d: int) -> dict[str, int]:
    total = g + m + e + d
    if 3 * (min(e, g) + d) < total:
        if g < e:
            me = 0 if e < m else cut(SCALE * (e - m), 2 * e)
            return made(gg=SCALE, gd=SCALE, md=0, ee=SCALE - me, ed=0, mg=0)
        mg = 0 if g < m else cut(SCALE * (g - m), 2 * g)
        return made(gg=SCALE - mg, gd=0, md=0, ee=SCALE, ed=SCALE, mg=mg)
    if g < e:
        gd = cut(SCALE * (d - 2 * g + e + m), 3 * d)
        half = cut(SCALE - gd, 2)
        return made(gg=SCALE, gd=gd, md=half, ee=cut(SCALE * (e + m), 2 * e), ed=half, mg=0)
    ed = cut(SCALE * (d - 2 * e + g + m), 3 * d)
    gg, half = cut(SCALE * (g + m), 2 * g), cut(SCALE - ed, 2)
    return made(gg=gg, gd=half, md=half, ee=SCALE, ed=ed, mg=SCALE - gg)
