"""Tasks, reactions, owners, assignment rules and hand-overs."""
import base64
import collections
import glob
import http.client
import json
import os
import threading
import time
import unittest
import urllib.parse

from harness import PASSWORD, ApiTest
from test_webhooks import Receiver

MODEL = """model "test"
stage lead when any inbound
stage mql when any "form.submitted"
stage sql when any sales.accepted
"""


class ReactTest(ApiTest):
    model = MODEL

    def track(self, user, event="page.viewed", **more):
        self.capture(dict(type="track", userId=user, event=event, **more))

    def known(self, user, event="page.viewed"):
        """A contact that the API knows; gives its id."""
        self.track(user, event)
        answer = self.eventually(lambda: self.ok("POST", "/api/contacts/%s/owner" % user, {"user": None}))
        return answer["contact"]

    def ok(self, method, path, body=None):
        answer = self.server.send(method, path, body, "Bearer " + self.server.key("admin"))
        return answer.json if answer.status < 300 else None

    def person(self, name, role="seller", **more):
        """A user; gives the id. Logs in, so that user=NAME asks as them."""
        made = self.api("POST", "/api/users", dict(email=name + "@example.org", role=role, password=PASSWORD, **more),
                        expect=201)
        answer = self.server.send("POST", "/api/session", {"email": name + "@example.org", "password": PASSWORD})
        self.server.users[name] = answer.headers["Set-Cookie"].split(";")[0]
        return made["id"]

    def events(self, contact, name):
        answer = self.api("GET", "/api/contacts/%s/timeline" % contact)
        return [e for e in answer["items"] if e["name"] == name]

    def tasks(self, query="", **more):
        return self.api("GET", "/api/tasks?limit=500" + query, **more)["items"]


class Tasks(ReactTest):
    def test_life(self):
        contact = self.known("life")
        task = self.api("POST", "/api/tasks", {
            "title": " Call back ", "note": "Späße \"\\ \u2028", "kind": "call", "contact": contact,
            "due": "2030-05-01T10:00:00+02:00"}, expect=201)
        self.assertEqual(task["title"], "Call back")
        self.assertEqual(task["due"], "2030-05-01T08:00:00Z")
        self.assertEqual(task["contact"], contact)
        self.assertEqual((task["state"], task["owner"], task["follows_contact"], task["done"]),
                         ("open", None, True, None))
        path = "/api/tasks/" + task["id"]
        self.assertEqual(self.api("GET", path), task)
        self.api("PATCH", path, {"title": "x"}, headers={"If-Match": '"2"'}, expect=412)
        changed = self.api("PATCH", path, {"due": None, "title": "New"}, headers={"If-Match": '"1"'})
        self.assertEqual((changed["due"], changed["title"], changed["note"], changed["version"]),
                         (None, "New", task["note"], 2))
        done = self.api("PATCH", path, {"state": "done"})
        self.assertTrue(done["done"])
        again = self.api("PATCH", path, {"state": "done"})
        self.assertEqual(again["done"], done["done"])
        self.eventually(lambda: len(self.events("life", "task.done")) == 1)
        self.assertEqual(self.events("life", "task.done")[0]["properties"]["task"], task["id"])
        self.assertIsNone(self.api("PATCH", path, {"state": "open"})["done"])
        self.api("DELETE", path, expect=204)
        self.api("GET", path, expect=404)
        self.api("DELETE", path, expect=404)

    def test_list(self):
        mine = self.person("lister")
        contact = self.known("listed")
        made = {}
        for title, more in (("a", {"due": "2031-01-02T00:00:00Z"}), ("b", {"due": "2031-01-01T00:00:00Z"}),
                            ("c", {"owner": mine}), ("d", {"contact": contact, "kind": "call"})):
            made[title] = self.api("POST", "/api/tasks", dict(title=title, **more), expect=201)
        self.api("PATCH", "/api/tasks/" + made["a"]["id"], {"state": "dropped"})

        def titles(query, **more):
            return [t["title"] for t in self.tasks(query, **more) if t["id"] in {m["id"] for m in made.values()}]
        self.assertEqual(titles("&sort=title"), ["a", "b", "c", "d"])
        self.assertEqual(titles("&sort=-title"), ["d", "c", "b", "a"])
        self.assertEqual(titles("")[:2], ["b", "a"])
        self.assertEqual(titles("&state=open&sort=title"), ["b", "c", "d"])
        self.assertEqual(titles("&owner=" + mine), ["c"])
        self.assertEqual(titles("&mine=true", user="lister"), ["c"])
        self.assertEqual(titles("&contact=listed"), ["d"])
        self.assertEqual(titles("&contact=" + contact), ["d"])
        self.assertEqual(titles("&due_before=2031-01-01T12:00:00Z"), ["b"])
        self.assertEqual(titles("&filter=kind%20is%20%22call%22"), ["d"])
        # Tasks that follow the contact are its owner's.
        self.api("POST", "/api/contacts/listed/owner", {"user": mine})
        self.assertEqual(titles("&mine=true&sort=title", user="lister"), ["c", "d"])
        self.assertEqual(self.api("GET", "/api/tasks/" + made["d"]["id"])["owner"], mine)
        page = self.api("GET", "/api/tasks?limit=1")
        self.assertEqual(len(page["items"]), 1)
        self.assertTrue(page["next"])
        self.api("GET", "/api/tasks?state=none", expect=400)
        self.api("GET", "/api/tasks?contact=nobody", expect=404)
        self.api("GET", "/api/tasks?due_before=x", expect=400)

    def test_bulk(self):
        ids = [self.api("POST", "/api/tasks", {"title": "bulk %d" % i}, expect=201)["id"] for i in range(5)]
        self.assertEqual(self.api("POST", "/api/tasks/bulk", {"ids": ids, "change": {"state": "done"}})["tasks"], 5)
        self.assertEqual({self.api("GET", "/api/tasks/" + i)["state"] for i in ids}, {"done"})
        # All or none.
        self.api("POST", "/api/tasks/bulk", {"ids": ids + ["none"], "change": {"state": "open"}}, expect=400)
        self.assertEqual({self.api("GET", "/api/tasks/" + i)["state"] for i in ids}, {"done"})
        self.api("POST", "/api/tasks/bulk", {"ids": ids, "change": {"state": "lost"}}, expect=400)
        self.api("POST", "/api/tasks/bulk", {"ids": ids * 300, "change": {"state": "open"}}, expect=400)

    def test_bad_input(self):
        for change, field in (({"title": " "}, "title"), ({"title": "x" * 600}, "title"), ({"kind": "fax"}, "kind"),
                              ({"due": "tomorrow"}, "due"), ({"owner": "nobody"}, "owner"),
                              ({"contact": "nobody-knows"}, "contact"), ({"more": 1}, "more")):
            problem = self.api("POST", "/api/tasks", dict({"title": "t"}, **change), expect=400)
            self.assertIn(field, json.dumps(problem.get("errors")), change)
        self.api("POST", "/api/tasks", {}, expect=400)

    def test_own_only(self):
        one, two = self.person("onlyone", own_only=True), self.person("onlytwo", own_only=True)
        self.known("of-one")
        self.api("POST", "/api/contacts/of-one/owner", {"user": one})
        follows = self.api("POST", "/api/tasks", {"title": "follows", "contact": "of-one"}, expect=201)
        theirs = self.api("POST", "/api/tasks", {"title": "theirs", "owner": two}, expect=201)
        self.assertEqual([t["id"] for t in self.tasks(user="onlyone")], [follows["id"]])
        self.assertEqual([t["id"] for t in self.tasks(user="onlytwo")], [theirs["id"]])
        self.api("GET", "/api/tasks/" + follows["id"], user="onlytwo", expect=404)
        self.api("PATCH", "/api/tasks/" + follows["id"], {"title": "x"}, user="onlytwo", expect=404)
        self.api("DELETE", "/api/tasks/" + follows["id"], user="onlytwo", expect=404)
        self.api("POST", "/api/tasks", {"title": "x", "contact": "of-one"}, user="onlytwo", expect=400)
        self.api("POST", "/api/contacts/of-one/owner", {"user": two}, user="onlytwo", expect=404)
        self.api("PATCH", "/api/tasks/" + follows["id"], {"title": "x"}, user="onlyone")
        self.assertEqual(self.api("POST", "/api/owners", {"user": two, "filter": "any inbound"},
                                  user="onlytwo")["contacts"], 0)


class Reactions(ReactTest):
    def test_task(self):
        made = self.api("POST", "/api/reactions", {
            "name": "call them", "kind": "stage", "becomes": "mql",
            "task": {"title": "Call the new lead", "kind": "call", "due_in": "2 hours"}}, expect=201)
        path = "/api/reactions/" + made["id"]
        self.assertEqual(self.api("GET", path), made)
        began = time.time()
        self.track("r1", "form.submitted")
        task = self.eventually(lambda: [t for t in self.tasks("&contact=r1") if t["by"] == "reaction:" + made["id"]]
                               if self.ok("GET", "/api/tasks?contact=r1") else None, seconds=3)[0]
        self.assertLess(time.time() - began, 2)
        self.assertEqual((task["title"], task["kind"], task["state"]), ("Call the new lead", "call", "open"))
        self.assertTrue(task["due"])
        # Once, whatever comes later.
        for _ in range(3):
            self.track("r1", "form.submitted")
        time.sleep(0.5)
        self.assertEqual(len(self.tasks("&contact=r1")), 1)
        # What happened long ago is no reason to call.
        self.track("r2", "form.submitted", timestamp="2020-01-01T00:00:00Z")
        self.eventually(lambda: self.ok("GET", "/api/tasks?contact=r2"))
        time.sleep(0.5)
        self.assertEqual(self.tasks("&contact=r2"), [])
        self.assertIn(made["id"], [r["id"] for r in self.api("GET", "/api/reactions")["items"]])
        changed = self.api("PATCH", path, {"active": False})
        self.assertEqual((changed["active"], changed["task"]["title"]), (False, "Call the new lead"))
        self.track("r3", "form.submitted")
        self.eventually(lambda: self.ok("GET", "/api/tasks?contact=r3"))
        time.sleep(0.3)
        self.assertEqual(self.tasks("&contact=r3"), [])
        self.api("DELETE", path, expect=204)
        self.api("GET", path, expect=404)

    def test_bad_input(self):
        good = {"name": "x", "kind": "stage", "task": {"title": "t"}}
        for change, field in (({"task": None}, "task"), ({"task": {"title": ""}}, "task"), ({"kind": "score"}, "kind"),
                              ({"task": {"title": "t", "due_in": "soon"}}, "task.due_in"),
                              ({"task": {"title": "t", "owner": "nobody"}}, "task.owner"),
                              ({"webhook": "none"}, "webhook")):
            problem = self.api("POST", "/api/reactions", dict(good, **change), expect=400)
            self.assertIn(field, json.dumps(problem.get("errors")), change)
        self.api("PATCH", "/api/reactions/none", {"name": "x"}, expect=404)
        self.api("DELETE", "/api/reactions/none", expect=404)


class Owners(ReactTest):
    def test_set(self):
        user = self.person("owner1")
        contact = self.known("o1")
        self.assertEqual(self.api("POST", "/api/contacts/o1/owner", {"user": user}),
                         {"contact": contact, "owner": user})
        self.api("POST", "/api/contacts/%s/owner" % contact, {"user": user})
        self.eventually(lambda: [
            e["properties"]["owner"] for e in self.events("o1", "owner.assigned")] == [user])
        self.assertEqual(self.api("GET", "/api/contacts/o1")["owner"], user)
        self.api("POST", "/api/contacts/o1/owner", {"user": "nobody"}, expect=400)
        self.api("POST", "/api/contacts/unknown/owner", {"user": user}, expect=404)
        self.api("POST", "/api/contacts/o1/owner", {}, expect=400)
        self.assertIsNone(self.api("POST", "/api/contacts/o1/owner", {"user": None})["owner"])

    def test_bulk(self):
        user = self.person("owner2")
        for i in range(5):
            self.known("bulk%d" % i, "bulk.test")
        answer = self.api("POST", "/api/owners", {"user": user, "contacts": ["bulk0", "bulk1"]})
        self.assertEqual(answer["contacts"], 2)
        answer = self.api("POST", "/api/owners", {"user": user, "filter": "any \"bulk.test\" including machines"})
        self.assertEqual(answer["contacts"], 5)
        self.api("POST", "/api/owners", {"user": user}, expect=400)
        self.api("POST", "/api/owners", {"user": user, "contacts": [], "filter": "any inbound"}, expect=400)
        self.api("POST", "/api/owners", {"user": user, "filter": "any any"}, expect=400)
        self.api("POST", "/api/owners", {"user": user, "contacts": ["bulk0", "nobody"]}, expect=400)

    def test_visitor_keeps_owner(self):
        """A visitor who becomes known is still theirs."""
        user = self.person("owner3")
        self.capture({"type": "track", "anonymousId": "v-1", "event": "page.viewed"})
        self.eventually(lambda: self.ok("POST", "/api/contacts/v-1/owner", {"user": user}))
        task = self.api("POST", "/api/tasks", {"title": "t", "contact": "v-1"}, expect=201)
        self.assertEqual(task["owner"], user)
        self.capture({"type": "track", "userId": "now-known", "anonymousId": "v-1", "event": "page.viewed"})
        self.eventually(lambda: self.api("GET", "/api/tasks/" + task["id"])["contact"] != task["contact"])
        self.eventually(lambda: self.api("GET", "/api/tasks/" + task["id"])["owner"] == user, seconds=40)


class Rules(ReactTest):
    def rule(self, **more):
        made = self.api("POST", "/api/assignment-rules", dict(name="r", **more), expect=201)
        self.addCleanup(lambda: self.api("DELETE", "/api/assignment-rules/" + made["id"], expect=(204, 404)))
        return made

    def owner(self, user):
        return self.api("GET", "/api/contacts/" + user)["owner"]

    def wait_owner(self, user):
        return self.eventually(lambda: (self.ok("GET", "/api/contacts/" + user) or {}).get("owner"))

    def test_round_robin(self):
        a, b = self.person("rr-a"), self.person("rr-b")
        rule = self.rule(stage="mql", method="round_robin",
                         members=[{"user": a, "weight": 2}, {"user": b}])
        path = "/api/assignment-rules/" + rule["id"]
        self.assertEqual(self.api("GET", path), rule)
        self.assertEqual([m["weight"] for m in rule["members"]], [2, 1])
        owners = []
        for i in range(6):
            self.track("rr%d" % i, "form.submitted")
            owners.append(self.wait_owner("rr%d" % i))
        self.assertEqual(owners, [a, b, a, a, b, a])
        # Many at once, by several senders: nobody twice, nobody left out.
        threads = [threading.Thread(target=lambda k=k: [
            self.track("many-%d-%d" % (k, i), "form.submitted") for i in range(15)]) for k in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        count = collections.Counter(self.wait_owner("many-%d-%d" % (k, i)) for k in range(4) for i in range(15))
        self.assertEqual(count, {a: 40, b: 20})
        # Whoever has an owner keeps it.
        self.known("kept")
        self.api("POST", "/api/contacts/kept/owner", {"user": b})
        self.track("kept", "form.submitted")
        time.sleep(0.5)
        self.assertEqual(self.owner("kept"), b)
        # Who is disabled gets nothing.
        self.api("PATCH", "/api/users/" + a, {"state": "disabled"})
        self.track("rest", "form.submitted")
        self.assertEqual(self.wait_owner("rest"), b)
        self.api("PATCH", path, {"name": "x"}, headers={"If-Match": '"9"'}, expect=412)
        self.assertFalse(self.api("PATCH", path, {"active": False})["active"])

    def test_audience(self):
        a, b = self.person("au-a"), self.person("au-b")
        self.rule(stage="mql", audience="industry is \"beauty\"", method="user", members=[{"user": a}], position=1)
        self.rule(stage="mql", method="user", members=[{"user": b}], position=2)
        self.capture([{"type": "identify", "userId": "au1", "traits": {"industry": "beauty"}},
                      {"type": "identify", "userId": "au2", "traits": {"industry": "mining"}}])
        for user in ("au1", "au2"):
            self.track(user, "form.submitted")
        began = time.monotonic()
        self.assertEqual(self.wait_owner("au1"), a)
        self.assertEqual(self.wait_owner("au2"), b)
        self.assertLess(time.monotonic() - began, 3)
        self.assertEqual([r["position"] for r in self.api("GET", "/api/assignment-rules")["items"]], [1, 2])

    def test_load(self):
        a, b = self.person("lo-a"), self.person("lo-b")
        for _ in range(3):
            self.api("POST", "/api/tasks", {"title": "busy", "owner": a}, expect=201)
        self.rule(stage="mql", method="load", members=[{"user": a}, {"user": b}])
        owners = []
        for i in range(4):
            self.track("lo%d" % i, "form.submitted")
            owners.append(self.wait_owner("lo%d" % i))
        self.assertEqual(owners, [b] * 4)
        for t in self.tasks("&owner=" + a):
            self.api("PATCH", "/api/tasks/" + t["id"], {"state": "done"})
        self.track("lo9", "form.submitted")
        self.assertEqual(self.wait_owner("lo9"), a)

    def test_bad_input(self):
        user = self.person("bad-a")
        good = {"name": "x", "stage": "mql", "method": "user", "members": [{"user": user}]}
        for change, field in (({"stage": None}, "stage"), ({"members": []}, "members"), ({"method": "dice"}, "method"),
                              ({"members": [{"user": "nobody"}]}, "members"),
                              ({"members": [{"user": user, "weight": 0}]}, "members"),
                              ({"members": [{"user": user, "weight": 1.5}]}, "members"),
                              ({"audience": "industry isnt"}, "audience"), ({"position": 10**9}, "position")):
            problem = self.api("POST", "/api/assignment-rules", dict(good, **change), expect=400)
            self.assertIn(field, json.dumps(problem.get("errors")), change)
        self.api("GET", "/api/assignment-rules/none", expect=404)
        self.api("PATCH", "/api/assignment-rules/none", {"name": "x"}, expect=404)
        self.api("DELETE", "/api/assignment-rules/none", expect=404)

    def test_handover(self):
        seller = self.person("ho-a")
        self.rule(stage="mql", method="user", members=[{"user": seller}], handover=True)
        self.track("ho1", "form.submitted")
        self.track("ho2", "form.submitted")
        for user in ("ho1", "ho2"):
            self.wait_owner(user)
        found = self.api("GET", "/api/handovers", user="ho-a")["items"]
        self.assertEqual(len(found), 2)
        self.assertTrue(all(h["owner"] == seller and h["stage"] == "mql" and h["seconds"] >= 0 for h in found))
        accepted = self.api("POST", "/api/contacts/ho1/handover/accept", user="ho-a")
        self.assertEqual((accepted["state"], accepted["by"]), ("accepted", seller))
        self.api("POST", "/api/contacts/ho1/handover/accept", expect=409)
        self.api("POST", "/api/contacts/ho2/handover/return", {"reason": "  "}, expect=400)
        returned = self.api("POST", "/api/contacts/ho2/handover/return", {"reason": "a student"}, user="ho-a")
        self.assertEqual((returned["state"], returned["reason"]), ("returned", "a student"))
        self.assertIsNone(self.owner("ho2"))
        self.assertEqual(self.owner("ho1"), seller)
        self.assertEqual(self.api("GET", "/api/handovers")["items"], [])
        self.assertEqual(len(self.api("GET", "/api/handovers?state=returned&owner=" + seller)["items"]), 1)
        events = self.eventually(lambda: self.events("ho1", "sales.accepted"))
        self.assertEqual(len(events), 1)
        self.assertGreaterEqual(events[0]["properties"]["response_seconds"], 0)
        self.assertEqual(self.eventually(lambda: self.events("ho2", "sales.returned"))[0]["properties"]["reason"],
                         "a student")
        self.eventually(lambda: self.api("GET", "/api/contacts/ho1")["standing"]["stage"] == "sql")
        again = self.api("POST", "/api/contacts/ho2/handover", {}, expect=409)
        self.assertIn("user", json.dumps(again))
        opened = self.api("POST", "/api/contacts/ho2/handover", {"user": seller})
        self.assertEqual((opened["state"], opened["owner"], opened["rule"]), ("open", seller, None))
        self.assertEqual(self.api("POST", "/api/contacts/ho2/handover", {})["id"], opened["id"])
        self.api("POST", "/api/contacts/nobody/handover/accept", expect=404)
        # They turn out to be somebody else: theirs is that contact's.
        self.capture({"type": "alias", "userId": "ho1", "previousId": "ho2", "messageId": "ho-one"})
        one = self.api("GET", "/api/contacts/ho1")["id"]
        self.eventually(lambda: self.api("GET", "/api/contacts/ho2")["id"] == one)
        self.assertEqual([h["contact"] for h in self.api("GET", "/api/handovers")["items"]], [one])
        self.assertEqual(self.api("POST", "/api/contacts/ho1/handover/accept", user="ho-a")["id"], opened["id"])
        self.assertEqual(self.api("GET", "/api/handovers")["items"], [])

    def test_handover_taken_back(self):
        seller = self.person("hb-a", own_only=True)
        self.person("hb-b", own_only=True)
        for user, how in (("hb1", "accept"), ("hb2", "return")):
            path = "/api/contacts/%s/handover" % user
            self.track(user, "form.submitted")
            self.eventually(lambda: self.ok("GET", "/api/contacts/" + user))
            self.api("POST", path + "/reopen", expect=409)
            opened = self.api("POST", path, {"user": seller})
            self.api("POST", path + "/reopen", expect=409)
            self.api("POST", path + "/" + how, {"reason": "a student"} if how == "return" else None, user="hb-a")
            name = "sales." + how + "ed"
            self.eventually(lambda: self.events(user, name))
            again = self.api("POST", path + "/reopen", user="hb-a")
            self.assertEqual((again["id"], again["state"], again["decided"], again["by"], again["reason"], again["owner"]),
                             (opened["id"], "open", None, None, None, seller))
            self.assertEqual(self.owner(user), seller)
            self.eventually(lambda: not self.events(user, name))
            self.api("POST", path + "/reopen", expect=409)
        # Whoever sees only their own contacts may take back what they returned themselves, and nothing of others.
        self.api("POST", "/api/contacts/hb2/handover/return", {"reason": "x"}, user="hb-a")
        self.api("POST", "/api/contacts/hb2/handover/reopen", user="hb-b", expect=404)
        self.api("POST", "/api/contacts/hb2/handover/reopen", user="hb-a")
        self.api("POST", "/api/contacts/hb1/handover/accept", user="hb-a")
        self.api("POST", "/api/contacts/hb1/owner", {"user": None})
        self.api("POST", "/api/contacts/hb1/handover/reopen", user="hb-a")


class Killed(ReactTest):
    """Reactions happen exactly once, whenever the process is killed."""

    arguments = ("--allow-internal",)

    def test_kill(self):
        seller = self.person("killed")
        self.api("POST", "/api/assignment-rules", {
            "name": "r", "stage": "mql", "method": "user", "members": [{"user": seller}], "handover": True}, expect=201)
        self.api("POST", "/api/reactions", {
            "name": "t", "kind": "stage", "becomes": "mql", "task": {"title": "call"}}, expect=201)
        receiver = Receiver()
        self.addCleanup(receiver.close)
        self.api("POST", "/api/webhooks", {"url": receiver.url, "events": ["contact.moved", "form.submitted"]},
                 expect=201)
        key = "Basic " + base64.b64encode((self.server.key("capture") + ":").encode()).decode()
        acknowledged, lock = [], threading.Lock()

        def send(worker, until):
            n = 0
            while time.monotonic() < until:
                user = "k-%d-%d-%d" % (int(until * 1000), worker, n)
                n += 1
                try:
                    answer = self.server.send("POST", "/v1/track", {
                        "userId": user, "event": "form.submitted", "messageId": user}, key)
                except (OSError, http.client.HTTPException):
                    continue
                if answer.status == 200:
                    with lock:
                        acknowledged.append(user)
        for seconds in (0.7, 1.1, 0.9):
            until = time.monotonic() + seconds
            threads = [threading.Thread(target=send, args=(k, until + 0.2)) for k in range(3)]
            for t in threads:
                t.start()
            time.sleep(max(0, until - time.monotonic()))
            self.server.stop(9)
            for t in threads:
                t.join()
            self.server.start()
        self.assertGreater(len(acknowledged), 50)

        def everything(path):
            items, after = [], ""
            while True:
                page = self.api("GET", path + "limit=500" + after)
                items += page["items"]
                if not page["next"]:
                    return items
                after = "&after=" + urllib.parse.quote(page["next"])

        ids = {}

        def settled():
            for contact in everything("/api/contacts?"):
                for user in contact["user_ids"]:
                    ids[user] = contact
            return set(acknowledged) <= set(ids) and all(contact["owner"] == seller for contact in ids.values())
        self.eventually(settled, seconds=20)
        known = {c["id"] for c in ids.values()}
        tasks = collections.Counter(t["contact"] for t in everything("/api/tasks?"))
        self.assertEqual({c: tasks[c] for c in known}, {c: 1 for c in known})
        handed = collections.Counter(h["contact"] for h in everything("/api/handovers?"))
        self.assertEqual({c: handed[c] for c in known}, {c: 1 for c in known})
        for user in acknowledged[:: max(1, len(acknowledged) // 20)]:
            self.assertEqual(len(self.events(user, "owner.assigned")), 1, user)

        # Each is told of once; only what was being sent at the moment of a kill may come again, by the same id.
        def told():
            by_contact = {}
            for m in receiver.messages():
                data = m["data"]
                what = (data["contact"]["id"], m["type"], data.get("kind"), data.get("to"))
                by_contact.setdefault(what, set()).add(m["id"])
            return by_contact
        wanted = {(c, t, k, to) for c in known for t, k, to in (
            ("form.submitted", None, None), ("contact.moved", "stage", "mql"))}

        def all_told():
            time.sleep(0.5)
            return wanted <= told().keys()
        self.eventually(all_told, seconds=100)
        self.assertEqual({k: len(v) for k, v in told().items() if len(v) != 1}, {})
        again = len(receiver.requests) - len({m["id"] for m in receiver.messages()})
        self.assertLessEqual(again, 3 * 4 * 8)


class Texts(ReactTest):
    """Nasty texts come back as they were sent."""

    TEXTS = ["<script>alert(1)</script>", "'; DROP TABLE task; --", "\u202eRTL\u0007", "a\r\nSet-Cookie: x=1", "${7*7}{{7*7}}",
             "../../../etc/passwd", "\U0001f4a9 \u0000".replace("\u0000", "\u2400"), "%00%0d%0a", "\\\"'`"]

    def test_round_trip(self):
        texts = list(self.TEXTS)
        folder = os.environ.get("SLUICE_CORPORA")
        if folder:
            for path in glob.glob(os.path.join(folder, "08*", "**", "blns.json"), recursive=True):
                with open(path, encoding="utf-8") as corpus:
                    texts += [t for t in json.load(corpus) if t.strip() and len(t) <= 500]
        for text in texts:
            made = self.api("POST", "/api/tasks", {"title": text, "note": text}, expect=(201, 400))
            if "id" not in made:
                self.assertIn("\0", text)
                continue
            found = self.api("GET", "/api/tasks/" + made["id"])
            self.assertEqual((found["title"], found["note"]), (text.strip(" \t\r\n\f\v"), text))
            reaction = self.api("POST", "/api/reactions", {
                "name": text[:200], "kind": "stage", "becomes": text[:200], "task": {"title": text}}, expect=201)
            self.assertEqual(self.api("GET", "/api/reactions/" + reaction["id"])["name"], text[:200])
            self.api("DELETE", "/api/reactions/" + reaction["id"], expect=204)
        self.assertGreaterEqual(len(self.tasks()), min(500, len(texts)))


if __name__ == "__main__":
    unittest.main()
