"""A real `sluice serve` for black-box tests, and a client that holds every answer against the OpenAPI document.

    class Contacts(ApiTest):
        def test_list(self):
            page = self.api("GET", "/api/contacts?limit=5")          # as the admin key, expects 2xx
            self.api("GET", "/api/contacts", key="capture", expect=403)

Each test class has a server of its own with an empty data folder (class attributes `model`, `arguments`, `demo`
change that). Everything listens on loopback; the server is stopped by its process id.
"""
import base64
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import uuid

try:
    import jsonschema
except ImportError:  # what needs it is then not checked, and says so once
    jsonschema = None
    print("skipped: python3-jsonschema is absent, answers are not held against their schemas")

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SLUICE = os.environ.get("SLUICE_PROGRAM", os.path.join(ROOT, "build", "sluice"))
ON_POSTGRES = bool(os.environ.get("SLUICE_TEST_DATABASE"))
PASSWORD = "correct horse battery staple"


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode("utf-8")

    def __repr__(self):
        return "%d %r" % (self.status, self.body[:500])


def command(*arguments, text=None, check=True):
    """Runs the program, gives what it printed."""
    done = subprocess.run([SLUICE, *arguments], input=text, capture_output=True, text=True, timeout=120)
    if check and done.returncode != 0:
        raise AssertionError("sluice %s: exit %d\n%s" % (" ".join(arguments), done.returncode, done.stderr))
    return done.stdout


def database_arguments():
    """With SLUICE_TEST_DATABASE (scripts/with-postgres): a schema of its own there for each data folder."""
    url = os.environ.get("SLUICE_TEST_DATABASE")
    if not url:
        return []
    schema = "t_" + uuid.uuid4().hex[:16]
    subprocess.run(["psql", "-q", url, "-c", "CREATE SCHEMA " + schema], check=True, timeout=60)
    return ["--database", "%s?options=-csearch_path%%3D%s" % (url, schema)]


class Server:
    """A data folder and the process that serves it."""

    def __init__(self, model=None, arguments=(), demo=0, environment=None):
        self.folder = tempfile.mkdtemp(prefix="sluice-api-")
        self.data = os.path.join(self.folder, "data")
        self.arguments = list(arguments)
        self.environment = dict(os.environ, **(environment or {}))
        self.keys = {}
        self.users = {}
        self.process = None
        self.document = None
        database = database_arguments()
        if demo:
            command("demo", "--data", self.data, "--contacts", str(demo), *database)
        elif model is not None:
            path = os.path.join(self.folder, "test.model")
            with open(path, "w", encoding="utf-8") as out:
                out.write(model)
            command("init", "--data", self.data, "--model", path, *database)
        else:
            command("init", "--data", self.data, *database)
        self.start()

    def start(self):
        self.log_lines = []
        self.process = subprocess.Popen(
            [SLUICE, "serve", "--data", self.data, "--listen", "127.0.0.1:0", *self.arguments],
            stdout=subprocess.DEVNULL,  # the link for the first owner
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env=self.environment,
        )
        self.port = None
        for line in self.process.stderr:
            text = line.decode("utf-8", "replace")
            self.log_lines.append(text)
            if '"listening"' in text:
                self.port = int(json.loads(text)["address"].rsplit(":", 1)[1])
                break
        if not self.port:
            raise AssertionError("the server did not start:\n" + "".join(self.log_lines))
        self.drain = threading.Thread(target=self._drain, daemon=True)
        self.drain.start()

    def _drain(self):
        for line in self.process.stderr:
            self.log_lines.append(line.decode("utf-8", "replace"))

    def stop(self, how=signal.SIGTERM):
        """Stops the process; gives its exit status."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("the server did not stop within 20 seconds")
        if self.process and not self.process.stderr.closed:
            self.drain.join(5)
            self.process.stderr.close()
        return self.process.returncode

    def remove(self):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def key(self, scope):
        """A key of this scope: capture, read, write, admin. Made at first use."""
        if scope not in self.keys:
            self.keys[scope] = command("key", "create", "--scope", scope, "--data", self.data).strip()
        return self.keys[scope]

    def user(self, role):
        """The cookie of a logged-in user with this role. Made at first use."""
        if role not in self.users:
            mail = role + "@example.org"
            command("user", "add", mail, "--role", role, "--password-stdin", "--data", self.data, text=PASSWORD)
            answer = self.send("POST", "/api/session", {"email": mail, "password": PASSWORD}, None)
            if answer.status not in (200, 201):
                raise AssertionError("log-in as %s: %r" % (role, answer))
            cookie = answer.headers.get("Set-Cookie") or ""
            self.users[role] = cookie.split(";")[0]
        return self.users[role]

    def send(self, method, path, body=None, authorization=None, headers=None):
        """One request as it is. body: bytes, text, or anything else as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode("utf-8")
        if authorization:
            headers.setdefault("Authorization", authorization)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def api(self, method, path, body=None, key="admin", user=None, expect=None, headers=None):
        """One request to the API, by a key's scope or a user's role; both None: by nobody. expect: a status or
        several; else any 2xx. The answer is held against the document. Gives the answer's JSON (None for none)."""
        headers = dict(headers or {})
        if user:
            headers["Cookie"] = self.user(user)
            headers.setdefault("Origin", "http://127.0.0.1:%d" % self.port)
        authorization = None if user or key is None else "Bearer " + self.key(key)
        answer = self.send(method, path, body, authorization, headers)
        self.hold_against_document(method, path, answer)
        expected = (expect,) if isinstance(expect, int) else expect
        good = answer.status in expected if expected else 200 <= answer.status < 300
        if not good:
            raise AssertionError("%s %s: expected %s, got %r" % (method, path, expected or "2xx", answer))
        is_json = "json" in (answer.headers.get("Content-Type") or "")
        return answer.json if is_json and answer.body else None

    def capture(self, messages, expect=200):
        """Messages in the Segment form, as one batch; they are in the log then, the standings follow."""
        if isinstance(messages, dict):
            messages = [messages]
        key = base64.b64encode((self.key("capture") + ":").encode()).decode()
        answer = self.send("POST", "/v1/batch", {"batch": messages}, "Basic " + key)
        if answer.status != expect:
            raise AssertionError("/v1/batch: %r" % answer)
        return answer.json

    def eventually(self, check, seconds=20, what="it did not happen"):
        """Calls check until it gives something true, which is the result."""
        until = time.monotonic() + seconds
        while True:
            result = check()
            if result:
                return result
            if time.monotonic() > until:
                raise AssertionError("%s within %g seconds (last: %r)" % (what, seconds, result))
            time.sleep(0.02)

    # The OpenAPI document

    def openapi(self):
        if self.document is None:
            answer = self.send("GET", "/api/openapi.json")
            if answer.status != 200:
                raise AssertionError("no OpenAPI document: %r" % answer)
            self.document = answer.json
            self.operations = []
            for path, methods in self.document["paths"].items():
                pattern = re.compile("^" + re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)) + "$")
                for method, operation in methods.items():
                    if method in ("get", "put", "post", "delete", "patch"):
                        self.operations.append((method.upper(), path, pattern, operation))
            # Paths without parameters first: /api/contacts/bulk before /api/contacts/{id}
            self.operations.sort(key=lambda o: o[1].count("{"))
        return self.document

    def operation(self, method, path):
        self.openapi()
        path = urllib.parse.urlsplit(path).path
        for o in self.operations:
            if o[0] == method and o[2].match(path):
                return o
        return None

    def hold_against_document(self, method, path, answer):
        found = self.operation(method, path)
        if not found:
            return
        _, template, _, operation = found
        note_exercised(method, template, answer.status)
        responses = operation["responses"]
        stated = responses.get(str(answer.status)) or responses.get("default")
        if not stated:
            raise AssertionError("%s %s: status %d is not in the document" % (method, path, answer.status))
        kind = (answer.headers.get("Content-Type") or "").split(";")[0]
        if "$ref" in stated:
            stated = self.document["components"]["responses"][stated["$ref"].rsplit("/", 1)[1]]
        content = stated.get("content", {})
        if "json" not in kind or not answer.body:
            if answer.status == 200 and "application/json" in content:
                raise AssertionError("%s %s: JSON is promised, got %r" % (method, path, answer))
            return
        if kind not in content:
            raise AssertionError("%s %s: %s is not in the document for %d" % (method, path, kind, answer.status))
        if jsonschema:
            schema = dict(content[kind]["schema"], components=self.document.get("components", {}))
            try:
                jsonschema.Draft202012Validator(schema).validate(answer.json)
            except jsonschema.ValidationError as error:
                raise AssertionError(
                    "%s %s: %d does not match its schema: %s at %s\n%s"
                    % (method, path, answer.status, error.message, error.json_path, answer.text[:2000])
                ) from None


def note_exercised(method, template, status):
    """For the check that every route was exercised (scripts/run-api)."""
    path = os.environ.get("API_EXERCISED")
    if path:
        with open(path, "a", encoding="utf-8") as out:
            out.write("%s %s %d\n" % (method, template, status))


class ApiTest(unittest.TestCase):
    model = None
    arguments = ()
    demo = 0
    environment = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.model, cls.arguments, cls.demo, cls.environment)

    @classmethod
    def tearDownClass(cls):
        cls.server.remove()

    def api(self, *arguments, **named):
        return self.server.api(*arguments, **named)

    def capture(self, *arguments, **named):
        return self.server.capture(*arguments, **named)

    def eventually(self, *arguments, **named):
        return self.server.eventually(*arguments, **named)
