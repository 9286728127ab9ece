"""Webhooks out, against receivers that behave well and badly, with signatures checked by an independent
implementation."""
import base64
import datetime
import hashlib
import hmac
import http.server
import json
import os
import re
import threading
import time
import unittest

from harness import ROOT, ApiTest

MODEL = """model "test"
stage lead when any inbound
stage prospect when any "call.answered"
"""


class Receiver:
    """A server that keeps what it gets. answers: a list of (status, headers, seconds of sleep), the last one for
    ever."""

    def __init__(self, *answers):
        self.requests = []
        self.answers = list(answers) or [(200, {}, 0)]
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                n = len(receiver.requests)
                receiver.requests.append((time.time(), dict(self.headers), body, self.path))
                status, headers, seconds = receiver.answers[min(n, len(receiver.answers) - 1)]
                if seconds:
                    time.sleep(seconds)
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"ok")
                except OSError:
                    pass

            def do_GET(self):
                receiver.requests.append((time.time(), dict(self.headers), b"GET", self.path))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a killed peer
        self.url = "http://127.0.0.1:%d/hook" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def messages(self):
        return [json.loads(r[2]) for r in self.requests]


def check_signature(request, secret):
    """As the specification words it; gives whether one of the signatures is right."""
    _, headers, body, _ = request
    headers = {name.lower(): value for name, value in headers.items()}
    key = base64.b64decode(secret[len("whsec_"):])
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    mine = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    if abs(time.time() - int(headers["webhook-timestamp"])) > 60:
        raise AssertionError("the timestamp is off: %r" % headers)
    return any(hmac.compare_digest(mine, one) for one in headers["webhook-signature"].split(" "))


class Webhooks(ApiTest):
    model = MODEL
    arguments = ("--allow-internal",)

    def receiver(self, *answers):
        receiver = Receiver(*answers)
        self.addCleanup(receiver.close)
        return receiver

    def hook(self, receiver, *events, **more):
        made = self.api("POST", "/api/webhooks", dict(url=receiver.url, events=list(events), **more), expect=201)
        self.addCleanup(lambda: self.api("DELETE", "/api/webhooks/" + made["id"], expect=(204, 404)))
        return made

    def track(self, user, event, **more):
        self.capture(dict(type="track", userId=user, event=event, **more))

    def deliveries(self, hook):
        return self.api("GET", "/api/webhooks/%s/deliveries" % hook["id"])["items"]

    def test_event_signed(self):
        receiver = self.receiver()
        hook = self.hook(receiver, "order.*", name="shop")
        self.assertTrue(hook["secret"].startswith("whsec_"))
        self.assertGreaterEqual(len(base64.b64decode(hook["secret"][6:])), 24)
        began = time.time()
        self.track("ann", "order.placed", properties={"value": 5, "what": "Späße \u2028 \"\\"}, messageId="o-1")
        self.track("ann", "ignored")
        self.eventually(lambda: receiver.requests)
        self.assertLess(receiver.requests[0][0] - began, 2)
        self.assertTrue(check_signature(receiver.requests[0], hook["secret"]))
        self.assertFalse(check_signature(receiver.requests[0], "whsec_" + base64.b64encode(b"x" * 32).decode()))
        message = receiver.messages()[0]
        headers = {k.lower(): v for k, v in receiver.requests[0][1].items()}
        self.assertEqual(message["id"], headers["webhook-id"])
        self.assertEqual(headers["content-type"], "application/json")
        self.assertEqual(message["type"], "order.placed")
        self.assertEqual(message["data"]["contact"]["user_id"], "ann")
        self.assertEqual(message["data"]["event"]["properties"], {"value": 5, "what": "Späße \u2028 \"\\"})
        self.assertEqual(message["data"]["event"]["message_id"], "o-1")
        self.assertEqual(self.api("GET", "/api/contacts/ann")["id"], message["data"]["contact"]["id"])
        self.eventually(lambda: self.deliveries(hook)[0]["state"] == "sent")
        self.assertEqual(len(receiver.requests), 1)

    def test_moved(self):
        receiver = self.receiver()
        self.hook(receiver, "contact.moved")
        self.track("bob", "call.answered")
        self.eventually(lambda: len(receiver.requests) >= 1)
        moves = [m["data"] for m in receiver.messages() if m["data"]["contact"]["user_id"] == "bob"]
        self.assertEqual([(m["kind"], m["to"]) for m in moves][-1], ("stage", "prospect"))
        time.sleep(0.5)
        ids = [m["id"] for m in receiver.messages()]
        self.assertEqual(len(ids), len(set(ids)))

    def test_old_events_are_no_news(self):
        receiver = self.receiver()
        hook = self.hook(receiver, "meeting.held")
        self.track("old", "meeting.held", timestamp="2020-01-01T00:00:00Z")
        self.track("new", "meeting.held")
        self.eventually(lambda: receiver.requests)
        self.assertEqual([m["data"]["contact"]["user_id"] for m in receiver.messages()], ["new"])
        self.assertEqual(len(self.deliveries(hook)), 1)

    def test_retry(self):
        receiver = self.receiver((500, {}, 0), (302, {"Location": "/elsewhere"}, 0), (200, {}, 0))
        hook = self.hook(receiver, "webhook.test")
        test = self.api("POST", "/api/webhooks/%s/test" % hook["id"], expect=202)
        self.assertEqual(test["state"], "pending")
        self.eventually(lambda: len(receiver.requests) >= 2, seconds=10)
        gap = receiver.requests[1][0] - receiver.requests[0][0]
        self.assertTrue(4 <= gap <= 8, gap)
        found = self.eventually(lambda: [d for d in self.deliveries(hook) if d["attempts"] == 2])[0]
        self.assertEqual((found["state"], found["status"]), ("pending", 302))
        path = "/api/webhooks/%s/deliveries/%s" % (hook["id"], found["id"])
        whole = self.api("GET", path)
        self.assertEqual([a["status"] for a in whole["log"]], [500, 302])
        self.assertEqual(whole["log"][0]["answer"], "ok")
        self.assertEqual(whole["body"]["type"], "webhook.test")
        self.assertTrue(self.api("GET", "/api/webhooks/" + hook["id"])["failing_since"])
        # Five minutes are too long for a test: by hand, now.
        self.api("POST", path + "/replay", expect=202)
        self.eventually(lambda: self.api("GET", path)["state"] == "sent")
        self.assertEqual(len(receiver.requests), 3)
        self.assertTrue(all(r[3] == "/hook" for r in receiver.requests))
        self.assertEqual(len({m["id"] for m in receiver.messages()}), 1)
        self.assertIsNone(self.api("GET", "/api/webhooks/" + hook["id"])["failing_since"])

    def test_gone(self):
        receiver = self.receiver((410, {}, 0))
        hook = self.hook(receiver, "webhook.test")
        self.api("POST", "/api/webhooks/%s/test" % hook["id"], expect=202)
        self.eventually(lambda: self.api("GET", "/api/webhooks/" + hook["id"])["state"] == "disabled")
        now = self.api("GET", "/api/webhooks/" + hook["id"])
        self.assertIn("410", now["why"])
        self.api("POST", "/api/webhooks/%s/test" % hook["id"], expect=409)
        self.assertEqual(self.deliveries(hook)[0]["state"], "failed")
        again = self.api("PATCH", "/api/webhooks/" + hook["id"], {"state": "active"})
        self.assertEqual((again["state"], again["why"]), ("active", None))

    def test_retry_after(self):
        receiver = self.receiver((429, {"Retry-After": "3"}, 0), (503, {"Retry-After": "100000000"}, 0))
        hook = self.hook(receiver, "webhook.test")
        self.api("POST", "/api/webhooks/%s/test" % hook["id"], expect=202)
        self.eventually(lambda: receiver.requests)
        paused = self.eventually(lambda: self.api("GET", "/api/webhooks/" + hook["id"])["paused_until"])
        self.assertTrue(paused)
        self.eventually(lambda: len(receiver.requests) == 2, seconds=12)
        self.eventually(lambda: self.deliveries(hook)[0]["attempts"] == 2)
        due = self.deliveries(hook)[0]["due"]
        seconds = (datetime.datetime.fromisoformat(due.replace("Z", "+00:00")).timestamp() - time.time())
        self.assertTrue(23 * 3600 < seconds <= 24 * 3600 + 5, seconds)

    def test_slow_does_not_delay_others(self):
        slow = [self.receiver((200, {}, 6)) for _ in range(5)]
        fast = self.receiver()
        hooks = [self.hook(r, "slow.test") for r in slow]
        hook = self.hook(fast, "slow.test")
        # The first round shows which are slow; the fast one may wait for it.
        self.track("s", "slow.test")
        self.eventually(lambda: fast.requests and all(r.requests for r in slow), seconds=20)
        self.eventually(lambda: all(self.deliveries(h)[0]["state"] == "sent" for h in hooks), seconds=20)
        before = len(fast.requests)
        for _ in range(10):
            self.track("s", "slow.test")
        began = time.monotonic()
        self.eventually(lambda: len(fast.requests) == before + 10, seconds=5)
        self.assertLess(time.monotonic() - began, 4)
        del hook

    def test_refused_connection(self):
        receiver = self.receiver()
        receiver.close()
        hook = self.hook(receiver, "webhook.test")
        self.api("POST", "/api/webhooks/%s/test" % hook["id"], expect=202)
        found = self.eventually(lambda: [d for d in self.deliveries(hook) if d["attempts"] == 1])[0]
        whole = self.api("GET", "/api/webhooks/%s/deliveries/%s" % (hook["id"], found["id"]))
        self.assertIsNone(whole["log"][0]["status"])
        self.assertTrue(whole["log"][0]["error"])

    def test_rotation(self):
        receiver = self.receiver()
        own = "whsec_" + base64.b64encode(bytes(range(24))).decode()
        hook = self.hook(receiver, "webhook.test", secret=own)
        self.assertEqual(hook["secret"], own)
        new = self.api("POST", "/api/webhooks/%s/secret" % hook["id"], {"keep_hours": 1})
        self.assertNotEqual(new["secret"], own)
        self.assertEqual(len(new["secrets"]), 2)
        self.api("POST", "/api/webhooks/%s/test" % hook["id"], expect=202)
        self.eventually(lambda: receiver.requests)
        self.assertTrue(check_signature(receiver.requests[0], own))
        self.assertTrue(check_signature(receiver.requests[0], new["secret"]))
        last = self.api("POST", "/api/webhooks/%s/secret" % hook["id"], {"keep_hours": 0})
        self.assertEqual(len(last["secrets"]), 1)
        self.api("POST", "/api/webhooks/%s/test" % hook["id"], expect=202)
        self.eventually(lambda: len(receiver.requests) == 2)
        self.assertFalse(check_signature(receiver.requests[1], own))
        self.assertTrue(check_signature(receiver.requests[1], last["secret"]))
        # Shown once, and nowhere again.
        for path in ("/api/webhooks", "/api/webhooks/" + hook["id"], "/api/audit?limit=500"):
            text = json.dumps(self.api("GET", path))
            for secret in (own, new["secret"], last["secret"]):
                self.assertNotIn(secret, text)
        self.assertFalse([line for line in self.server.log_lines if "whsec_" in line])

    def test_replay_since(self):
        receiver = self.receiver()
        hook = self.hook(receiver, "replay.test")
        for i in range(3):
            self.track("r", "replay.test", messageId="replay-%d" % i)
        self.eventually(lambda: len(receiver.requests) == 3)
        self.eventually(lambda: all(d["state"] == "sent" for d in self.deliveries(hook)))
        path = "/api/webhooks/%s/replay" % hook["id"]
        self.assertEqual(self.api("POST", path, {"since": "2020-01-01T00:00:00Z"}, expect=202)["deliveries"], 0)
        self.assertEqual(
            self.api("POST", path, {"since": "2020-01-01T00:00:00Z", "all": True}, expect=202)["deliveries"], 3)
        self.eventually(lambda: len(receiver.requests) == 6)
        self.assertEqual(len({m["id"] for m in receiver.messages()}), 3)
        self.api("POST", path, {"since": "yesterday"}, expect=400)

    def test_deliveries_paged(self):
        receiver = self.receiver()
        hook = self.hook(receiver, "page.test")
        for i in range(7):
            self.track("p", "page.test")
        self.eventually(lambda: len(receiver.requests) == 7)
        seen, after = [], ""
        while True:
            page = self.api("GET", "/api/webhooks/%s/deliveries?limit=3%s" % (hook["id"], after))
            seen += [d["id"] for d in page["items"]]
            if not page["next"]:
                break
            after = "&after=" + page["next"]
        self.assertEqual(len(seen), 7)
        self.assertEqual(seen, sorted(set(seen), key=int, reverse=True))
        self.eventually(lambda: len(self.api(
            "GET", "/api/webhooks/%s/deliveries?state=sent" % hook["id"])["items"]) == 7)
        self.api("GET", "/api/webhooks/%s/deliveries?after=x" % hook["id"], expect=400)
        self.api("GET", "/api/webhooks/%s/deliveries/999999999" % hook["id"], expect=404)

    def test_bad_input(self):
        good = {"url": "https://example.org/x", "events": ["a"]}
        for change, field in (
            ({"url": "ftp://example.org"}, "url"),
            ({"url": "https://"}, "url"),
            ({"url": "https://user:pass@example.org/"}, "url"),
            ({"url": "https://example.org/\r\nX: y"}, "url"),
            ({"url": "https://example.org/" + "x" * 3000}, "url"),
            ({"events": []}, "events"),
            ({"events": [""]}, "events"),
            ({"events": ["x" * 300]}, "events"),
            ({"events": "a"}, "events"),
            ({"secret": "abc"}, "secret"),
            ({"secret": "whsec_YWJj"}, "secret"),
            ({"nonsense": 1}, "nonsense"),
        ):
            problem = self.api("POST", "/api/webhooks", dict(good, **change), expect=400)
            self.assertIn(field, json.dumps(problem.get("errors")), change)
        self.api("GET", "/api/webhooks/none", expect=404)
        self.api("DELETE", "/api/webhooks/none", expect=404)
        self.api("PATCH", "/api/webhooks/none", {"name": "x"}, expect=404)
        self.api("POST", "/api/webhooks/none/test", expect=404)

    def test_change(self):
        receiver = self.receiver()
        hook = self.hook(receiver, "change.test")
        path = "/api/webhooks/" + hook["id"]
        self.api("PATCH", path, {"name": "n"}, expect=412, headers={"If-Match": '"77"'})
        now = self.api("PATCH", path, {"name": "n", "state": "disabled"})
        self.assertEqual((now["name"], now["state"], now["why"]), ("n", "disabled", "by hand"))
        self.track("c", "change.test")
        time.sleep(0.5)
        self.api("PATCH", path, {"state": "active"})
        self.track("c", "change.test", properties={"second": True})
        self.eventually(lambda: receiver.requests)
        self.assertEqual([m["data"]["event"]["properties"] for m in receiver.messages()], [{"second": True}])
        self.assertIn(hook["id"], [w["id"] for w in self.api("GET", "/api/webhooks")["items"]])
        self.api("DELETE", path, expect=204)
        self.api("GET", path, expect=404)

    def test_manual(self):
        """What docs/webhooks.md shows works as it says."""
        with open(os.path.join(ROOT, "docs", "webhooks.md"), encoding="utf-8") as manual:
            text = manual.read()
        shown = {}
        exec(re.search(r"```python\n(.*?)```", text, re.S).group(1), shown)
        receiver = self.receiver()
        body = json.loads(re.search(r"POST /api/webhooks\n(.*?)```", text, re.S).group(1))
        made = self.api("POST", "/api/webhooks", dict(body, url=receiver.url), expect=201)
        self.track("manual", "order.placed")
        self.eventually(lambda: receiver.requests)
        _, headers, sent, _ = receiver.requests[0]
        headers = {name.lower(): value for name, value in headers.items()}
        self.assertTrue(shown["genuine"](made["secret"], headers, sent))
        self.assertFalse(shown["genuine"](made["secret"], headers, sent + b" "))
        self.api("DELETE", "/api/webhooks/" + made["id"], expect=204)
        listed = {t["name"] for t in self.api("GET", "/api/webhook-types?limit=500")["items"] if not t["event"]}
        table = set(re.findall(r"`([a-z]+\.[a-z]+)`", re.search(r"\| type \|.*?\| any other", text, re.S).group(0)))
        self.assertEqual(listed, table)

    def test_types(self):
        names = [t["name"] for t in self.api("GET", "/api/webhook-types?limit=500")["items"]]
        for name in ("contact.moved", "form.submitted", "contact.created", "import.finished"):
            self.assertIn(name, names)

    def test_other_types(self):
        """What slices announce by themselves."""
        receiver = self.receiver()
        self.hook(receiver, "task.created", "task.changed", "import.finished", "contact.assigned", "contact.created",
                  "reaction.fired")
        self.track("many", "page.viewed")
        self.eventually(lambda: self.server.send(
            "GET", "/api/contacts/many", None, "Bearer " + self.server.key("admin")).status == 200)
        user = self.api("POST", "/api/users", {"email": "hooked@example.org", "role": "seller"}, expect=201)["id"]
        self.api("POST", "/api/contacts/many/owner", {"user": user})
        task = self.api("POST", "/api/tasks", {"title": "t", "contact": "many"}, expect=201)
        self.api("PATCH", "/api/tasks/" + task["id"], {"state": "done"})
        made = self.api("POST", "/api/imports?name=a.csv", "Email\nzoe@zinc.example\n", expect=201)
        self.api("POST", "/api/imports/%s/run" % made["id"], expect=202)
        self.api("POST", "/api/contacts", {"traits": {"email": "new@zinc.example"}}, expect=201)

        def types():
            return {m["type"]: m["data"] for m in receiver.messages()}
        self.eventually(lambda: len(types()) >= 5, seconds=10)
        found = types()
        self.assertEqual(found["contact.assigned"]["owner"], user)
        self.assertEqual(found["task.created"]["task"]["id"], task["id"])
        self.assertEqual(found["task.changed"]["task"]["state"], "done")
        self.assertEqual((found["import.finished"]["import"], found["import.finished"]["state"]), (made["id"], "done"))
        self.assertEqual(found["import.finished"]["new_contacts"], 1)
        self.assertIn("contact.created", found)

    def test_reaction(self):
        """A reaction tells one webhook, whatever that asks for."""
        receiver = self.receiver()
        hook = self.hook(receiver, "webhook.test")
        made = self.api("POST", "/api/reactions", {
            "name": "tell", "kind": "stage", "becomes": "prospect", "webhook": hook["id"]}, expect=201)
        self.track("told", "call.answered")
        self.eventually(lambda: receiver.requests)
        self.assertEqual([(m["type"], m["data"]["contact"]["user_id"], m["data"]["reaction"], m["data"]["to"])
                          for m in receiver.messages()], [("reaction.fired", "told", made["id"], "prospect")])
        self.api("DELETE", "/api/reactions/" + made["id"], expect=204)

    def test_erasure(self):
        """What was said about somebody is gone from the queue, the log of deliveries and the export."""
        receiver = self.receiver((500, {}, 0))
        hook = self.hook(receiver, "erase.test")
        self.capture({"type": "identify", "userId": "gone", "traits": {"email": "gone@example.org"}})
        self.track("gone", "erase.test", properties={"secret": "whisper-4711"})
        self.eventually(lambda: receiver.requests)
        found = self.eventually(lambda: [d for d in self.deliveries(hook) if d["attempts"] == 1])[0]
        told = self.api("GET", "/api/contacts/gone/export")
        self.assertEqual([(m["type"], m["to"]) for m in told["webhook_messages"]], [("erase.test", receiver.url)])
        self.api("POST", "/api/contacts/gone/erase", expect=(200, 202, 204))
        whole = self.api("GET", "/api/webhooks/%s/deliveries/%s" % (hook["id"], found["id"]))
        self.assertEqual((whole["state"], whole["body"]), ("dropped", {"erased": True}))
        self.assertNotIn("whisper", json.dumps(whole))
        time.sleep(7)
        self.assertEqual(len(receiver.requests), 1)

    def test_large(self):
        receiver = self.receiver()
        self.hook(receiver, "large.test")
        self.track("l", "large.test", properties={"text": "x" * 25000})
        self.eventually(lambda: receiver.requests)
        self.assertLess(len(receiver.requests[0][2]), 20000)
        self.assertTrue(receiver.messages()[0]["data"]["too_large"])


class Internal(ApiTest):
    """Without the option, nothing of the own network is called."""

    model = MODEL

    def test_refused(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        port = receiver.server.server_port
        for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"):
            hook = self.api(
                "POST", "/api/webhooks", {"url": "http://%s:%d/" % (host, port), "events": ["webhook.test"]},
                expect=(201, 400))
            if "id" not in hook:
                continue
            self.api("POST", "/api/webhooks/%s/test" % hook["id"], expect=202)
            path = "/api/webhooks/%s/deliveries" % hook["id"]
            self.eventually(lambda: self.api("GET", path)["items"][0]["attempts"] == 1)
            self.api("DELETE", "/api/webhooks/" + hook["id"], expect=204)
        self.assertEqual(receiver.requests, [])


class Restart(ApiTest):
    """What was written down before a kill is delivered after it, once."""

    model = MODEL
    arguments = ("--allow-internal",)

    def test_kill(self):
        receiver = Receiver((500, {}, 0), (200, {}, 0))
        self.addCleanup(receiver.close)
        hook = self.api("POST", "/api/webhooks", {"url": receiver.url, "events": ["kill.test"]}, expect=201)
        self.capture({"type": "track", "userId": "k", "event": "kill.test"})
        path = "/api/webhooks/%s/deliveries" % hook["id"]
        self.eventually(lambda: [d for d in self.api("GET", path)["items"] if d["attempts"] == 1])
        self.server.stop(9)
        self.server.start()
        self.eventually(lambda: len(receiver.requests) == 2, seconds=15)
        self.eventually(lambda: self.api("GET", path)["items"][0]["state"] == "sent")
        time.sleep(0.5)
        self.assertEqual(len(receiver.requests), 2)
        self.assertEqual(len({m["id"] for m in receiver.messages()}), 1)

    def test_stop_is_quick(self):
        receiver = Receiver((200, {}, 15))
        self.addCleanup(receiver.close)
        hook = self.api("POST", "/api/webhooks", {"url": receiver.url, "events": ["webhook.test"]}, expect=201)
        self.api("POST", "/api/webhooks/%s/test" % hook["id"], expect=202)
        self.eventually(lambda: receiver.requests)
        began = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - began, 8)
        self.server.start()


if __name__ == "__main__":
    unittest.main()
