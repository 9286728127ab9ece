"""A small SMTP server that plays all kinds of mail servers: what it does with a mail is in the recipient's local part.

    later-2@…   4xx twice, then taken           no@…      550 5.1.1 at RCPT
    content@…   554 5.7.1 at the content        drop@…    the connection ends behind the final dot, without a reply
    cut@…       the connection ends in front of the content    slow@…    takes a second
"""
import base64
import re
import socket
import ssl
import subprocess
import threading
import time


class SmtpServer:
    def __init__(self, tls=None, implicit=False, login=None, pipelining=True):
        self.mails = []  # (from, to, content)
        self.handed = []  # recipients whose content came whole, whatever we said
        self.context, self.implicit, self.login, self.pipelining = tls, implicit, login, pipelining
        self.later = {}
        self.logins = []
        self.connections = 0
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(50)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        session = Session(self, connection)
        try:
            session.run()
        except (OSError, ssl.SSLError):
            pass
        finally:
            session.socket.close()


class Session:
    def __init__(self, server, connection):
        self.server, self.socket, self.secure = server, connection, False
        self.buffer = b""
        self.sender = self.recipient = None

    def secured(self):
        self.socket = self.server.context.wrap_socket(self.socket, server_side=True)
        self.secure, self.buffer = True, b""

    def say(self, text):
        self.socket.sendall(text.encode() + b"\r\n")

    def line(self):
        while b"\r\n" not in self.buffer:
            more = self.socket.recv(65536)
            if not more:
                raise OSError("gone")
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def run(self):
        if self.server.implicit:
            self.secured()
        self.say("220 test ESMTP")
        while True:
            text = self.line().decode("utf-8", "replace")
            word = text.split(" ")[0].upper()
            if word == "QUIT":
                self.say("221 bye")
                return
            handler = getattr(self, "on_" + word.lower(), None)
            if not handler:
                self.say("500 what?")
            elif handler(text) is False:
                return

    def on_ehlo(self, _):
        words = ["test greets you", "8BITMIME", "SIZE 1000000", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        if self.server.pipelining:
            words.append("PIPELINING")
        if self.server.context and not self.secure:
            words.append("STARTTLS")
        if self.server.login:
            words.append("AUTH " + self.server.login[0])
        self.say("\r\n".join("250%s%s" % ("-" if i < len(words) - 1 else " ", w) for i, w in enumerate(words)))

    def on_starttls(self, _):
        self.say("220 go ahead")
        self.secured()

    def on_auth(self, text):
        words = text.split(" ")
        if words[1] == "LOGIN":
            self.say("334 " + base64.b64encode(b"Username:").decode())
            user = base64.b64decode(self.line()).decode()
            self.say("334 " + base64.b64encode(b"Password:").decode())
            given = user + ":" + base64.b64decode(self.line()).decode()
        elif words[1] == "PLAIN":
            given = base64.b64decode(words[2]).decode().strip("\0").replace("\0", ":")
        else:
            given = base64.b64decode(words[2]).decode()
        self.server.logins.append((words[1], given))
        if self.server.login[1] in given:
            self.say("235 2.7.0 welcome")
        elif words[1] == "XOAUTH2":
            self.say("334 eyJzdGF0dXMiOiI0MDEifQ==")
            self.line()
            self.say("535 5.7.8 token expired")
        else:
            self.say("535 5.7.8 wrong password")

    def on_mail(self, text):
        self.sender = re.search("<(.*?)>", text).group(1)
        self.say("250 2.1.0 ok")

    def on_rcpt(self, text):
        self.recipient = re.search("<(.*?)>", text).group(1)
        local = self.recipient.split("@")[0]
        if local.startswith("no"):
            self.recipient = None
            self.say("550 5.1.1 there is nobody of this name")
            return
        if local.startswith("later-"):
            n = self.server.later.setdefault(self.recipient, int(local.split("-")[1]))
            if n > 0:
                self.server.later[self.recipient] -= 1
                self.recipient = None
                self.say("451 4.2.0 come again")
                return
        self.say("250 2.1.5 ok")

    def on_rset(self, _):
        self.sender = self.recipient = None
        self.say("250 2.0.0 ok")

    def on_data(self, _):
        if not self.recipient:
            self.say("554 5.5.1 no valid recipients")
            return None
        local, lines = self.recipient.split("@")[0], []
        if local == "cut":
            return False
        self.say("354 go on")
        while True:
            line = self.line()
            if line == b".":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        self.server.handed.append(self.recipient)
        if local == "drop":
            return False
        if local == "slow":
            time.sleep(1)
        if local == "content":
            self.say("554 5.7.1 this looks like spam")
            return None
        self.server.mails.append((self.sender, self.recipient, b"\r\n".join(lines)))
        self.say("250 2.0.0 taken")
        return None


def certificate(folder, name="localhost"):
    """A self-made certificate: (context for the server, the file that trusts it)."""
    key, cert = folder + "/key.pem", folder + "/cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:" + name, "-keyout", key, "-out", cert],
        check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert
