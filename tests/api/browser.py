"""A headless Chromium for tests, spoken to over a pipe (the DevTools protocol), with nothing to install but itself.

    with Browser() as browser:
        page = browser.page(width=390, dark=True)
        page.open("http://127.0.0.1:8080/f/paper")
        page.run("document.title")
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="sluice-browser-")
        here, there = os.pipe(), os.pipe()  # the browser reads 3 and writes 4

        def pipes():
            read, write = os.dup(here[0]), os.dup(there[1])
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--hide-scrollbars", "--remote-debugging-pipe",
             "--user-data-dir=" + self.folder, "about:blank"],
            preexec_fn=pipes, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=dict(os.environ, HOME=self.folder))
        os.close(here[0])
        os.close(there[1])
        self.out, self.into = here[1], there[0]
        self.rest, self.number, self.events = b"", 0, []
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close")
            self.process.wait(10)
        except Exception:  # it is gone, or hangs
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        os.close(self.into)
        shutil.rmtree(self.folder, ignore_errors=True)

    def send(self, method, session=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + 30
        while True:
            answer = self.receive(until - time.monotonic())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise AssertionError("%s: %s" % (method, answer["error"]))
                return answer["result"]
            self.events.append(answer)

    def receive(self, seconds):
        while b"\0" not in self.rest:
            if seconds <= 0 or not select.select([self.into], [], [], seconds)[0]:
                raise AssertionError("the browser does not answer")
            part = os.read(self.into, 1 << 16)
            if not part:
                raise AssertionError("the browser has ended")
            self.rest += part
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def page(self, width=1200, height=900, dark=False, script=True):
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session, width, height, dark, script)


class Page:
    def __init__(self, browser, session, width, height, dark, script):
        self.browser, self.session = browser, session
        for name in ("Page.enable", "Runtime.enable", "Log.enable", "Network.enable"):
            self.send(name)
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.send("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        agent = self.browser.send("Browser.getVersion")["userAgent"].replace("Headless", "")
        self.send("Emulation.setUserAgentOverride", userAgent=agent)  # as people's browsers say it
        if not script:
            self.send("Emulation.setScriptExecutionDisabled", value=True)

    def send(self, method, **params):
        return self.browser.send(method, self.session, **params)

    def open(self, url):
        self.send("Page.navigate", url=url)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, expression):
        """The value of an expression in the page; promises are waited for."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise AssertionError("%s: %s" % (expression, result["exceptionDetails"]))
        return result["result"].get("value")

    def until(self, expression, seconds=15):
        """Waits until it holds; a page that is being replaced cannot say yet."""
        end, last = time.monotonic() + seconds, None
        while time.monotonic() < end:
            try:
                if self.run("!!(%s)" % expression):
                    return
            except AssertionError as error:
                last = error
            time.sleep(0.05)
        raise AssertionError("not within %g s: %s; %s; the page: %s" % (
            seconds, expression, last or "", self.run("(document.body || {}).innerText")))

    def type(self, text):
        self.send("Input.insertText", text=text)

    def key(self, name, code, text=""):
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code, text=text if kind == "keyDown" else "")

    def complaints(self):
        """What the console and the log said since the start, and errors of scripts."""
        self.run("1")
        found = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            if event["method"] == "Log.entryAdded" and event["params"]["entry"]["level"] in ("error", "warning"):
                found.append(event["params"]["entry"]["text"])
            if event["method"] == "Runtime.exceptionThrown":
                found.append(str(event["params"]["exceptionDetails"]))
            if event["method"] == "Page.javascriptDialogOpening":
                found.append("a dialog: " + event["params"]["message"])
        return found

    def requests(self):
        return [e["params"]["request"]["url"] for e in self.browser.events
                if e.get("sessionId") == self.session and e["method"] == "Network.requestWillBeSent"]

    def shot(self, path):
        with open(path, "wb") as out:
            out.write(base64.b64decode(self.send("Page.captureScreenshot", captureBeyondViewport=True)["data"]))
