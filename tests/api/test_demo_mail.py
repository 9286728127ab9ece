"""The demo's live mail: a sequence writes to a sink, people answer, it is recognised, the sequence stops for them, and
they stand on another stage."""
import os
import subprocess
import unittest

from harness import ROOT, ApiTest
from sink import Sink


class DemoMail(ApiTest):
    demo = 2000
    arguments = ("--allow-internal",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = "http://127.0.0.1:%d" % cls.server.port
        cls.sink = Sink(cls.url, cls.server.key("admin"), delay="0-1", shares="answer=60,away=10,bounce=5,leave=10,click=50")
        cls.addClassCleanup(cls.sink.stop)

    def test_live(self):
        """The demo's history ends before today: its people are woken up by what is known of them now."""
        page = self.api("GET", "/api/contacts?filter=fit&limit=200")["items"]
        page = [c for c in page if c["email"] and c["standing"]["stage"] in ("lead", "mql", "none")][:40]
        self.assertGreater(len(page), 10)
        for fact in ("need", "budget"):
            self.api("POST", "/api/contacts/bulk", {"ids": [c["id"] for c in page], "action": {
                "record": {"event": "fact.recorded", "properties": {"fact": fact, "answer": "yes"}}}})  # fmt: skip
        done = subprocess.run([os.path.join(ROOT, "scripts", "demo-mail"), "set-up", str(self.server.port), self.server.key("admin"),
                               str(self.sink.port)], env=dict(os.environ, PER_MINUTE="1000"), capture_output=True, text=True, timeout=60)  # fmt: skip
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        (campaign,) = self.api("GET", "/api/campaigns")["items"]
        self.eventually(lambda: self.sink.mails(), 60, "no mail went out")

        def answered():
            return [c for c in self.api("GET", "/api/conversations?class=reply&state=open&limit=500")["items"] if c["contact"]]

        self.eventually(answered, 60, "nobody answered: %s" % self.sink.deeds)
        deeds = {"answer", "open", "click", "leave"}
        self.eventually(lambda: deeds <= {deed["did"] for deed in self.sink.deeds}, 60, "people do too little")
        self.assertEqual([deed for deed in self.sink.deeds if not 200 <= deed.get("status", 0) < 400], [])
        for conversation in answered()[:5]:
            record = self.eventually(lambda: self.left(campaign["id"], conversation["contact"]), 30, "the sequence went on")
            self.assertIn(record["why"], ("replied", "goal"))
        self.eventually(lambda: [c for c in answered() if self.api("GET", "/api/contacts/" + c["contact"])["standing"]["stage"] == "prospect"],
                        30, "the board does not move")  # fmt: skip
        # Once more: nothing is made twice, only the sink's port is another one.
        subprocess.run([os.path.join(ROOT, "scripts", "demo-mail"), "set-up", str(self.server.port), self.server.key("admin"), "1"],
                       check=True, timeout=60)  # fmt: skip
        self.assertEqual(len(self.api("GET", "/api/campaigns")["items"]), 1)
        self.assertEqual([box["smtp"]["port"] for box in self.api("GET", "/api/mailboxes")["items"]], [1])

    def left(self, campaign, contact):
        person = self.api("GET", "/api/campaigns/%s/people/%s" % (campaign, contact))["person"]
        return person if person and person["state"] == "left" else None


if __name__ == "__main__":
    unittest.main()
