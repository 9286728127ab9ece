"""Server-sent events of what changed."""
import http.client
import json

import harness
import socket
import threading
import time
import unittest

from harness import PASSWORD, ApiTest

MODEL = """model "test"
stage lead when any inbound
"""


class Stream:
    """Reads a stream in the background."""

    def __init__(self, server, cookie, query="", last=None):
        self.events = []  # (id, event, data)
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Cookie": cookie} if cookie else {}
        if last:
            headers["Last-Event-ID"] = last
        self.connection.request("GET", "/api/stream" + query, headers=headers)
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()
        self.ended = False
        if self.answer.status == 200:
            harness.note_exercised("GET", "/api/stream", 200)
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        event = {}
        try:
            for line in self.answer:
                line = line.decode().rstrip("\n")
                if not line:
                    if event:
                        self.events.append((event.get("id"), event.get("event"), json.loads(event["data"])))
                    event = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(":")
                    event[name] = value.strip()
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.ended = True

    def changes(self):
        return [(c["topic"], c["id"]) for e in list(self.events) if e[1] == "change" for c in e[2]["changes"]]

    def last_id(self):
        return [e[0] for e in list(self.events) if e[0]][-1]

    def kinds(self):
        return [e[1] for e in list(self.events)]

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Changes(ApiTest):
    model = MODEL

    def open(self, role="admin", **more):
        stream = Stream(self.server, self.server.user(role), **more)
        self.addCleanup(stream.close)
        self.assertEqual(stream.answer.status, 200)
        self.assertEqual(stream.answer.headers["Content-Type"].split(";")[0], "text/event-stream")
        self.eventually(lambda: "ready" in stream.kinds())
        return stream

    def task(self, title="x", **more):
        return self.api("POST", "/api/tasks", dict(title=title, **more), expect=201)["id"]

    def test_tells(self):
        stream = self.open()
        task = self.task()
        self.eventually(lambda: ("task", task) in stream.changes(), seconds=2)
        began = time.monotonic()
        self.capture({"type": "track", "userId": "ann", "event": "a"})
        self.eventually(lambda: [c for c in stream.changes() if c[0] == "contact"])
        self.assertLess(time.monotonic() - began, 2)

    def test_topics(self):
        stream = self.open(query="?topics=contact")
        other = self.open(query="?topics=task")
        task = self.task()
        self.capture({"type": "track", "userId": "bob", "event": "a"})
        self.eventually(lambda: stream.changes() and other.changes())
        self.assertEqual({c[0] for c in stream.changes()}, {"contact"})
        self.assertEqual(other.changes(), [("task", task)])

    def test_rights(self):
        viewer, admin = self.open("viewer"), self.open("admin")
        hook = self.api("POST", "/api/webhooks", {"url": "https://example.org/", "events": ["a"]}, expect=201)
        task = self.task()
        self.eventually(lambda: ("task", task) in viewer.changes() and ("webhook", hook["id"]) in admin.changes())
        self.assertNotIn(("webhook", hook["id"]), viewer.changes())
        for headers in ({}, {"Authorization": "Bearer " + self.server.key("admin")}):
            answer = self.server.send("GET", "/api/stream", None, None, headers)
            self.assertIn(answer.status, (401, 403))

    def test_resume(self):
        first = self.open(query="?topics=task")
        one = self.task()
        self.eventually(lambda: first.changes() == [("task", one)])
        known = first.last_id()
        first.close()
        missed = [self.task() for _ in range(5)]
        second = self.open(query="?topics=task", last=known)
        self.eventually(lambda: second.changes() == [("task", m) for m in missed])
        third = self.open(query="?topics=task&after=" + second.last_id())
        time.sleep(0.3)
        self.assertEqual(third.kinds(), ["ready"])
        later = self.task()
        self.eventually(lambda: third.changes() == [("task", later)])
        self.assertTrue(all(e[0] for e in third.events))

    def test_reset(self):
        for last in ("1-1", "nonsense", "-", "a" * 500, "18446744073709551616-1"):
            self.assertEqual(self.open(last=last).kinds()[:2], ["reset", "ready"], last)
        known = self.open().last_id()
        epoch = known.split("-")[0]
        self.assertEqual(self.open(last=epoch + "-999999999999999999").kinds()[:2], ["reset", "ready"])
        # More than the ring holds.
        task = self.task()
        for _ in range(5):
            self.api("POST", "/api/tasks/bulk", {"ids": [task] * 1000, "change": {"note": "n"}})
        stream = self.open(last=known)
        self.assertEqual(stream.kinds()[:2], ["reset", "ready"])
        # Whoever listens all the while hears of it in few words.
        self.assertLess(len(self.open().changes()), 100)

    def test_own_only(self):
        seller = self.api("POST", "/api/users", {"email": "own@example.org", "role": "seller", "own_only": True,
                                                 "password": PASSWORD}, expect=201)["id"]
        answer = self.server.send("POST", "/api/session", {"email": "own@example.org", "password": PASSWORD})
        self.server.users["own"] = answer.headers["Set-Cookie"].split(";")[0]
        self.capture([{"type": "track", "userId": u, "event": "a"} for u in ("mine", "theirs")])
        ids = {}
        for u in ("mine", "theirs"):
            user = seller if u == "mine" else None
            self.eventually(lambda: self.server.send(
                "POST", "/api/contacts/%s/owner" % u, {"user": user}, "Bearer " + self.server.key("admin")).status == 200)
            ids[u] = self.api("POST", "/api/contacts/%s/owner" % u, {"user": user})["contact"]
        stream, other = self.open("own"), self.open("viewer")
        for u in ("theirs", "mine"):
            self.capture({"type": "track", "userId": u, "event": "b"})
        hook = self.api("POST", "/api/webhooks", {"url": "https://example.org/", "events": ["a"]}, expect=201)
        self.eventually(lambda: ("contact", ids["mine"]) in stream.changes())
        self.eventually(lambda: ("contact", ids["theirs"]) in other.changes())
        time.sleep(0.3)
        # (A task of nobody's, of a test before, may still be told.)
        self.assertEqual({c for c in stream.changes() if c[0] == "contact"}, {("contact", ids["mine"])})
        del hook

    def test_restart(self):
        stream = self.open()
        known = stream.last_id()
        began = time.monotonic()
        self.server.stop()
        self.assertLess(time.monotonic() - began, 8)
        self.eventually(lambda: stream.ended)
        self.server.start()
        self.assertEqual(self.open(last=known).kinds()[:2], ["reset", "ready"])

    def test_limits(self):
        streams = [self.open("marketer") for _ in range(20)]
        answer = self.server.send("GET", "/api/stream", headers={"Cookie": self.server.user("marketer")})
        self.assertEqual(answer.status, 503)
        self.assertTrue(answer.headers["Retry-After"])
        for stream in streams:
            stream.close()
        # That they left is noticed though nothing changes.

        def again():
            stream = Stream(self.server, self.server.user("marketer"))
            self.addCleanup(stream.close)
            return stream.answer.status == 200
        self.eventually(again, seconds=30)


if __name__ == "__main__":
    unittest.main()
