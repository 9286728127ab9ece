"""What we sign, others' programs check (python3-dkim), and what they signed, we do: RFC 8463's example, dkimpy's mails."""
import json
import os
import re
import subprocess
import tempfile
import unittest

from harness import SLUICE

try:
    import dkim
except ImportError:
    dkim = None
    print("skipped: python3-dkim is absent")

CORPUS = os.path.join(os.environ.get("SLUICE_CORPORA", ""), "09-mail-auth")
SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
PUBLIC = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
MAIL = (b"From: Ann <ann@acme.test>\r\nTo: bob@b.test\r\nSubject: Hi  there\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n"
        b"List-Unsubscribe: <https://a.test/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        b"\r\nOne  two \r\n\r\nthree\r\n\r\n\r\n")


def sluice(*arguments):
    done = subprocess.run([SLUICE, "test-dkim", *arguments], capture_output=True, timeout=60)
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    return done.stdout


class Dkim(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        return path

    def sign(self, mail, key, selector, domain="acme.test", *more):
        return sluice("sign", self.file("mail", mail), "--key", self.file("key", key), "--domain", domain,
                      "--selector", selector, "--time", "1528637909", *more)

    def verify(self, mail, dns):
        records = "".join("%s\t%s\n" % pair for pair in dns.items())
        return json.loads(sluice("verify", self.file("signed", mail), "--dns", self.file("dns", records),
                                 "--time", "1528637909"))

    @unittest.skipUnless(dkim, "python3-dkim is absent")
    def test_others_check_ours(self):
        from_dns = {b"s._domainkey.acme.test.": PUBLIC.encode()}
        rsa = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, check=True).stdout
        public = subprocess.run(["openssl", "rsa", "-pubout"], input=rsa, capture_output=True, check=True).stdout
        from_dns[b"r._domainkey.acme.test."] = b"v=DKIM1; k=rsa; p=" + b"".join(public.split(b"\n")[1:-2])
        for canonical in ("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"):
            for mail in (MAIL, b"From: a@acme.test\r\n\r\n", b"fRoM:  a@acme.test\r\nX: y\r\n z\r\n\r\n\r\n \r\nb"):
                signed = self.sign(mail, SEED, "s", "acme.test", "--canonical", canonical)
                both = self.sign(signed, rsa, "r", "acme.test", "--canonical", canonical)
                for i in range(2):
                    self.assertTrue(dkim.DKIM(both).verify(idx=i, dnsfunc=lambda name, timeout=5: from_dns[name]),
                                    (canonical, mail))

    @unittest.skipUnless(dkim, "python3-dkim is absent")
    def test_we_check_others(self):
        rsa = subprocess.run(["openssl", "genrsa", "-traditional", "2048"], capture_output=True, check=True).stdout
        public = subprocess.run(["openssl", "rsa", "-pubout"], input=rsa, capture_output=True, check=True).stdout
        record = "k=rsa; p=" + b"".join(public.split(b"\n")[1:-2]).decode()
        for header in (b"relaxed", b"simple"):
            for body in (b"relaxed", b"simple"):
                signature = dkim.sign(MAIL, b"r", b"acme.test", rsa, canonicalize=(header, body))
                self.assertEqual(self.verify(signature + MAIL, {"r._domainkey.acme.test": record})["result"], "pass")
                broken = self.verify(signature + MAIL.replace(b"three", b"four"), {"r._domainkey.acme.test": record})
                self.assertEqual((broken["result"], broken["reason"]), ("fail", "the body was changed"))

    @unittest.skipUnless(os.path.isdir(CORPUS), "the corpora are absent")
    def test_rfc8463(self):
        with open(os.path.join(CORPUS, "rfc8463", "rfc8463-example.msg"), "rb") as f:
            example = f.read()
        bare = example[example.index(b"From:"):]
        with open(os.path.join(CORPUS, "dkimpy", "test.private")) as f:
            rsa = f.read()
        with open(os.path.join(CORPUS, "dkimpy", "test.txt")) as f:
            record = f.read().strip()
        wanted = [re.sub(rb"\s", b"", b) for b in re.findall(rb"\sb=([^;]*?)\n[FD]", example)]
        for key, selector, b in ((SEED, "brisbane", wanted[0]), (rsa, "test", wanted[1])):
            signed = self.sign(bare, key, selector, "football.example.com")
            got = re.search(rb"\sb=(.*?)\nFrom", signed, re.S).group(1)
            self.assertEqual(re.sub(rb"\s", b"", got), b)
        dns = {"brisbane._domainkey.football.example.com": PUBLIC, "test._domainkey.football.example.com": record}
        for name in dns:
            self.assertEqual(self.verify(example, {name: dns[name]})["result"], "pass")
        self.assertEqual(self.verify(bare, dns)["result"], "none")

    @unittest.skipUnless(os.path.isdir(CORPUS), "the corpora are absent")
    def test_signed_by_others_in_the_wild(self):
        """Each file begins with the key records it needs."""
        passed = 0
        folder = os.path.join(CORPUS, "mail-auth", "dkim")
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as f:
                records, mail = f.read().split(b"\n\n", 1)
            dns = dict(line.split(" ", 1) for line in records.decode().splitlines() if " " in line)
            verdict = self.verify(mail, dns)
            passed += verdict["result"] == "pass"
            if verdict["result"] != "pass":
                print(name, verdict)
        print("mail-auth: %d of %d hold" % (passed, len(os.listdir(folder))))
        self.assertGreater(passed, len(os.listdir(folder)) * 2 // 3)


if __name__ == "__main__":
    unittest.main()
