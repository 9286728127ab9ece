"""The mails that Sluice itself writes: confirming an address, a new password, an invitation."""
import email
import email.policy
import re
import time
import unittest
import urllib.parse

from harness import PASSWORD, ApiTest
from smtp_server import SmtpServer

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


class LetterTest(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.smtp = SmtpServer()

    @classmethod
    def tearDownClass(cls):
        cls.smtp.close()
        super().tearDownClass()

    def public(self, url=None):
        self.api("PATCH", "/api/settings", {"public_url": url or "http://127.0.0.1:%d/" % self.server.port})

    def mailbox(self, address="hello@acme.example"):
        made = self.api("POST", "/api/mailboxes", dict(
            name="Acme", address=address,
            smtp=dict(host="127.0.0.1", port=self.smtp.port, security="none", login="none")), expect=201)
        self.addCleanup(lambda: self.api("DELETE", "/api/mailboxes/" + made["id"], expect=(204, 404)))
        return made

    def mails_to(self, address):
        return [email.message_from_bytes(content, policy=email.policy.default)
                for _, to, content in list(self.smtp.mails) if to == address]

    def mail_to(self, address, n=1):
        return self.eventually(lambda: self.mails_to(address)[n - 1:n], 30, "no mail came to " + address)[0]

    def link_in(self, mail, kind):
        """The same in the text and in HTML."""
        text, html = (mail.get_body((part,)).get_content() for part in ("plain", "html"))
        link, = re.findall(r"http://127\.0\.0\.1:%d/%s\S+" % (self.server.port, kind), text)
        self.assertIn('href="%s"' % link.replace("&", "&amp;"), html)
        return link

    def sends_to(self, address):
        return [s for s in self.api("GET", "/api/sends?limit=500")["items"] if s["address"] == address]


class Confirming(LetterTest):
    def form(self, slug, **more):
        definition = {
            "title": "The <b>newsletter</b>", "double_opt_in": True,
            "fields": [{"name": "email", "type": "email", "label": "E-mail", "required": True},
                       {"name": "first_name", "type": "text", "label": "First name", "trait": "first_name"}],
            "consents": [{"id": "news", "purpose": "newsletter", "version": "1", "list": "news", "label": "Yes, write to me"}],
            "translations": {"de": {"title": "Der Rundbrief", "consents": {"news": {"label": "Ja, schreibt mir"}}}}}
        definition.update(more)
        return self.api("POST", "/api/forms", {"name": slug, "slug": slug, "published": True, "definition": definition}, expect=201)

    def fill(self, form, address, **more):
        answers = dict({"email": address, "news": "yes"}, **more)
        answer = self.server.send("POST", "/f/" + form["slug"], answers, "Bearer " + self.server.key("capture"))
        self.assertEqual((answer.status, answer.json["state"]), (200, "pending"), answer)
        return answer.json["id"]

    def submission(self, form, number):
        return self.api("GET", "/api/forms/%s/submissions/%s" % (form["id"], number))

    def consents(self, user):
        return self.api("GET", "/api/contacts/%s/consents" % user)["items"]

    def test_a_link_confirms(self):
        self.public()
        self.mailbox("other@acme.example")
        form = self.form("confirm", mailbox=self.mailbox()["id"])
        self.assertEqual(form["confirmation"], "ready")
        number = self.fill(form, "Ada@example.org", first_name="Buy pills at http://spam.example")
        mail = self.mail_to("Ada@example.org")
        self.assertEqual(mail["From"].addresses[0].addr_spec, "hello@acme.example")
        self.assertEqual(mail["Subject"], "Please confirm: The <b>newsletter</b>")
        self.assertNotIn("pills", mail.as_string())  # nobody writes to strangers through a form
        self.assertNotIn("<b>", mail.get_body(("html",)).get_content())
        self.assertIsNone(mail["List-Unsubscribe"])
        path = self.link_in(mail, "f/").split(str(self.server.port))[1]
        before = self.submission(form, number)
        page = self.server.send("GET", path, None, headers=BROWSER)  # as scanners do
        self.assertIn("<button", page.text)
        self.assertEqual(self.submission(form, number)["state"], "pending")
        self.assertEqual(self.server.send("POST", path, b"", headers={"Content-Type": "application/x-www-form-urlencoded"}).status, 200)
        self.assertEqual(self.submission(form, number)["state"], "confirmed")
        consent, = self.eventually(lambda: self.consents(before["user_id"]))
        self.assertEqual((consent["purpose"], consent["how"]), ("newsletter", "form, confirmed by link"))
        # It is a mail of the contact; the link is not in what others see of it.
        send, = self.eventually(lambda: self.sends_to("Ada@example.org"))
        shown = self.api("GET", "/api/sends/" + send["id"])
        self.assertEqual((shown["state"], shown["subject"]), ("sent", "Please confirm: The <b>newsletter</b>"))
        self.assertNotIn("/confirm/", shown["text"] + shown["html"])
        self.assertEqual([e["name"] for e in shown["events"]], ["email.sent"])
        # Erased, nothing of it is told any more.
        self.api("POST", "/api/contacts/%s/erase" % before["user_id"], {})
        self.assertEqual(self.api("GET", "/api/sends/" + send["id"])["text"], None)

    def test_in_the_visitors_language(self):
        self.public()
        self.mailbox()
        self.fill(self.form("deutsch"), "bert@example.org", _language="de")
        mail = self.mail_to("bert@example.org")
        self.assertEqual(mail["Subject"], "Bitte bestätigen: Der Rundbrief")
        self.assertIn("Formular „Der Rundbrief“", mail.get_body(("plain",)).get_content())
        path = self.link_in(mail, "f/").split(str(self.server.port))[1]
        self.assertIn("Adresse bestätigen", self.server.send("GET", path, None, headers=BROWSER).text)

    def test_nobody_is_bombed(self):
        self.public()
        self.mailbox()
        forms = [self.form("bomb-%d" % i) for i in range(5)]
        for i, form in enumerate(forms):
            self.fill(form, ("Victim@example.org", "victim@example.org")[i % 2])
        last = self.fill(forms[0], "calm@example.org")
        self.mail_to("calm@example.org")
        self.eventually(lambda: all(s["state"] == "sent" for s in self.api("GET", "/api/sends?limit=500")["items"]))
        self.assertEqual(len(self.mails_to("Victim@example.org") + self.mails_to("victim@example.org")), 3)
        self.assertEqual(self.submission(forms[0], last)["state"], "pending")

    def test_not_where_mails_bounce(self):
        self.public()
        mailbox = self.mailbox()
        self.fill(self.form("bounce"), "no@example.org")  # refused for good
        send = self.eventually(lambda: [s for s in self.sends_to("no@example.org") if s["state"] == "failed"])
        self.assertTrue(send)
        self.fill(self.form("bounce-2"), "no@example.org")
        self.eventually(lambda: [s for s in self.api("GET", "/api/sends?limit=500")["items"] if s.get("why") == "bounced"])
        self.assertTrue(mailbox)

    def test_what_is_missing_is_said(self):
        self.api("PATCH", "/api/settings", {"public_url": None})
        form = self.form("missing")
        self.assertEqual(form["confirmation"], "no_mailbox")
        self.mailbox()
        read = lambda: self.api("GET", "/api/forms/" + form["id"])["confirmation"]
        self.assertEqual(read(), "no_public_url")
        self.fill(form, "host@example.org")
        waits = lambda: [s for s in self.api("GET", "/api/sends?state=queued&limit=500")["items"] if s.get("why") == "public_url is not set"]
        self.eventually(waits)  # an address that the request named would not do
        self.assertEqual(self.mails_to("host@example.org"), [])
        self.public()
        self.assertEqual(read(), "ready")
        changed = self.api("PATCH", "/api/forms/" + form["id"], {"definition": dict(form["definition"], double_opt_in=False)})
        self.assertNotIn("confirmation", changed)
        problem = self.api("PATCH", "/api/forms/" + form["id"], {"definition": dict(form["definition"], mailbox="none")}, expect=400)
        self.assertEqual(problem["errors"][0]["field"], "definition.mailbox")


if __name__ == "__main__":
    unittest.main()
