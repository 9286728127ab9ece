"""Real mail servers for tests, on loopback, as whoever runs the test: Dovecot (IMAP, LMTP) and Postfix's smtp-sink.

Postfix as a whole needs several user ids, which nobody has not got (a user namespace gives one): mails of Sluice go
to smtp-sink, and from there, as a relay would carry them, over LMTP into Dovecot's mailboxes.
"""
import glob
import grp
import os
import pwd
import re
import shutil
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time

DOVECOT = "/usr/sbin/dovecot"
SINK = "/usr/sbin/smtp-sink"
SWAKS = "/usr/bin/swaks"
PASSWORD = "secret"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
recipient_delimiter = +
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  unix_listener auth-userdb {{
    mode = 0600
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
"""


# Dovecot's log-in processes and smtp-sink refuse to be root: by root they are run as nobody.
USER = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
AS_USER = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []


def give(path):
    """To the user who runs the servers."""
    if os.getuid() == 0:
        shutil.chown(path, USER.pw_uid, USER.pw_gid)


def missing():
    """What is absent, in words; empty: nothing."""
    return ", ".join(path for path in (DOVECOT, SINK, SWAKS, "/usr/bin/openssl") if not os.path.exists(path))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(check, seconds=30, what="it did not happen"):
    until = time.monotonic() + seconds
    while True:
        result = check()
        if result:
            return result
        if time.monotonic() > until:
            raise AssertionError("%s within %d seconds" % (what, seconds))
        time.sleep(0.05)


def answers(port, greeting):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as s:
            return s.recv(200).startswith(greeting)
    except OSError:
        return False


class Dovecot:
    """Any user exists; the password is PASSWORD. Addresses are users: mailboxes are named by them."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="sluice-dovecot-", dir="/tmp")
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        self.certificate = os.path.join(self.folder, "cert.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", os.path.join(self.folder, "key.pem"),
                        "-out", self.certificate], check=True, capture_output=True, timeout=60)  # fmt: skip
        for name in ("run", "mail", "state"):
            os.mkdir(os.path.join(self.folder, name))
            give(os.path.join(self.folder, name))
        give(self.folder)
        give(os.path.join(self.folder, "key.pem"))
        group = grp.getgrgid(USER.pw_gid).gr_name
        with open(os.path.join(self.folder, "dovecot.conf"), "w", encoding="utf-8") as out:
            out.write(CONFIG.format(folder=self.folder, user=USER.pw_name, group=group,
                                    uid=USER.pw_uid, gid=USER.pw_gid, imap=self.imap, imaps=self.imaps,
                                    lmtp=self.lmtp, password=PASSWORD))  # fmt: skip
        self.start()

    def start(self):
        self.process = subprocess.Popen([*AS_USER, DOVECOT, "-F", "-c", os.path.join(self.folder, "dovecot.conf")],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
        try:
            wait_for(lambda: answers(self.imap, b"* OK") and answers(self.lmtp, b"220"), 30, "Dovecot does not answer")
        except AssertionError as error:
            self.process.terminate()
            with open(os.path.join(self.folder, "dovecot.log"), encoding="utf-8") as log:
                raise AssertionError("%s\n%s%s" % (error, self.process.stderr.read().decode(), log.read())) from None

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stderr.close()
        wait_for(lambda: not answers(self.imap, b"* OK"), 20, "Dovecot did not stop")

    def remove(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def deliver(self, sender, recipient, raw):
        """Over LMTP, as a mail server hands over."""

        def once():
            try:
                with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
                    lmtp.sendmail(sender, [recipient], raw)
                return True
            except (OSError, smtplib.SMTPException):  # it is just starting
                return False

        wait_for(once, 30, "LMTP takes no mail")

    def new_validity(self, user):
        """As after a restore: the mailbox has another UIDVALIDITY, and its mails other UIDs."""
        folder = os.path.join(self.folder, "mail", user)
        for path in glob.glob(os.path.join(folder, "dovecot*")):
            if os.path.isfile(path):
                os.unlink(path)
        path = os.path.join(folder, "dovecot-uidvalidity")
        with open(path, "w", encoding="utf-8") as out:
            out.write("%08x" % (int(time.time()) + 1000))
        give(path)


class Relay:
    """smtp-sink, and what carries its mails on into Dovecot."""

    def __init__(self, dovecot):
        self.dovecot = dovecot
        self.folder = tempfile.mkdtemp(prefix="sluice-relay-", dir="/tmp")
        self.port = free_port()
        self.seen = set()
        self.mails = []  # (from, to, raw)
        give(self.folder)
        self.process = subprocess.Popen([*AS_USER, SINK, "-d", os.path.join(self.folder, "mail."), "127.0.0.1:%d" % self.port, "64"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        wait_for(lambda: answers(self.port, b"220"), 20, "smtp-sink does not answer")

    def _written(self, path):
        """It holds a file open until the mail is complete."""
        folder = "/proc/%d/fd" % self.process.pid
        for name in os.listdir(folder):
            try:
                if os.readlink(os.path.join(folder, name)) == path:
                    return False
            except OSError:
                pass
        return True

    def carry(self):
        """Hands on what has come since; gives the new mails."""
        new = []
        for path in sorted(glob.glob(os.path.join(self.folder, "mail.*"))):
            if path in self.seen or not self._written(path):
                continue
            self.seen.add(path)
            with open(path, "rb") as file:
                text = file.read()
            head = re.match(rb"(?:X-[^\n]*\n)+Received: [^\n]*\n(?:[ \t][^\n]*\n)*", text)
            raw = text[head.end() :].rstrip(b"\n").replace(b"\n", b"\r\n") + b"\r\n"
            sender = re.search(rb"^X-Mail-Args: <([^>]*)>", text, re.M).group(1).decode()
            recipient = re.search(rb"^X-Rcpt-Args: <([^>]*)>", text, re.M).group(1).decode()
            new.append((sender, recipient, raw))
            self.dovecot.deliver(sender, recipient, raw)
        self.mails += new
        return new

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def swaks(port, sender, recipient, *arguments):
    """A mail by swaks over LMTP, as any foreign program writes one."""
    done = subprocess.run([SWAKS, "--protocol", "LMTP", "--server", "127.0.0.1:%d" % port, "--from", sender, "--to", recipient,
                           "--timeout", "20", *arguments], capture_output=True, text=True, timeout=60)  # fmt: skip
    if done.returncode != 0:
        raise AssertionError("swaks: %s%s" % (done.stdout, done.stderr))


def tls_context(certificate):
    return ssl.create_default_context(cafile=certificate)
