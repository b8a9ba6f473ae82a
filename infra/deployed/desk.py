"""The desk as an ops team has it: deployed by the commands of infra/README.md, and called with curl."""

import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cloud import REGION, Cloud

ROOT = Path(__file__).resolve().parents[2]
# What `infra/deployed/archives` makes; what `infra/build` makes is in target/lambda.
ARCHIVES = ROOT / "target/deployed"
STACK = "desk"


def linked(there: str, here: str) -> str:
    """The same file under another name: several stand-ins at once would fill a disk with copies of the programs."""
    try:
        os.link(there, here)
    except OSError:  # On another disk.
        return shutil.copy2(there, here)
    return here


@dataclass
class Answer:
    """What curl got."""

    status: int
    text: str
    leads_to: str = ""

    @property
    def body(self):
        return json.loads(self.text)

    def expect(self, status: int):
        assert self.status == status, f"answered {self.status}, not {status}: {self.text[:600]}"
        return self


def curl(*arguments: str) -> Answer:
    """One request."""
    command = ["curl", "-sS", "--max-time", "30", "-w", "\n%{http_code} %{redirect_url}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"curl: {done.stderr}"
    text, _, written = done.stdout.rpartition("\n")
    status, _, leads_to = written.partition(" ")
    return Answer(int(status), text, leads_to)


class Desk:
    """A stack: its archives beside a copy of its template, its outputs, its clients."""

    def __init__(self, cloud: Cloud, work: Path, template: Path, archives: Path):
        self.cloud, self.work = cloud, work
        self.template = work / "infra" / "template.yaml"
        self.template.parent.mkdir()
        # The stand-in speaks HTTP alone, and holds to the buckets' policies, which refuse that.
        text = template.read_text()
        assert text.count("aws:SecureTransport: 'false'") == 2, "a bucket may be reached without TLS"
        self.template.write_text(text.replace("aws:SecureTransport: 'false'", "aws:SecureTransport: 'neither'"))
        # Copies: the policy of a test must not be left where somebody deploys from.
        functions = re.findall(r"CodeUri: \.\./target/lambda/([\w-]+)/", template.read_text())
        missing = [name for name in functions if not (archives / name / "bootstrap").is_file()]
        assert functions and not missing, f"not in {archives}: {missing}. Build: infra/deployed/archives"
        self.archives = [work / "target" / "lambda" / name for name in functions]
        for archive in self.archives:
            shutil.copytree(archives / archive.name, archive, copy_function=linked)
            # Functions that trust nobody would fail at their first call, and not before; here they call by plain HTTP.
            trusted = ssl.create_default_context(cafile=archive / "amazon-trust-services.pem").cert_store_stats()
            assert trusted["x509_ca"] == 5, f"{archive.name} trusts {trusted}"
        self.secrets = {}
        self.tokens = {}

    def deploy(self, policy: dict, **parameters: str):
        """The command of infra/README.md."""
        for archive in self.archives:
            (archive / "policy.json").write_text(json.dumps(policy, indent=2))
        overrides = [f"{name}={value}" for name, value in {"Architecture": "x86_64", **parameters}.items()]
        self.cloud.run(
            *["sam", "deploy", "--template-file", str(self.template), "--stack-name", STACK, "--resolve-s3"],
            *["--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar"],
            *["--parameter-overrides", *overrides],
        )
        self.read_outputs()

    def read_outputs(self):
        described = self.cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}

    def delete(self):
        """The command of infra/README.md."""
        self.cloud.run("sam", "delete", "--stack-name", STACK, "--region", REGION, "--no-prompts")

    def come_back(self, **parameters: str):
        """The commands of infra/README.md: a new stack takes the table, the buckets and the pool that are there."""
        packaged, returning = str(self.work / "packaged.yaml"), self.template.with_name("returning.yaml")
        # Only what has a static name is taken.
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
        text = self.template.read_text().replace("TableName: !Ref AWS::StackName", f"TableName: {STACK}")
        account = self.outputs["SitesBucket"].removeprefix(f"{STACK}-sites-")
        text = re.sub(r"BucketName: !Sub '\$\{AWS::StackName}-(\w+)-.*", rf"BucketName: {STACK}-\1-{account}", text)
        returning.write_text(text)
        issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{self.outputs['UserPoolId']}"
        parameters = {"Architecture": "x86_64", "JwtIssuer": issuer, **parameters}
        given = [f'ParameterKey={name},ParameterValue="{value}"' for name, value in parameters.items()]
        change = ["--stack-name", STACK, "--change-set-name", "return"]
        self.cloud.run(
            *["sam", "package", "--template-file", str(returning), "--resolve-s3"],
            *["--output-template-file", packaged],
        )
        # Too large to be given as a text, of which AWS takes 51,200 bytes: it goes where the archives went.
        bucket = re.search(r"CodeUri: s3://([^/]+)/", Path(packaged).read_text())[1]
        self.cloud.run("aws", "s3", "cp", packaged, f"s3://{bucket}/{STACK}/returning.yaml")
        address = f"https://s3.{REGION}.amazonaws.com/{bucket}/{STACK}/returning.yaml"
        self.cloud.run(
            *["aws", "cloudformation", "create-change-set", *change, "--change-set-type", "CREATE"],
            *["--import-existing-resources", "--template-url", address],
            *["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--parameters", *given],
        )
        self.cloud.run("aws", "cloudformation", "wait", "change-set-create-complete", *change)
        self.cloud.run("aws", "cloudformation", "execute-change-set", *change)
        self.cloud.run("aws", "cloudformation", "wait", "stack-create-complete", "--stack-name", STACK)
        self.read_outputs()

    def replay(self, *options: str) -> str:
        """The command of infra/README.md."""
        return self.cloud.run(sys.executable, str(ROOT / "infra/replay.py"), "--stack", STACK, *options)

    def function(self, name: str) -> str:
        """A function's name in the cloud."""
        return f"{STACK}-{name}"

    def log(self, name: str) -> str:
        """The name of a function's log group."""
        return f"/aws/lambda/{self.function(name)}"

    def add_client(self, name: str) -> str:
        """Makes a client of the user pool, by the command of infra/README.md, and answers its id."""
        told = self.cloud.run(
            *["aws", "cognito-idp", "create-user-pool-client", "--user-pool-id", self.outputs["UserPoolId"]],
            *["--client-name", name, "--generate-secret", "--allowed-o-auth-flows", "client_credentials"],
            *["--allowed-o-auth-scopes", "desk/all", "--allowed-o-auth-flows-user-pool-client"],
        )
        client = json.loads(told)["UserPoolClient"]
        self.secrets[name] = f"{client['ClientId']}:{client['ClientSecret']}"
        return client["ClientId"]

    def token(self, name: str) -> str:
        """A client's token, from the token endpoint."""
        if name not in self.tokens:
            # The address is Amazon's; the stand-in knows it by its host alone.
            host = urlsplit(self.outputs["TokenUrl"]).netloc
            answer = curl(
                *["-H", f"Host: {host}", f"{self.cloud.url}/oauth2/token", "-u", self.secrets[name]],
                *["-d", "grant_type=client_credentials"],
            )
            self.tokens[name] = answer.expect(200).body["access_token"]
        return self.tokens[name]

    def call(self, token: str | None, method: str, path: str, body=None, key: str | None = None) -> Answer:
        """Calls the API."""
        arguments = ["-X", method, self.outputs["ApiUrl"] + path]
        if token:
            arguments += ["-H", f"Authorization: Bearer {token}"]
        if key:
            arguments += ["-H", f"Idempotency-Key: {key}"]
        if body is not None:
            arguments += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
        return curl(*arguments)

    def lines(self, name: str, path: str, media_type: str, lines: list[str]) -> Answer:
        """Sends a client's lines, as a text of this type."""
        sent = self.work / "sent"
        sent.write_text("".join(f"{line}\n" for line in lines))
        headers = (f"Authorization: Bearer {self.token(name)}", f"Content-Type: {media_type}")
        arguments = [part for header in headers for part in ("-H", header)]
        return curl("-X", "POST", self.outputs["ApiUrl"] + path, *arguments, "--data-binary", f"@{sent}")

    def as_bytes(self, name: str, path: str) -> bytes:
        """What the API answers a client, as it comes."""
        command = ["curl", "-sS", "--fail", "--max-time", "30", "-H", f"Authorization: Bearer {self.token(name)}"]
        return subprocess.run([*command, self.outputs["ApiUrl"] + path], capture_output=True, check=True).stdout

    def presigned(self, request: dict, body: bytes | None = None) -> Answer:
        """Makes a request that the API signed, as it is; curl tells the length itself."""
        headers = [f"{name}: {value}" for name, value in request["headers"].items() if name != "content-length"]
        sent = self.work / "sent"
        sent.write_bytes(body or b"")
        data = [] if body is None else ["--data-binary", f"@{sent}"]
        return curl("-X", request["method"], request["url"], *[part for each in headers for part in ("-H", each)], *data)

    def site(self, path: str) -> str | None:
        """A file of the public sites, as their cache serves it."""
        host = self.outputs["SitesAddress"].removeprefix("https://")
        answer = curl("-H", f"Host: {host}", "-H", "X-Forwarded-Proto: https", self.cloud.url + path)
        return answer.text if answer.status == 200 else None

    def as_(self, name: str, method: str, path: str, body=None, key: str | None = None) -> Answer:
        """Calls the API as a client."""
        return self.call(self.token(name), method, path, body, key)


class Receiver:
    """HTTPS endpoints that SNS delivers to, one a path."""

    def __init__(self, work: Path):
        self.certificate, key = work / "localhost.pem", work / "localhost.key"
        subprocess.run(
            [
                *["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
                *["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                *["-addext", "keyUsage=critical,digitalSignature,keyCertSign"],
                *["-keyout", str(key), "-out", str(self.certificate)],
            ],
            check=True,
            capture_output=True,
        )
        received = self.received = []

        class Endpoint(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append((self.path, json.loads(body)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.certificate, key)
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def endpoint(self, name: str) -> str:
        """The address of an endpoint."""
        return f"https://localhost:{self.server.server_port}/{name}"

    def tokens(self, name: str) -> list[str]:
        """The tokens that an endpoint was sent to confirm its subscription with."""
        posted = [message for path, message in list(self.received) if path == f"/{name}"]
        return [message["Token"] for message in posted if message["Type"] == "SubscriptionConfirmation"]

    def notices(self, name: str) -> list[dict]:
        """The notices that reached an endpoint."""
        posted = [message for path, message in list(self.received) if path == f"/{name}"]
        return [json.loads(message["Message"]) for message in posted if message["Type"] == "Notification"]
