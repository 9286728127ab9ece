"""The client libraries of other makers, unmodified: what they send arrives complete (tests/clients/)."""
import functools
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.parse

import harness

FOLDER = os.path.join(harness.ROOT, "build", "clients")
SOURCES = os.path.join(harness.ROOT, "tests", "clients")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def exported(server):
    return [json.loads(line) for line in harness.command("export", "--data", server.data).splitlines()]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


class Clients(harness.ApiTest):
    def setUp(self):
        if not shutil.which("node") or not os.path.isdir(os.path.join(FOLDER, "node_modules")):
            print("skipped: `make clients` was not run")
            self.skipTest("no clients")

    def url(self):
        return "http://127.0.0.1:%d" % self.server.port

    def complete(self, name, messages, counted):
        """The one message of each kind, and the many."""
        mine = [m for m in messages if name in json.dumps(m)]
        kinds = {}
        for m in mine:
            kinds.setdefault(m.get("event", m["type"]), []).append(m)
        # Segment's names that Sluice has other words for: order.placed is "Order Completed".
        self.assertEqual(kinds["identify"][0]["traits"]["email"], name + "@example.org")
        (order,) = kinds["order.placed"]
        self.assertEqual(order["properties"]["total"], 99.5)
        self.assertEqual(order["properties"]["note"], "“ü” 😀")
        self.assertEqual(kinds["group"][0]["traits"]["employees"], 12)
        self.assertEqual((kinds["alias"][0]["userId"], kinds["alias"][0]["previousId"]), (name + "-user", name + "-before"))
        self.assertEqual(kinds["page.viewed"][0]["name"], "Home")
        numbers = [m["properties"]["i"] for event, list in kinds.items() if event.lower() == "counted" for m in list]
        self.assertEqual(sorted(numbers), list(range(counted)))
        self.assertTrue(all(m["messageId"] for m in mine))
        return kinds

    def node(self, client):
        done = subprocess.run(
            ["node", os.path.join(SOURCES, "node.mjs"), client, self.url(), self.server.key("capture")],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        kinds = self.complete(client, exported(self.server), 100)
        self.assertEqual(kinds["order.placed"][0]["timestamp"], "2026-03-04T05:06:07Z")
        self.assertEqual(kinds["screen.viewed"][0]["anonymousId"], client + "-phone")

    def test_segment_node(self):
        self.node("segment")

    def test_rudder_node(self):
        self.node("rudder")

    def browse(self, options):
        if not BROWSER:
            print("skipped: there is no Chromium")
            self.skipTest("no Chromium")
        folder = tempfile.mkdtemp(prefix="sluice-browser-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        pages = os.path.join(folder, "pages")
        os.mkdir(pages)
        shutil.copy(os.path.join(SOURCES, "page.html"), pages)
        library = os.path.join(FOLDER, "node_modules", "@segment", "analytics-next", "dist", "umd")
        for name in os.listdir(library):
            if name.endswith(".js"):
                shutil.copy(os.path.join(library, name), pages)
        site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=pages))
        threading.Thread(target=site.serve_forever, daemon=True).start()
        self.addCleanup(site.server_close)
        self.addCleanup(site.shutdown)
        settings = json.dumps([self.server.key("capture"), self.url(), options])
        page = "http://127.0.0.1:%d/page.html#%s" % (site.server_port, urllib.parse.quote(settings))
        before = len(exported(self.server))
        browser = subprocess.Popen(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--user-data-dir=" + os.path.join(folder, "profile"), "--remote-debugging-port=0", page],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, HOME=folder),
        )
        try:
            messages = self.eventually(
                lambda: len(exported(self.server)) >= before + 25 and exported(self.server)[before:],
                30,
                "the browser's events did not arrive",
            )
        finally:
            browser.terminate()
            browser.wait(20)
        who = {m.get("anonymousId") for m in messages if m["type"] != "alias"}
        self.assertEqual(len(who), 1)
        self.complete("browser", messages, 20)

    def test_segment_browser(self):
        self.browse({})  # where to send is what our settings say

    def test_segment_browser_in_batches(self):
        host = "127.0.0.1:%d/v1" % self.server.port
        delivery = {"strategy": "batching", "config": {"size": 7, "timeout": 300}}
        self.browse(
            {"integrations": {"Segment.io": {"apiHost": host, "protocol": "http", "deliveryStrategy": delivery}}}
        )


if __name__ == "__main__":
    unittest.main()
