"""Mails out: mailboxes, queue, pump, tracking, leaving, suppression; against mail servers that behave well and badly."""
import email
import email.policy
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from harness import ApiTest
from smtp_server import SmtpServer, certificate

MODEL = 'model "test"\nstage lead when any inbound\n'
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"}


class MailTest(ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.api("PATCH", "/api/settings", {"public_url": "http://127.0.0.1:%d" % cls.server.port,
                                                  "business_address": "Acme, 1 High Street, London"})

    def smtp(self, **options):
        server = SmtpServer(**options)
        self.addCleanup(server.close)
        return server

    def mailbox(self, server=None, **more):
        body = dict(name="Ann", address="ann@example.com")
        if server:
            body["smtp"] = dict(host="127.0.0.1", port=server.port, security="none", login="none")
        body.update(more)
        made = self.api("POST", "/api/mailboxes", body, expect=201)
        self.addCleanup(lambda: self.api("DELETE", "/api/mailboxes/" + made["id"], expect=(204, 404)))
        return made

    def send(self, mailbox, **body):
        body = dict(dict(subject="Hello", text="Hello there", mailbox=mailbox["id"]), **body)
        contact = body.get("contact")
        if contact:  # just captured, perhaps: the standings follow
            self.eventually(lambda: "id" in self.api("GET", "/api/contacts/" + contact, expect=(200, 404)))
        return self.api("POST", "/api/sends", body, expect=202)

    def ended(self, send, *states, seconds=20):
        def look():
            now = self.api("GET", "/api/sends/" + send["id"])
            return now if now["state"] in (states or ("sent", "failed", "unclear", "skipped")) else None

        return self.eventually(look, seconds, "the send did not come to an end")

    def settle(self):
        """Opens and clicks within seconds of delivery are machines'."""
        time.sleep(5.1)


class Sending(MailTest):
    def test_a_mail_arrives(self):
        smtp = self.smtp()
        mailbox = self.mailbox(smtp, name="Änn, Sales")
        self.capture(dict(type="identify", userId="bob", traits={"email": "Bob@Example.org", "name": "Bob Ray"}))
        send = self.send(mailbox, contact="bob", text="Hello Bob\n.a dot\n", html="<p>Hello <b>Bob</b></p>")
        done = self.ended(send)
        self.assertEqual((done["state"], done["address"], done["attempts"]), ("sent", "Bob@example.org", 1))
        self.assertTrue(done["exact"])
        self.assertEqual([e["name"] for e in done["events"]], ["email.sent"])
        self.assertEqual(done["events"][0]["properties"]["subject"], "Hello")
        sender, to, content = smtp.mails[0]
        self.assertEqual(to, "Bob@example.org")
        self.assertRegex(sender, r"^ann\+b-[a-z2-7]+@example\.com$")
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.assertEqual(mail["To"], "Bob Ray <Bob@example.org>")
        self.assertIn("Änn, Sales", str(mail["From"]))
        self.assertEqual(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertIn("/u/", mail["List-Unsubscribe"])
        self.assertIn("mailto:", mail["List-Unsubscribe"])
        text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.assertIn("\n.a dot\n", text)
        self.assertIn("1 High Street", text)
        self.assertIn("/u/", text)
        listed = self.api("GET", "/api/sends?contact=bob&state=sent&limit=1")
        self.assertEqual(listed["items"][0]["id"], send["id"])
        timeline = self.api("GET", "/api/contacts/bob/timeline")
        self.assertIn("email.sent", str(timeline))

    def test_the_words_below_it(self):
        smtp = self.smtp()
        mailbox = self.mailbox(smtp)
        self.capture(dict(type="identify", userId="uwe", traits={"email": "uwe@example.org", "language": "de"}))
        self.ended(self.send(mailbox, contact="uwe", html="<p>Hello</p>"))
        self.ended(self.send(mailbox, to="vera@example.org", html="<p>Hello</p>"))
        html = {to: email.message_from_bytes(content, policy=email.policy.default).get_body(("html",)).get_content()
                for _, to, content in smtp.mails}
        self.assertIn(">Abmelden</a>", html["uwe@example.org"])
        self.assertIn(">Unsubscribe</a>", html["vera@example.org"])

    def test_transactional(self):
        smtp = self.smtp()
        mailbox = self.mailbox(smtp)
        self.api("POST", "/api/suppressions", {"address": "left@example.org", "why": "asked by phone"}, expect=201)
        self.assertEqual(self.ended(self.send(mailbox, to="left@example.org"))["why"], "manual")
        done = self.ended(self.send(mailbox, to="Fine@example.org", transactional=True))
        self.assertEqual((done["state"], done["contact"]), ("sent", None))
        mail = email.message_from_bytes(smtp.mails[0][2])
        self.assertIsNone(mail["List-Unsubscribe"])

    def test_refusals(self):
        smtp = self.smtp()
        mailbox = self.mailbox(smtp)
        for user, address in (("nobody", "nobody@example.org"), ("spam", "content@example.org"), ("cutter", "drop@example.org")):
            self.capture(dict(type="identify", userId=user, traits={"email": address}))
        done = self.ended(self.send(mailbox, contact="nobody"))
        self.assertEqual(done["state"], "failed")
        self.assertIn("550 5.1.1", done["why"])
        bounced = done["events"][-1]
        self.assertEqual((bounced["name"], bounced["properties"]["kind"], bounced["properties"]["status"]),
                         ("email.bounced", "hard", "5.1.1"))
        self.assertEqual(self.api("GET", "/api/suppressions?search=nobody@")["items"][0]["reason"], "bounced")
        self.assertEqual(self.ended(self.send(mailbox, contact="nobody", subject="2"))["why"], "bounced")
        done = self.ended(self.send(mailbox, contact="spam"))  # of the content, not of the address
        self.assertEqual((done["state"], done["events"][-1]["properties"]["kind"]), ("failed", "soft"))
        self.assertEqual(self.api("GET", "/api/suppressions?search=content@")["items"], [])
        # The final dot left, no reply came: perhaps it arrived, so it is not sent again.
        done = self.ended(self.send(mailbox, contact="cutter"))
        self.assertEqual((done["state"], done["events"]), ("unclear", []))
        self.assertEqual(smtp.handed.count("drop@example.org"), 1)
        self.api("POST", "/api/sends/%s/decide" % done["id"], {"delivered": True}, key="read", expect=403)
        decided = self.api("POST", "/api/sends/%s/decide" % done["id"], {"delivered": True})
        self.assertEqual(decided["state"], "sent")
        self.api("POST", "/api/sends/%s/decide" % done["id"], {"delivered": False}, expect=409)
        health = self.api("GET", "/api/mailboxes/%s/health" % mailbox["id"])
        self.assertEqual((health["band"], health["periods"][0]["bounced"]), ("unknown", 1))

    def test_refused_for_now(self):
        smtp = self.smtp()
        done = self.ended(self.send(self.mailbox(smtp), to="later-1@example.org", transactional=True), "queued")
        done = self.eventually(lambda: (lambda s: s if s["why"] else None)(self.api("GET", "/api/sends/" + done["id"])), 20)
        self.assertEqual((done["state"], done["attempts"]), ("queued", 1))
        self.assertIn("451 4.2.0 come again", done["why"])

    def test_lost_connection_without_pipelining(self):
        smtp = self.smtp(pipelining=False)
        mailbox = self.mailbox(smtp)
        self.assertEqual(self.ended(self.send(mailbox, to="x@example.org"))["state"], "sent")
        cut = self.send(mailbox, to="cut@example.org")
        cut = self.eventually(lambda: (lambda s: s if s["why"] else None)(self.api("GET", "/api/sends/" + cut["id"])), 20)
        self.assertEqual((cut["state"], cut["attempts"]), ("queued", 0))  # nothing of it counts

    def test_one_mail_an_address(self):
        """Two contacts with one address are one person to the mail, but only within one step."""
        smtp = self.smtp()
        mailbox = self.mailbox(smtp)
        for _ in range(2):
            self.ended(self.send(mailbox, to="same@example.org"))
        self.assertEqual(len(smtp.mails), 2)

    def test_bad_requests(self):
        mailbox = self.mailbox()
        for body in (dict(text="x", to="a@example.org"), dict(subject="x", text=" ", to="a@example.org"),
                     dict(subject="x", text="x"), dict(subject="x", text="x", to="nonsense"),
                     dict(subject="x", text="x", to="a@example.org", contact="bob")):
            self.api("POST", "/api/sends", body, expect=400)
        self.api("GET", "/api/sends/999999999", expect=404)
        self.api("GET", "/api/sends/nonsense", expect=404)
        self.api("PATCH", "/api/mailboxes/" + mailbox["id"], {"smtp": {"host": "a b"}}, expect=400)
        self.api("PATCH", "/api/mailboxes/" + mailbox["id"], {"smtp": {"host": "a", "port": 99999}}, expect=400)
        self.api("PATCH", "/api/mailboxes/" + mailbox["id"], {"name": "x\r\ny"}, expect=400)
        self.api("PATCH", "/api/mailboxes/" + mailbox["id"], {"address": "nonsense"}, expect=400)
        self.api("GET", "/api/domains/nonsense/check", expect=400)

    def test_smtp_sink(self):
        """Postfix's own: many mails over few connections."""
        if not shutil.which("smtp-sink", path="/usr/sbin:/usr/bin"):
            self.skipTest("skipped: smtp-sink (package postfix) is absent")
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder, True)
        os.chmod(folder, 0o777)
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        sink = subprocess.Popen([shutil.which("smtp-sink", path="/usr/sbin:/usr/bin"), *user, "-d", folder + "/%M.", "127.0.0.1:%d" % port, "100"])
        self.addCleanup(sink.wait)
        self.addCleanup(sink.terminate)

        def answers():
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            except OSError:
                return False

        self.eventually(answers, 10)
        mailbox = self.mailbox(smtp=dict(host="127.0.0.1", port=port, security="none"))
        sends = [self.send(mailbox, to="p%d@example.org" % i, transactional=True) for i in range(60)]
        for send in sends:
            self.assertEqual(self.ended(send)["state"], "sent")
        self.assertEqual(len(os.listdir(folder)), 60)


class Secure(MailTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.context, cls.trusted = certificate(cls.folder)
        cls.environment = {"SLUICE_MAIL_TRUST": cls.trusted}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        shutil.rmtree(cls.folder, True)

    def box(self, smtp, **account):
        return self.mailbox(smtp=dict(dict(host="localhost", port=smtp.port, user="ann", secret="geheim"), **account))

    def check(self, mailbox):
        return self.api("POST", "/api/mailboxes/%s/check" % mailbox["id"])["smtp"]

    def test_starttls_and_logins(self):
        for word, login in (("PLAIN LOGIN", "password"), ("LOGIN", "password"), ("XOAUTH2", "xoauth2")):
            with self.subTest(word):
                smtp = self.smtp(tls=self.context, login=(word, "geheim"))
                mailbox = self.box(smtp, security="starttls", login=login)
                self.assertTrue(mailbox["smtp"]["has_secret"])
                self.assertNotIn("geheim", str(mailbox))
                self.assertTrue(self.check(mailbox)["ok"], self.check(mailbox))
                self.assertEqual(self.ended(self.send(mailbox, to="x@example.org"))["state"], "sent")
                self.assertEqual(smtp.logins[-1][0], word.split(" ")[0])
        self.assertNotIn("geheim", "".join(self.server.log_lines))
        self.assertNotIn("geheim", str(self.api("GET", "/api/audit?limit=100")))

    def test_tls_from_the_start(self):
        smtp = self.smtp(tls=self.context, implicit=True, login=("PLAIN", "geheim"))
        mailbox = self.box(smtp, security="tls")
        self.assertTrue(self.check(mailbox)["ok"])
        self.assertEqual(self.ended(self.send(mailbox, to="x@example.org"))["state"], "sent")

    def test_what_does_not_work(self):
        smtp = self.smtp(tls=self.context, login=("PLAIN", "geheim"))
        found = self.check(self.box(smtp, security="starttls", secret="falsch"))
        self.assertEqual((found["ok"], "wrong password" in found["about"]), (False, True))
        found = self.check(self.box(smtp, security="starttls", host="127.0.0.1"))  # the certificate says localhost
        self.assertIn("certificate", found["about"])
        found = self.check(self.box(self.smtp(login=("PLAIN", "geheim")), security="starttls"))
        self.assertIn("does not offer STARTTLS", found["about"])
        found = self.check(self.box(smtp, host="nowhere.invalid"))
        self.assertIn("not found", found["about"])
        closed = self.smtp()
        closed.close()
        mailbox = self.box(closed)
        self.assertIn("does not answer", self.check(mailbox)["about"])
        send = self.send(mailbox, to="x@example.org")
        late = self.eventually(lambda: (lambda s: s if s["why"] else None)(self.api("GET", "/api/sends/" + send["id"])), 20)
        self.assertEqual((late["state"], late["attempts"]), ("queued", 0))
        self.assertIn("does not answer", late["why"])


class Mailboxes(MailTest):
    def test_life_of_a_mailbox(self):
        mailbox = self.mailbox(smtp=dict(host="smtp.example.com", user="u", secret="s"), daily_cap=100)
        self.assertEqual((mailbox["smtp"]["port"], mailbox["smtp"]["security"], mailbox["smtp"]["login"]),
                         (587, "starttls", "password"))
        path = "/api/mailboxes/" + mailbox["id"]
        changed = self.api("PATCH", path, {"name": "Bea", "ramp": {"start": 10, "growth": 5, "ceiling": 40}})
        self.assertEqual((changed["name"], changed["smtp"]["has_secret"], changed["version"]), ("Bea", True, 2))
        self.assertEqual(self.api("GET", path), changed)
        health = self.api("GET", path + "/health")
        self.assertEqual((health["ramp_day"], health["ceiling"], health["left"], health["brake"]), (1, 10, 10, None))
        self.assertIn(mailbox["id"], [m["id"] for m in self.api("GET", "/api/mailboxes")["items"]])
        self.assertEqual(self.api("GET", path + "/dkim")["keys"], [])
        keys = self.api("POST", path + "/dkim")["keys"]
        self.assertEqual([k["kind"] for k in keys], ["rsa", "ed25519"])
        self.assertEqual(self.api("POST", path + "/dkim")["keys"], keys)
        check = self.api("GET", "/api/domains/example.com/check")
        self.assertLessEqual({"spf", "dkim", "dmarc", "mx"}, {r["what"] for r in check["records"]})
        self.assertFalse(check["ok"])
        self.api("DELETE", path)
        self.api("GET", path, expect=404)

    def test_a_password_stays_with_its_server(self):
        account = dict(host="mail.example.com", user="u", secret="s")
        mailbox = self.mailbox(smtp=account, imap=account)
        path = "/api/mailboxes/" + mailbox["id"]
        for name in ("smtp", "imap"):
            for change in ({"host": "other.example.net"}, {"security": "none"}):
                problem = self.api("PATCH", path, {name: change}, expect=400)["errors"][0]
                self.assertEqual(problem["field"], name)
                self.assertIn("give the password again", problem["message"])
        kept = self.api("PATCH", path, {"smtp": {"host": "MAIL.example.com", "port": 465, "security": "tls"}})
        self.assertTrue(kept["smtp"]["has_secret"])
        moved = self.api("PATCH", path, {"smtp": {"host": "other.example.net", "secret": "t"}})
        self.assertEqual((moved["smtp"]["host"], moved["smtp"]["has_secret"]), ("other.example.net", True))
        # Nor does one wait for the next server that is named.
        gone = self.api("PATCH", path, {"smtp": {"host": "open.example.net", "login": "none"}, "imap": {"host": ""}})
        self.assertEqual((gone["smtp"]["has_secret"], gone["imap"]["has_secret"]), (False, False))
        back = self.api("PATCH", path, {"imap": {"host": "other.example.net"}})
        self.assertFalse(back["imap"]["has_secret"])

    def test_signed(self):
        smtp = self.smtp()
        mailbox = self.mailbox(smtp, address="ann@signed.example.com")
        self.api("POST", "/api/mailboxes/%s/dkim" % mailbox["id"])
        self.ended(self.send(mailbox, to="x@example.org"))
        mail = email.message_from_bytes(smtp.mails[0][2])
        signatures = mail.get_all("DKIM-Signature")
        self.assertEqual(len(signatures), 2)
        self.assertIn("d=signed.example.com", signatures[0])
        names = re.sub(r"\s", "", signatures[0]).lower()
        self.assertIn("list-unsubscribe:", names)
        self.assertIn("list-unsubscribe-post", names)

    def test_caps_and_ramp(self):
        smtp = self.smtp()
        mailbox = self.mailbox(smtp, ramp=dict(start=2, growth=1, ceiling=40))
        sends = [self.send(mailbox, to="c%d@example.org" % i) for i in range(4)]
        states = self.eventually(lambda: (lambda s: s if all(x["state"] == "sent" or x["why"] for x in s) else None)(
            [self.api("GET", "/api/sends/" + s["id"]) for s in sends]), 20)
        self.assertEqual(sorted(s["state"] for s in states), ["queued", "queued", "sent", "sent"])
        waiting = [s for s in states if s["state"] == "queued"]
        self.assertEqual({s["why"] for s in waiting}, {"daily cap"})
        self.assertGreater(waiting[0]["due"][:10], sends[0]["due"][:10])
        # What somebody asked for is not held up.
        self.assertEqual(self.ended(self.send(mailbox, to="t@example.org", transactional=True))["state"], "sent")

    def test_brake(self):
        smtp = self.smtp()
        mailbox = self.mailbox(smtp)
        for i in range(25):
            self.capture(dict(type="identify", userId="b%d" % i, traits={"email": "%s%d@example.org" % ("no" if i < 4 else "x", i)}))
        sends = [self.send(mailbox, contact="b%d" % i) for i in range(24, -1, -1)]
        for send in sends:
            self.ended(send)
        path = "/api/mailboxes/" + mailbox["id"]
        health = self.api("GET", path + "/health")
        self.assertEqual(health["band"], "bad")
        self.assertIn("bounced", health["brake"]["why"])
        held = self.send(mailbox, to="y@example.org")
        self.eventually(lambda: self.api("GET", "/api/sends/" + held["id"])["why"] == "the mailbox is braked", 20)
        self.assertIsNone(self.api("PATCH", path, {"release": True})["brake"])
        self.assertEqual(self.api("GET", path + "/health")["band"], "unknown")


class LeaveTest(MailTest):
    def page(self, method, url, body=None, **headers):
        path = urllib.parse.urlsplit(url).path
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.server.send(method, path, body, headers=dict(BROWSER, **headers))

    def mail_to(self, user, address, **more):
        smtp = self.smtp()
        mailbox = self.mailbox(smtp)
        self.capture(dict(type="identify", userId=user, traits={"email": address}))
        send = self.send(mailbox, contact=user, **more)
        self.ended(send)
        mail = email.message_from_bytes(smtp.mails[0][2], policy=email.policy.default)
        return send, mail, mailbox


class Leaving(LeaveTest):
    def test_one_click(self):
        send, mail, mailbox = self.mail_to("leaver", "leaver@example.org")
        url = re.search("<(http[^>]*)>", mail["List-Unsubscribe"]).group(1)
        page = self.page("GET", url)
        self.assertEqual(page.status, 200)
        self.assertIn("leaver@example.org", page.text)
        self.assertIn('lang="de"', self.page("GET", url, **{"Accept-Language": "de-AT,en;q=0.5"}).text)
        self.assertEqual(self.api("GET", "/api/suppressions?search=leaver")["items"], [])  # a GET changes nothing
        self.assertEqual(self.page("POST", url, "List-Unsubscribe=One-Click").status, 200)
        entry = self.api("GET", "/api/suppressions?search=leaver")["items"][0]
        self.assertEqual((entry["reason"], entry["topic"]), ("unsubscribed", None))
        self.assertIn("one-click POST from 127.0.0.1", entry["proof"])
        self.page("POST", url, "List-Unsubscribe=One-Click")
        events = [e["name"] for e in self.api("GET", "/api/sends/" + send["id"])["events"]]
        self.assertEqual(events.count("list.unsubscribed"), 1)
        self.assertEqual(self.ended(self.send(mailbox, contact="leaver"))["why"], "unsubscribed")
        # By the page they come back, by their own wish.
        self.assertEqual(self.page("POST", url + "/topics", "").status, 200)
        self.assertEqual(self.api("GET", "/api/suppressions?search=leaver")["items"], [])
        self.assertEqual(self.ended(self.send(mailbox, contact="leaver", subject="again"))["state"], "sent")

    def test_topics(self):
        topic = self.api("POST", "/api/topics", {"name": "News <b>", "description": "What is new"}, expect=201)
        other = self.api("POST", "/api/topics", {"name": "Offers", "public": False}, expect=201)
        other = self.api("PATCH", "/api/topics/" + other["id"], {"public": True})
        self.assertEqual(len(self.api("GET", "/api/topics")["items"]), 2)
        send, mail, mailbox = self.mail_to("reader", "reader@example.org", topic=topic["id"])
        url = re.search("<(http[^>]*)>", mail["List-Unsubscribe"]).group(1)
        self.assertIn("News &lt;b&gt;", self.page("GET", url).text)
        page = self.page("GET", url + "/topics").text
        self.assertEqual(page.count(" checked"), 2)
        self.page("POST", url, "leave=topic")
        self.assertEqual(self.api("GET", "/api/suppressions?search=reader")["items"][0]["topic"], topic["id"])
        self.assertEqual(self.ended(self.send(mailbox, contact="reader", topic=topic["id"]))["why"], "unsubscribed")
        self.assertEqual(self.ended(self.send(mailbox, contact="reader", topic=other["id"]))["state"], "sent")
        self.assertEqual(self.page("GET", url + "/topics").text.count(" checked"), 1)
        self.page("POST", url + "/topics", "topic=%s&topic=%s" % (topic["id"], other["id"]))
        self.assertEqual(self.api("GET", "/api/suppressions?search=reader")["items"], [])
        self.page("POST", url + "/topics", "none=1")
        self.assertIsNone(self.api("GET", "/api/suppressions?search=reader")["items"][0]["topic"])

    def test_opens_and_clicks(self):
        html = '<html><body><a href="https://example.org/a?x=1&amp;y=2">A</a> <a href=\'https://example.org/b\'>B</a></body></html>'
        send, mail, _ = self.mail_to("clicker", "clicker@example.org", html=html)
        body = mail.get_body(("html",)).get_content()
        links = re.findall(r'(http://127[^"\']*/c/[^"\']*)', body)
        picture = re.search(r'(http://[^"]*/o/[^"]*\.gif)', body).group(1)
        self.assertEqual(len(links), 3)  # two, and the hidden one
        self.assertEqual(self.page("GET", picture).status, 200)  # at once: a machine
        self.settle()
        self.assertEqual(self.page("GET", picture).headers["Content-Type"], "image/gif")
        answer = self.page("GET", links[0])
        self.assertEqual((answer.status, answer.headers["Location"]), (302, "https://example.org/a?x=1&y=2"))
        self.assertEqual(self.page("GET", links[1]).status, 302)  # within the second
        self.page("HEAD", links[0])
        self.server.send("GET", urllib.parse.urlsplit(links[0]).path, headers={"User-Agent": "curl/8"})

        def properties(name):
            events = self.api("GET", "/api/sends/" + send["id"])["events"]
            return [e["properties"] for e in events if e["name"] == name]

        def clicks():
            return properties("email.clicked")

        self.eventually(lambda: len(clicks()) == 3)
        opened, clicked = properties("email.opened"), clicks()
        self.assertEqual([o.get("machine", False) for o in opened], [True, False])
        self.assertEqual([c.get("machine", False) for c in clicked], [False, True, True])
        self.assertEqual(clicked[0]["link"], "https://example.org/a?x=1&y=2")
        self.assertEqual(clicked[1]["why"], "several links at once")
        self.page("GET", links[2])  # the hidden one leads nowhere
        self.page("GET", links[0])
        self.eventually(lambda: clicks()[-1].get("why") == "followed the hidden link")
        for _ in range(60):
            self.page("GET", links[0])
        self.assertEqual(self.api("GET", "/api/sends/" + send["id"])["clicks"], 50)

    def test_only_what_was_sent(self):
        send, mail, _ = self.mail_to("victim", "victim@example.org", html='<a href="https://example.org/">x</a>')
        link = re.search(r"/c/([^\"']*)", mail.get_body(("html",)).get_content()).group(1)
        for at in (0, len(link) // 2, len(link) - 1):
            bad = link[:at] + ("A" if link[at] != "A" else "B") + link[at + 1 :]
            self.assertEqual(self.page("GET", "/c/" + bad).status, 404)
        for path in ("/c/", "/c/x", "/u/" + link, "/c/" + "A" * 7000, "/o/x.gif"):
            self.assertIn(self.page("GET", path).status, (200, 404, 414, 431), path)
        self.assertEqual(self.page("POST", "/u/" + link, "leave=all").status, 404)


class Reasons(LeaveTest):
    def reasons(self, search):
        return sorted((e["reason"], e["topic"]) for e in self.api("GET", "/api/suppressions?search=" + search)["items"])

    def test_each_reason_counts(self):
        topic = self.api("POST", "/api/topics", {"name": "Twice left"}, expect=201)["id"]
        send, mail, mailbox = self.mail_to("both", "both@example.org", topic=topic)
        url = re.search("<(http[^>]*)>", mail["List-Unsubscribe"]).group(1)
        held = {"address": "both@example.org", "why": "by phone"}
        self.api("POST", "/api/suppressions", held, expect=201)
        self.page("POST", url, "leave=all")
        self.page("POST", url, "leave=all")
        both = [("manual", None), ("unsubscribed", None)]
        self.assertEqual(self.reasons("both"), both)
        events = [e["name"] for e in self.api("GET", "/api/sends/" + send["id"])["events"]]
        self.assertEqual(events.count("list.unsubscribed"), 1)
        # What is asked for goes out in spite of leaving, not in spite of anything else.
        asked = dict(contact="both", transactional=True)
        self.assertEqual(self.ended(self.send(mailbox, **asked))["why"], "manual")
        self.api("DELETE", "/api/suppressions/both@example.org?why=x&reason=manual")
        self.assertEqual(self.reasons("both"), [("unsubscribed", None)])
        self.api("DELETE", "/api/suppressions/both@example.org?why=x&reason=manual", expect=404)
        self.assertEqual(self.ended(self.send(mailbox, subject="asked", **asked))["state"], "sent")
        self.assertEqual(self.ended(self.send(mailbox, subject="more", contact="both"))["why"], "unsubscribed")
        # The other way round, and coming back by one's own wish.
        added = self.api("POST", "/api/suppressions", held, expect=201)
        self.assertEqual((added["reason"], self.reasons("both")), ("manual", both))
        self.page("POST", url + "/topics", "topic=" + topic)
        self.assertEqual(self.reasons("both"), [("manual", None)])
        self.page("POST", url, "leave=topic")
        self.api("POST", "/api/suppressions", dict(held, topic=topic), expect=201)
        self.assertEqual(self.page("GET", url + "/topics").text.count("Twice left"), 1)
        # Each stands on the list, however small its pages are.
        seen, after = [], ""
        while after is not None:
            page = self.api("GET", "/api/suppressions?search=both&limit=1" + (after and "&after=" + urllib.parse.quote(after)))
            seen += [(e["reason"], e["topic"]) for e in page["items"]]
            after = page["next"]
        self.assertEqual(sorted(seen, key=str), sorted([("manual", None), ("manual", topic), ("unsubscribed", topic)], key=str))
        self.api("GET", "/api/suppressions?after=1", expect=400)
        self.api("DELETE", "/api/suppressions/both@example.org?why=x&topic=" + topic)
        self.assertEqual(self.reasons("both"), [("manual", None)])


class Suppressions(MailTest):
    def test_list(self):
        why = urllib.parse.quote("the old system")
        body = "email,name\nOne@Example.org,One\n\"two@example.org\";Two\nnonsense@\n\nthree@example.org\n"
        answer = self.server.send("POST", "/api/suppressions/import?why=" + why, body, "Bearer " + self.server.key("admin"),
                                  {"Content-Type": "text/csv"})
        self.server.hold_against_document("POST", "/api/suppressions/import", answer)
        self.assertEqual((answer.json["added"], answer.json["rejected"], answer.json["errors"][0]["line"]), (3, 1, 4))
        page = self.api("GET", "/api/suppressions?limit=2")
        rest = self.api("GET", "/api/suppressions?limit=2&after=" + urllib.parse.quote(page["next"]))
        self.assertEqual({i["address"] for i in page["items"] + rest["items"]},
                         {"one@example.org", "two@example.org", "three@example.org"})
        self.assertEqual(len(self.api("GET", "/api/suppressions?search=@example.org")["items"]), 3)
        self.assertIn("the old system", page["items"][0]["proof"])
        self.api("DELETE", "/api/suppressions/one@example.org?why=" + why)
        self.api("DELETE", "/api/suppressions/one@example.org?why=" + why, expect=404)
        self.api("DELETE", "/api/suppressions/two@example.org", expect=400)
        self.api("POST", "/api/suppressions", {"address": "x@example.org", "why": "y", "topic": "none"}, expect=404)


if __name__ == "__main__":
    unittest.main()
