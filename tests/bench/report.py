# SPDX-License-Identifier: MIT
"""The rows of the benchmark, their limits, and the tables."""

import statistics
from dataclasses import dataclass

COLUMNS = {"direct": "no proxy", "microsocks": "microsocks", "dante": "Dante", "hosier": "Hosier"}


@dataclass(frozen=True)
class Limit:
    against: str  # a peer, or "" for the plain value
    value: float
    at_least: bool
    row: str = ""  # of Hosier's own, in the same rounds, instead of a peer

    def holds(self, figure):
        return figure >= self.value if self.at_least else figure <= self.value

    def text(self):
        sign = "≥" if self.at_least else "≤"
        other = self.row or COLUMNS.get(self.against)
        return f"{sign} {self.value:g}" + (f" × {other}" if other else "")


@dataclass(frozen=True)
class Row:
    name: str          # what --only takes
    title: str
    unit: str
    measurement: str   # which run of the load generator it comes from
    limit: Limit | None = None
    digits: int = 1
    peers: tuple = ("direct", "microsocks", "dante", "hosier")  # that can do it


OWN = ("hosier",)
ROWS = [
    Row("conn32", "connections/s, 32 at once", "1/s", "conn32", Limit("microsocks", 1.15, True), 0),
    Row("connhttp", "the same, HTTP CONNECT", "1/s", "connhttp", Limit("", 0.9, True, "conn32"), 0, OWN),
    Row("connrules", "the same, 1000 rules on hosts", "1/s", "connrules", Limit("", 0.95, True, "conn32"), 0, OWN),
    Row("connapp", "the same, one rule on programs", "1/s", "connapp", Limit("", 0.8, True, "conn32"), 0, OWN),
    Row("connapps", "the same, 1000 rules on programs", "1/s", "connapps", Limit("", 0.95, True, "connapp"), 0, OWN),
    Row("conn256", "connections/s, 256 at once", "1/s", "conn256", Limit("microsocks", 1.15, True), 0),
    Row("bulk1", "throughput, 1 stream", "Gbit/s", "bulk1", Limit("dante", 1.5, True)),
    Row("bulk8", "throughput, 8 streams", "Gbit/s", "bulk8", Limit("dante", 1.6, True)),
    Row("cpu1", "CPU of the proxy, 1 stream", "s/GB", "bulk1", None, 3),
    Row("cpu8", "CPU of the proxy, 8 streams", "s/GB", "bulk8", None, 3),
    Row("bulktwo", "throughput, two Hosiers asked by the client", "Gbit/s", "bulktwo", None, 1, OWN),
    Row("bulkhop", "throughput, one Hosier by way of the other", "Gbit/s", "bulkhop",
        Limit("", 0.8, True, "bulktwo"), 1, OWN),
    Row("udp", "UDP round trips/s, 512 B, window 32", "1/s", "udp", Limit("dante", 3.5, True), 0,
        ("direct", "dante", "hosier")),
    Row("udplost", "datagrams lost of those, per million", "", "udp", Limit("", 0, False), 0,
        ("direct", "dante", "hosier")),
    Row("rtt", "round trip p50, alone, one core", "µs", "rtt"),
    Row("rtt4000", "round trip p50, 4000 idle, one core", "µs", "rtt4000", Limit("microsocks", 1.0, False)),
    Row("rtt4000p99", "round trip p99, 4000 idle, one core", "µs", "rtt4000"),
    Row("rtt4000free", "round trip p50, 4000 idle, any core", "µs", "rtt4000free",
        Limit("microsocks", 1.0, False)),
    Row("idle", "memory of an idle relay", "KiB", "idle", Limit("", 1.0, False), 2, ("microsocks", "dante", "hosier")),
    Row("idleopen", "idle relays open and working, of 4000", "", "idle", Limit("", 4000, True), 0, ("microsocks", "dante", "hosier")),
]


def value_text(row, samples):
    if not samples:
        return "-"
    middle = f"{statistics.median(samples):.{row.digits}f}"
    low, high = min(samples), max(samples)
    if len(samples) < 2 or low == high:
        return middle
    return f"{middle} ({low:.{row.digits}f}–{high:.{row.digits}f})"


def print_table(head, lines):
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]

    def show(cells):
        first = cells[0].ljust(widths[0])
        print("  ".join([first] + [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]).rstrip())

    show(head)
    print("  ".join("-" * width for width in widths))
    for line in lines:
        show(line)


def print_values(results, rows, peers):
    head = ["median (lowest–highest)", "unit", *[COLUMNS[peer] for peer in peers]]
    print_table(head, [[row.title, row.unit, *[value_text(row, results[row.name][peer]) for peer in peers]]
                       for row in rows])


def medians_of(results, name):
    return {peer: statistics.median(samples) for peer, samples in results[name].items() if samples}


def judge(row, medians, results):
    """What the limit speaks of, and whether it holds; None when one of the two figures is missing."""
    own = medians.get("hosier")
    if row.limit is None or own is None:
        return None
    if row.limit.row:
        other = medians_of(results, row.limit.row).get("hosier")
        return (own / other, row.limit.holds(own / other)) if other else None
    if not row.limit.against:
        return own, row.limit.holds(own)
    other = medians.get(row.limit.against)
    if not other:
        return None
    return own / other, row.limit.holds(own / other)


def ratio_lines(results, rows):
    """Lines of the ratio table, and the names of the rows whose limit does not hold."""
    lines, below = [], []
    for row in rows:
        medians = medians_of(results, row.name)
        ratios = []
        for peer in ("microsocks", "dante"):
            known = "hosier" in medians and medians.get(peer)
            ratios.append(f"{medians['hosier'] / medians[peer]:.2f}" if known else "-")
        verdict = judge(row, medians, results)
        own = f"{verdict[0]:.2f}" if verdict and row.limit.row else "-"
        mark = "" if row.limit is None else "not measured"
        if verdict:
            mark = "reached" if verdict[1] else "below"
            if not verdict[1]:
                below.append(row.name)
        lines.append([row.title, *ratios, own, row.limit.text() if row.limit else "", mark])
    return lines, below


def startup_line(startup, limit):
    """The same two things for the start-up row, whose yardstick is not a proxy."""
    ratio = statistics.median(startup["hosier"]) / statistics.median(startup["emptywidget"])
    good = ratio <= limit
    line = [f"start: {ratio:.2f} × an empty Qt Widgets program", "", "", "", f"≤ {limit:g}", "reached" if good else "below"]
    return line, [] if good else ["startup"]
