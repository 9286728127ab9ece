"""Mails that come in: tied to sends and people, conversations, suggestions, answers by hand."""
import json
import time
import unittest
import urllib.parse

from harness import PASSWORD, ApiTest, command
from sink import Sink

MODEL = """model "test"
stage lead when any inbound
stage prospect when any email.replied
"""
ME = "sales@acme-shop.org"


def mail(sender, text, subject="Hello", to=ME, message_id=None, headers=(), kind="text/plain; charset=utf-8"):
    lines = ["From: " + sender, "To: " + to, "Subject: " + subject, "Date: Mon, 02 Mar 2026 10:00:00 +0000",
             "MIME-Version: 1.0", "Content-Type: " + kind]  # fmt: skip
    if message_id:
        lines.append("Message-ID: <%s>" % message_id)
    lines += list(headers)
    return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()


def report(recipient, original_id, return_path, status="5.1.1", action="failed"):
    """A delivery report as Postfix writes it."""
    body = """--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; %s
Action: %s
Status: %s
Diagnostic-Code: smtp; 550 %s User unknown

--b
Content-Type: text/rfc822-headers

Message-ID: <%s>
To: <%s>

--b--""" % (recipient, action, status, status, original_id, recipient)
    return mail("Mail Delivery System <mailer-daemon@example.net>", body, "Undelivered Mail Returned to Sender",
                return_path, "dsn.%s@example.net" % time.monotonic_ns(), ["Auto-Submitted: auto-replied"],
                'multipart/report; report-type=delivery-status; boundary="b"')  # fmt: skip


class InboxTest(ApiTest):
    model = MODEL
    arguments = ("--allow-internal",)

    @classmethod
    def setUpClass(cls):
        cls.sink = Sink()
        cls.addClassCleanup(cls.sink.stop)
        super().setUpClass()
        cls.box = cls.server.api("POST", "/api/mailboxes", {
            "name": "Ann of Acme", "address": ME,
            "smtp": {"host": "127.0.0.1", "port": cls.sink.port, "security": "none", "login": "none"},
        })["id"]  # fmt: skip
        cls.server.api("PATCH", "/api/settings", {"business_address": "Acme, Main Street 1, Springfield"})

    def take(self, raw, expect=201, recipient=None, **query):
        if recipient:
            query["recipient"] = recipient
        path = "/api/inbox/messages" + ("?" + urllib.parse.urlencode(query) if query else "")
        return self.api("POST", path, raw, headers={"Content-Type": "message/rfc822"}, expect=expect)

    def conversation(self, taken):
        return self.api("GET", "/api/conversations/" + taken["conversation"])

    def events(self, contact, name=None, n=None):
        """A contact's events. n: waits until there are so many, as standings follow what was taken."""

        def look():
            answer = self.api("GET", "/api/events?limit=500&contact=" + contact, expect=(200, 404))
            found = [item for item in answer.get("items", []) if not name or item["name"] == name]
            return [found] if "items" in answer and n in (None, len(found)) else None

        return self.eventually(look)[0]

    def contact(self, contact):
        return self.eventually(lambda: self.server.send(
            "GET", "/api/contacts/" + contact, authorization="Bearer " + self.server.key("admin")).status == 200 and
            self.api("GET", "/api/contacts/" + contact), 10, "no contact")  # fmt: skip

    def answer(self, taken, body="Thank you. When may I call?", **more):
        """Our answer by hand; the mail as it went out."""
        before = len(self.sink.mails())
        self.api("POST", "/api/conversations/%s/reply" % taken["conversation"], dict(body=body, **more), expect=201)
        return self.eventually(lambda: self.sink.mails()[before:], 20, "no mail went out")[0]


class Taking(InboxTest):
    def test_a_stranger_writes(self):
        taken = self.take(mail("Bob Miller <bob@one.example.org>", "What does it cost?", "Prices", message_id="a1@one.example.org"))
        self.assertEqual((taken["class"], taken["copy"], taken["send"]), ("received", False, None))
        contact = self.contact(taken["contact"])
        self.assertEqual((contact["name"], contact["email"]), ("Bob Miller", "bob@one.example.org"))
        (event,) = self.events(taken["contact"], "email.received", n=1)
        self.assertEqual(event["id"], taken["event"])
        self.assertEqual(event["properties"]["subject"], "Prices")
        c = self.conversation(taken)
        self.assertEqual((c["state"], c["class"], c["contact"], c["count"]), ("open", "received", taken["contact"], 1))
        self.assertEqual(c["address"], "bob@one.example.org")
        self.assertEqual(c["mailbox"], self.box)  # by the address that it went to
        # What we call them comes before what their mails say.
        self.api("PATCH", "/api/contacts/" + taken["contact"], {"traits": {"name": "Robert Miller"}})
        listed = [i for i in self.api("GET", "/api/conversations?limit=500")["items"] if i["id"] == c["id"]]
        for one in (self.conversation(taken), *listed):
            self.assertEqual((one["contact_name"], one["name"]), ("Robert Miller", "Bob Miller"))
        self.assertEqual(len(listed), 1)
        (message,) = c["messages"]
        self.assertEqual(message["visible"], "What does it cost?")
        self.assertEqual(message["from"], {"name": "Bob Miller", "address": "bob@one.example.org"})
        # Today knows that somebody waits.
        waiting = self.eventually(lambda: [i for i in self.api("GET", "/api/today?mine=false")["items"]
                                           if i["contact"] and i["contact"]["id"] == taken["contact"]], 10)  # fmt: skip
        self.assertEqual((waiting[0]["kind"], waiting[0]["detail"]), ("answer", "Prices"))

    def test_the_same_again(self):
        raw = mail("Copy <copy@two.example.org>", "Hello", message_id="c1@two.example.org")
        first = self.take(raw)
        again = self.take(b"Received: from elsewhere by here; Mon, 02 Mar 2026 10:00:05 +0000\r\n" + raw.replace(b"\r\n", b"\n"))
        self.assertTrue(again["copy"])
        self.assertEqual((again["id"], again["conversation"]), (first["id"], first["conversation"]))
        self.events(first["contact"], "email.received", n=1)
        # Another text under the same Message-ID is another mail.
        other = self.take(mail("Copy <copy@two.example.org>", "Something else", message_id="c1@two.example.org"))
        self.assertFalse(other["copy"])

    def test_machines_make_no_contacts(self):
        for headers in (["List-Id: <news.example.net>"], ["Precedence: bulk"], ["Auto-Submitted: auto-generated"]):
            taken = self.take(mail("News <news@three.example.org>", "Buy " + headers[0], headers=headers))
            self.assertEqual((taken["class"], taken["contact"], taken["event"]), ("other", None, None), headers)
            self.assertEqual(self.conversation(taken)["state"], "closed")
        away = self.take(mail("Eve <eve@three.example.org>", "I am out of the office until 14 March 2026.",
                              "Automatic reply: Hello", headers=["Auto-Submitted: auto-replied"]))  # fmt: skip
        self.assertEqual((away["class"], away["contact"]), ("autoreply", None))

    def test_there_and_back(self):
        first = self.take(mail("Cid Jones <cid@four.example.org>", "Do you deliver?", "Delivery", message_id="d1@four.example.org"))
        sent = self.answer(first, "Yes, we do.")
        self.assertEqual(sent["Subject"], "Re: Delivery")
        self.assertEqual(sent["In-Reply-To"], "<d1@four.example.org>")
        self.assertEqual(sent["References"], "<d1@four.example.org>")
        self.assertEqual(sent.envelope_to, "cid@four.example.org")
        self.assertIn("Yes, we do.", sent.get_body(("plain",)).get_content())
        self.assertIn("> Do you deliver?", sent.get_body(("plain",)).get_content())
        self.assertEqual(self.conversation(first)["state"], "waiting")
        self.eventually(lambda: self.events(first["contact"], "email.sent"), 10, "no email.sent")
        self.eventually(lambda: self.conversation(first)["messages"][-1]["state"] == "sent", 10, "not sent")
        self.eventually(lambda: first["contact"] not in [i["contact"]["id"] for i in self.api("GET", "/api/today?mine=false")["items"]
                                                         if i["contact"] and i["kind"] == "answer"], 10, "Today still waits")  # fmt: skip
        # They answer: by our Message-ID, whatever the subject says.
        ours = sent["Message-ID"].strip("<>")
        back = self.take(mail("Cid Jones <cid@four.example.org>", "Good.\n\nOn Mon, Mar 2, 2026 at 10:00 AM Ann <sales@acme-shop.org> wrote:\n> Yes, we do.", "Something else",
                              message_id="d2@four.example.org", headers=["In-Reply-To: <%s>" % ours]))  # fmt: skip
        self.assertEqual((back["class"], back["conversation"]), ("reply", first["conversation"]))
        self.assertIsNotNone(back["send"])
        c = self.conversation(first)
        self.assertEqual((c["state"], c["count"], len(c["messages"])), ("open", 3, 3))
        self.assertEqual(c["messages"][2]["visible"], "Good.")
        self.assertEqual([m["direction"] for m in c["messages"]], ["in", "out", "in"])
        (event,) = self.events(first["contact"], "email.replied", n=1)
        self.assertEqual(event["properties"]["conversation"], first["conversation"])
        self.assertEqual(event["properties"]["send"], back["send"])
        self.eventually(lambda: self.contact(first["contact"])["standing"]["stage"] == "prospect", 10, "no prospect")

    def test_an_answer_that_never_left(self):
        first = self.take(mail("Olga <olga@four.example.org>", "Hello?", message_id="o1@four.example.org"))
        self.api("POST", "/api/suppressions", {"address": "olga@four.example.org", "why": "asked for it"}, expect=201)
        self.api("POST", "/api/conversations/%s/reply" % first["conversation"], {"body": "Hello!"}, expect=201)
        last = lambda: self.conversation(first)["messages"][-1]
        ended = self.eventually(lambda: last() if last()["state"] != "queued" else None, 20, "it did not end")
        self.assertEqual((ended["direction"], ended["state"], ended["why"]), ("out", "skipped", "manual"))

    def test_a_long_thread(self):
        ids = ["<ümlaut@four.example.org>"] + ["<%d%s@four.example.org>" % (i, "x" * 400) for i in range(18)]
        first = self.take(mail("Ned <ned@four.example.org>", "Still there?", message_id="n1@four.example.org",
                               headers=["References: " + "\r\n ".join(ids)]))  # fmt: skip
        sent = self.answer(first, "Yes.")
        self.assertEqual(sent["References"].split(), ids[-4:] + ["<n1@four.example.org>"])
        odd = self.take(mail("Nel <nel@four.example.org>", "And here?", message_id="ö1@four.example.org"))
        self.assertIsNone(self.answer(odd, "Yes.")["In-Reply-To"])

    def test_never_two_people(self):
        first = self.take(mail("Dora Fox <dora@five.example.org>", "Please tell me more.", "More", message_id="e1@five.example.org"))
        sent = self.answer(first)
        ours = sent["Message-ID"].strip("<>")
        # A colleague to whom it was passed on, then a stranger with the same subject.
        other = self.take(mail("Emil Fox <emil@five.example.org>", "Dora gave me this.", "Re: More",
                               headers=["In-Reply-To: <%s>" % ours, "References: <%s>" % ours]))  # fmt: skip
        self.assertNotEqual(other["conversation"], first["conversation"])
        self.assertNotEqual(other["contact"], first["contact"])
        self.assertEqual(other["class"], "received")
        stranger = self.take(mail("Fay <fay@six.example.org>", "Re that", "Re: More", headers=["References: <e1@five.example.org>"]))
        self.assertNotIn(stranger["conversation"], (first["conversation"], other["conversation"]))
        self.assertEqual(self.events(first["contact"], "email.replied"), [])
        # Her own name at an address that nobody has is she.
        home = self.take(mail("Dora Fox <dora.fox@home.example.org>", "From home.", "Re: More", headers=["In-Reply-To: <%s>" % ours]))
        self.assertEqual((home["conversation"], home["contact"]), (first["conversation"], first["contact"]))
        # And a machine of hers answers from wherever it likes, without counting as an answer.
        away = self.take(mail("postbox@five.example.org", "I am out of the office until 20 March 2026.", "Automatic reply",
                              sent.envelope_from, headers=["Auto-Submitted: auto-replied"]))  # fmt: skip
        self.assertEqual((away["class"], away["contact"], away["conversation"]), ("autoreply", first["contact"], first["conversation"]))
        event = self.eventually(lambda: [e for e in self.events(first["contact"], "email.replied") if e["properties"].get("auto")])[0]
        self.assertTrue(event["properties"]["machine"])
        self.assertEqual(event["properties"]["returns_at"], "2026-03-20T00:00:00Z")
        self.assertEqual(self.conversation(first)["messages"][-1]["returns_at"], "2026-03-20T00:00:00Z")

    def test_bounces(self):
        first = self.take(mail("Gus <gus@seven.example.org>", "Write to me.", message_id="g1@seven.example.org"))
        sent = self.answer(first)
        raw = report("gus@seven.example.org", sent["Message-ID"].strip("<>"), sent.envelope_from)
        back = self.take(raw, recipient=sent.envelope_from)
        self.assertEqual((back["class"], back["contact"]), ("bounce", first["contact"]))
        self.assertIsNotNone(back["send"])
        (event,) = self.events(first["contact"], "email.bounced", n=1)
        self.assertEqual((event["properties"]["kind"], event["properties"]["status"]), ("hard", "5.1.1"))
        self.assertIn("gus@seven.example.org", json.dumps(self.api("GET", "/api/suppressions?limit=500")))
        # One of a mail that is not ours is kept, and concerns nobody.
        foreign = self.take(report("nobody@seven.example.org", "x@elsewhere.example", ME))
        self.assertEqual((foreign["class"], foreign["send"], foreign["contact"]), ("bounce", None, None))

    def test_leaving_by_mail(self):
        first = self.take(mail("Hal <hal@eight.example.org>", "Hello there, I have a question.", message_id="h1@eight.example.org"))
        sent = self.answer(first)
        out = self.take(mail("Hal <hal@eight.example.org>", "Please unsubscribe me from your mailing list.", "unsubscribe",
                             headers=["In-Reply-To: %s" % sent["Message-ID"]]))  # fmt: skip
        self.assertEqual(out["class"], "unsubscribe")
        self.events(first["contact"], "list.unsubscribed", n=1)
        self.assertIn("hal@eight.example.org", json.dumps(self.api("GET", "/api/suppressions?limit=500")))
        hint = [s for s in self.conversation(out)["suggestions"] if s["kind"] == "unsubscribe"][0]
        self.assertTrue(hint["confirmed"])
        # Of somebody we never wrote to: their address is not written to.
        self.take(mail("Ida <ida@eight.example.org>", "Remove me from your list please.", "unsubscribe"))
        self.assertIn("ida@eight.example.org", json.dumps(self.api("GET", "/api/suppressions?limit=500")))

    def test_a_colleague_passes_a_lead_on(self):
        command("user", "add", "colleague@acme-shop.org", "--role", "seller", "--password-stdin", "--data", self.server.data, text=PASSWORD)
        text = """Please take care of her.

---------- Forwarded message ---------
From: Jane Roe <jane@nine.example.org>
Date: Mon, 2 Mar 2026 at 09:00
Subject: Your offer
To: <colleague@acme-shop.org>

I would like an offer."""
        taken = self.take(mail("Colleague <colleague@acme-shop.org>", text, "Fwd: Your offer"))
        self.assertEqual(taken["class"], "forward")
        contact = self.contact(taken["contact"])
        self.assertEqual((contact["name"], contact["email"]), ("Jane Roe", "jane@nine.example.org"))
        (event,) = self.events(taken["contact"], "email.received", n=1)
        self.assertTrue(event["properties"]["forwarded"])
        c = self.conversation(taken)
        self.assertEqual((c["address"], c["state"]), ("jane@nine.example.org", "open"))

    def test_odd_mails(self):
        self.take(b"", expect=400)
        self.take(b" \r\n ", expect=400)
        self.take(mail("x@y.example.org", "x"), mailbox="00000000-0000-7000-8000-000000000000", expect=400)
        for raw in (b"x", b"\0\1\2\3", b"From: \xff\xfe\r\n\r\n\xff", b"From: a@b\r\n" * 3000, b"Subject: " + b"a" * 200000,
                    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 5000):  # fmt: skip
            taken = self.take(raw)
            self.assertIsNone(taken["contact"])
            self.conversation(taken)
        page = self.api("GET", "/api/conversations?class=received&state=open&limit=500")
        self.assertTrue(all(item["class"] == "received" for item in page["items"]))

    def test_as_it_came(self):
        raw = mail("Kim <kim@ten.example.org>", "<script>alert(1)</script><p>Hello</p>", kind="text/html")
        taken = self.take(raw)
        answer = self.server.send("GET", "/api/messages/%s/raw" % taken["id"], authorization="Bearer " + self.server.key("read"))
        self.assertEqual((answer.status, answer.body), (200, raw))
        self.assertEqual(answer.headers["Content-Type"], "message/rfc822")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.api("GET", "/api/messages/%s/raw" % taken["id"], key="read")
        message = self.conversation(taken)["messages"][0]
        self.assertIn("<script>", message["html"])
        self.assertNotIn("script", message["visible"])
        self.api("GET", "/api/messages/00000000-0000-7000-8000-000000000000/raw", expect=404)
        self.assertEqual(self.api("GET", "/api/inbox/mailboxes"), {"items": [], "next": None})


class Deciding(InboxTest):
    def test_suggestions(self):
        taken = self.take(mail("Lea Long <lea@one.example.org>", "Thanks, but that is too expensive for us.\n"
                               "Please contact me again in three months.", message_id="l1@one.example.org"))  # fmt: skip
        c = self.conversation(taken)
        kinds = {(s["kind"], s["topic"]): s for s in c["suggestions"]}
        self.assertIn(("objection", "price"), kinds)
        self.assertIn(("not_now", None), kinds)
        path = "/api/conversations/%s/confirm" % taken["conversation"]
        c = self.api("POST", path, {"suggestion": kinds["objection", "price"]["id"]})
        self.assertTrue([s for s in c["suggestions"] if s["topic"] == "price"][0]["confirmed"])
        (event,) = self.events(taken["contact"], "contact.objected", n=1)
        self.assertEqual(event["properties"]["objection"], "price")
        self.assertIn("expensive", event["properties"]["words"])
        self.api("POST", path, {"suggestion": kinds["objection", "price"]["id"]}, expect=409)
        self.api("POST", path, {"suggestion": "00000000-0000-7000-8000-000000000000"}, expect=400)
        later = "2099-06-01T00:00:00Z"
        c = self.api("POST", path, {"suggestion": kinds["not_now", None]["id"], "until": later})
        self.assertEqual((c["state"], c["until"]), ("waiting", later))
        (event,) = self.events(taken["contact"], "contact.parked", n=1)
        self.assertEqual(event["properties"]["until"], later)
        tasks = self.api("GET", "/api/tasks?contact=" + taken["contact"])["items"]
        self.assertEqual([t["due"] for t in tasks], [later])
        # Their next word opens it.
        self.take(mail("Lea Long <lea@one.example.org>", "We have the money now.", headers=["In-Reply-To: <l1@one.example.org>"]))
        c = self.conversation(taken)
        self.assertEqual((c["state"], c["until"]), ("open", None))

    def test_facts(self):
        taken = self.take(mail("Max <max@two.example.org>", "I am not the right person for that. Please ask our managing director."))
        (hint,) = [s for s in self.conversation(taken)["suggestions"] if s["topic"] == "authority"]
        self.api("POST", "/api/conversations/%s/confirm" % taken["conversation"], {"suggestion": hint["id"]})
        facts = self.eventually(lambda: self.api("GET", "/api/contacts/%s/facts" % taken["contact"])["items"], 10)
        self.assertEqual((facts[0]["fact"], facts[0]["answer"]), ("authority", "no"))

    def test_dismissed(self):
        taken = self.take(mail("Ned <ned@three.example.org>", "That is too expensive."))
        hint = self.conversation(taken)["suggestions"][0]
        c = self.api("POST", "/api/conversations/%s/confirm" % taken["conversation"], {"suggestion": hint["id"], "confirmed": False})
        self.assertEqual(c["suggestions"][0]["state"], "dismissed")
        self.assertEqual(self.events(taken["contact"], "contact.objected"), [])

    def test_change_and_park(self):
        taken = self.take(mail("Olga <olga@four.example.org>", "Hello"))
        path = "/api/conversations/" + taken["conversation"]
        c = self.api("PATCH", path, {"state": "closed"})
        self.assertEqual((c["state"], c["version"]), ("closed", self.conversation(taken)["version"]))
        self.api("PATCH", path, {"state": "open"}, headers={"If-Match": '"1"'}, expect=412)
        self.api("PATCH", path, {"owner": "00000000-0000-7000-8000-000000000000"}, expect=400)
        self.server.user("seller")
        seller = self.api("GET", "/api/session", user="seller")["user"]["id"]
        self.assertEqual(self.api("PATCH", path, {"owner": seller})["owner"], seller)
        self.assertEqual([i["id"] for i in self.api("GET", "/api/conversations?mine=true", user="seller")["items"]], [taken["conversation"]])
        self.assertTrue(self.api("PATCH", path, {"owner": None})["follows_contact"])
        self.api("POST", path + "/park", {"until": "2001-01-01T00:00:00Z"}, expect=400)
        c = self.api("POST", path + "/park", {"until": "2099-01-01T00:00:00Z", "reason": "next year"})
        self.assertEqual((c["state"], c["until"], c["reason"]), ("waiting", "2099-01-01T00:00:00Z", "next year"))
        self.assertEqual(self.eventually(lambda: self.events(taken["contact"], "contact.parked"))[0]["properties"]["reason"], "next year")
        page = self.api("GET", "/api/conversations?contact=%s&state=waiting" % taken["contact"])
        self.assertEqual([i["id"] for i in page["items"]], [taken["conversation"]])
        trail = [row["action"] for row in self.api("GET", "/api/audit?limit=50")["items"]]
        for action in ("conversation.update", "conversation.park"):
            self.assertIn(action, trail)

    def test_who_sees_only_their_own(self):
        taken = self.take(mail("Pia <pia@five.example.org>", "Secret words"))
        command("user", "add", "own@example.org", "--role", "seller", "--own-only", "--password-stdin", "--data", self.server.data, text=PASSWORD)
        answer = self.server.send("POST", "/api/session", {"email": "own@example.org", "password": PASSWORD})
        self.server.users["own"] = answer.headers["Set-Cookie"].split(";")[0]
        path = "/api/conversations/" + taken["conversation"]
        self.assertNotIn(taken["conversation"], [i["id"] for i in self.api("GET", "/api/conversations", user="own")["items"]])
        self.api("GET", path, user="own", expect=404)
        self.api("GET", "/api/messages/%s/raw" % taken["id"], user="own", expect=404)
        self.api("PATCH", path, {"state": "closed"}, user="own", expect=404)
        self.api("POST", path + "/reply", {"body": "x"}, user="own", expect=404)
        self.api("POST", path + "/park", {"until": "2099-01-01T00:00:00Z"}, user="own", expect=404)
        self.api("POST", path + "/confirm", {"suggestion": "x"}, user="own", expect=404)
        self.api("POST", "/api/inbox/messages", b"x", user="own", expect=403)

    def test_told_and_erased(self):
        raw = mail("Quentin Quill <quentin@six.example.org>", "Purple unicorns, too expensive", message_id="q1@six.example.org")
        taken = self.take(raw)
        self.contact(taken["contact"])
        told = json.dumps(self.api("GET", "/api/contacts/%s/export" % taken["contact"]))
        self.assertIn("Purple unicorns", told)
        self.api("POST", "/api/contacts/%s/erase" % taken["contact"])
        self.api("GET", "/api/conversations/" + taken["conversation"], expect=404)
        self.api("GET", "/api/messages/%s/raw" % taken["id"], expect=404)
        again = self.take(raw)  # a mail server that begins anew brings it again
        self.assertEqual((again["copy"], again["contact"]), (True, None))


if __name__ == "__main__":
    unittest.main()
