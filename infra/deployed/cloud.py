"""The stand-in for AWS: ministack in a process of its own, with IAM enforced, and its functions' processes beside it.

Run as a program it is ministack itself, put right where it differs from AWS in what the desk relies on.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3

REGION = "us-east-1"


class Cloud:
    """Runs from `with` to its end; afterwards none of its processes is left."""

    def __init__(self, work: Path, trusted: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = work / "ministack.log"
        scratch = work / "scratch"
        scratch.mkdir()
        tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        # For the tools of an ops team, who have the same but the first line, and credentials of their own.
        self.tools = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_PAGER": "",
            "SAM_CLI_TELEMETRY": "0",
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "PATH": tools,
        }
        # Functions inherit this, so that there is nothing in it that Lambda would not give them.
        self.environment = {
            "AUTH": "true",  # Without it every call is allowed.
            "AWS_ENDPOINT_URL": self.url,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",  # It would take another port.
            "MINISTACK_REGION": REGION,
            "SSL_CERT_FILE": str(trusted),  # SNS delivers by HTTPS, and looks at the certificate.
            "TMPDIR": str(scratch),
            "PATH": tools,
        }

    def __enter__(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, __file__], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError(f"ministack ended:\n{self.log.read_text()}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(self.environment["GATEWAY_PORT"]))) == 0:
                    return self
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError("ministack does not listen")

    def __exit__(self, *_):
        # The whole session: a function's process must not outlive its cloud.
        for how in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, how)
                self.process.wait(5)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass

    def client(self, service: str):
        """A client of boto3's, for what only a test looks at."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, **keys)

    def run(self, *command: str) -> str:
        """Runs a tool as an ops team would."""
        done = subprocess.run(command, env=self.tools, capture_output=True, text=True)
        if done.returncode != 0:
            failed = [line for line in done.stdout.splitlines() if "FAILED" in line]
            raise RuntimeError("\n".join([f"{' '.join(command[:2])} failed", *failed, done.stderr[-2000:]]))
        return done.stdout

    def logged(self, group: str) -> list[str]:
        """The lines of a log group."""
        pages = self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"] for page in pages for event in page["events"]]

    def log_groups(self) -> list[str]:
        """The names of all log groups."""
        pages = self.client("logs").get_paginator("describe_log_groups").paginate()
        return [group["logGroupName"] for page in pages for group in page["logGroups"]]


def put_right():
    """Where ministack 1.5.33 differs from AWS. What is no longer needed when the version is raised should go."""
    from ministack.core import iam_actions
    from ministack.services import eventbridge, sns
    from ministack.services.cloudformation import provisioners

    # With ReturnSubscriptionArn, AWS names a subscription before it is confirmed.
    # https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
    subscribe = sns._subscribe

    def with_arn(params):
        status, headers, body = subscribe(params)
        text = body.decode() if isinstance(body, bytes) else body
        if sns._p(params, "ReturnSubscriptionArn") == "true" and "pending confirmation" in text:
            topic, _ = sns._get_topic(sns._p(params, "TopicArn"))
            text = text.replace("pending confirmation", topic["subscriptions"][-1]["arn"])
        return status, headers, text.encode()

    sns._subscribe = with_arn

    # PublishBatch is no action of IAM's: it is allowed by sns:Publish.
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
    action = iam_actions.extract_iam_action
    publish = {"sns:PublishBatch": "sns:Publish"}
    iam_actions.extract_iam_action = lambda *request: publish.get(name := action(*request), name)

    # It keeps archives of a bus, but CloudFormation does not know them.
    def create(_logical_id, properties, _stack):
        status, _, body = eventbridge._create_archive({**properties, "EventSourceArn": properties["SourceArn"]})
        if status >= 400:
            raise ValueError(body)
        return properties["ArchiveName"], {"Arn": json.loads(body)["ArchiveArn"]}

    provisioners._RESOURCE_HANDLERS["AWS::Events::Archive"] = {
        "create": create,
        "update": lambda name, *_: (name, {"Arn": eventbridge._archives[name]["ArchiveArn"]}),
        "delete": lambda name, _: eventbridge._delete_archive({"ArchiveName": name}),
    }

    # A bucket that a change set imports is refused, because it is there. One that would be created is refused all the same.
    provisioners.s3_bucket_name_conflict = lambda _name: None

    # It takes no alarm over several metrics; nothing here sets one off, so that it is one over the first of them.
    alarm = provisioners._cw_metric_alarm_record

    def of_first(name, properties):
        several = [metric["MetricStat"] for metric in properties.get("Metrics", []) if "MetricStat" in metric]
        if several:
            one = {"Statistic": several[0]["Stat"], "Period": several[0]["Period"], **several[0]["Metric"]}
            properties = {key: value for key, value in properties.items() if key != "Metrics"} | one
        return alarm(name, properties)

    provisioners._cw_metric_alarm_record = of_first


if __name__ == "__main__":
    put_right()
    from ministack.app import main

    main()
