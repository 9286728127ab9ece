"""The server's own life: start, stop, health, numbers, a disk that is full, who may look."""
import base64
import contextlib
import glob
import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import unittest

import harness


def basic(key):
    return "Basic " + base64.b64encode((key + ":").encode()).decode()


def stored_ids(server):
    lines = harness.command("export", "--data", server.data).splitlines()
    return [json.loads(line).get("messageId") for line in lines]


class Life(harness.ApiTest):
    def test_health_and_numbers(self):
        self.assertEqual(self.api("GET", "/healthz", key=None), {"status": "ok"})
        self.capture([{"type": "track", "event": "x", "userId": "u", "messageId": "once"}] * 3)
        numbers = self.server.send("GET", "/metrics")
        self.server.hold_against_document("GET", "/metrics", numbers)
        text = numbers.text
        numbers = {}
        for line in text.splitlines():
            if line.startswith("#"):
                self.assertRegex(line, r"^# (HELP sluice_[a-z_]+ .+|TYPE sluice_[a-z_]+ (counter|gauge|histogram))$")
            else:
                self.assertRegex(line, r'^sluice_[a-z_]+(\{([a-z_]+="[^"\\]*",?)+\})? -?[0-9.]+$')
                name, value = line.rsplit(" ", 1)
                numbers[name] = float(value)
        self.assertGreaterEqual(numbers["sluice_events_captured_total"], 1)
        self.assertGreaterEqual(numbers["sluice_events_copies_total"], 2)
        self.assertGreater(numbers["sluice_memory_resident_bytes"], 1 << 20)
        self.assertGreater(numbers["sluice_open_files"], 5)
        self.assertGreaterEqual(
            numbers['sluice_requests_total{method="POST",route="/v1/batch",status="200"}'], 1
        )
        answer = self.server.send("GET", "/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
        self.assertEqual(answer.status, 403)

    def test_a_page_that_is_none(self):
        page = {"Accept": "text/html,application/xhtml+xml"}
        root = self.server.send("GET", "/", headers=page)
        for path in ("/nothing", "/settings-of/mine"):
            answer = self.server.send("GET", path, headers=page)
            self.assertEqual((answer.status, answer.body), (404, root.body), path)
            self.assertIn("default-src", answer.headers["Content-Security-Policy"])
            for method, headers in (("GET", {}), ("POST", page)):
                other = self.server.send(method, path, headers=headers)
                self.assertEqual((other.status, other.json["status"]), (404, 404), path)
        for path in ("/api/nothing", "/u/nothing/else"):
            self.assertEqual(self.server.send("GET", path, headers=page).json["status"], 404, path)

    def test_the_document(self):
        answer = self.server.send("GET", "/api/openapi.json")
        self.server.hold_against_document("GET", "/api/openapi.json", answer)
        self.assertEqual(answer.json["openapi"], "3.1.0")
        self.assertIn("/v1/batch", answer.json["paths"])
        again = self.server.send("GET", "/api/openapi.json")
        self.assertEqual(answer.body, again.body)

    def test_the_log_is_json_and_has_no_secret(self):
        key = self.server.key("capture")
        self.server.send("GET", "/v1/projects/%s/settings" % key)
        self.server.send("GET", "/healthz?secret=" + key)
        for line in self.server.log_lines:
            entry = json.loads(line)
            self.assertIn(entry["level"], ("debug", "info", "warning", "error"))
            self.assertNotIn(key, line)

    def test_one_server_a_folder(self):
        done = subprocess.run(
            [harness.SLUICE, "serve", "--data", self.server.data, "--listen", "127.0.0.1:0"],
            capture_output=True,
            text=True,
            timeout=20,
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("is being written by another sluice", done.stderr)

    def test_a_wrong_address(self):
        for listen, status in (("nonsense", 2), ("127.0.0.1:99999", 2), ("127.0.0.1:%d" % self.server.port, 1)):
            folder = harness.tempfile.mkdtemp(prefix="sluice-api-")
            data = os.path.join(folder, "data")
            harness.command("init", "--data", data)
            done = subprocess.run(
                [harness.SLUICE, "serve", "--data", data, "--listen", listen], capture_output=True, timeout=20
            )
            self.assertEqual(done.returncode, status, (listen, done.stderr))
            harness.shutil.rmtree(folder)


class Idempotency(harness.ApiTest):
    def test_a_key_is_used_once(self):
        body = {"title": "one"}
        headers = {"Idempotency-Key": "abc"}

        def post(body, headers, key="admin"):
            return self.server.send("POST", "/api/tasks", body, "Bearer " + self.server.key(key), headers)

        first = post(body, headers)
        self.assertEqual(first.status // 100, 2, first)
        again = post(body, headers)
        self.assertEqual((again.status, again.body), (first.status, first.body))
        self.assertEqual(again.headers["Idempotent-Replayed"], "true")
        self.assertNotIn("Idempotent-Replayed", first.headers)
        other = post({"title": "two"}, headers)
        self.assertEqual(other.status, 422, other)
        self.assertEqual(other.headers["Content-Type"], "application/problem+json")
        third = post(body, {"Idempotency-Key": "def"})
        self.assertNotEqual(third.json["id"], first.json["id"])
        self.assertEqual(post(body, {"Idempotency-Key": "x" * 300}).status, 400)
        bad = {"title": "", "kind": "nonsense"}
        refused = post(bad, {"Idempotency-Key": "bad"})
        self.assertEqual(refused.status, 400)
        self.assertEqual(post(bad, {"Idempotency-Key": "bad"}).body, refused.body)
        # Who may not is told so each time, and takes nobody's key.
        self.assertEqual(post(body, {"Idempotency-Key": "read"}, key="read").status, 403)

    def test_secrets_are_not_kept(self):
        headers = {"Idempotency-Key": "secret"}
        ids = {self.api("POST", "/api/keys", {"name": "k", "scope": "read"}, headers=headers)["id"] for _ in range(2)}
        self.assertEqual(len(ids), 2)

    def test_at_the_same_time(self):
        answers = []

        def post():
            headers = {"Idempotency-Key": "race"}
            body = {"title": "race"}
            answers.append(self.server.send("POST", "/api/tasks", body, "Bearer " + self.server.key("admin"), headers))

        self.server.key("admin")
        threads = [threading.Thread(target=post) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        made = {a.body for a in answers if a.status // 100 == 2}
        self.assertEqual(len(made), 1)
        self.assertTrue(all(a.status // 100 == 2 or a.status == 409 for a in answers), answers)
        tasks = self.api("GET", "/api/tasks?limit=500")["items"]
        self.assertEqual(sum(t["title"] == "race" for t in tasks), 1)


class Load(threading.Thread):
    """Single events over one connection until it is told to end; counts answers by status."""

    def __init__(self, server, name):
        super().__init__(daemon=True)
        self.server, self.name = server, name
        self.acknowledged, self.statuses, self.end, self.n = [], {}, False, 0
        self.authorization = basic(server.key("capture"))

    def run(self):
        while not self.end:
            self.n += 1
            message = {"event": "x", "userId": "u", "messageId": "%s-%d" % (self.name, self.n)}
            try:
                answer = self.server.send("POST", "/v1/track", message, self.authorization)
            except OSError:
                return
            self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
            if answer.status == 200:
                self.acknowledged.append(message["messageId"])
            elif answer.status == 503:
                assert answer.headers["Retry-After"], answer.headers
                time.sleep(0.01)


def hang_up(pid):
    """Lets PostgreSQL end the connections of a process, which it knows by their ports."""
    inodes = set()
    for fd in os.listdir("/proc/%d/fd" % pid):
        try:
            target = os.readlink("/proc/%d/fd/%s" % (pid, fd))
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    ports = []
    for name in ("tcp", "tcp6"):
        with open("/proc/net/" + name, encoding="ascii") as table:
            for row in list(table)[1:]:
                fields = row.split()
                if fields[9] in inodes:
                    ports.append(int(fields[1].rsplit(":", 1)[1], 16))
    psql = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))[-1]
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_port IN (%s)"
    done = subprocess.run(
        [psql, "-qAtX", os.environ["SLUICE_TEST_DATABASE"], "-c", query % ",".join(map(str, ports))],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode == 0 and "t" in done.stdout, (done.stdout, done.stderr)


class Faults(unittest.TestCase):
    def test_a_stop_loses_nothing_and_answers_everybody(self):
        server = harness.Server()
        try:
            loads = [Load(server, "stop-%d" % i) for i in range(8)]
            for load in loads:
                load.start()
            time.sleep(0.5)
            started = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - started, 5)
            for load in loads:
                load.join(10)
                self.assertLessEqual(set(load.statuses), {200, 503})
            acknowledged = [i for load in loads for i in load.acknowledged]
            self.assertGreater(len(acknowledged), 50)
            self.assertEqual(set(acknowledged) - set(stored_ids(server)), set())
        finally:
            server.remove()

    def test_an_idle_client_does_not_hold_up_the_stop(self):
        server = harness.Server()
        try:
            idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
            idle[0].sendall(b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            started = time.monotonic()
            self.assertEqual(server.stop(signal.SIGINT), 0)
            self.assertLess(time.monotonic() - started, 10)
            for connection in idle:
                connection.close()
        finally:
            server.remove()

    @unittest.skipIf(harness.ON_POSTGRES, "the model is spoiled in SQLite's file")
    def test_a_stop_while_standings_are_not_ready(self):
        """Jobs that wait for them do not hold it up (stop() allows 20 seconds)."""
        server = harness.Server()
        try:
            server.stop()
            with contextlib.closing(sqlite3.connect(os.path.join(server.data, "sluice.db"))) as database:
                with database:
                    database.execute("UPDATE model SET text = 'no model'")
            server.start()
            until = time.monotonic() + 20
            while not any('"job":"standing"' in line for line in server.log_lines) and time.monotonic() < until:
                time.sleep(0.02)
            self.assertIn('"job":"standing"', "".join(server.log_lines))
            self.assertEqual(server.stop(), 0)
        finally:
            server.remove()

    @unittest.skipIf(harness.ON_POSTGRES, "a disk of ours that is full is SQLite's")
    def test_a_full_disk(self):
        """The journal may not grow: 503 with Retry-After, nothing lost, and it recovers by itself."""
        server = harness.Server()
        try:
            load = Load(server, "full")
            load.start()
            time.sleep(0.3)
            before = len(load.acknowledged)
            self.assertGreater(before, 10)
            _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
            size = os.path.getsize(os.path.join(server.data, "sluice.db-wal"))
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size + 8192, hard))
            server.eventually(lambda: load.statuses.get(503, 0) > 5, 20, "nothing was refused")
            def failing():
                health = server.send("GET", "/healthz")
                return health if health.status == 503 else None

            health = server.eventually(failing, 5, "/healthz did not say so")
            server.hold_against_document("GET", "/healthz", health)
            self.assertEqual(health.json["status"], "failing")
            self.assertTrue(health.headers["Retry-After"])
            answer = server.send("GET", "/metrics").text
            self.assertIn("sluice_store_failing 1", answer)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
            refused = len(load.acknowledged)
            server.eventually(lambda: len(load.acknowledged) > refused + 10, 10, "it did not recover")
            self.assertEqual(server.send("GET", "/healthz").status, 200)
            load.end = True
            load.join(10)
            self.assertEqual(set(load.statuses), {200, 503})
            self.assertEqual(server.stop(), 0)
            ids = stored_ids(server)
            self.assertEqual(len(ids), len(set(ids)))
            self.assertEqual(set(load.acknowledged) - set(ids), set())
            harness.command("doctor", "--data", server.data)
        finally:
            server.remove()

    @unittest.skipUnless(harness.ON_POSTGRES, "SQLite has no connections to lose")
    def test_the_database_hangs_up(self):
        """PostgreSQL ends all our connections: what was acknowledged is there, and it recovers by itself."""
        server = harness.Server()
        try:
            load = Load(server, "hangup")
            load.start()
            for _ in range(3):
                time.sleep(0.5)
                hang_up(server.process.pid)
                before = len(load.acknowledged)
                server.eventually(lambda: len(load.acknowledged) > before + 20, 10, "it did not recover")
            server.eventually(lambda: server.send("GET", "/healthz").status == 200, 5, "it is not well")
            load.end = True
            load.join(10)
            self.assertLessEqual(set(load.statuses), {200, 503})
            self.assertEqual(server.stop(), 0)
            ids = stored_ids(server)
            self.assertEqual(len(ids), len(set(ids)))
            self.assertEqual(set(load.acknowledged) - set(ids), set())
        finally:
            server.remove()

    def test_a_start_takes_no_time(self):
        server = harness.Server(demo=2000)
        try:
            best = 9.0
            for _ in range(5):
                server.stop()
                started = time.monotonic()
                server.start()
                best = min(best, time.monotonic() - started)
            print("start on a store with 2,000 contacts: %.0f ms" % (best * 1000))
            self.assertLess(best, 2 if harness.ON_POSTGRES else 0.3)
        finally:
            server.remove()


if __name__ == "__main__":
    unittest.main()
