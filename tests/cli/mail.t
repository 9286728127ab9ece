# The hidden drivers of the reading of mails: a file in, a JSON line out.
$ printf 'From: Ann <ann@example.org>\nTo: b@example.org\nSubject: Re: Hi\nDate: Thu, 14 May 2026 10:00:00 +0200\nIn-Reply-To: <1@x>\n\nFine.\n\nOn Monday, 11 May 2026, B <b@example.org> wrote:\n> Hi\n' >answer.eml
$ sluice test-mime answer.eml
{"file":"answer.eml","from":"ann@example.org","to":["b@example.org"],"subject":"Re: Hi","date":"2026-05-14T08:00:00Z","text":"Fine.\n\nOn Monday, 11 May 2026, B <b@example.org> wrote:\n> Hi\n","html":null,"attachments":[]}
$ sluice test-reply answer.eml
{"file":"answer.eml","visible":"Fine.","quoted":"On Monday, 11 May 2026, B <b@example.org> wrote:\n> Hi"}
$ sluice test-classify answer.eml
{"file":"answer.eml","class":"reply","returns_at":null}
$ sluice test-bounce answer.eml
{"file":"answer.eml","class":"none","recipients":[],"original_message_id":null}
$ printf 'Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: us@example.com\nSubject: failure notice\n\n<bob@example.net>:\n550 5.1.1 no such user\n\n--- Below this line is a copy of the message.\n\nFrom: us@example.com\nTo: bob@example.net\nMessage-ID: <s@example.com>\n' >bounce.eml
$ sluice test-bounce bounce.eml absent.eml answer.eml
{"file":"bounce.eml","class":"hard","recipients":[{"address":"bob@example.net","class":"hard","status":"5.1.1"}],"original_message_id":"s@example.com"}
{"file":"absent.eml","error":"absent.eml cannot be opened: No such file or directory"}
{"file":"answer.eml","class":"none","recipients":[],"original_message_id":null}
$ printf 'Yes.\n\n-- \nAnn\n' >bare.txt
$ sluice test-reply bare.txt
{"file":"bare.txt","visible":"Yes.","quoted":"-- \nAnn"}
$ printf 'Subject: Automatic reply: Hi\nDate: Thu, 14 May 2026 10:00:00 +0200\n\nBack on May 26th.\n' >away.eml
$ sluice test-classify away.eml
{"file":"away.eml","class":"autoreply","returns_at":"2026-05-26T00:00:00Z"}
$ sluice test-mime 2>&1
sluice test-mime: which files?
Try 'sluice test-mime --help'.
[2]
