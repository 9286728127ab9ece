"""Campaigns over the API: definitions and their mistakes, broadcasts, sequences, records, editing while running."""
import email
import email.policy
import socket
import threading
import time
import unittest
import urllib.parse

from harness import ApiTest

MODEL = """model "test"
trait plan text
stage lead when any inbound
stage mql when any "form.submitted"
stage customer when any "order.placed"
"""
MAIL = {"id": "hello", "kind": "mail", "subject": "Hello {{ contact.first_name }}", "body": "Hello!"}


class Sink:
    """A mail server that takes everything: `mails` are (recipient, message, when)."""

    def __init__(self):
        self.mails, self.lock = [], threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        with connection, connection.makefile("rwb") as stream:
            def say(line):
                stream.write(line.encode() + b"\r\n")
                stream.flush()

            to = None
            say("220 sink.example")
            for line in stream:
                word = line.split(b":")[0].strip().upper()
                if word == b"RCPT TO":
                    to = line.split(b"<")[1].split(b">")[0].decode()
                if word == b"DATA":
                    say("354 go on")
                    lines = []
                    for part in stream:
                        if part == b".\r\n":
                            break
                        lines.append(part[1:] if part.startswith(b".") else part)
                    message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                    with self.lock:
                        self.mails.append((to, message, time.time()))
                if word == b"QUIT":
                    say("221 bye")
                    return
                say("250 ok")

    def to(self, address):
        with self.lock:
            return [message for who, message, _ in self.mails if who == address]

    def close(self):
        self.socket.close()


class Campaigns(ApiTest):
    model = MODEL

    def ok(self, method, path, body=None):
        answer = self.server.send(method, path, body, "Bearer " + self.server.key("admin"))
        return answer.json if answer.status < 300 else None

    def known(self, user, **traits):
        self.capture([{"type": "identify", "userId": user, "traits": dict({"email": user + "@example.org"}, **traits)},
                      {"type": "track", "userId": user, "event": "page.viewed"}])
        return self.eventually(lambda: self.ok("GET", "/api/contacts/" + user))["id"]

    def make(self, steps, kind="sequence", **more):
        body = dict({"name": "Test", "kind": kind, "steps": steps}, **more)
        return self.api("POST", "/api/campaigns", body, expect=201)

    def start(self, campaign):
        return self.api("POST", "/api/campaigns/%s/start" % campaign["id"])

    def person(self, campaign, contact):
        return self.api("GET", "/api/campaigns/%s/people/%s" % (campaign["id"], contact))

    def what(self, campaign, contact):
        return [line["what"] for line in self.person(campaign, contact)["record"]]

    def left(self, campaign, contact, why):
        """The record, once they have left for this reason."""
        def look():
            record = self.person(campaign, contact)
            there = record["person"]
            return record if there and there["state"] == "left" and there["why"] == why else None
        return self.eventually(look)

    def stands(self, campaign, contact, step):
        def look():
            there = self.person(campaign, contact)["person"]
            return there if there and there["state"] == "active" and there["step"] == step and there["due"] else None
        return self.eventually(look)

    def test_definition(self):
        made = self.make([dict(MAIL, id=None), {"kind": "wait", "for": "2 days"}, {"id": "s2", "kind": "stop"}],
                         goal="is customer", quiet={"from": "20:00", "to": "08:00"}, cap={"mails": 2, "days": 7})
        self.assertEqual([s["id"] for s in made["steps"]], ["s1", "s3", "s2"])
        self.assertEqual((made["state"], made["version"], made["goal"]), ("draft", 1, "is customer"))
        path = "/api/campaigns/" + made["id"]
        changed = self.api("PATCH", path, {"name": "Other", "goal": None})
        self.assertEqual((changed["name"], changed.get("goal"), changed["version"], len(changed["steps"])), ("Other", None, 2, 3))
        versions = self.api("GET", path + "/versions?limit=1")
        self.assertEqual(versions["items"][0]["version"], 2)
        older = self.api("GET", path + "/versions?after=" + versions["next"])["items"]
        self.assertEqual([(v["version"], v["definition"]["goal"]) for v in older], [(1, "is customer")])
        self.assertIn(made["id"], [c["id"] for c in self.api("GET", "/api/campaigns?limit=500")["items"]])
        self.api("DELETE", path, expect=204)
        self.api("GET", path, expect=404)

    def test_mistakes(self):
        def wrong(field, *steps, **more):
            answer = self.api("POST", "/api/campaigns", dict({"name": "x", "kind": "sequence", "steps": list(steps)}, **more),
                              expect=400)
            self.assertEqual([e["field"] for e in answer["errors"]][:1], [field], answer)
            return answer["errors"][0]["message"]

        self.assertIn("step a", wrong("steps.0.for", {"id": "a", "kind": "wait"}))
        wrong("steps.0.for", {"id": "a", "kind": "wait", "for": "soon"})
        wrong("steps.1.id", {"id": "a", "kind": "stop"}, {"id": "a", "kind": "stop"})
        wrong("steps.0.body", {"id": "a", "kind": "mail", "subject": "x"})
        wrong("steps.0.subject", {"id": "a", "kind": "mail"})
        wrong("steps.0.hour", {"id": "a", "kind": "wait_until", "hour": "25:00"})
        wrong("steps.0.weekdays", {"id": "a", "kind": "wait_until", "hour": "09:00", "weekdays": ["monday"]})
        wrong("steps.0.when", {"id": "a", "kind": "branch", "when": "is nonsense"})
        wrong("steps.0.event", {"id": "a", "kind": "wait_for", "event": "within", "timeout": "1 day"})
        wrong("steps.1.next", {"id": "a", "kind": "stop"}, {"id": "b", "kind": "wait", "for": "1 day", "next": "a"})
        wrong("steps.0.tag", {"id": "a", "kind": "wait", "for": "1 day", "tag": "x"})
        wrong("goal", goal="nonsense is")
        wrong("quiet", quiet={"from": "8", "to": "20:00"})
        wrong("entry", kind="broadcast", entry={"event": '"form.submitted"'})
        empty = self.make([])
        self.api("POST", "/api/campaigns/%s/start" % empty["id"], expect=400)
        self.api("POST", "/api/campaigns/%s/pause" % empty["id"], expect=409)

    def test_sequence(self):
        """An event lets in; steps follow each other; what somebody does decides where they go on."""
        self.known("seq")
        campaign = self.make([
            {"id": "tag", "kind": "tag", "tag": "in-seq"},
            {"id": "fact", "kind": "fact", "fact": "need", "answer": "yes"},
            {"id": "knows", "kind": "branch", "when": "need is yes", "otherwise": "end"},
            {"id": "task", "kind": "task", "title": "Touch on LinkedIn", "task": "linkedin", "due_in": "2 days"},
            {"id": "wait", "kind": "wait_for", "event": '"asset.downloaded" where asset is "guide"', "timeout": "3 days",
             "then": "bye", "otherwise": "end"},
            {"id": "bye", "kind": "stop", "why": "read the guide"},
        ], entry={"event": '"form.submitted" where form is "demo"'})
        self.start(campaign)
        self.capture({"type": "track", "userId": "seq", "event": "form.submitted", "properties": {"form": "other"}})
        self.capture({"type": "track", "userId": "seq", "event": "form.submitted", "properties": {"form": "demo"}})
        self.stands(campaign, "seq", "wait")
        self.assertEqual(self.what(campaign, "seq"), ["entered", "tag", "fact", "branch", "task"])
        self.assertEqual(self.api("GET", "/api/contacts/seq")["tags"], ["in-seq"])
        tasks = self.api("GET", "/api/tasks?contact=seq")["items"]
        self.assertEqual([(t["title"], t["kind"]) for t in tasks], [("Touch on LinkedIn", "linkedin")])
        self.capture({"type": "track", "userId": "seq", "event": "asset.downloaded", "properties": {"asset": "other"}})
        self.capture({"type": "track", "userId": "seq", "event": "asset.downloaded", "properties": {"asset": "guide"}})
        record = self.left(campaign, "seq", "read the guide")
        self.assertEqual([line["what"] for line in record["record"]][5:], ["came", "left"])
        # Never again.
        self.capture({"type": "track", "userId": "seq", "event": "form.submitted", "properties": {"form": "demo"}})
        self.known("seq-after")
        self.assertEqual(self.person(campaign, "seq")["person"]["round"], 0)
        numbers = self.api("GET", "/api/campaigns/%s/numbers" % campaign["id"])
        self.assertEqual((numbers["people"]["entered"], numbers["people"]["reasons"]), (1, {"read the guide": 1}))
        self.assertEqual(self.api("GET", "/api/campaigns/%s/people?state=left" % campaign["id"])["items"][0]["why"],
                         "read the guide")

    def test_condition_lets_in(self):
        self.capture({"type": "track", "userId": "cond-old", "event": "order.placed"})
        self.known("cond-old")
        campaign = self.make([{"id": "wait", "kind": "wait", "for": "30 days"}], entry={"when": "is customer"},
                             again="after_leaving", goal='any "asset.downloaded"')
        self.start(campaign)
        self.known("cond")
        self.capture({"type": "track", "userId": "cond", "event": "order.placed"})
        self.stands(campaign, "cond", "wait")
        self.assertIsNone(self.person(campaign, "cond-old")["person"])  # it held before: it did not become true
        self.capture({"type": "track", "userId": "cond", "event": "asset.downloaded"})
        self.left(campaign, "cond", "goal")

    def test_leaving(self):
        wait = [{"id": "wait", "kind": "wait", "for": "30 days"}]
        campaign = self.make(wait, stop={"when": "is customer"})
        self.start(campaign)
        for user in ("l-reply", "l-auto", "l-unsub", "l-stop", "l-hand"):
            self.known(user)
        entered = self.api("POST", "/api/campaigns/%s/people" % campaign["id"],
                           {"contacts": ["l-reply", "l-auto", "l-unsub", "l-stop", "l-hand"]})
        self.assertEqual(entered, {"entered": 5, "refused": 0})
        again = self.api("POST", "/api/campaigns/%s/people" % campaign["id"], {"filter": 'email is "l-hand@example.org"'})
        self.assertEqual(again, {"entered": 0, "refused": 1})
        self.stands(campaign, "l-auto", "wait")
        self.capture([{"type": "track", "userId": "l-reply", "event": "email.replied"},
                      {"type": "track", "userId": "l-auto", "event": "email.replied", "properties": {"machine": True}},
                      {"type": "track", "userId": "l-unsub", "event": "list.unsubscribed"},
                      {"type": "track", "userId": "l-stop", "event": "order.placed"}])
        self.left(campaign, "l-reply", "replied")
        self.left(campaign, "l-unsub", "unsubscribed")
        self.left(campaign, "l-stop", "stopped")
        self.api("DELETE", "/api/campaigns/%s/people/l-hand" % campaign["id"], expect=204)
        self.api("DELETE", "/api/campaigns/%s/people/l-hand" % campaign["id"], expect=404)
        self.left(campaign, "l-hand", "by hand")
        self.stands(campaign, "l-auto", "wait")
        self.api("POST", "/api/campaigns/%s/finish" % campaign["id"])
        self.left(campaign, "l-auto", "campaign finished")

    def test_pause_and_edit(self):
        """People stand at step ids: who stood at one that was taken out goes on at the next one left."""
        self.known("edit")
        campaign = self.make([{"id": "a", "kind": "wait", "for": "30 days"}, {"id": "b", "kind": "wait", "for": "40 days"},
                              {"id": "c", "kind": "wait", "for": "50 days"}])
        path = "/api/campaigns/" + campaign["id"]
        self.start(campaign)
        self.api("POST", path + "/people", {"contacts": ["edit"]})
        self.stands(campaign, "edit", "a")
        self.assertEqual(self.api("POST", path + "/pause")["state"], "paused")
        self.api("PATCH", path, {"steps": [{"id": "c", "kind": "wait", "for": "50 days"}]})
        self.assertEqual(self.api("POST", path + "/resume")["state"], "running")
        self.stands(campaign, "edit", "c")
        self.assertEqual(self.api("GET", path + "/numbers")["steps"][0]["people"], 1)
        self.api("PATCH", path, {"steps": [{"id": "d", "kind": "stop"}]})
        self.left(campaign, "edit", "finished")
        self.api("DELETE", path, expect=409)

    def test_broadcast_and_preview(self):
        for i in range(5):
            self.known("bc-%d" % i, plan="gold")
        self.capture({"type": "identify", "userId": "bc-none", "traits": {"plan": "gold"}})
        self.eventually(lambda: self.ok("GET", "/api/contacts/bc-none"))
        campaign = self.make([{"id": "t", "kind": "tag", "tag": "reached"}], kind="broadcast", audience='plan is "gold"')
        path = "/api/campaigns/" + campaign["id"]
        preview = self.api("GET", path + "/audience?sample=3")
        self.assertEqual((preview["count"], preview["reached"], preview["estimated"]), (6, 5, False))
        self.assertEqual(preview["left_out"], [{"reason": "no_address", "count": 1}])
        self.assertEqual(len(preview["sample"]), 3)
        other = self.api("GET", path + "/audience?audience=" + urllib.parse.quote('email is "bc-1@example.org"'))
        self.assertEqual(other["count"], 1)
        self.api("GET", path + "/audience?audience=nonsense", expect=400)
        started = self.start(campaign)
        self.assertEqual((started["state"], started["people"]["audience"]), ("running", 6))
        done = self.eventually(lambda: [c for c in [self.api("GET", path)] if c["state"] == "finished"])[0]
        self.assertEqual((done["people"]["entered"], done["people"]["left"], done["people"]["active"]), (6, 6, 0))
        self.assertEqual(self.api("GET", path + "/audience")["left_out"],
                         [{"reason": "already_had_it", "count": 5}, {"reason": "no_address", "count": 1}])
        page = self.api("GET", path + "/people?limit=4")
        rest = self.api("GET", path + "/people?limit=4&after=" + page["next"])
        self.assertEqual(len({p["contact"] for p in page["items"] + rest["items"]}), 6)
        self.api("POST", path + "/start", expect=409)

    def test_start_later(self):
        campaign = self.make([{"id": "t", "kind": "tag", "tag": "later"}], start_at="2099-01-01T08:00:00Z")
        path = "/api/campaigns/" + campaign["id"]
        self.assertEqual(self.start(campaign)["state"], "scheduled")
        self.assertEqual(self.api("POST", path + "/pause")["state"], "draft")
        self.api("POST", path + "/pause", expect=409)
        self.assertEqual(self.start(campaign)["state"], "scheduled")
        # Its time comes.
        self.api("PATCH", path, {"start_at": "2026-01-01T08:00:00Z"})
        self.eventually(lambda: self.api("GET", path)["state"] == "running")

    def test_variants(self):
        campaign = self.make([dict(MAIL, variants=[{"name": "A"}, {"name": "B", "subject": "Hi"}])])
        path = "/api/campaigns/%s/" % campaign["id"]
        step = self.api("GET", path + "numbers")["steps"][0]
        self.assertEqual([v["name"] for v in step["variants"]], ["A", "B"])
        self.assertEqual(step["variants"][0]["interval"], {"rate": None, "from": 0, "to": 1})
        self.assertIsNone(step["winner"])
        self.assertEqual(self.api("POST", path + "winner", {"step": "hello", "variant": 1})["steps"][0]["winner"], 1)
        self.assertIsNone(self.api("POST", path + "winner", {"step": "hello", "variant": None})["steps"][0]["winner"])
        self.api("POST", path + "winner", {"step": "hello", "variant": 2}, expect=400)
        self.api("POST", path + "winner", {"step": "no", "variant": 0}, expect=400)

    def sink(self):
        sink = Sink()
        self.addCleanup(sink.close)
        self.api("POST", "/api/mailboxes", {"name": "Ann of us", "address": "ann@sender.example", "smtp": {
            "host": "127.0.0.1", "port": sink.port, "security": "none", "login": "none"}}, expect=201)
        return sink

    def test_mails(self):
        """A sequence's mails go out once each, whoever answers gets no more; a broadcast ends by itself."""
        sink = self.sink()
        offer = self.api("POST", "/api/offers", {"name": "Try", "kind": "personal", "text": "10 % off"}, expect=201)
        for user in ("mail-a", "mail-b"):
            self.known(user, first_name=user.upper(), plan="mailed")
        body = "Dear {{ contact.first_name }}, your code is {{ offer.code }}."
        campaign = self.make([dict(MAIL, body=body, offer=offer["id"]), {"id": "w", "kind": "tag", "tag": "first mail"},
                              {"id": "second", "kind": "mail", "subject": "Again", "body": "Still there?"},
                              {"id": "long", "kind": "wait", "for": "9 days"}],
                             entry={"event": '"asset.downloaded" where asset is "mails"'})
        self.start(campaign)
        for user in ("mail-a", "mail-b"):
            self.capture({"type": "track", "userId": user, "event": "asset.downloaded", "properties": {"asset": "mails"}})
        for user in ("mail-a", "mail-b"):
            mails = self.eventually(lambda: sink.to(user + "@example.org"))
            self.assertTrue(mails[0]["Subject"].startswith("Hello"))
            self.stands(campaign, user, "long")
            self.assertEqual(self.what(campaign, user), ["entered", "mail", "sent", "tag", "mail", "sent"])
            self.assertEqual(len(sink.to(user + "@example.org")), 2)
        codes = self.api("GET", "/api/offers/%s/codes" % offer["id"])["items"]
        self.assertEqual(len({c["code"] for c in codes}), 2)
        record = self.person(campaign, "mail-a")
        self.assertEqual([m["marks"] for m in record["mails"]], [["sent"], ["sent"]])
        send = record["mails"][0]["send"]
        self.capture([{"type": "track", "userId": "mail-a", "event": "email.clicked", "properties": {"send": send, "machine": True}},
                      {"type": "track", "userId": "mail-a", "event": "email.replied", "properties": {"send": send}}])
        self.left(campaign, "mail-a", "replied")
        numbers = self.api("GET", "/api/campaigns/%s/numbers" % campaign["id"])
        first = numbers["steps"][0]["mails"]
        self.assertEqual((first["sent"], first["clicked"], first["clicked_machine"], first["replied"]), (2, 0, 1, 1))
        broadcast = self.make([MAIL], kind="broadcast", audience='plan is "mailed"')
        self.start(broadcast)
        path = "/api/campaigns/" + broadcast["id"]
        done = self.eventually(lambda: [c for c in [self.api("GET", path)] if c["state"] == "finished"])[0]
        self.assertEqual((done["mails"]["sent"], done["people"]["reasons"]), (2, {"finished": 2}))
        self.assertEqual(len(sink.to("mail-b@example.org")), 3)

    def test_two_become_one(self):
        """Somebody who is in it under two names goes one way."""
        self.capture({"type": "track", "anonymousId": "m-browser", "event": "page.viewed"})
        self.eventually(lambda: self.ok("GET", "/api/contacts/m-browser"))
        self.known("m-user")
        campaign = self.make([{"id": "wait", "kind": "wait", "for": "30 days"}])
        self.start(campaign)
        path = "/api/campaigns/%s/people" % campaign["id"]
        self.api("POST", path, {"contacts": ["m-browser"]})
        self.api("POST", path, {"contacts": ["m-user"]})
        self.stands(campaign, "m-user", "wait")
        self.capture({"type": "track", "userId": "m-user", "anonymousId": "m-browser", "event": "page.viewed"})
        self.eventually(lambda: "merged" in self.what(campaign, "m-user"))
        self.assertEqual(self.person(campaign, "m-user")["person"]["state"], "active")
        people = self.api("GET", path)["items"]
        self.assertEqual(len(people), 1)


if __name__ == "__main__":
    unittest.main()
