// The words of mail servers and services, by what they mean. Their order matters: a refusal of the sender may
// name an unknown user, and a full disk a quota.
#include "mail/bounce_reasons.h"

static const char *const NOTACCEPT[] = {"nullmx", "indicated no smtp service", "null mx", "has a null mx",
        "domain does not accept mail", "does not accept mail (nullmx)", "host*does not accept mail",
        "smtp protocol returned a permanent error*nullmx", "mail.*does not accept any mail",
        "host/domain does not accept mail", NULL};

static const char *const HASMOVED[] = {"has been replaced by", "user has moved", "mailbox has moved",
        "recipient has moved", "address has changed", "has moved, please try", "user not local; please try",
        "please use the new address", "no longer*please use", NULL};

static const char *const REJECTED[] = {"sender address rejected",
        "error from remote mail server after mail from", "in reply to mail from", "sender rejected",
        "sender verify failed", "sender verification failed", "sender address verification", "sender domain",
        "domain of sender", "invalid sender", "sender is not", "from address*not allowed",
        "sender not allowed", "sender not authenticated", "unroutable sender", "unrouteable sender",
        "sender address has been blacklisted", "sender is in my black list",
        "your email address has been blacklisted", "null sender", "empty envelope sender", "empty sender",
        "batv", "backscatter", "we don't accept mail from", "does not accept mail from",
        "don't accept mail from", "members-only", "non-member", "not subscribed", "not a member of",
        "only accepting mail from specific", "mail from command*rejected", "(in reply to mail from command)",
        "email address is not verified", "domain not verified", "rule imposed mailbox access",
        "must be sent from", "you are not allowed to post", "you don't have permission to post",
        "permission to post", "not have permission to send", "not authorized to send to",
        "not permitted to*send to", "message to the group you tried to contact", "could not find sender",
        "can't determine purported responsible", "the sender's domain", "denied [bouncedeny]", "bouncedeny",
        "administrative prohibition", "returned mail not accepted", "connection refused by mail policy",
        "mail rejected by*administrator", "sending address not accepted", NULL};

static const char *const AUTHFAILURE[] = {"dmarc", "spf check", "spf fail", "spf:", "not pass spf",
        "spf record", "sender policy framework", "dkim", "is not designated*sender", "openspf.org",
        "unauthenticated email", "authentication checks", "not rfc 7208", "message not authenticated",
        "550-5.7.26", "5.7.26", "unauthenticated sender", "does not pass authentication",
        "authentication information", NULL};

static const char *const REQUIREPTR[] = {"ptr record", "mismatches client ip", "reverse dns", "rdns",
        "reverse lookup", "reverse hostname", "cannot find your reverse hostname", "does not have a ptr",
        "no ptr", "dns ptr", "fix reverse", "helo command rejected*host not found",
        "client host rejected: cannot find your*hostname", "all mail servers must have a ptr",
        "missing forward", "ipv6*not*ptr", "hostname verification failed", "domain name and ip*match", NULL};

static const char *const VIRUSDETECTED[] = {"virus", "infected", "malware", "trojan", "dangerous extension",
        "executable attachment", "worm", NULL};

static const char *const SPAMDETECTED[] = {"spam", "appears to be unsolicited", "unsolicited", "junk mail",
        "bulk mail", "bayes", "phish", "content filter", "rejected by content", "blocked by filter",
        "considered*suspicious", "message content rejected", "content rejected", "url*blacklist", "surbl",
        "looks like*forge", "message rejected because of unacceptable content", "rejected for policy*content",
        "rejecting banned content", "banned content", "looks suspicious", "deemed*objectionable", NULL};

static const char *const BLOCKED[] = {"blacklist", "blacklisted", "black list", "blocklist", "block list",
        "blocked using", "is blocked", "was blocked", "been blocked", "dnsbl", "rbl", "spamhaus",
        "barracudacentral", "sorbs", "spamcop", "senderbase", "your ip", "ip address*reputation",
        "ip*not allowed", "ip address*blocked", "poor reputation", "bad reputation", "low reputation",
        "reputation", "ip address is", "access denied. ip", "connection refused by", "connections from",
        "dynamic ip", "dialup", "not accepted from your", "client host*rejected", "client host*blocked",
        "service refused", "temporarily deferred due to", "sending*host*rejected", "banned sending ip",
        "you are not allowed to connect", "bad host", "host*blocked", "refused to talk to me",
        "service unavailable; client", "no access from", "mail from*refused due to",
        "not allowed to send mail", "have been banned", "unable to accept*from your", "go away", NULL};

static const char *const SPEEDING[] = {"too many connections", "too many messages", "rate limit", "ratelimit",
        "rate limited", "sending rate", "receiving mail at a rate", "too fast", "too much mail",
        "too many mails", "throttl", "excessive", "limit exceeded on the number", "max number of messages",
        "daily*limit", "hourly", "message rate", "slow down", "too many concurrent", "too many recipients",
        "too many errors", "greylist", "graylist", "try again later*rate", NULL};

static const char *const MAILBOXFULL[] = {"quota exceeded", "exceeded quota", "exceeded*quota",
        "exceed*quota", "over quota", "overquota", "over*quota", "disk quota", "quota usage",
        "quota violation", "quota full", "quota for the mailbox", "quota is full", "quota reached",
        "out of quota", "mailbox full", "mailbox is full", "mailbox*is full", "mailbox*full", "full mailbox",
        "inbox is full", "inbox*full", "mailfolder is full", "mailbox exceed", "mailbox has exceeded",
        "mailbox size limit", "mailbox would exceed", "out of storage", "storage limit", "exceeded storage",
        "maximum storage", "storage space", "not enough storage", "insufficient storage", "mailbox space",
        "user's space", "space has been used up", "space has used up", "no space left*mailbox",
        "not enough space", "does not have enough space", "insufficient*space", "account is full",
        "has too many messages", "number of messages in*exceeded", "mail box full", "maildir over",
        "mailbox for user is full", "boite*pleine", "boîte*pleine", "postfach*voll", "mailbox*voll",
        "casella*piena", "buz*n*lleno", "メールボックスが一杯", "mailbox limit", "user*quota", "spool*full",
        "mailbox is over*limit", "mailbox is exceeding", "mbox*full", "diskspace", "recipient reached", NULL};

static const char *const SYSTEMFULL[] = {"disk full", "disk is full", "mail system full",
        "requested mail action aborted: exceeded storage allocation", "no space left on device",
        "not enough disk space", "insufficient disk space", "insufficient system storage",
        "insufficient system resources", "insufficient resources", "out of disk", "low on disk", NULL};

static const char *const MESGTOOBIG[] = {"message size", "message too large", "message too big",
        "message is too large", "message is too big", "too large", "too big", "size limit", "exceeds*size",
        "exceeded*size", "exceeds maximum", "maximum*size", "size exceed", "message file too",
        "message length", "fixed size", "max message", "larger than", "message*exceeds the maximum",
        "message header size", "line limit exceeded", "line too long", "is bigger than", NULL};

static const char *const NORELAYING[] = {"relay access denied", "relaying denied", "relay denied",
        "relay not permitted", "relaying not", "relaying is", "not permitted to relay", "relay prohibited",
        "relaying prohibited", "relay operation rejected", "unable to relay", "cannot relay", "won't relay",
        "no relay", "refused to relay", "relaying mail to", "insecure mail relay", "relayinginterdit",
        "not relay", "open relay", "rcpthosts", "that domain isn't in my list",
        "mail server requires authentication", "no local mailbox*relay", "authentication is required",
        "smtp authentication", "authentication required", "domain isn't in my list",
        "recipient*not in my list", NULL};

static const char *const SUSPEND[] = {"account*disabled", "mailbox*disabled", "user*disabled",
        "recipient*disabled", "has been disabled", "is disabled", "account*suspend", "mailbox*suspend",
        "user*suspend", "recipient suspend", "is suspended", "been suspended", "temporarily suspended",
        "temporarily locked", "locked", "account*inactive", "mailbox*inactive", "is inactive", "not active",
        "inactive", "is frozen", "mailbox*frozen", "account has been", "account expired",
        "unavailable: account", "deactivated", "currently unavailable", "temporarily disabled",
        "temporary disabled", "email account that you tried to reach is disabled", "not been activated",
        "is no longer accepting", "no longer accept", "extended inactivity", "unpaid", "dormant",
        "mailbox currently suspended", "vdelivermail: account", NULL};

static const char *const FILTERED[] = {"because the recipient is only accepting", "recipient*refuse",
        "refused by recipient", "recipient preferences", "restricted sms", "is not accepting",
        "not accepting any", "not accepting messages", "not accept*messages", "user refuses", "user reject",
        "user*rejected*message", "recipient*rejected your", "notauthorized", "not authorized*recipient",
        "recipient*only accept", "you have been blocked by the recipient", "blocked by the recipient",
        "restricted", "protected by", "bounced address", "unable to deliver*due to*filter",
        "delivery not authorized", "needs permission", "cannot accept*mail from", "recipient does not accept",
        "list of allowed senders", "5.7.133", "5.7.134", "mail is not allowed", "not want to receive",
        "cannot be delivered*recipient's rule", "does not want", NULL};

static const char *const USERUNKNOWN[] = {"user unknown", "unknown user", "user*unknown", "unknown*user",
        "no such user", "not our user", "no such*user", "no such recipient", "no such address",
        "no such mailbox", "no such account", "no such local", "no such person", "no such email",
        "no such id", "no such*here", "user not found", "user*not found", "recipient not found",
        "recipient*not found", "address not found", "mailbox not found", "mailbox*not found",
        "account not found", "email address*not found", "user doesn't exist", "user does not exist",
        "user*does not exist", "user*doesn't exist", "user*not exist", "mailbox*does not exist",
        "mailbox doesn't exist", "mailbox*not exist", "account*does not exist", "account*doesn't exist",
        "email account that you tried to reach", "recipient*does not exist", "recipient*doesn't exist",
        "recipient*not exist", "address*does not exist", "address*doesn't exist", "address*not exist",
        "adresse*existe pas", "n'existe pas", "no existe", "non esiste", "não existe", "existiert nicht",
        "unbekannt", "inconnu", "desconocid", "utente non", "nicht gefunden", "нет такого", "не существует",
        "not a known user", "not a valid user", "not a valid mailbox", "not a valid recipient",
        "not a valid address", "not a valid email", "isn't a valid", "is not a valid", "not valid user",
        "invalid recipient", "invalid user", "invalid mailbox", "invalid address", "invalid email",
        "invalid account", "invalid local part", "invalid final delivery", "recipient*invalid",
        "address*invalid", "mailbox invalid", "bad destination", "bad address", "bad recipient",
        "bad mailbox", "unknown recipient", "unknown*recipient", "recipient*unknown", "unknown address",
        "unknown*address", "address*unknown", "unknown account", "unknown local", "unknown mailbox",
        "unknown destination", "mailbox unknown", "unknown or illegal alias", "illegal alias",
        "alias*unknown", "no mailbox", "no*mailbox here", "mailbox unavailable", "mailbox*unavailable",
        "mailbox*not available", "recipient*unavailable", "not our customer", "user not known",
        "not known at this", "not known here", "not known", "isn't known", "is not known",
        "does not have a*account", "doesn't have a*account", "doesn't have an account", "have no mailbox",
        "has no mailbox", "no account", "no valid recipient", "no recipient", "none of the mailboxes",
        "is not a registered", "not registered", "nobody by that name", "this user", "user*terminated",
        "account*terminated", "account closed", "account*closed", "mailbox closed", "has been terminated",
        "has been deleted", "been deleted", "been removed", "account*deleted", "mailbox*removed",
        "deleted user", "removed from", "no longer works", "no longer employed", "no longer available",
        "no longer*valid", "no longer active", "no longer in use", "no longer*with", "left the company",
        "not listed in", "not in*directory", "not listed", "not in address book", "not found in*directory",
        "name and address book", "does not match*directory", "cannot be found", "could not be found",
        "couldn't be found", "could not find*user", "can't find*user", "unable to find*user",
        "unable to find*recipient", "unrouteable address", "unroutable address", "undeliverable address",
        "user path*not exist", "user path no exist", "ambiguous", "mailbox name not allowed",
        "no one by that name", "doesn't handle mail for that user", "recipnotfound", "adr-notfound",
        "not-found", "5.1.1", "user*invalid", "user invalid", "destination addresses were unknown",
        "destination server rejected recipients", "email address is wrong", "no person", "said: 550 5.1.1",
        "requested action not taken: mailbox unavailable", "recipient no longer", "no longer on server",
        "user not exist", "has been discontinued", "not our user", "user missing", "宛先", "ユーザー*存在し",
        "見つかりませ", "存在しません", "vdeliver: invalid", NULL};

static const char *const HOSTUNKNOWN[] = {"host unknown", "unknown host", "domain*does not exist",
        "domain*doesn't exist", "domain name*not found", "domain not found", "domain couldn't be found",
        "domain*could not be found", "host not found", "host*not found", "hostname lookup",
        "host name lookup", "name lookup", "no such domain", "no such host", "unknown domain",
        "domain*unknown", "domain*not exist", "domain must exist", "domain is not", "domain mentioned",
        "domain invalid", "invalid domain", "name or service not known", "name service error", "nxdomain",
        "dns*nxdomain", "dns error", "dns lookup", "couldn't find any host", "can't find*host",
        "unrouteable mail domain", "unroutable mail domain", "cannot resolve", "can't resolve",
        "cannot find*domain", "illegal host", "bad destination host", "no route to domain", "no mx",
        "mx*point to non-existent", "non-existent host", "no a, aaaa, or mx", "no mail exchanger",
        "cannot find a mail exchanger", "host or domain", "domain is not reachable", "lookup failed",
        "cannot route", NULL};

static const char *const FAILEDSTARTTLS[] = {"starttls", "tls required", "tls is required",
        "requires encryption", "must issue a starttls", "tls handshake", "tls negotiation", "certificate",
        NULL};

static const char *const NETWORKERROR[] = {"loop", "too many hops", "hop count", "routing error",
        "connection timed out", "connection refused", "connection lost", "connection reset",
        "connection dropped", "connection*closed", "connection*failed", "connect failed", "cannot connect",
        "could not connect", "couldn't connect", "unable to connect", "establish*connection",
        "network is unreachable", "no route to host", "network error", "host*unreachable", "unreachable",
        "timed out", "timeout", "time out", "lost connection", "couldn't be reached", "could not be reached",
        "not responding", "not reachable", "didn't respond", "did not respond", "unable to contact",
        "could not contact", "can't reach", "cannot reach", "too many received headers", NULL};

static const char *const EXPIRED[] = {"expired", "retry time not reached", "retry timeout", "retry limit",
        "giving up", "could not be delivered for", "unable to deliver*for*days", "been in the queue",
        "queue too long", "queue lifetime", "delivery time", "delivery timeout", "undelivered after",
        "not delivered*hours", "temporarily unable", "temporary failure", "delivery attempts",
        "delivery attempt", "too many delivery", "maximum*retr", "delayed", "will keep trying",
        "temporarily deferred", "deferred", "try again later", "try again", NULL};

static const char *const POLICYVIOLATION[] = {"policy", "prohibited", "violat", "not comply", "non-compliant",
        "rfc 5322", "rfc5322", "rfc 2822", "multiple from", "duplicate header", "attachment*not allowed",
        "file*not allowed", "encrypted", "not allowed", "security", "refused", "denied", "rejected by*rule",
        "mail contain", "disallowed", "forbidden", "address*harvest", "message rejected", "message*refused",
        "message was rejected", "transaction failed", "delivery not allowed", "by a rule", "pre-greeting",
        "protocol error", NULL};

static const char *const SYNTAXERROR[] = {"syntax error", "bad command", "command unrecognized",
        "command not", "unrecognized", "bad sequence", "unimplemented", "malformed", "parse error", "5.5.2",
        "5.5.1", NULL};

static const char *const CONTENTERROR[] = {"charset", "8bit", "conversion", "mime", "improper use of 8-bit",
        "header*invalid", "invalid header", "unicode", NULL};

static const char *const MAILERERROR[] = {"mailer error", "command died", "command failed", "exit",
        "procmail", "local delivery failed", "pipe", "unknown mailer error", "x-unix", "x.400", "status 1",
        NULL};

static const char *const SYSTEMERROR[] = {"system error", "internal error", "internal server",
        "configuration", "config error", "misconfig", "server error", "local error", "local problem",
        "i/o error", "permission denied", "out of memory", "resources", "cannot open", "can't open",
        "can't create", "cannot create", "service unavailable", "service not available",
        "temporarily unavailable", "not currently accept", "interconnect error", "server busy", "aliasing",
        "too many levels", "aborted by recipient", "lock", "bad file", "database", "mail system problem",
        "queue file", "broken", "crash", "delivery agent", "timed", NULL};

static const char *const MAILERERROR_PLAIN[] = {"mailer error", NULL};

// What is said of addresses for other reasons, too.
static const char *const USERUNKNOWN_PERHAPS[] = {"recipient address rejected", "recipient rejected",
        "recipient*rejected", "address rejected", "address error", NULL};

// A name server that did not answer.
static const char *const NETWORK_NAMES[] = {"not found, try again", "name service error*try again",
        "name server*try again", "lookup*try again", "temporary lookup failure", "temporary resolution",
        "servfail", NULL};

// Lists of guesses, which name other reasons, too.
static const char *const HOSTUNKNOWN_FIRST[] = {"account or domain may not exist", NULL};

const struct bounce_words BOUNCE_WORDS[] = {{"hostunknown", HOSTUNKNOWN_FIRST},
        {"networkerror", NETWORK_NAMES}, {"notaccept", NOTACCEPT}, {"hasmoved", HASMOVED},
        {"rejected", REJECTED}, {"authfailure", AUTHFAILURE}, {"requireptr", REQUIREPTR},
        {"virusdetected", VIRUSDETECTED}, {"spamdetected", SPAMDETECTED}, {"blocked", BLOCKED},
        {"speeding", SPEEDING}, {"mailboxfull", MAILBOXFULL}, {"systemfull", SYSTEMFULL},
        {"mesgtoobig", MESGTOOBIG}, {"norelaying", NORELAYING}, {"suspend", SUSPEND}, {"filtered", FILTERED},
        {"userunknown", USERUNKNOWN}, {"hostunknown", HOSTUNKNOWN}, {"failedstarttls", FAILEDSTARTTLS},
        {"networkerror", NETWORKERROR}, {"expired", EXPIRED}, {"mailererror", MAILERERROR_PLAIN},
        {"userunknown", USERUNKNOWN_PERHAPS}, {"policyviolation", POLICYVIOLATION},
        {"syntaxerror", SYNTAXERROR}, {"contenterror", CONTENTERROR}, {"mailererror", MAILERERROR},
        {"systemerror", SYSTEMERROR}, {NULL, NULL}};
