"""Real peers: a sequence goes out by SMTP (smtp-sink), into a real mailbox (Dovecot, LMTP and IMAP); a person answers
from there; Sluice reads the answer (IMAP, IDLE, TLS), recognises it, stops the sequence, moves the stage. Besides:
what swaks and mutt write; another UIDVALIDITY; restarts of either side; DKIM verified by python3-dkim."""
import email
import email.policy
import imaplib
import json
import os
import subprocess
import time
import unittest

import mail_servers
from harness import ApiTest

MODEL = """model "peers"
stage lead when any contact.created
stage prospect when any email.replied
"""
US = "sales@acme-shop.org"
ANNA = "anna@customer-one.org"

# As mutt 2.2 wrote it: an answer below the quote, a signature, format=flowed.
MUTT = """Date: %(date)s
From: Anna Ace <anna@customer-one.org>
To: %(to)s
Subject: Re: %(subject)s
Message-ID: <%(id)s@customer-one.org>
References: %(references)s
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Disposition: inline
Content-Transfer-Encoding: 8bit
In-Reply-To: %(references)s
User-Agent: Mutt/2.2.9 (2022-11-12)

On Mon, Mar 02, 2026 at 10:00:00AM +0000, Ann of Acme wrote:
> Hello Anna,
>
> would you like to know more?

Yes, very much so. Übrigens: call me tomorrow, please.

--\x20
Anna Ace, Customer One
+49 30 1234567
"""

VERIFY = """
import sys, json, dkim
records = json.loads(sys.argv[1])
def dns(name, timeout=5):
    return records.get(name.decode().rstrip('.').lower(), '').encode() or None
raw = sys.stdin.buffer.read()
n = sum(1 for line in raw.split(b"\\r\\n\\r\\n", 1)[0].lower().split(b"\\r\\n") if line.startswith(b"dkim-signature:"))
print(json.dumps([dkim.DKIM(raw).verify(idx=i, dnsfunc=dns) for i in range(n)]))
"""


@unittest.skipIf(mail_servers.missing(), "skipped: absent: " + mail_servers.missing())
class Peers(ApiTest):
    model = MODEL
    arguments = ("--allow-internal",)

    @classmethod
    def setUpClass(cls):
        cls.dovecot = mail_servers.Dovecot()
        cls.addClassCleanup(cls.dovecot.remove)
        cls.relay = mail_servers.Relay(cls.dovecot)
        cls.addClassCleanup(cls.relay.stop)
        cls.environment = {"SLUICE_MAIL_TRUST": cls.dovecot.certificate}
        super().setUpClass()
        api = cls.server.api
        api("PATCH", "/api/settings", {"business_address": "Acme, Main Street 1, Springfield"})
        cls.box = api("POST", "/api/mailboxes", {
            "name": "Ann of Acme", "address": US,
            "smtp": {"host": "127.0.0.1", "port": cls.relay.port, "security": "none", "login": "none"},
            "imap": {"host": "localhost", "port": cls.dovecot.imaps, "security": "tls", "login": "password",
                     "user": US, "secret": mail_servers.PASSWORD},
        })["id"]  # fmt: skip
        cls.server.eventually(lambda: cls.watched()["state"] == "waiting", 30, "the mailbox is not read")

    @classmethod
    def watched(cls):
        items = cls.server.api("GET", "/api/inbox/mailboxes")["items"]
        return items[0] if items else {"state": "none", "taken": 0}

    def conversations(self, address):
        return [c for c in self.api("GET", "/api/conversations?limit=500")["items"] if c["address"] == address]

    def events(self, contact, name):
        items = self.api("GET", "/api/events?limit=500&contact=" + contact)["items"]
        return [item for item in items if item["name"] == name]

    def test_1_sequence_answered(self):
        keys = self.api("POST", "/api/mailboxes/%s/dkim" % self.box, {})
        anna = self.api("POST", "/api/contacts", {"email": ANNA, "first_name": "Anna", "last_name": "Ace"})["id"]
        other = self.api("POST", "/api/contacts", {"email": "bert@customer-two.org", "first_name": "Bert"})["id"]
        campaign = self.api("POST", "/api/campaigns", {
            "name": "Welcome", "kind": "sequence", "audience": "any contact.created", "mailboxes": [self.box],
            "steps": [{"id": "one", "kind": "mail", "subject": "Welcome to Acme",
                       "body": "Hello,\n\nwould you like to know more?"},
                      {"id": "pause", "kind": "wait_for", "event": "order.placed", "timeout": "3 days"},
                      {"id": "two", "kind": "mail", "subject": "Again", "body": "Still there?"}],
        })["id"]  # fmt: skip
        self.api("POST", "/api/campaigns/%s/start" % campaign)
        self.server.eventually(lambda: self.relay.carry() and False or len(self.relay.mails) == 2, 40, "no mails came")
        self.verify(keys, self.relay.mails)
        # Anna reads it in her mailbox, over IMAP, and answers with mutt.
        with imaplib.IMAP4("127.0.0.1", self.dovecot.imap) as imap:
            imap.login(ANNA, mail_servers.PASSWORD)
            imap.select("INBOX")
            _, data = imap.fetch("1", "(RFC822)")
        got = email.message_from_bytes(data[0][1], policy=email.policy.default)
        self.assertEqual(got["Subject"], "Welcome to Acme")
        mutt = MUTT % {"date": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()), "to": got["From"],
                       "subject": got["Subject"], "id": "mutt1", "references": got["Message-ID"]}  # fmt: skip
        self.dovecot.deliver(ANNA, US, mutt.encode())
        (c,) = self.eventually(lambda: self.conversations(ANNA), 30, "the answer was not read")
        c = self.api("GET", "/api/conversations/" + c["id"])
        self.assertEqual((c["contact"], c["class"], c["state"], c["mailbox"]), (anna, "reply", "open", self.box))
        self.assertEqual(c["messages"][0]["visible"], "Yes, very much so. Übrigens: call me tomorrow, please.")
        (event,) = self.events(anna, "email.replied")
        self.assertEqual(event["properties"]["send"], self.events(anna, "email.sent")[0]["properties"]["send"])
        self.eventually(lambda: self.api("GET", "/api/contacts/" + anna)["standing"]["stage"] == "prospect", 20, "no prospect")
        person = self.eventually(lambda: self.left(campaign, anna), 20, "the sequence went on")
        self.assertEqual(person["why"], "replied")
        self.assertIsNone(self.left(campaign, other))

    def left(self, campaign, contact):
        person = self.api("GET", "/api/campaigns/%s/people/%s" % (campaign, contact))["person"]
        return person if person["state"] == "left" else None

    def verify(self, keys, mails):
        if subprocess.run(["/usr/bin/python3", "-c", "import dkim"], capture_output=True).returncode != 0:
            print("skipped: python3-dkim is absent, signatures are not verified")
            return
        records = {key["name"].rstrip(".").lower(): key["record"] for key in keys["keys"]}
        for _, _, raw in mails:
            done = subprocess.run(["/usr/bin/python3", "-c", VERIFY, json.dumps(records)], input=raw, capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            verdicts = json.loads(done.stdout)
            self.assertTrue(verdicts and all(verdicts), (verdicts, raw))

    def test_2_strangers(self):
        """swaks, from nobody we know: a contact, and it waits for an answer; ours reaches them."""
        mail_servers.swaks(self.dovecot.lmtp, "carl@stranger.org", US, "--header", "Subject: Question",
                           "--h-From", "Carl Stranger <carl@stranger.org>", "--body", "How much is it?")  # fmt: skip
        (c,) = self.eventually(lambda: self.conversations("carl@stranger.org"), 30, "swaks was not read")
        self.assertEqual((c["class"], c["state"], c["name"]), ("received", "open", "Carl Stranger"))
        self.api("POST", "/api/conversations/%s/reply" % c["id"], {"body": "Ten a month."}, expect=201)
        (ours,) = self.eventually(lambda: [m for m in self.relay.carry() if m[1] == "carl@stranger.org"], 30, "no answer went out")
        got = email.message_from_bytes(ours[2], policy=email.policy.default)
        mail_servers.swaks(self.dovecot.lmtp, "carl@stranger.org", US, "--header", "Subject: Re: Question",
                           "--h-From", "Carl Stranger <carl@stranger.org>", "--add-header", "In-Reply-To: " + got["Message-ID"],
                           "--body", "Fine, I take it.")  # fmt: skip
        self.eventually(lambda: self.conversations("carl@stranger.org")[0]["count"] == 3, 30, "the second one was not read")
        self.assertEqual(len(self.conversations("carl@stranger.org")), 1)

    def stranger(self, name):
        self.dovecot.deliver(name, US, ("From: %s\r\nTo: %s\r\nSubject: Hi\r\nMessage-ID: <%s>\r\n\r\nHello from %s\r\n"
                                        % (name, US, name, name)).encode())  # fmt: skip
        return self.eventually(lambda: self.conversations(name), 40, name + " was not read")

    def test_3_another_validity(self):
        self.stranger("dan@validity.org")
        before = {c["id"]: c["count"] for c in self.api("GET", "/api/conversations?limit=500")["items"]}
        self.dovecot.stop()
        self.dovecot.new_validity(US)
        self.dovecot.start()
        (new,) = self.stranger("eve@validity.org")
        self.eventually(lambda: self.watched()["state"] == "waiting", 30, "not waiting")
        after = {c["id"]: c["count"] for c in self.api("GET", "/api/conversations?limit=500")["items"]}
        after.pop(new["id"])
        self.assertEqual(after, before)  # everything was looked through again, nothing taken twice

    def test_4_restarts(self):
        self.server.stop()
        self.dovecot.deliver("fred@restart.org", US, b"From: fred@restart.org\r\nTo: %s\r\nSubject: Meanwhile\r\n\r\nHello\r\n" % US.encode())
        self.server.start()
        self.eventually(lambda: self.conversations("fred@restart.org"), 40, "what came meanwhile was not read")
        self.dovecot.stop()
        self.eventually(lambda: self.watched()["state"] == "failing", 30, "nobody noticed")
        self.dovecot.start()
        self.stranger("gerd@restart.org")
        self.assertEqual(len(self.conversations("fred@restart.org")), 1)

    def test_5_checked(self):
        """The check of a mailbox says what works, and why not."""
        check = self.api("POST", "/api/mailboxes/%s/check" % self.box)
        self.assertTrue(check["smtp"]["ok"], check)
        self.assertTrue(check["imap"]["ok"], check)
        for change, words in (({"secret": "wrong"}, "log-in"), ({"host": "127.0.0.1"}, "certificate")):
            imap = dict({"host": "localhost", "port": self.dovecot.imaps, "security": "tls", "login": "password",
                         "user": US, "secret": mail_servers.PASSWORD}, **change)  # fmt: skip
            box = self.api("POST", "/api/mailboxes", {"name": "x", "address": "x@acme-shop.org", "active": False, "imap": imap})
            check = self.api("POST", "/api/mailboxes/%s/check" % box["id"])
            self.assertFalse(check["imap"]["ok"], change)
            self.assertIn(words, check["imap"]["about"])
            self.assertNotIn(mail_servers.PASSWORD, json.dumps(check))
            self.api("DELETE", "/api/mailboxes/" + box["id"])


if __name__ == "__main__":
    unittest.main()
