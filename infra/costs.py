#!/usr/bin/env python3
"""Computes what a month costs: write units (infra/calls-and-units.md), times frequency, times AWS's prices.

    infra/costs.py            prints the table
    infra/costs.py --write    writes it into infra/README.md
    infra/costs.py --check    fails if the table in infra/README.md is another

Replace the ticket below by a typical one of yours, and the prices by those of your region.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# AWS's list prices of us-east-1 in dollars, without free tiers. Check them before you rely on them.
PRICES = {
    "write unit, on demand": 0.625e-6,
    "read unit, on demand": 0.125e-6,
    "GB-month in the table": 0.25,
    "GB-month of point-in-time recovery": 0.20,
    "HTTP API request": 1.00e-6,
    "Lambda request": 0.20e-6,
    "Lambda GB-second, arm64": 13.3334e-6,
    "event on the bus": 1.00e-6,
    "GB into the archive": 0.10,
    "SNS publish": 0.50e-6,
    "SNS e-mail": 20e-6,
    "SNS HTTPS delivery": 0.60e-6,
    "SQS request": 0.40e-6,
    "S3 PUT": 5.00e-6,
    "GB of logs": 0.50,
    "custom metric": 0.30,
    "alarm on a metric": 0.10,
    "dashboard": 3.00,
    "secret": 0.40,
    "scheduled run": 1.00e-6,
}

# A ticket's life: how often each operation happens, by its name in calls-and-units.md.
OPERATIONS = {
    "a trouble is reported": 1,
    "the status changes": 2,
    "a note is added": 2,
    "a workaround is provided": 0.5,
    "closed": 1,
}
LINKED = ("linked to a primary, which becomes an event", 0.2)
EVENTS = 0.05  # Of the tickets: to each primary, four others are linked.
FILES = 23  # Of the public sites, that a notice of an event changes.
STATUS_NOTICES = 5  # Initial, Closure, and the changes between them.
UPDATES = 7  # No-change updates: a working day of severity 2, hour by hour.
READS = 30  # Reads by clients, about two read units each.
TOPICS = 2  # A notice goes to its CLEC's topic and to the provider's.
EMAILS, HTTPS = 4, 1  # Endpoints that a notice reaches.
KILOBYTES = 20  # The size of a ticket in the table, with its history, notices and index entries.

# Assumptions on the safe side, at 256 MB, a quarter of a GB, but for what a schedule wakes; not measured in the cloud.
SECONDS = {"request": 0.03, "stream": 0.15, "sweep": 0.10, "site": 1.0}
LOG_BYTES = 1_000  # Of one invocation.
MINUTES = 30 * 24 * 60
# The numbers of schedules, secrets, metrics and alarms are counted in the deployed files.
TEMPLATE = (HERE / "template.yaml").read_text()
SCHEDULES = TEMPLATE.count("rate(1 minute)")
# The memory of what each minute wakes, in GB.
WOKEN = [block for block in TEMPLATE.split("    Type: AWS::Serverless::Function\n") if "rate(1 minute)" in block]
SWEEPERS = sum(int(memory) for block in WOKEN for memory in re.findall(r"MemorySize: (\d+)", block)) / 1024
METRICS = len(re.findall(r"^//! \| `", (HERE.parent / "shared/platform/src/metrics.rs").read_text(), re.M))
SECRETS = TEMPLATE.count("Type: AWS::SecretsManager::Secret\n")
# Lambda looks into a queue that wakes a function three times a minute, by five pollers.
QUEUES, POLLERS = TEMPLATE.count("          Type: SQS\n"), 5
# AWS charges an alarm for each metric that it watches.
ALARMS = len(re.findall(r"^      MetricName:|ReturnData: false", TEMPLATE, re.M))


def units() -> dict[str, float]:
    """Reads the write units of each operation."""
    rows = re.findall(r"^\| `[\w-]+` \| (.+?) \| \d+ \| (\d+) \|", (HERE / "calls-and-units.md").read_text(), re.M)
    return {operation: int(written) for operation, written in rows}


def month(tickets: int) -> list[tuple[str, str, float]]:
    """Returns a row for each price: its name, the amount, and the dollars."""
    of = units()
    sending = of["a target notice"]
    update = of["two updates are due, one an event's"] / 2
    acts = sum(OPERATIONS.values()) + LINKED[1]
    notices = STATUS_NOTICES + UPDATES
    writes = sum(of[name] * times for name, times in OPERATIONS.items()) + of[LINKED[0]] * LINKED[1]
    writes += STATUS_NOTICES * sending + UPDATES * update
    # Each action makes a batch of the stream, and so does each step of sending a notice.
    batches = acts + 2 * notices
    events = acts + 2 * notices
    # Each action makes an event that starts hub-delivery, which looks for listeners: here there are none.
    reads = 2 * (acts + READS) + 3 * notices + 2 * acts
    requests = acts + READS
    # Each notice of an event wakes site-publisher, which has 512 MB.
    sites = EVENTS * notices
    invocations = requests + batches + acts + sites
    seconds = (requests + acts) * SECONDS["request"] + batches * SECONDS["stream"] + sites * SECONDS["site"] * 2

    def row(price: str, times: float, once: float = 0) -> tuple[str, str, float]:
        amount = times * tickets + once
        shown = f"{amount:,.0f}" if amount >= 10 else f"{amount:.2g}"
        return price, shown, amount * PRICES[price]

    gigabyte = 1e6  # In kilobytes; an event has at most one kilobyte.
    return [
        row("write unit, on demand", writes),
        row("read unit, on demand", reads, SCHEDULES * MINUTES * 0.5),
        row("GB-month in the table", 12 * KILOBYTES / gigabyte),
        row("GB-month of point-in-time recovery", 12 * KILOBYTES / gigabyte),
        row("HTTP API request", requests),
        row("Lambda request", invocations, SCHEDULES * MINUTES),
        row("Lambda GB-second, arm64", seconds / 4, SWEEPERS * MINUTES * SECONDS["sweep"]),
        row("event on the bus", events),
        row("GB into the archive", events / gigabyte),
        row("SNS publish", notices * TOPICS),
        row("SNS e-mail", notices * EMAILS),
        row("SNS HTTPS delivery", notices * HTTPS),
        row("SQS request", 0, QUEUES * POLLERS * MINUTES * 3),
        row("S3 PUT", sites * FILES),
        row("GB of logs", invocations * LOG_BYTES / 1e9, SCHEDULES * MINUTES * LOG_BYTES / 1e9),
        row("custom metric", 0, METRICS),
        row("alarm on a metric", 0, ALARMS),
        row("dashboard", 0, 1),
        row("secret", 0, SECRETS),
        row("scheduled run", 0, SCHEDULES * MINUTES),
    ]


def table() -> str:
    """Returns the table of both months in Markdown."""
    few, many = month(1_000), month(100_000)
    lines = ["| what | price, $ | at 1,000 tickets | $ | at 100,000 tickets | $ |", "|---|---:|---:|---:|---:|---:|"]
    for (name, amount, dollars), (_, amount_of_many, dollars_of_many) in zip(few, many):
        price = f"{PRICES[name]:.2f}" if PRICES[name] >= 0.01 else f"{PRICES[name] * 1e6:g} a million"
        lines.append(f"| {name} | {price} | {amount} | {dollars:,.2f} | {amount_of_many} | {dollars_of_many:,.2f} |")
    total = [sum(dollars for *_, dollars in of) for of in (few, many)]
    lines.append(f"| **sum** | | | **{total[0]:,.2f}** | | **{total[1]:,.2f}** |")
    return "\n".join(lines)


def main() -> int:
    readme = HERE / "README.md"
    if len(sys.argv) < 2:
        print(table())
        return 0
    text = readme.read_text()
    begin, end = "<!-- costs -->\n", "\n<!-- /costs -->"
    before, rest = text.split(begin)
    now, after = rest.split(end)
    if sys.argv[1] == "--write":
        readme.write_text(before + begin + table() + end + after)
    elif now != table():
        print("infra/README.md tells other costs than infra/costs.py --write would", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
