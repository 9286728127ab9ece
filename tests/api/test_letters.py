"""The mails that Sluice itself writes: confirming an address, a new password, an invitation."""
import calendar
import email
import email.policy
import re
import time
import unittest
import urllib.parse

from harness import PASSWORD, ApiTest
from smtp_server import SmtpServer
from totp import code_at

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
        addresses = ("Victim@example.org", "victim+shop@example.org", "victim@example.org", "Victim+2@example.org")
        for i, form in enumerate(forms):
            self.fill(form, addresses[i % 4])
        last = self.fill(forms[0], "calm@example.org")
        self.mail_to("calm@example.org")
        self.eventually(lambda: all(s["state"] == "sent" for s in self.api("GET", "/api/sends?limit=500")["items"]))
        self.assertEqual(sum(len(self.mails_to(address)) for address in addresses), 3)
        self.assertEqual(self.submission(forms[0], last)["state"], "pending")

    def confirm(self, mail):
        path = self.link_in(mail, "f/").split(str(self.server.port))[1]
        self.assertEqual(self.server.send("POST", path, b"", headers={"Content-Type": "application/x-www-form-urlencoded"}).status, 200)

    def test_who_left_subscribes_anew(self):
        self.public()
        self.api("PATCH", "/api/settings", {"business_address": "Acme, 1 High Street, London"})
        mailbox = self.mailbox()
        form = self.form("anew")
        number = self.fill(form, "anew@example.org")
        self.confirm(self.mail_to("anew@example.org"))
        contact = self.submission(form, number)["user_id"]
        self.eventually(lambda: "id" in self.api("GET", "/api/contacts/" + contact, expect=(200, 404)))

        def fate(subject):
            body = dict(contact=contact, subject=subject, text="News", mailbox=mailbox["id"])
            send = self.api("POST", "/api/sends", body, expect=202)["id"]
            self.eventually(lambda: self.api("GET", "/api/sends/" + send)["state"] in ("sent", "skipped"))
            return self.api("GET", "/api/sends/" + send)["why"] or "sent"

        def reasons():
            return [e["reason"] for e in self.api("GET", "/api/suppressions?search=anew")["items"]]

        self.assertEqual(fate("one"), "sent")
        news = self.mail_to("anew@example.org", 2)
        url = urllib.parse.urlsplit(re.search("<(http[^>]*)>", news["List-Unsubscribe"]).group(1)).path
        self.assertEqual(self.server.send("POST", url, b"List-Unsubscribe=One-Click", headers=dict(
            BROWSER, **{"Content-Type": "application/x-www-form-urlencoded"})).status, 200)  # fmt: skip
        self.assertEqual(fate("two"), "unsubscribed")
        # A form that subscribes to nothing takes nothing back; nor does one that is not confirmed yet.
        self.fill(self.form("anew-nothing", consents=[], translations={}), "anew@example.org", news="")
        self.confirm(self.mail_to("anew@example.org", 3))
        self.fill(self.form("anew-2"), "anew@example.org")
        link = self.mail_to("anew@example.org", 4)
        self.assertEqual(reasons(), ["unsubscribed"])
        # Whatever else stands against the address stays.
        self.api("POST", "/api/suppressions", {"address": "anew@example.org", "why": "bounces elsewhere"}, expect=201)
        self.confirm(link)
        self.assertEqual((reasons(), fate("three")), (["manual"], "manual"))
        self.api("DELETE", "/api/suppressions/anew@example.org?why=works")
        self.assertEqual((reasons(), fate("four")), ([], "sent"))

    def test_a_title_of_two_lines(self):
        self.public()
        self.mailbox()
        form = self.form("lines", title="The newsletter\nof\tAcme")
        self.assertEqual(form["confirmation"], "ready")
        self.fill(form, "lines@example.org")
        self.assertEqual(self.mail_to("lines@example.org")["Subject"], "Please confirm: The newsletter of Acme")

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


NEW = "quite another long sentence"


class Links(LetterTest):
    """New passwords and invitations. Each test comes from a network of its own: asking is counted."""
    arguments = ("--trust-proxy", "127.0.0.1")

    def setUp(self):
        Links.network = getattr(Links, "network", 0) + 1
        self.client = {"X-Forwarded-For": "192.0.2.%d" % Links.network}
        self.public()

    def ask(self, address, expect=202, **more):
        return self.api("POST", "/api/password-reset", dict(email=address, **more), key=None, expect=expect, headers=self.client)

    def add(self, address, **more):
        return self.api("POST", "/api/users", dict(email=address, role="seller", password=PASSWORD, **more), expect=201)

    def log_in(self, address, password, **more):
        return self.server.send("POST", "/api/session", dict(email=address, password=password, **more), headers=self.client)

    def session(self, answer):
        """Whether the cookie of this answer lets somebody in."""
        cookie = (answer.headers["Set-Cookie"] or "").split(";")[0]
        return self.server.send("GET", "/api/session", headers={"Cookie": cookie}).status == 200

    def actions(self, user):
        return [line["action"] for line in self.api("GET", "/api/audit?subject=" + user["id"])["items"]]

    def choose(self, token, expect=200):
        return self.api("POST", "/api/setup/" + token, {"password": NEW}, key=None, expect=expect, headers=self.client)

    def test_a_new_password(self):
        self.mailbox()
        user = self.add("Greta@Example.org", name="Greta")
        session = self.log_in("greta@example.org", PASSWORD)
        self.assertTrue(self.session(session))
        self.assertEqual(self.ask("GRETA@example.org", language="de-AT"), {"mail": "ready"})
        mail = self.mail_to("greta@example.org")
        self.assertEqual(mail["Subject"], "Ein neues Passwort")
        token = self.link_in(mail, "setup/").rsplit("/", 1)[1]
        # Nobody who sees the mails that went out gets in by it.
        send = self.eventually(lambda: [s for s in self.sends_to("greta@example.org") if s["state"] == "sent"])[0]
        shown = self.api("GET", "/api/sends/" + send["id"])
        self.assertNotIn("/setup/", shown["text"] + shown["html"])
        link = self.api("GET", "/api/setup/" + token, key=None)
        self.assertEqual((link["kind"], link["email"]), ("reset", "greta@example.org"))
        life = calendar.timegm(time.strptime(link["expires"], "%Y-%m-%dT%H:%M:%SZ")) - time.time()
        self.assertTrue(3000 < life <= 3600, life)
        self.assertTrue(self.session(session))  # until the new one is chosen all is as it was
        self.choose(token)
        self.assertFalse(self.session(session))
        self.assertEqual(self.log_in("greta@example.org", PASSWORD).status, 401)
        self.assertEqual(self.log_in("greta@example.org", NEW).status, 200)
        self.choose(token, expect=404)
        self.assertEqual(self.actions(user)[1:], ["user.password", "user.mail", "session.create", "user.create"])

    def test_the_second_factor_stays(self):
        self.mailbox()
        self.add("hanna@example.org")
        cookie = self.log_in("hanna@example.org", PASSWORD).headers["Set-Cookie"].split(";")[0]
        headers = {"Cookie": cookie, "Origin": "http://127.0.0.1:%d" % self.server.port}
        secret = self.server.send("POST", "/api/session/two-factor", {"password": PASSWORD}, headers=headers).json["secret"]
        code = code_at(secret, int(time.time()) // 30)
        self.assertEqual(self.server.send("POST", "/api/session/two-factor/confirm", {"code": code}, headers=headers).status, 200)
        self.ask("hanna@example.org")
        token = self.link_in(self.mail_to("hanna@example.org"), "setup/").rsplit("/", 1)[1]
        self.assertTrue(self.choose(token)["two_factor"])
        problem = self.log_in("hanna@example.org", NEW).json
        self.assertEqual(problem["errors"][0]["field"], "code")

    def test_whether_there_is_an_account_is_not_told(self):
        self.mailbox()
        self.add("ida@example.org")
        disabled = self.add("jan@example.org")
        self.api("PATCH", "/api/users/" + disabled["id"], {"state": "disabled"})
        self.assertEqual(self.ask("nobody@example.org"), self.ask("ida@example.org"))
        self.assertEqual(self.ask("jan@example.org"), {"mail": "ready"})
        self.mail_to("ida@example.org")
        for _ in range(4):
            self.assertEqual(self.ask("ida@example.org"), {"mail": "ready"})
        self.add("kim@example.org")
        self.ask("kim@example.org")  # those before it have been looked at when its mail comes
        self.mail_to("kim@example.org")
        self.eventually(lambda: not self.api("GET", "/api/sends?state=queued")["items"])
        self.assertEqual([len(self.mails_to(who + "@example.org")) for who in ("nobody", "jan", "ida")], [0, 0, 3])
        # Each of the three works until one of them was used.
        tokens = [self.link_in(mail, "setup/").rsplit("/", 1)[1] for mail in self.mails_to("ida@example.org")]
        self.choose(tokens[0])
        self.choose(tokens[2], expect=404)
        self.assertEqual(self.ask("no address", expect=400)["errors"][0]["field"], "email")

    def test_links_end_with_the_address_they_went_to(self):
        self.mailbox()
        user = self.add("cora@exmaple.org")
        self.ask("cora@exmaple.org")
        token = self.link_in(self.mail_to("cora@exmaple.org"), "setup/").rsplit("/", 1)[1]
        self.api("PATCH", "/api/users/" + user["id"], {"name": "Cora"})
        self.api("GET", "/api/setup/" + token, key=None)
        self.api("PATCH", "/api/users/" + user["id"], {"email": "cora@example.org"})
        self.choose(token, expect=404)
        # So they do where somebody chooses another password, or is disabled.
        self.ask("cora@example.org")
        token = self.link_in(self.mail_to("cora@example.org"), "setup/").rsplit("/", 1)[1]
        headers = {"Cookie": self.log_in("cora@example.org", PASSWORD).headers["Set-Cookie"].split(";")[0],
                   "Origin": "http://127.0.0.1:%d" % self.server.port}  # fmt: skip
        change = {"current": PASSWORD, "password": NEW + " still"}
        self.assertLess(self.server.send("POST", "/api/session/password", change, headers=headers).status, 300)
        self.choose(token, expect=404)
        self.ask("cora@example.org")
        token = self.link_in(self.mail_to("cora@example.org", 2), "setup/").rsplit("/", 1)[1]
        self.api("PATCH", "/api/users/" + user["id"], {"state": "disabled"})
        self.api("PATCH", "/api/users/" + user["id"], {"state": "active"})
        self.choose(token, expect=404)

    def test_wrong_passwords_are_forgotten_with_the_old_one(self):
        self.mailbox()
        user = self.add("otto@example.org")
        for _ in range(5):
            self.log_in("otto@example.org", "not the password")
        self.assertEqual(self.log_in("otto@example.org", PASSWORD).status, 429)
        token = self.api("POST", "/api/users/%s/link" % user["id"])["link"].rsplit("/", 1)[1]
        self.choose(token)
        self.assertEqual(self.log_in("otto@example.org", NEW).status, 200)

    def test_mails_to_users_are_not_for_all_to_see(self):
        self.mailbox()
        self.add("paula@example.org")
        self.ask("paula@example.org")
        self.mail_to("paula@example.org")
        send, = self.eventually(lambda: self.sends_to("paula@example.org"))
        seen = self.api("GET", "/api/sends?limit=500", user="viewer")["items"]
        self.assertNotIn("paula@example.org", [one["address"] for one in seen])
        self.api("GET", "/api/sends/" + send["id"], user="viewer", expect=404)
        self.api("GET", "/api/sends/" + send["id"], user="admin")

    def test_asking_for_strangers_shuts_out_nobody(self):
        self.mailbox()
        self.add("rosa@example.org")
        for i in range(1020):
            body = {"email": "stranger-%d@example.net" % i}
            client = {"X-Forwarded-For": "203.0.113.%d" % (i // 20)}
            self.assertEqual(self.server.send("POST", "/api/password-reset", body, headers=client).status, 202)
        self.ask("rosa@example.org")
        self.mail_to("rosa@example.org")

    def test_one_network_asks_so_often(self):
        self.mailbox()
        for i in range(20):
            self.ask("stranger-%d@example.org" % i)
        self.ask("stranger-21@example.org", expect=429)
        self.client = {"X-Forwarded-For": "198.51.100.7"}
        self.ask("stranger-21@example.org")

    def test_without_a_mailbox(self):
        self.add("lena@example.org")
        self.assertEqual(self.ask("lena@example.org"), {"mail": "no_mailbox"})
        self.mailbox()
        self.api("PATCH", "/api/settings", {"public_url": None})
        self.assertEqual(self.ask("lena@example.org"), {"mail": "no_public_url"})
        user = self.api("POST", "/api/users", dict(email="mia@example.org", role="viewer"), expect=201)
        self.assertEqual(self.api("POST", "/api/users/%s/mail" % user["id"], expect=202), {"mail": "no_public_url"})
        self.public()
        self.add("max@example.org")
        self.ask("max@example.org")
        self.mail_to("max@example.org")  # what had been asked before it would be there
        self.assertEqual(self.mails_to("lena@example.org") + self.mails_to("mia@example.org"), [])

    def test_an_invitation(self):
        self.mailbox()
        self.api("PATCH", "/api/settings", {"language": "fr"})
        self.addCleanup(lambda: self.api("PATCH", "/api/settings", {"language": None}))
        user = self.api("POST", "/api/users", dict(email="tina@example.org", role="viewer"), expect=201)
        self.assertEqual(self.api("POST", "/api/users/%s/mail" % user["id"], expect=202), {"mail": "ready"})
        mail = self.mail_to("tina@example.org")
        self.assertEqual(mail["Subject"], "Vous êtes invité à rejoindre Sluice")
        token = self.link_in(mail, "setup/").rsplit("/", 1)[1]
        handed = user["link"].rsplit("/", 1)[1]  # works as well, until one of them was used
        self.assertEqual([self.api("GET", "/api/setup/" + one, key=None)["kind"] for one in (token, handed)], ["invite"] * 2)
        self.choose(token)
        self.api("GET", "/api/setup/" + handed, key=None, expect=404)
        self.assertIn("user.mail", self.actions(user))
        # It is said where no mail would go out.
        held = self.api("POST", "/api/users", dict(email="ulla@example.org", role="viewer"), expect=201)
        self.api("POST", "/api/suppressions", {"address": "Ulla@example.org", "why": "bounces"}, expect=201)
        problem = self.api("POST", "/api/users/%s/mail" % held["id"], expect=409)
        self.assertIn("held back (manual)", problem["detail"])
        self.api("DELETE", "/api/suppressions/ulla@example.org?why=x")
        self.api("POST", "/api/users/%s/mail" % held["id"], expect=202)
        owner = self.api("POST", "/api/users", dict(email="olga@example.org", role="owner"), user="owner", expect=201)
        self.api("POST", "/api/users/%s/mail" % owner["id"], user="admin", expect=403)


if __name__ == "__main__":
    unittest.main()
