"""Drives the journey on the template as it is, and on copies of it with a fault each: each fault must fail the step that it harms.

`python infra/deployed/faults.py [NAME ...]`, `none` and all faults when none is named.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from desk import ARCHIVES, ROOT

# Name: the resource, what is there, what is put in its place, and the step that must fail, or the steps of which one must.
FAULTS = {
    "wrong-attribute": ("NoticePublisher", "!GetAtt Table.StreamArn", "!GetAtt Table.Stream", "the stack is deployed"),
    "open-route": ("GetTroubleTicketProxyRoute", "AuthorizationType: JWT", "AuthorizationType: NONE", "the gateway"),
    "missing-route": ("AnySubscriptionRoute", "/cmp/v1/subscription", "/cmp/v1/elsewhere", "both CLECs subscribe"),
    "intake-may-not-write": ("TicketIntakeRole", "dynamodb:PutItem", "dynamodb:DescribeTable", "alpha reports"),
    "intake-may-not-read": ("TicketIntakeRole", "dynamodb:BatchGetItem", "dynamodb:DescribeTable", "alpha reports"),
    "publisher-may-not-publish": ("NoticePublisherRole", "sns:Publish", "sns:GetTopicAttributes", "the stream wakes"),
    "publisher-may-not-tell": ("NoticePublisherRole", "events:PutEvents", "events:DescribeEventBus", "the bus wakes"),
    "deaf-hub": ("TicketEvents", "ticket.opened", "ticket.opend", "the bus wakes"),
    # The sweep may send the Initial before it is late: then the listener, whom the stream alone tells, is the first to be harmed.
    "stream-of-keys": ("Table", "NEW_AND_OLD_IMAGES", "KEYS_ONLY", "the stream wakes|the bus wakes"),
    "check-may-not-look": ("IntervalCheckRole", "index/due", "index/byTime", "the schedule fires"),
    "documents-may-not-come": ("AttachmentRole", "s3:PutObject", "s3:GetObjectTagging", "it is worked"),
    "rare-schedule": ("EveryMinute", "rate(1 minute)", "rate(1 hour)", "the schedule fires"),
}


# The template as it is: the whole journey must pass.
NONE = "none"


def with_fault(template: str, resource: str, there: str, instead: str) -> str:
    """The template with something of one resource replaced."""
    block = re.search(rf"^  {resource}:\n(?:(?:    .*)?\n)+", template, re.MULTILINE)
    assert block and there in block[0], f"{resource} has no {there}: this fault is out of date"
    return template[: block.start()] + block[0].replace(there, instead) + template[block.end() :]


def driven(template: str, archives: Path) -> subprocess.CompletedProcess:
    """The journey on a template, in a stand-in of its own."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as copy:
        copy.write(template)
        copy.flush()
        journey = [sys.executable, str(Path(__file__).with_name("journey.py"))]
        journey += ["--template", copy.name, "--archives", str(archives)]
        return subprocess.run(journey, capture_output=True, text=True)


def tried(name: str, template: str, archives: Path) -> tuple[bool, str]:
    """Whether the journey did what it should, and the lines that tell it."""
    begun = time.monotonic()
    if name == NONE:
        done = driven(template, archives)
        passed = done.returncode == 0
        verdict = f"{'passed     ' if passed else 'NOT PASSED '} {time.monotonic() - begun:6.1f} s  the template as it is"
        return passed, f"{verdict}\n{done.stdout}{done.stderr}"
    resource, there, instead, harmed = FAULTS[name]
    done = driven(with_fault(template, resource, there, instead), archives)
    last = (done.stdout.splitlines() or ["nothing was tried"])[-1]
    noticed = done.returncode != 0 and re.match(rf"FAILED.*  ({harmed})", last) is not None
    verdict = "noticed" if noticed else "NOT NOTICED"
    lines = [f"{verdict} {time.monotonic() - begun:6.1f} s  {name}: {resource}: {instead} for {there}", last]
    return noticed, "\n        ".join(lines + [line for line in done.stderr.splitlines() if line][:1])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--template", type=Path, default=ROOT / "infra/template.yaml")
    arguments.add_argument("--archives", type=Path, default=ARCHIVES)
    arguments.add_argument("--at-once", type=int, default=3, metavar="N", help="each in a stand-in of its own, which mostly waits")
    arguments.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join([NONE, *FAULTS])}")
    asked = arguments.parse_args()
    wrong = 0
    with ThreadPoolExecutor(asked.at_once) as stacks:
        template = asked.template.read_text()
        of = [stacks.submit(tried, name, template, asked.archives) for name in asked.names or [NONE, *FAULTS]]
        for done in as_completed(of):
            right, told = done.result()
            wrong += not right
            print(told, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
