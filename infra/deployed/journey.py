"""One journey through the deployed desk: `infra/deployed/archives && python infra/deployed/journey.py`.

The real template and the real functions, deployed by the commands of infra/README.md into a stand-in for AWS on this machine.
A line a step; at the first that fails, why, and the ends of the logs.
"""

import argparse
import base64
import hashlib
import html
import json
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from cloud import REGION, Cloud
from desk import ARCHIVES, ROOT, STACK, Desk, Receiver

TICKETS = "/tmf-api/troubleTicket/v4/troubleTicket"
SUBSCRIPTIONS = "/cmp/v1/subscription"
HUB = "/tmf-api/troubleTicket/v4/hub"
CHANGE_REQUESTS = "/cmp/v1/changeRequest"
MEETINGS = "/cmp/v1/meeting"
TEAM_MEMBERS = "/cmp/v1/teamMember"
ACCOUNT_REQUESTS = "/cmp/v1/accountRequest"
POST_MORTEMS = "/cmp/v1/postMortem"
PURCHASES = "/cmp/v1/purchasedOffering"
OBJECTIVES = "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective"
MEASUREMENTS = "/cmp/v1/measurement"
PROBLEMS = "/tmf-api/serviceProblemManagement/v4/serviceProblem"
OTHER_PARTIES = "/cmp/v1/otherParty"

# What people write of a trouble; none of it is the logs' business.
WORDS = ["canary-description", "canary-listener", "canary-contact", "canary@alpha.example", "canary-resolution", "canary-event", "+1303"]
TROUBLE = {
    "description": "canary-description: all our orders are rejected",
    "severity": "serious",
    "ticketType": "systems",
    "systemAffected": "IMA",
    "contact": {"name": "canary-contact", "email": "canary@alpha.example"},
}

FORM = {
    "kind": "systems",
    "title": "One document for EDI",
    "description": "canary-description: a single source document",
    "contact": "canary-contact, canary@alpha.example",
}
# The provider's roles in the change management process, and that of tier 1, beside the one that makes its people its own.
ROLES = ["desk", "cmpManager", "groupManager", "crpm", "director", "sme", "csie"]

# The stream wakes the publisher within a second; a cold function and a slow machine need some more.
BY_STREAM = 20
# A minute to the next check, and what it does; the stand-in looks at its schedules every ten seconds.
BY_SCHEDULE = 90


def policy(clients: dict) -> dict:
    """The source's policy with a clock that a test can wait for: at any hour, an update leaves twenty seconds after the
    last notice. It is due much later, so that a slow machine does not make it late."""
    version = json.loads((ROOT / "shared/contract/data/policy.json").read_text())["versions"][0]
    version["hours"] = {day: ["00:00-24:00"] for day in "monday tuesday wednesday thursday friday saturday sunday".split()}
    version["lead"] = version["grace"] = "PT220S"
    for row in version["intervals"]:
        for interval in ("statusChange", "noStatusChange", "uponResolution"):
            row[interval] = row[interval] and "PT4M"
    return {"clients": clients, "versions": [version]}


@contextmanager
def step(what: str):
    """Tells what is tried, and how long it took."""
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print(f"FAILED {time.monotonic() - begun:6.1f} s  {what}", flush=True)
        raise
    print(f"ok     {time.monotonic() - begun:6.1f} s  {what}", flush=True)


def within(seconds: float, what: str, probe):
    """What the probe finds, as soon as it finds anything."""
    until = time.monotonic() + seconds
    while not (found := probe()):
        assert time.monotonic() < until, f"not within {seconds} s: {what}"
        time.sleep(0.2)
    return found


class Journey:
    def __init__(self, cloud: Cloud, desk: Desk, receiver: Receiver):
        self.cloud, self.desk, self.receiver = cloud, desk, receiver
        self.events = {}

    def run(self):
        self.deployed()
        self.edges()
        self.subscribed()
        self.listening()
        self.reported()
        self.updated()
        self.worked()
        self.linked()
        self.night()
        self.closed()
        self.all_told_once()
        self.changed()
        self.publisher_broken()
        self.measured()
        self.nothing_said_in_logs()
        self.deleted_and_back()

    def told(self, clec: str, seconds: float, **wanted) -> dict:
        """The first notice to a CLEC in which all is as wanted."""

        def found():
            return [n for n in self.receiver.notices(clec) if wanted == {name: n.get(name) for name in wanted}]

        try:
            return within(seconds, f"{wanted} to {clec}", found)[0]
        except AssertionError as missing:
            arrived = [(n["noticeId"], n["notice"], n["label"]) for n in self.receiver.notices(clec)]
            raise AssertionError(f"{missing}; arrived: {arrived}") from None

    def subscription(self, clec: str) -> tuple[str, str] | None:
        """The ARNs of a CLEC's topic and of its one subscription there, which hands over what cannot be delivered."""
        sns = self.cloud.client("sns")
        of = [s for s in sns.list_subscriptions()["Subscriptions"] if s["TopicArn"].endswith(f"-clec-{clec}")]
        for found in (s for s in of if s["SubscriptionArn"].startswith("arn:")):
            attributes = sns.get_subscription_attributes(SubscriptionArn=found["SubscriptionArn"])["Attributes"]
            assert "deadLetterTargetArn" in attributes["RedrivePolicy"], attributes
            return found["TopicArn"], found["SubscriptionArn"]

    def told_once(self) -> set[str]:
        """The ids of all notices that arrived, none of them twice at one endpoint."""
        arrived = Counter((clec, n["noticeId"]) for clec in ("alpha", "beta") for n in self.receiver.notices(clec))
        assert max(arrived.values()) == 1, f"told twice: {arrived}"
        return {notice for _, notice in arrived}

    def on_bus(self) -> list[dict]:
        """The events that were put on the bus so far; one that was told again is the same event."""
        sqs = self.cloud.client("sqs")
        while messages := sqs.receive_message(QueueUrl=self.heard, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                event = json.loads(message["Body"])["detail"]
                self.events[event["id"]] = event
                sqs.delete_message(QueueUrl=self.heard, ReceiptHandle=message["ReceiptHandle"])
        return list(self.events.values())

    def deployed(self):
        with step("the stack is deployed, and nobody may call it"):
            self.desk.deploy(policy({}), LogRetentionDays="1")
        with step("clients are made, and the stack is deployed again with them"):
            ids = {name: self.desk.add_client(name) for name in ("alpha", "beta", "desk")}
            clients = {ids["alpha"]: {"clec": "alpha"}, ids["beta"]: {"clec": "beta"}, ids["desk"]: {"roles": ROLES}}
            self.policy, self.parameters = policy(clients), {"LogRetentionDays": "1", "JwtAudience": ",".join(ids.values())}
            self.desk.deploy(self.policy, **self.parameters)
        # A test's ear on the bus.
        sqs, events = self.cloud.client("sqs"), self.cloud.client("events")
        self.heard = sqs.create_queue(QueueName="heard")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self.heard, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        rule = {"Name": "heard", "EventBusName": self.desk.outputs["BusName"]}
        events.put_rule(**rule, EventPattern=json.dumps({"source": ["wholesale.desk"]}))
        events.put_targets(Rule="heard", EventBusName=rule["EventBusName"], Targets=[{"Id": "heard", "Arn": arn}])

    def edges(self):
        with step("the gateway: a description for everybody, no token 401, another's token 401, no route 404"):
            assert "openapi" in self.desk.call(None, "GET", "/openapi.json").expect(200).body
            for path in (TICKETS, SUBSCRIPTIONS, f"{TICKETS}/X8FR-JS8J", f"{TICKETS}/X8FR-JS8J/timeline"):
                self.desk.call(None, "GET", path).expect(401)
            self.desk.call(None, "POST", TICKETS, TROUBLE).expect(401)
            self.desk.call(self.desk.token("alpha")[:-8] + "AAAAAAAA", "GET", TICKETS).expect(401)
            self.desk.as_("alpha", "GET", "/local/events").expect(404)
        with step("the pages: who is not signed in is led to the sign-in and back, and they say themselves what there is not"):
            for path in ("/portal", "/portal/troubleTicket/X8FR-JS8J", "/console"):
                answer = self.desk.call(None, "GET", path).expect(303)
                assert "/web/sign-in?to=%2F" in answer.leads_to, answer
            page = html.unescape(self.desk.call(None, "GET", "/web/signed-out").expect(200).text)
            style = re.search(r"/web/assets/desk-\w+\.css", page)
            assert "--grave" in self.desk.call(None, "GET", style.group()).expect(200).text
            self.desk.call(None, "GET", "/web/assets/none.css").expect(404)

    def subscribed(self):
        with step("both CLECs subscribe an HTTPS endpoint, and confirm it with the token that it is sent"):
            for clec in ("alpha", "beta"):
                wanted = {"channel": "https", "endpoint": self.receiver.endpoint(clec), "notices": ["event", "target"]}
                pending = self.desk.as_(clec, "POST", SUBSCRIPTIONS, wanted).expect(201).body
                assert pending["status"] == "pending", pending
                token = within(BY_STREAM, f"a token for {clec}", lambda: self.receiver.tokens(clec))[0]
                confirmation = f"{SUBSCRIPTIONS}/{pending['id']}/confirmation"
                confirmed = self.desk.as_(clec, "POST", confirmation, {"token": token}).expect(200).body
                assert confirmed["status"] == "confirmed", confirmed
        with step("a telephone and an e-mail endpoint are subscribed, listed and removed"):
            for channel, endpoint in (("sms", "+13035550100"), ("email", "canary@alpha.example")):
                wanted = {"channel": channel, "endpoint": endpoint, "notices": ["event"]}
                made = self.desk.as_("alpha", "POST", SUBSCRIPTIONS, wanted).expect(201).body["id"]
                if channel == "sms":
                    # The stand-in has no telephone network: it logs what it would send.
                    code = re.findall(r"SMS to \+13035550100: .*?(\d{6})", self.cloud.log.read_text())[0]
                    confirmation = f"{SUBSCRIPTIONS}/{made}/confirmation"
                    self.desk.as_("alpha", "POST", confirmation, {"token": code}).expect(200)
                listed = self.desk.as_("alpha", "GET", SUBSCRIPTIONS).expect(200).body
                assert made in [subscription["id"] for subscription in listed], listed
                self.desk.as_("alpha", "DELETE", f"{SUBSCRIPTIONS}/{made}").expect(204)

    def listening(self):
        with step("alpha's listener is registered, not at an address of ours; beta's eyes do not see it"):
            for inside in ("https://127.0.0.1/events", "https://169.254.169.254/events"):
                self.desk.as_("alpha", "POST", HUB, {"callback": inside}).expect(400)
            listener = self.desk.as_("alpha", "POST", HUB, {"callback": "https://canary-listener.invalid/"}).expect(201).body
            assert listener["secret"].startswith("whsec_"), listener
            self.listener = f"{HUB}/{listener['id']}"
            self.desk.as_("beta", "GET", self.listener).expect(404)

    def reported(self):
        with step("alpha reports; the same request again finds the same ticket; the body is checked"):
            self.alpha = self.desk.as_("alpha", "POST", TICKETS, TROUBLE, key="alpha-1").expect(201).body["id"]
            again = self.desk.as_("alpha", "POST", TICKETS, TROUBLE, key="alpha-1").expect(201).body["id"]
            assert again == self.alpha, f"{again} is another ticket than {self.alpha}"
            self.desk.as_("alpha", "POST", TICKETS, {"severity": "grave"}).expect(400)
        with step("the stream wakes the publisher: alpha is told the Initial"):
            self.told("alpha", BY_STREAM, kind="Initial", ticketNumbers=[self.alpha])
        with step("the queue wakes undelivered: what SNS could not deliver to alpha is known to it, and told by telephone"):
            topic, subscription = within(BY_STREAM, "alpha's subscription", lambda: self.subscription("alpha"))
            url = f"https://sns.{REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription}"
            notice = {"Type": "String", "Value": f"{self.alpha}#1"}
            gave_up = {"TopicArn": topic, "UnsubscribeURL": url, "MessageAttributes": {"noticeId": notice}}
            said = {"ErrorCode": {"DataType": "String", "StringValue": "BAD_REQUEST"}}
            queue = self.desk.outputs["UndeliveredNotices"]
            # The stand-in delivers once and hands nothing over: the message is put in as SNS does.
            self.cloud.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(gave_up), MessageAttributes=said)
            path = f"{TICKETS}/{self.alpha}/timeline"
            clock = lambda: self.desk.as_("alpha", "GET", path).expect(200).body["clock"][0]
            found = within(BY_STREAM + 10, "the endpoint", lambda: clock().get("undelivered"))
            assert (found[0]["cause"], clock()["standing"]) == ("BAD_REQUEST", "reachedNobody"), clock()
            listed = self.desk.as_("alpha", "GET", SUBSCRIPTIONS).expect(200).body
            assert listed[0]["undelivered"]["cause"] == "BAD_REQUEST", listed
            call = {"noticeId": f"{self.alpha}#1", "clec": "alpha", "contact": "canary-contact", "detail": "canary-description"}
            self.desk.as_("desk", "POST", "/cmp/v1/unreachedNotice/phoneNotice", call).expect(200)
        with step("the bus wakes hub-delivery: alpha's listener, which is nowhere, is to be tried again"):
            failing = lambda: self.desk.as_("alpha", "GET", self.listener).expect(200).body["standing"] == "failing"
            within(BY_STREAM + 10, "a failure", failing)
        with step("beta cannot see alpha's ticket, and lists none; alpha and the desk do"):
            for path in (f"{TICKETS}/{self.alpha}", f"{TICKETS}/{self.alpha}/timeline"):
                self.desk.as_("beta", "GET", path).expect(404)
            self.desk.as_("beta", "PATCH", f"{TICKETS}/{self.alpha}", {"status": "cancelled"}).expect(404)
            for client, numbers in (("alpha", [self.alpha]), ("beta", []), ("desk", [self.alpha])):
                listed = self.desk.as_(client, "GET", TICKETS).expect(200).body
                assert [ticket["id"] for ticket in listed] == numbers, f"{client}: {listed}"
        with step("the desk's queue has alpha's ticket, which the desk and alpha find by its number, and beta does not"):
            queued = self.desk.as_("desk", "GET", "/cmp/v1/queue/helpDesk").expect(200).body
            assert self.alpha in [row["about"]["id"] for row in queued], queued
            self.desk.as_("beta", "GET", "/cmp/v1/queue/helpDesk").expect(403)
            for client, numbers in (("alpha", [self.alpha]), ("beta", []), ("desk", [self.alpha])):
                found = self.desk.as_(client, "GET", f"/cmp/v1/search?q={self.alpha}").expect(200).body
                assert [row["id"] for row in found] == numbers, f"{client}: {found}"

    def updated(self):
        with step("the stack is deployed again with more shards, while the ticket is open"):
            self.desk.deploy(self.policy, **self.parameters, DueShards="2")
        with step("the schedule fires: alpha is told an Update without a change, in time"):
            self.told("alpha", BY_SCHEDULE, kind="Update", ticketNumbers=[self.alpha], changes=[])

    def worked(self):
        with step("the desk takes the ticket in hand: alpha is told"):
            change = {"status": "inProgress", "eventDescription": "canary-event: IMA rejects orders"}
            self.desk.as_("desk", "PATCH", f"{TICKETS}/{self.alpha}", change).expect(200)
            self.told("alpha", BY_STREAM, kind="Update", status="inProgress")
        with step("every other act is answered, and its repetition alike; what changed is told"):
            said = {"contact": "canary-contact", "detail": "canary-description: still rejected"}
            bypass = "canary-description: submit by fax"
            for task, body in (
                ("call", {"clec": "alpha", **said}),
                ("severityChange", {"severity": "moderate", "reason": "canary-description: a bypass is found"}),
                ("workaround", {"description": bypass}),
                ("phoneNotice", said),
                ("technicalEscalation", {"contact": "canary-contact", "reason": "canary-description: no resolution yet"}),
            ):
                for _ in range(2):
                    answer = self.desk.as_("desk", "POST", f"{TICKETS}/{self.alpha}/{task}", body, key=task)
                    assert answer.expect(200).body["id"] == self.alpha
                if task == "workaround":
                    self.told("alpha", BY_STREAM, kind="Update", workaround=bypass)
        with step("everything that can be read is answered"):
            of_all = ("severity", "disposition", "contact", "plannedOutage", "release")
            for path in (f"{TICKETS}/{self.alpha}/forecast", *(f"/cmp/v1/{each}" for each in of_all)):
                self.desk.as_("alpha", "GET", path).expect(200)
            for status, numbers in (("inProgress", [self.alpha]), ("closed", [])):
                listed = self.desk.as_("desk", "GET", f"{TICKETS}?status={status}").expect(200).body
                assert [ticket["id"] for ticket in listed] == numbers, listed
            # Each notice was taken by an endpoint: there is nobody to telephone, and no notice to record a call of.
            unreached = "/cmp/v1/unreachedNotice"
            assert self.desk.as_("desk", "GET", unreached).expect(200).body == []
            call = {"noticeId": f"{self.alpha}#1", "clec": "alpha", "contact": "canary-contact", "detail": "canary-description"}
            self.desk.as_("desk", "POST", f"{unreached}/phoneNotice", call).expect(409)
            self.desk.as_("alpha", "GET", unreached).expect(403)

    def linked(self):
        with step("beta reports; its ticket is linked to alpha's; both are told of one event"):
            self.beta = self.desk.as_("beta", "POST", TICKETS, TROUBLE, key="beta-1").expect(201).body["id"]
            self.told("beta", BY_STREAM, kind="Initial", ticketNumbers=[self.beta])
            self.desk.as_("desk", "POST", f"{TICKETS}/{self.beta}/link", {"primary": self.alpha}).expect(200)
            for clec in ("alpha", "beta"):
                event = self.told(clec, BY_STREAM, kind="Initial", notice="event", ticketNumbers=[self.alpha, self.beta])
                assert event["description"] == "canary-event: IMA rejects orders", event
        with step("the event notification site shows it, and nothing of what the CLECs wrote"):
            invoked = self.cloud.client("lambda").invoke(FunctionName=f"{STACK}-site-publisher", Payload=b'{"source": "rebuild"}')
            said = json.loads(invoked["Payload"].read())
            assert "FunctionError" not in invoked and said["files"], said
            page = within(BY_STREAM + 10, "the event's page", lambda: self.desk.site(f"/events/{self.alpha}/"))
            assert "canary-event: IMA rejects orders" in page, page
            assert TROUBLE["description"] not in page and "canary-contact" not in page, page
            assert self.alpha in self.desk.site("/events/") and self.alpha in self.desk.site("/events/feed.json")
            assert self.desk.site("/events/none/") is None
        with step("linked tickets are read, and found again by their keys"):
            for clec, number in (("alpha", self.alpha), ("beta", self.beta)):
                assert self.desk.as_(clec, "GET", f"{TICKETS}/{number}").expect(200).body["status"] == "inProgress"
                again = self.desk.as_(clec, "POST", TICKETS, TROUBLE, key=f"{clec}-1").expect(201).body["id"]
                assert again == number, f"{again} is another ticket than {number}"

    def night(self):
        with step("the night's check finds every clock, contact and subscription as it should be"):
            answered = self.cloud.client("lambda").invoke(FunctionName=f"{STACK}-nightly-check", Payload=b"{}")
            said = json.loads(answered["Payload"].read())
            assert "FunctionError" not in answered, said
            assert said["clocks"]["open"] and not said["clocks"]["differing"], said

    def closed(self):
        with step("the desk closes alpha's ticket: beta's is closed with it, both are told"):
            closing = {"disposition": "resolved", "resolution": "canary-resolution: an edit was corrected"}
            self.desk.as_("desk", "POST", f"{TICKETS}/{self.alpha}/close", closing).expect(200)
            assert self.desk.as_("beta", "GET", f"{TICKETS}/{self.beta}").expect(200).body["status"] == "closed"
            for clec in ("alpha", "beta"):
                self.told(clec, BY_STREAM, kind="Closure", ticketNumbers=[self.alpha, self.beta])

    def all_told_once(self):
        with step("each notice arrived exactly once, none was late, and the bus and its archive have the whole story"):
            clocks = []
            for number in (self.alpha, self.beta):
                clocks += self.desk.as_("desk", "GET", f"{TICKETS}/{number}/timeline").expect(200).body["clock"]
            assert {clock["standing"] for clock in clocks} <= {"sent", "void"}, clocks
            by_telephone = {clock["noticeId"] for clock in clocks if clock.get("means") == "telephone"}
            assert len(by_telephone) == 1, clocks

            def whole():
                events = self.on_bus()
                # Nobody of the desk subscribed: what it alone is told reaches nobody here.
                to_clecs = [e for e in events if not e["data"].get("noticeId", "").startswith("party/desk/")]
                of = lambda kind: {e["data"]["noticeId"] for e in to_clecs if e["type"] == kind}
                return of("notice.owed") == of("notice.sent") == self.told_once() | by_telephone

            try:
                within(BY_STREAM, "the events of all notices", whole)
            except AssertionError as late:
                raise AssertionError(f"{late}; told: {self.told_once()}; on the bus: {sorted(self.events)}") from None
            kinds = Counter(event["type"] for event in self.on_bus())
            assert kinds["ticket.opened"] == 2 and kinds["ticket.changed"] >= 3, kinds
            assert kinds["subscription.changed"] >= 4 and kinds["subscription.removed"] == 2, kinds
            assert not kinds["notice.missed"], kinds
            archive = self.cloud.client("events").describe_archive(ArchiveName=STACK)
            assert archive["EventCount"] >= len(self.events), archive

    def changed(self):
        with step("alpha submits a change request, which is logged and posted: alpha is told by a numbered notice, beta reads it"):
            request = self.desk.as_("alpha", "POST", CHANGE_REQUESTS, FORM, key="alpha-3").expect(201).body["id"]
            path = f"{CHANGE_REQUESTS}/{request}"
            self.desk.as_("beta", "GET", path).expect(404)
            number = self.desk.as_("desk", "POST", f"{path}/acknowledgment", {}).expect(200).body["number"]
            self.desk.as_("beta", "GET", f"{CHANGE_REQUESTS}/{number}").expect(404)
            self.desk.as_("desk", "POST", f"{path}/posting", {}).expect(200)
            self.desk.as_("alpha", "POST", f"{path}/posting", {}).expect(403)
            assert self.desk.as_("beta", "GET", f"{CHANGE_REQUESTS}/{number}").expect(200).body["id"] == request
            told = lambda: [n for n in self.receiver.notices("alpha") if n["notice"] == "changeRequest"]
            within(BY_STREAM, "two notices", lambda: len(told()) == 2)
            series = [n["details"]["noticeNumber"] for n in told()]
            assert all(re.fullmatch(r"CMPR\.\d\d\.\d\d\.\d\d\.F\.\d{5}\.CR_\w+", each) for each in series), series
        with step("an ad hoc meeting is convened, and moved: beta reads it"):
            # The days before a monthly meeting, on which none is: two that are no holidays.
            monthly = date.fromisoformat(self.desk.as_("beta", "GET", f"{MEETINGS}?kind=systems").expect(200).body[1]["date"])
            first, second = (str(monthly - timedelta(days=days)) for days in (1, 2))
            convened = {"kind": "systems", "date": first, "purpose": "canary-description"}
            meeting = self.desk.as_("desk", "POST", MEETINGS, convened, key="meeting-1").expect(201).body["id"]
            moved = {"date": second, "reason": "canary-description"}
            self.desk.as_("desk", "POST", f"{MEETINGS}/{meeting}/move", moved).expect(200)
            assert self.desk.as_("beta", "GET", f"{MEETINGS}/{meeting}").expect(200).body["status"] == "moved"
            assert meeting in [each["id"] for each in self.desk.as_("beta", "GET", MEETINGS).expect(200).body]
        with step("alpha's service manager is asked and answers; a post-mortem of alpha's closed ticket is drafted: beta reads neither"):
            person = {"position": "serviceManager", "name": "canary-contact", "pager": "+13035550131"}
            manager = self.desk.as_("desk", "POST", TEAM_MEMBERS, person, key="manager-1").expect(201).body["id"]
            assigned = {"team": "service", "member": manager}
            self.desk.as_("desk", "POST", "/cmp/v1/accountTeam/alpha/assignment", assigned).expect(200)
            assert person["pager"] in self.desk.as_("alpha", "GET", "/cmp/v1/accountTeam/alpha").expect(200).text
            asked = {"kind": "question", "channel": "pager", "topic": "repair", "text": "canary-description"}
            question = self.desk.as_("alpha", "POST", ACCOUNT_REQUESTS, asked, key="question-1").expect(201).body["id"]
            answer = {"text": "canary-resolution"}
            self.desk.as_("desk", "POST", f"{ACCOUNT_REQUESTS}/{question}/answer", answer).expect(200)
            self.told("alpha", BY_STREAM, noticeId=f"{question}#1")
            wanted = {"ticket": self.alpha, "reason": "canary-description"}
            post_mortem = self.desk.as_("alpha", "POST", POST_MORTEMS, wanted, key="post-mortem-1").expect(201).body["id"]
            said = {"cause": "canary-event", "restoration": "canary-resolution", "prevention": "canary-event"}
            self.desk.as_("desk", "POST", f"{POST_MORTEMS}/{post_mortem}/draft", said).expect(200)
            for path in (f"{ACCOUNT_REQUESTS}/{question}", f"{POST_MORTEMS}/{post_mortem}", "/cmp/v1/accountTeam/alpha"):
                self.desk.as_("beta", "GET", path).expect(404)
        with step("alpha's circuit is measured by many measurements at once, and held against a threshold: beta reads none of it"):
            metrics = [{"name": "delay", "kind": "technical", "unit": "ms"}]
            loop = {"name": "DS1 loop", "family": "Unbundled loops", "metrics": metrics}
            offering = self.desk.as_("desk", "POST", "/cmp/v1/productOffering", loop, key="offering-1").expect(201).body["id"]
            begins = f"{date.today() - timedelta(days=3)}T07:00:00Z"
            circuit = {"clec": "alpha", "offering": offering, "name": "circuit 7", "since": begins}
            purchase = self.desk.as_("desk", "POST", PURCHASES, circuit, key="purchase-1").expect(201).body["id"]
            threshold = {
                "conformanceTarget": "50", "conformanceComparator": "lessThanOrEqual", "window": "PT1H",
                "validFor": {"startDateTime": begins},
                "serviceLevelObjectiveParameter": {
                    "name": "delay", "relatedEntity": [{"id": offering, "@referredType": "ProductOffering"}],
                },
            }
            self.desk.as_("desk", "POST", OBJECTIVES, threshold, key="objective-1").expect(201)
            at = f"{date.today() - timedelta(days=2)}T08"
            rows = [f"{purchase},delay,{at}:{minute:02}:00Z,{minute},probe" for minute in range(60)]
            rows = ["purchasedOffering,metric,at,value,source", *rows, f"{purchase},delay,{at}:00:00Z,NaN,probe"]
            taken = self.desk.lines("desk", f"{MEASUREMENTS}/bulk", "text/csv", rows).expect(200).body
            assert (taken["taken"], taken["refused"]) == (60, 1), taken
            held = f"{PURCHASES}/{purchase}/conformance"
            windows = self.desk.as_("alpha", "GET", held).expect(200).body[0]["windows"]
            assert [(each["n"], each["standing"]) for each in windows if each["n"]] == [(60, "met")], windows
            for path in (held, f"{PURCHASES}/{purchase}", f"{MEASUREMENTS}?purchasedOffering={purchase}&metric=delay"):
                self.desk.as_("beta", "GET", path).expect(404)
        with step("alpha reports that its circuit degrades; the bus tells the report of the end of its ticket; alpha agrees that it is cleared"):
            said = {"description": "canary-description: it is slow", "affectedService": [{"id": purchase}], "metric": "delay"}
            problem = self.desk.as_("alpha", "POST", PROBLEMS, said, key="problem-1").expect(201).body["id"]
            path = f"{PROBLEMS}/{problem}"
            party = {
                "name": "canary-contact", "components": "canary-description", "channel": "email",
                "contact": {"name": "canary-contact", "email": "canary@alpha.example"}, "respondWithin": "PT4H",
            }
            other = self.desk.as_("desk", "POST", OTHER_PARTIES, party, key="party-1").expect(201).body["id"]
            asked = {"party": other, "text": "canary-description"}
            self.desk.as_("desk", "POST", f"{path}/partyRequest", asked).expect(200)
            self.desk.as_("desk", "POST", f"{path}/partyRequest/1/answer", {"text": "canary-resolution"}).expect(200)
            raised = self.desk.as_("desk", "POST", f"{path}/troubleTicket", {"severity": "minimal"}).expect(200).body
            ticket = raised["associatedTroubleTicket"][0]["id"]
            clearing = {"resolution": "canary-resolution"}
            self.desk.as_("desk", "POST", f"{path}/clearing", clearing).expect(409)
            closing = {"disposition": "resolved", "resolution": "canary-resolution"}
            self.desk.as_("desk", "POST", f"{TICKETS}/{ticket}/close", closing).expect(200)
            says = lambda: self.desk.as_("alpha", "GET", path).expect(200).body["associatedTroubleTicket"][0].get("says") == "clears"
            within(BY_STREAM + 10, "the end of the ticket on the report", says)
            self.desk.as_("desk", "POST", f"{path}/clearing", clearing).expect(200)
            self.desk.as_("beta", "POST", f"{path}/agreement", {"agrees": True}).expect(404)
            closed = self.desk.as_("alpha", "POST", f"{path}/agreement", {"agrees": True}).expect(200).body
            assert closed["status"] == "closed", closed
            self.desk.as_("beta", "GET", path).expect(404)
        with step("a process ticket is reported, worked by tier 1, escalated, and transferred to the help desk with consent"):
            trouble = {**TROUBLE, "ticketType": "process"}
            process = self.desk.as_("alpha", "POST", TICKETS, trouble, key="process-1").expect(201).body["id"]
            person = {"name": "canary-contact"}
            for who, task, body in (
                ("desk", "statusCall", {"contact": "canary-contact", "detail": "canary-description"}),
                ("desk", "statusAgreement", {"interval": "PT4H", "channel": "notice", "contact": person}),
                ("alpha", "escalation", {"tier": 4, "reason": "canary-description"}),
                ("alpha", "orders", {"order": [{"order": "PON 1", "dueDate": str(date.today())}]}),
                ("desk", "centerNotice", {"text": "canary-description"}),
                ("desk", "determination", {"trouble": "systems", "reason": "canary-description"}),
            ):
                self.desk.as_(who, "POST", f"{TICKETS}/{process}/{task}", body).expect(200)
            transfer = {"consent": person, "severity": "serious"}
            new = self.desk.as_("desk", "POST", f"{TICKETS}/{process}/transfer", transfer).expect(201).body
            assert new["callCenterReference"] == process
            assert self.desk.as_("alpha", "GET", f"{TICKETS}/{process}").expect(200).body["status"] == "rejected"
            self.desk.as_("desk", "POST", f"{TICKETS}/{new['id']}/close", {"disposition": "noTroubleFound"}).expect(200)
        with step("it is worked by its number, names alpha's ticket, and has a document, which comes and goes past the gateway"):
            path = f"{CHANGE_REQUESTS}/{number}"
            for task, body in (("assignment", {"crpm": "Cy", "director": "Di"}), ("experts", {"experts": ["Ed"]})):
                self.desk.as_("desk", "POST", f"{path}/{task}", body).expect(200)
            self.desk.as_("alpha", "POST", f"{path}/ticket", {"ticket": self.alpha}).expect(200)
            assert self.desk.as_("alpha", "GET", f"{TICKETS}/{self.alpha}").expect(200).body["changeRequest"] == [number]
            said = b"canary-description"
            digest = base64.b64encode(hashlib.sha256(said).digest()).decode()
            document = {"name": "edi.txt", "mediaType": "text/plain", "size": len(said), "sha256": digest}
            self.desk.as_("alpha", "POST", f"{path}/attachment", document).expect(409)
            upload = self.desk.as_("alpha", "POST", f"{path}/attachment/upload", document).expect(200).body
            for status in (200, 412):
                self.desk.presigned(upload, said).expect(status)
            self.desk.as_("alpha", "POST", f"{path}/attachment", document).expect(200)
            download = self.desk.as_("beta", "GET", f"{path}/attachment/1").expect(200).body
            assert self.desk.presigned(download).expect(200).text == said.decode()
        with step("change requests are listed with their history and positions; an archive is taken in, the meeting has its package"):
            for page in ("", "?of=own", "?phase=submission"):
                listed = self.desk.as_("alpha", "GET", CHANGE_REQUESTS + page).expect(200).body
                assert [each["id"] for each in listed] == [request], listed
            for part in ("history", "position"):
                self.desk.as_("beta", "GET", f"{path}/{part}").expect(200)
            past = json.loads((ROOT / "tests/data/change-requests.json").read_text())[:3]
            report = self.desk.as_("desk", "POST", "/cmp/v1/archive", past, key="archive").expect(200).body
            assert (report["imported"], report["unexplained"]) == (3, 0), report
            self.desk.as_("beta", "GET", f"{CHANGE_REQUESTS}/{past[0]['cr_number']}").expect(200)
            meeting = self.desk.as_("alpha", "GET", "/cmp/v1/monthlyMeeting").expect(200).body[0]["href"]
            self.desk.as_("alpha", "GET", meeting).expect(200)
            assert self.desk.as_bytes("alpha", f"{meeting}/package.docx").startswith(b"PK"), "the package is no document"

    def publisher_broken(self):
        functions = self.cloud.client("lambda")
        publisher = self.desk.function("notice-publisher")
        variables = functions.get_function_configuration(FunctionName=publisher)["Environment"]["Variables"]
        # A record's age in place of a number of tries: the stand-in counts none, and a test does not wait for them.
        mapping = functions.list_event_source_mappings(FunctionName=publisher)["EventSourceMappings"][0]["UUID"]
        functions.update_event_source_mapping(UUID=mapping, MaximumRecordAgeInSeconds=60)
        broken = {"Variables": {**variables, "POLICY_FILE": "missing.json"}}
        functions.update_function_configuration(FunctionName=publisher, Environment=broken)
        with step("the publisher is broken: the schedule sends alpha the Initial all the same"):
            self.third = self.desk.as_("alpha", "POST", TICKETS, TROUBLE, key="alpha-2").expect(201).body["id"]
            self.told("alpha", BY_SCHEDULE, kind="Initial", ticketNumbers=[self.third])
        with step("what the publisher could not handle is among the dead letters"):
            within(BY_SCHEDULE, "a dead letter", lambda: self.third in self.desk.replay("--look"))
        with step("the publisher is mended: the stream goes on"):
            functions.update_function_configuration(FunctionName=publisher, Environment={"Variables": variables})
            closing = {"disposition": "noTroubleFound"}
            self.desk.as_("desk", "POST", f"{TICKETS}/{self.third}/close", closing).expect(200)
            self.told("alpha", BY_STREAM, kind="Closure", ticketNumbers=[self.third])
        with step("the dead letters are replayed: the bus has what it missed, nobody is told twice"):
            opened = lambda: [e for e in self.on_bus() if e["type"] == "ticket.opened" and e["ticket"] == self.third]
            assert not opened(), opened()
            assert "handled" in (replayed := self.desk.replay()), f"replayed: {replayed or 'nothing'}"
            within(BY_STREAM, "the ticket's event", opened)
            assert self.third not in self.desk.replay("--look")
            self.told_once()

    def measured(self):
        with step("each alarm on a metric of the desk's own watches one that is told"):
            lines = [line for archive in self.desk.archives for line in self.cloud.logged(self.desk.log(archive.name))]
            directives = [json.loads(line)["_aws"]["CloudWatchMetrics"] for line in lines if '"_aws"' in line]
            told = {metric["Name"] for of in directives for each in of for metric in each["Metrics"]}
            told_in = {each["Namespace"] for of in directives for each in of}
            assert told_in == {STACK}, f"metrics are told in {told_in or 'no namespace'}"
            alarms = self.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
            watched = {alarm["MetricName"] for alarm in alarms if alarm["Namespace"] == STACK}
            assert watched and watched <= told, f"watched: {watched}; told: {told}"

    def nothing_said_in_logs(self):
        with step("no log has an address, or what people wrote"):
            kept = self.cloud.client("secretsmanager").get_secret_value(SecretId=self.desk.outputs["IdSecret"])
            secret = json.loads(kept["SecretString"])["current"]
            for archive in self.desk.archives:
                lines = self.cloud.logged(self.desk.log(archive.name))
                assert lines, f"{archive.name} has logged nothing"
                for line in lines:
                    assert not any(word in line for word in [*WORDS, secret]), f"{archive.name}: {line}"

    def deleted_and_back(self):
        with step("the stack is deleted: the functions are gone, the table is there with its tickets, the bucket too"):
            self.desk.delete()
            self.cloud.client("s3").head_bucket(Bucket=self.desk.outputs["AttachmentsBucket"])
            assert not self.cloud.client("lambda").list_functions()["Functions"]
            items = self.cloud.client("dynamodb").scan(TableName=STACK)["Items"]
            kept = json.dumps(items)
            assert all(number in kept for number in (self.alpha, self.beta, self.third)), kept[:2000]
        with step("a new stack is made around the table, the bucket and the clients that are there: alpha reads its ticket"):
            self.desk.come_back(**self.parameters, DueShards="2")
            assert self.desk.as_("alpha", "GET", f"{TICKETS}/{self.alpha}").expect(200).body["status"] == "closed"
            self.desk.as_("beta", "GET", f"{TICKETS}/{self.alpha}").expect(404)


def tell_ends_of_logs(cloud: Cloud):
    """What a failure leaves to read."""
    print("\n== ministack", *cloud.log.read_text().splitlines()[-30:], sep="\n", file=sys.stderr)
    for group in cloud.log_groups():
        lines = [line for line in cloud.logged(group) if not line.startswith(("START", "END", "REPORT"))]
        if lines:
            print(f"\n== {group}", *lines[-5:], sep="\n", file=sys.stderr)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--template", type=Path, default=ROOT / "infra/template.yaml")
    arguments.add_argument("--archives", type=Path, default=ARCHIVES)
    asked = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # The cloud is to end with it.
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        receiver = Receiver(work)
        with Cloud(work, trusted=receiver.certificate) as cloud:
            try:
                Journey(cloud, Desk(cloud, work, asked.template, asked.archives), receiver).run()
            except Exception as failure:
                print(f"\n{type(failure).__name__}: {failure}", file=sys.stderr)
                tell_ends_of_logs(cloud)
                return 1
    print(f"ok     {time.monotonic() - begun:6.1f} s  in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
