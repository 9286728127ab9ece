"""Every operation of the OpenAPI document, with hostile values in every parameter and every member of every body: the
answer is one that the document has, never a server's error, never with a header of ours in it; and the server goes on."""
import http.client
import itertools
import json
import os
import urllib.parse

from harness import Answer, ApiTest

OWN = [
    "", " ", "'", "'; DROP TABLE contact; --", "' OR '1'='1", "\" OR 1=1 --", "x' UNION SELECT 1 --", "$1", "{int}", "%s%n%x",
    "../../../../etc/passwd", "..\\..\\x", "/etc/passwd\u0000.png", "a\r\nX-Smuggled: 1", "a\nX-Smuggled: 1",
    "a%0d%0aX-Smuggled: 1", "\u2028X-Smuggled: 1", "<script>alert(1)</script>", "\"><svg/onload=alert(1)>", "javascript:alert(1)",
    "https://evil.example/", "//evil.example", "http://169.254.169.254/", "{{7*7}}", "${jndi:ldap://x}", "\u0000", "\ufeff",
    "\u202etxt.exe", "\ud7ff\uffff", "\U0001f600" * 30, "a" * 9999, "a" * 10001, "[" * 70, "null", "true", "-1", "0", "1e999",
    "99999999999999999999", "2026-03-01", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "a@b.de", "reached and and",
    "does email.clicked in 5 minutes", "(" * 300, "not " * 300 + "a is 1",
]
ODD = [None, True, 0, -1, 1.5, 1e308, 2**63, 12345678901234567890123, [], {}, [[]], {"": ""}, ["x"] * 50, {"a": {"b": []}}]
RAW = [b"", b"{", b"[]", b"null", b"\xff\xfe{}", b"{}" + b" " * 70000, b"[" * 100000, b'{"a":1,"a":2}', b'{"\\ud800":1}', b"\x00",
       b"a=1&b=2", b"{}{}", b"\xef\xbb\xbf{}", b'{"a":' + b"9" * 5000 + b"}"]
NOWHERE = "00000000-0000-7000-8000-000000000000"
# What would end the test itself: the stream has no end.
LEFT_OUT = {("GET", "/api/changes"), ("GET", "/api/stream")}


def corpus():
    folder = os.environ.get("SLUICE_CORPORA")
    if not folder:
        return []
    with open(os.path.join(folder, "08-templates-json-html", "blns", "blns.json"), encoding="utf-8") as file:
        return json.load(file)


class Hostile(ApiTest):
    def setUp(self):
        self.server.openapi()
        self.schemas = self.server.document["components"]["schemas"]
        self.strings = itertools.cycle(OWN + corpus())
        self.odd = itertools.cycle(ODD)
        self.asked = 0
        self.fine = 0
        self.connection = None

    def tearDown(self):
        if self.connection:
            self.connection.close()

    def operations(self):
        for method, path, _, operation in self.server.operations:
            streams = "text/event-stream" in json.dumps(operation) or (method, path) in LEFT_OUT
            if path.startswith("/api/") and not streams:
                yield method, path, operation

    def ask(self, method, path, body=None):
        headers = {"Authorization": "Bearer " + self.server.key("admin"), "Content-Type": "application/json"}
        for again in (True, False):
            if not self.connection:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
            try:
                self.connection.request(method, path, body, headers)
                got = self.connection.getresponse()
                answer = Answer(got.status, got.headers, got.read())
                break
            except (http.client.HTTPException, OSError):
                self.connection.close()
                self.connection = None
                if not again:
                    raise
        if "close" in (answer.headers.get("Connection") or "").lower():
            self.connection.close()
            self.connection = None
        self.asked += 1
        self.fine += answer.status < 300
        where = "%s %s %r" % (method, path[:300], (body or b"")[:300])
        self.assertLess(answer.status, 500, where + "\n%r" % answer)
        self.assertIsNone(answer.headers.get("X-Smuggled"), where)
        if answer.status in (414, 431):
            return answer  # of libmicrohttpd itself, before any route is known
        if answer.status >= 300 and answer.body:
            self.assertEqual(answer.headers.get("Content-Type"), "application/problem+json", where)
        self.server.hold_against_document(method, path, answer)
        return answer

    def schema(self, schema):
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def example(self, schema, depth=0):
        """A value that should be accepted, as far as a schema tells."""
        schema = self.schema(schema)
        if "anyOf" in schema:
            return self.example(schema["anyOf"][0], depth)
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if "enum" in schema:
            return schema["enum"][0]
        if kind == "object":
            wanted = schema.get("required", []) if depth else list(schema.get("properties", {}))
            return {n: self.example(schema["properties"][n], depth + 1) for n in wanted}
        if kind == "array":
            return [self.example(schema["items"], depth + 1)] if depth < 4 else []
        formats = {"date-time": "2026-03-01T10:00:00Z", "date": "2026-03-01", "email": "a@b.de", "uri": "https://example.org/"}
        return {"string": formats.get(schema.get("format"), "x"), "integer": 1, "number": 1.5, "boolean": True}.get(kind)

    def filled(self, template, value=NOWHERE):
        parts = template.split("{")
        return parts[0] + "".join(urllib.parse.quote(value, safe="") + p.split("}", 1)[1] for p in parts[1:])

    def required_query(self, operation):
        return {p["name"]: self.example(p["schema"]) for p in operation.get("parameters", []) if p["in"] == "query" and p["required"]}

    def test_bodies(self):
        for method, template, operation in self.operations():
            content = operation.get("requestBody", {}).get("content", {})
            path = self.filled(template)
            query = self.required_query(operation)
            if query:
                path += "?" + urllib.parse.urlencode(query)
            for raw in RAW:
                if "application/json" in content or "*/*" in content:
                    self.ask(method, path, raw)
            if "application/json" not in content:
                continue
            schema = self.schema(content["application/json"]["schema"])
            good = self.example(schema)
            if not isinstance(good, dict):
                continue
            for name in list(schema.get("properties", {})) or ["x"]:
                for value in [next(self.strings) for _ in range(8)] + [next(self.odd) for _ in range(4)]:
                    self.ask(method, path, json.dumps(dict(good, **{name: value})).encode())
                    self.ask(method, path, json.dumps({name: value}).encode())
            for value in (next(self.strings), next(self.strings)):
                self.ask(method, path, json.dumps(dict(good, **{value: 1})).encode())
        self.assertGreater(self.asked, 1000)
        self.assertGreater(self.fine, 100)  # many were taken, so handlers saw them
        self.still_there()

    def test_paths_and_queries(self):
        for method, template, operation in self.operations():
            query = self.required_query(operation)
            names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
            body = b"{}" if "requestBody" in operation else None
            if "{" in template:
                for _ in range(12):
                    value = next(self.strings)
                    # (an empty segment is another path, and DELETE of one that is there would be meant)
                    if value and (value, method) != ("null", "DELETE"):
                        self.ask(method, self.filled(template, value), body)
            for name in names + ["unknown"]:
                for _ in range(8):
                    asked = dict(query, **{name: next(self.strings)})
                    self.ask(method, self.filled(template) + "?" + urllib.parse.urlencode(asked, errors="surrogatepass"), body)
        self.assertGreater(self.asked, 1000)
        self.still_there()

    def still_there(self):
        self.assertEqual(self.server.send("GET", "/healthz").status, 200)
        errors = [line for line in self.server.log_lines if '"level":"error"' in line]
        self.assertEqual(errors[:3], [])
