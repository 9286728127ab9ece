"""Segment's HTTP API: every call, every way to show the key, partial failure, limits, packed bodies, other pages."""
import base64
import gzip
import json
import os
import unittest
import zlib

import harness


def basic(key):
    return "Basic " + base64.b64encode((key + ":").encode()).decode()


def exported(server):
    lines = harness.command("export", "--data", server.data).splitlines()
    return [json.loads(line) for line in lines]


def corpus(folder, name):
    """A file or folder of $SLUICE_CORPORA, or None with a line that says so."""
    for where, _, _ in os.walk(os.environ.get("SLUICE_CORPORA", "/nonexistent")):
        path = os.path.join(where, name)
        if os.path.basename(where) == folder and os.path.exists(path):
            return path
    print("skipped: %s of SLUICE_CORPORA" % folder)
    return None


TRACK = {"event": "Product Viewed", "userId": "u1", "timestamp": "2026-01-02T03:04:05Z"}


class Calls(harness.ApiTest):
    def post(self, path, body, key="capture", expect=200, headers=None):
        authorization = basic(self.server.key(key)) if key else None
        answer = self.server.send("POST", path, body, authorization, headers)
        self.server.hold_against_document("POST", path, answer)
        self.assertEqual(answer.status, expect, repr(answer))
        return answer

    def taken(self, path, body, size=1, errors=0, **named):
        answer = self.post(path, body, **named).json
        self.assertEqual((answer["size"], answer["processed"], answer["errors"]), (size, size - errors, errors))
        self.assertEqual(len(answer["details"]), errors)
        return answer

    def test_every_call_and_its_short_form(self):
        bodies = {
            "track": dict(TRACK, messageId="track-%s"),
            "identify": {"userId": "u1", "traits": {"email": "a@example.org"}, "messageId": "identify-%s"},
            "page": {"anonymousId": "a1", "name": "Home", "messageId": "page-%s"},
            "screen": {"anonymousId": "a1", "name": "Home", "messageId": "screen-%s"},
            "group": {"userId": "u1", "groupId": "g", "traits": {"employees": 7}, "messageId": "group-%s"},
            "alias": {"userId": "u1", "previousId": "a2", "messageId": "alias-%s"},
        }
        for prefix in ("/v1/", "/api/public/apps/"):
            for name, body in bodies.items():
                paths = [prefix + name] + ([prefix + name[0]] if prefix == "/v1/" else [])
                for path in paths:
                    self.taken(path, dict(body, messageId=body["messageId"] % path))
        for path in ("/v1/batch", "/v1/b", "/v1/import", "/api/public/apps/batch"):
            self.taken(path, {"batch": [dict(TRACK, type="track", messageId="track-" + path)]})
        ids = {m["messageId"]: m["type"] for m in exported(self.server) if "messageId" in m}
        for name in bodies:
            self.assertEqual(ids["%s-/v1/%s" % (name, name)] == "alias", name == "alias")
            self.assertIn("%s-/v1/%s" % (name, name[0]), ids)
            self.assertIn("%s-/api/public/apps/%s" % (name, name), ids)
        self.assertIn("track-/v1/b", ids)

    def test_what_is_sent_is_what_is_stored(self):
        message = {
            "event": "Naïve “Ünïcode” \u0001 \\ \" </script>",
            "userId": "whole",
            "anonymousId": "whole-a",
            "messageId": "11111111-2222-4333-8444-555555555555",
            "timestamp": "2026-01-02T03:04:05.678+02:00",
            "properties": {"n": 1.50, "deep": {"list": [1, "two", None, {"x": []}]}, "text": "😀"},
            "context": {"locale": "de", "campaign": {"name": "spring", "source": "mail"}, "ip": "192.0.2.1"},
        }
        self.taken("/v1/track", message)
        stored = [m for m in exported(self.server) if m.get("messageId") == message["messageId"]]
        self.assertEqual(len(stored), 1)
        stored = stored[0]
        for name in ("userId", "anonymousId", "event"):
            self.assertEqual(stored[name], message[name])
        self.assertEqual(stored["timestamp"], "2026-01-02T01:04:05Z")
        for name in ("n", "deep", "text"):
            self.assertEqual(stored["properties"][name], message["properties"][name])
        self.assertEqual(stored["context"], message["context"])

    def test_a_message_id_counts_once(self):
        for _ in range(3):
            self.taken("/v1/track", dict(TRACK, messageId="again"))
        self.taken("/v1/batch", {"batch": [dict(TRACK, type="track", messageId="again")] * 5}, size=5)
        self.assertEqual(sum(m.get("messageId") == "again" for m in exported(self.server)), 1)

    def test_the_key(self):
        key = self.server.key("capture")
        self.taken("/v1/track", dict(TRACK, writeKey=key), key=None)
        self.taken("/v1/batch", {"batch": [dict(TRACK, type="track")], "writeKey": key}, key=None)
        for header in ("Bearer " + key, "bearer " + key, "basic " + basic(key)[6:]):
            self.taken("/v1/track", TRACK, key=None, headers={"Authorization": header})
        self.taken("/v1/track", TRACK, key="write")
        self.taken("/v1/track", TRACK, key="admin")
        self.post("/v1/track", TRACK, key=None, expect=401)
        self.post("/v1/track", TRACK, key="read", expect=401)
        self.post("/v1/track", dict(TRACK, writeKey="wrong"), key=None, expect=401)
        wrong = {"Authorization": basic("wrong")}
        self.post("/v1/track", dict(TRACK, writeKey=key), key=None, expect=401, headers=wrong)
        for nonsense in ("Basic", "Basic ", "Basic %%%", "Bearer ", "Basic " + "A" * 2000, "Digest x"):
            self.post("/v1/track", TRACK, key=None, expect=401, headers={"Authorization": nonsense})
        answer = self.post("/v1/track", TRACK, key=None, expect=401)
        self.assertNotIn("WWW-Authenticate", answer.headers)  # browsers would ask the visitor for a password
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")

    def test_a_bad_message_alone_is_400(self):
        answer = self.post("/v1/track", {"event": "x"}, expect=400).json
        self.assertEqual(answer["details"], [{"index": 0, "status": 400, "error": "no userId and no anonymousId"}])
        for body in ('{"event":', "", "[]", "7", '{"event":"x","userId":"u"} x', b"\xff\xfe"):
            self.post("/v1/track", body, expect=400)
            self.post("/v1/batch", body, expect=400)
        self.post("/v1/batch", {"batch": 7}, expect=400)
        future = {"event": "x", "userId": "u", "timestamp": "2099-01-01T00:00:00Z"}
        self.assertIn("future", self.post("/v1/track", future, expect=400).json["details"][0]["error"])
        self.post("/v1/track", dict(TRACK, userId=7), expect=400)
        self.post("/v1/track", dict(TRACK, userId="\u0000"), expect=400)

    def test_good_items_of_a_batch_are_taken(self):
        good = [dict(TRACK, type="track", messageId="good-%d" % i) for i in range(4)]
        bad = [{}, {"type": "track"}, {"type": "unalias", "messageId": "x"}, 7]
        mixed = [item for pair in zip(good, bad) for item in pair]
        answer = self.taken("/v1/batch", {"batch": mixed}, size=8, errors=4)
        self.assertEqual([d["index"] for d in answer["details"]], [1, 3, 5, 7])
        ids = [m.get("messageId") for m in exported(self.server)]
        for i in range(4):
            self.assertEqual(ids.count("good-%d" % i), 1)
        self.taken("/v1/batch", {"batch": bad}, size=4, errors=4)
        self.taken("/v1/batch", {"batch": []}, size=0)

    def test_limits(self):
        def item(n, **more):
            return dict(TRACK, type="track", properties={"x": "y" * n}, **more)

        self.taken("/v1/track", item(32000, messageId="almost"))
        self.assertEqual(self.post("/v1/track", item(33000), expect=413).json["details"][0]["status"], 413)
        answer = self.taken("/v1/batch", {"batch": [item(33000), item(10)]}, size=2, errors=1)
        self.assertEqual(answer["details"][0]["status"], 413)
        before = len(exported(self.server))
        answer = self.post("/v1/batch", {"batch": [item(25000)] * 25}, expect=413)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        small = {"type": "track", "event": "e", "userId": "u"}
        self.post("/v1/batch", {"batch": [small] * 2501}, expect=413)
        answer = self.post("/v1/batch", b"{" + b" " * (3 << 20) + b"}", expect=413)
        self.assertEqual(answer.headers.get_all("Access-Control-Allow-Origin"), ["*"])
        self.assertEqual(len(exported(self.server)), before)
        self.taken("/v1/batch", {"batch": [small] * 2500}, size=2500)
        self.assertEqual(len(exported(self.server)), before + 2500)

    def test_packed_bodies(self):
        body = json.dumps({"batch": [dict(TRACK, type="track", messageId="packed-%d" % i) for i in range(50)]}).encode()
        packed = gzip.compress(body)
        self.taken("/v1/batch", packed, size=50, headers={"Content-Encoding": "gzip"})
        self.taken("/v1/batch", packed, size=50)  # a beacon cannot say so
        self.taken("/v1/batch", zlib.compress(body), size=50, headers={"Content-Encoding": "deflate"})
        self.assertEqual(sum(m.get("messageId", "").startswith("packed-") for m in exported(self.server)), 50)
        self.post("/v1/batch", packed[:-9], expect=400, headers={"Content-Encoding": "gzip"})
        self.post("/v1/batch", packed + packed, expect=400, headers={"Content-Encoding": "gzip"})
        self.post("/v1/batch", body, expect=400, headers={"Content-Encoding": "gzip"})
        self.post("/v1/batch", body, expect=415, headers={"Content-Encoding": "br"})
        bomb = gzip.compress(b" " * (50 << 20))
        self.post("/v1/batch", bomb, expect=413, headers={"Content-Encoding": "gzip"})

    def test_pages_of_other_hosts(self):
        answer = self.server.send(
            "OPTIONS",
            "/v1/track",
            headers={
                "Origin": "https://example.org",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type",
            },
        )
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertIn("POST", answer.headers["Access-Control-Allow-Methods"])
        self.assertIn("authorization", answer.headers["Access-Control-Allow-Headers"].lower())
        for path in ("/v1/batch", "/v1/anything/at/all", "/api/public/apps/track"):
            self.assertEqual(self.server.send("OPTIONS", path).status, 204)
        headers = {"Content-Type": "text/plain;charset=UTF-8", "Origin": "https://example.org"}
        answer = self.post("/v1/track", json.dumps(TRACK), headers=headers)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        for method, path, allowed in ("PUT", "/v1/track", ["*"]), ("PUT", "/api/contacts", None):
            answer = self.server.send(method, path, b"{}", headers=headers)
            self.assertEqual((answer.status, answer.headers.get_all("Access-Control-Allow-Origin")), (405, allowed))

    def test_what_the_browser_library_asks_for(self):
        key = self.server.key("capture")
        answer = self.server.send("GET", "/v1/projects/%s/settings" % key)
        self.server.hold_against_document("GET", "/v1/projects/x/settings", answer)
        segment = answer.json["integrations"]["Segment.io"]
        self.assertEqual(segment["apiKey"], key)
        self.assertEqual(segment["apiHost"], "127.0.0.1:%d/v1" % self.server.port)
        self.assertEqual(segment["protocol"], "http")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertEqual(self.server.send("GET", "/v1/projects/nobody/settings").status, 404)

    def test_segment_spec_messages(self):
        spec = corpus("segment-spec", "messages.json")
        if not spec:
            self.skipTest("no SLUICE_CORPORA")
        with open(spec, encoding="utf-8") as file:
            messages = [entry["message"] for entry in json.load(file)]
        taken = 0
        for message in messages:
            message.setdefault("type", "track" if "event" in message else "identify")
            one = self.server.send("POST", "/v1/" + message["type"], message, basic(self.server.key("capture")))
            self.assertIn(one.status, (200, 400), (message, one))
            taken += one.status == 200
            if one.status != 200:
                reason = one.json["details"][0]["error"]
                self.assertRegex(reason, "no (userId|event)|an alias without|is not a text|is no time", message)
        batch = self.post("/v1/batch", {"batch": messages}).json
        self.assertEqual(batch["processed"], taken)
        print("segment-spec: %d of %d messages taken" % (taken, len(messages)))
        self.assertGreater(taken, 0.8 * len(messages))


class ManyNames(harness.ApiTest):
    """A public key cannot use up the names of events that we need ourselves."""

    @unittest.skipIf(harness.ON_POSTGRES, "it is the same there, and slow")
    def test_room_is_kept(self):
        key = basic(self.server.key("capture"))

        def send(names):
            batch = [{"type": "track", "userId": "u", "event": name} for name in names]
            return self.server.send("POST", "/v1/batch", {"batch": batch}, key)

        for first in range(0, 62500, 2500):
            answer = send("name %d" % i for i in range(first, first + 2500))
            self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json["processed"], 0)
        answer = send(["one too many", "name 7", "form.submitted"]).json
        self.assertEqual((answer["processed"], [(d["index"], d["status"]) for d in answer["details"]]), (1, [(0, 413), (2, 413)]))
        self.assertEqual(self.server.send("POST", "/v1/track", {"userId": "u", "event": "another"}, key).status, 413)
        self.api("POST", "/api/contacts", {"email": "ours@example.org"}, expect=201)  # contact.created is ours


class Controls(harness.ApiTest):
    def test_nothing_stops_whoever_follows_the_log(self):
        self.capture([{"type": "identify", "userId": "nul", "traits": {"email": "b@bolt-works.example", "company": "Bo\0lt"}},
                      {"type": "group", "userId": "nul", "groupId": "g", "traits": {"name": "G\0", "industry": "I\0n"}}])
        company = self.eventually(lambda: self.api("GET", "/api/companies")["items"])[0]
        self.assertEqual(company["domain"], "bolt-works.example")
        self.assertNotIn("\0", company["name"])


class JsonSuite(harness.ApiTest):
    """$SLUICE_CORPORA/08…: what must not be parsed is refused, what must be never breaks the server."""

    def test_suite(self):
        folder = corpus("json-test-suite", "test_parsing")
        if not folder:
            self.skipTest("no SLUICE_CORPORA")
        key = basic(self.server.key("capture"))
        counts = {"n": 0, "y": 0, "i": 0}
        for name in sorted(os.listdir(folder)):
            kind = name[:2]
            if kind not in ("n_", "y_", "i_"):
                continue
            with open(os.path.join(folder, name), "rb") as file:
                body = file.read()
            for path in ("/v1/track", "/v1/batch"):
                whole = self.server.send("POST", path, body, key)
                inner = b'{"event":"x","userId":"u","properties":{"v":' + body + b"}}"
                if path == "/v1/batch":
                    inner = b'{"batch":[{"type":"track","event":"x","userId":"u","v":' + body + b"}]}"
                inside = self.server.send("POST", path, inner, key)
                if kind == "n_":
                    self.assertEqual(whole.status, 400, (name, path, whole))
                    # Not every such file stays wrong as the value of a member.
                    self.assertIn(inside.status, (200, 400), (name, path, inside))
                elif kind == "y_":
                    self.assertLess(whole.status, 500, (name, path, whole))
                    self.assertEqual(inside.status, 200, (name, path, inside))
                else:
                    self.assertLess(whole.status, 500, (name, path, whole))
                    self.assertLess(inside.status, 500, (name, path, inside))
            counts[kind[0]] += 1
        self.assertGreater(counts["n"], 80)
        self.assertGreater(counts["y"], 40)
        self.assertEqual(self.server.send("GET", "/healthz").status, 200)


if __name__ == "__main__":
    unittest.main()
