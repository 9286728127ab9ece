"""`sluice test-sink` for tests: a mail server on loopback that keeps what it gets, and plays people if asked."""
import email
import email.policy
import glob
import json
import os
import shutil
import subprocess
import tempfile
import threading

from harness import SLUICE


class Sink:
    """port: where it takes mails; mails(): those it got, oldest first; deeds: what its people did, as said."""

    def __init__(self, server=None, key=None, **options):
        self.folder = tempfile.mkdtemp(prefix="sluice-sink-")
        arguments = [SLUICE, "test-sink", "--folder", os.path.join(self.folder, "mails")]
        if server:
            key_file = os.path.join(self.folder, "key")
            with open(key_file, "w", encoding="utf-8") as out:
                out.write(key)
            arguments += ["--server", server, "--key-file", key_file]
        for name, value in options.items():
            arguments += ["--" + name, str(value)]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.port = int(json.loads(self.process.stdout.readline())["listening"].rsplit(":", 1)[1])
        self.deeds = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.deeds.append(json.loads(line))

    def mails(self, to=None):
        """The mails as email.message.EmailMessage; `envelope_from` and `envelope_to` as attributes."""
        found = []
        for path in sorted(glob.glob(os.path.join(self.folder, "mails", "*.eml"))):
            with open(path, "rb") as file:
                raw = file.read()
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            mail.raw = raw.split(b"\r\n", 2)[2]
            mail.envelope_from = mail["Return-Path"].strip("<>")
            mail.envelope_to = mail["Delivered-To"]
            if to is None or mail.envelope_to == to:
                found.append(mail)
        return found

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
