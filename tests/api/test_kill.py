"""kill -9 at random moments under load: what was acknowledged is there, exactly once; the store is sound, and what the
API says of people is what a replay of the log says. KILL_MOMENTS: how often (40; the long run takes 200)."""
import base64
import collections
import http.client
import json
import os
import random
import signal
import threading
import time
import unittest

import harness

MOMENTS = int(os.environ.get("KILL_MOMENTS", "40"))
SEED = int(os.environ.get("KILL_SEED", "1"))
CLIENTS = 6

MODEL = """model "kill"

stage lead "Lead" when any product.viewed
stage hot "Hot" when count product.viewed >= 5
"""


class Client(threading.Thread):
    """Sends messages until the connection breaks; notes what was acknowledged and what may or may not be there."""

    def __init__(self, load, number):
        super().__init__(daemon=True)
        self.load, self.number = load, number
        self.random = random.Random("%d-%d-%d" % (SEED, load.round, number))
        self.sent = 0

    def messages(self):
        n = 1 if self.random.random() < 0.5 else self.random.randrange(1, 60)
        made = []
        for _ in range(n):
            self.sent += 1
            made.append("m-%d-%d-%d" % (self.load.round, self.number, self.sent))
        # What nobody answered is sent again, as every client does, and now and then what was.
        if self.load.unsure and self.random.random() < 0.3:
            made += self.random.sample(self.load.unsure, min(5, len(self.load.unsure)))
        if self.load.acknowledged and self.random.random() < 0.1:
            made.append(self.random.choice(self.load.acknowledged))
        return made

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.load.port, timeout=10)
        try:
            while True:
                ids = self.messages()
                batch = [
                    {
                        "type": "track",
                        "event": "product.viewed",
                        "userId": "user-%d" % (hash_of(i) % 50),
                        "messageId": i,
                        "timestamp": "2026-01-01T00:00:%02dZ" % (hash_of(i) % 60),
                    }
                    for i in ids
                ]
                self.load.pending[self.number] = ids
                if len(batch) == 1:
                    path, body = "/v1/track", batch[0]
                else:
                    path, body = "/v1/batch", {"batch": batch}
                connection.request("POST", path, json.dumps(body), {"Authorization": self.load.authorization})
                answer = connection.getresponse()
                text = answer.read()
                if answer.status == 200 and json.loads(text)["errors"] == 0:
                    self.load.done[self.number] += ids
                    self.load.pending[self.number] = []
        except (OSError, http.client.HTTPException, ValueError):
            pass  # killed
        finally:
            connection.close()


def hash_of(text):
    return int.from_bytes(text.encode(), "little") % 1000003


class Load:
    def __init__(self, server, round, acknowledged, unsure):
        self.port, self.round = server.port, round
        self.acknowledged, self.unsure = acknowledged, unsure
        self.authorization = "Basic " + base64.b64encode((server.key("capture") + ":").encode()).decode()
        self.pending = collections.defaultdict(list)
        self.done = collections.defaultdict(list)
        self.clients = [Client(self, i) for i in range(CLIENTS)]

    def start(self):
        for client in self.clients:
            client.start()

    def join(self):
        for client in self.clients:
            client.join(20)
        done = {i for ids in self.done.values() for i in ids}
        return done, {i for ids in self.pending.values() for i in ids} - done


class Kill(unittest.TestCase):
    def test_nothing_acknowledged_is_lost(self):
        chance = random.Random(SEED)
        server = harness.Server(MODEL)
        acknowledged, unsure = set(), set()
        try:
            server.key("capture")
            for round in range(MOMENTS):
                load = Load(server, round, sorted(acknowledged)[-500:], sorted(unsure)[-500:])
                load.start()
                time.sleep(chance.uniform(0.005, 0.25))
                if chance.random() < 0.2:
                    server.send("GET", "/healthz")  # a transaction of another kind in between
                server.process.send_signal(signal.SIGKILL)
                server.process.wait()
                done, pending = load.join()
                acknowledged |= done
                unsure = (unsure | pending) - acknowledged
                if round % max(5, MOMENTS // 10) == 4:
                    self.check(server, acknowledged)
                server.start()
            self.check(server, acknowledged)
            self.check_standings(server)
            self.assertEqual(server.stop(), 0)
            self.check(server, acknowledged)
            print("%d kills, %d acknowledged messages, all there once" % (MOMENTS, len(acknowledged)))
        finally:
            server.remove()

    def check(self, server, acknowledged):
        counts = collections.Counter()
        for line in harness.command("export", "--data", server.data).splitlines():
            counts[json.loads(line)["messageId"]] += 1
        self.assertEqual([i for i in acknowledged if i not in counts], [], "acknowledged, and lost")
        self.assertEqual([i for i, n in counts.items() if n != 1], [], "there more than once")
        harness.command("doctor", "--data", server.data)

    def check_standings(self, server):
        """What the running server says of everybody is what a fresh replay of the log says."""
        replayed = {}
        for line in harness.command("contacts", "--json", "--data", server.data).splitlines():
            contact = json.loads(line)
            replayed[contact["contact"]] = contact["stage"]
        self.assertGreater(len(replayed), 20)
        if not server.operation("GET", "/api/contacts"):
            print("skipped: no /api/contacts to compare standings with")
            return

        def live():
            items = server.api("GET", "/api/contacts?limit=500")["items"]
            return {i["user_ids"][0]: i["standing"]["stage"] for i in items} == replayed

        server.eventually(live, 10, "standings differ from a replay of the log")


if __name__ == "__main__":
    unittest.main()
