"""kill -9 at random moments while mails go out: nobody gets one twice, and nobody is forgotten."""
import collections
import os
import random
import signal
import time
import unittest

from harness import ApiTest
from smtp_server import SmtpServer

ROUNDS = int(os.environ.get("KILL_MOMENTS", "6"))
SEED = int(os.environ.get("KILL_SEED", "1"))
MAILS = 40


class Kill(ApiTest):
    model = 'model "test"\nstage lead when any inbound\n'

    def states(self):
        found, after = {}, ""
        while True:
            page = self.api("GET", "/api/sends?limit=500" + after)
            found.update((i["id"], i) for i in page["items"])
            if not page["next"]:
                return found
            after = "&after=" + page["next"]

    def test_nobody_twice_nobody_forgotten(self):
        chance = random.Random(SEED)
        smtp = SmtpServer()
        self.addCleanup(smtp.close)
        box = self.api("POST", "/api/mailboxes", dict(name="A", address="a@example.com", smtp=dict(
            host="127.0.0.1", port=smtp.port, security="none")), expect=201)
        asked = []
        for round_ in range(ROUNDS):
            for i in range(MAILS):
                address = "r%d-%d@example.org" % (round_, i)
                send = self.api("POST", "/api/sends", dict(to=address, subject="s", text="t", transactional=True,
                                                           mailbox=box["id"]), expect=202)
                asked.append((send["id"], address))
                if i == MAILS // 2:
                    time.sleep(chance.random() * 0.1)
            time.sleep(chance.random() * 0.05)
            self.server.stop(signal.SIGKILL)
            self.server.start()
        self.eventually(lambda: all(s["state"] not in ("queued", "handing") for s in self.states().values()), 60)
        states = self.states()
        handed = collections.Counter(smtp.handed)
        self.assertEqual([a for a, n in handed.items() if n > 1], [], "got it twice (seed %d)" % SEED)
        for send, address in asked:
            state = states[send]["state"]
            self.assertIn(state, ("sent", "unclear"), address)
            if state == "sent":
                self.assertEqual(handed[address], 1, "%s is said to be sent" % address)
        unclear = sum(s["state"] == "unclear" for s in states.values())
        print("kill: %d mails, %d kills, %d unclear, of which %d had arrived" % (
            len(asked), ROUNDS, unclear, sum(handed[a] for s, a in asked if states[s]["state"] == "unclear")))


if __name__ == "__main__":
    unittest.main()
