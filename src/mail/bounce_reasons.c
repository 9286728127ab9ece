#include "mail/bounce_reasons.h"

#include "mail/phrases.h"

// Reasons, their class, and the status they stand for. Hard is only what says that nobody is there: all else
// may be different for another mail or another day.
static const struct bounce_verdict REASONS[] = {
        {"userunknown", BOUNCE_HARD, "5.1.1"},
        {"hostunknown", BOUNCE_HARD, "5.1.2"},
        {"hasmoved", BOUNCE_HARD, "5.1.6"},
        {"notaccept", BOUNCE_HARD, "5.3.2"},
        {"mailboxfull", BOUNCE_SOFT, "5.2.2"},
        {"suspend", BOUNCE_SOFT, "5.2.1"},
        {"filtered", BOUNCE_SOFT, "5.2.1"},
        {"mesgtoobig", BOUNCE_SOFT, "5.3.4"},
        {"exceedlimit", BOUNCE_SOFT, "5.2.3"},
        {"systemfull", BOUNCE_SOFT, "5.3.1"},
        {"systemerror", BOUNCE_SOFT, "5.3.0"},
        {"mailererror", BOUNCE_SOFT, "5.3.0"},
        {"networkerror", BOUNCE_SOFT, "5.4.0"},
        {"expired", BOUNCE_SOFT, "4.4.7"},
        {"syntaxerror", BOUNCE_SOFT, "5.5.0"},
        {"contenterror", BOUNCE_SOFT, "5.6.0"},
        {"rejected", BOUNCE_SOFT, "5.7.1"},
        {"blocked", BOUNCE_SOFT, "5.7.1"},
        {"spamdetected", BOUNCE_SOFT, "5.7.1"},
        {"policyviolation", BOUNCE_SOFT, "5.7.0"},
        {"authfailure", BOUNCE_SOFT, "5.7.26"},
        {"requireptr", BOUNCE_SOFT, "5.7.25"},
        {"norelaying", BOUNCE_SOFT, "5.7.1"},
        {"speeding", BOUNCE_SOFT, "4.7.0"},
        {"virusdetected", BOUNCE_SOFT, "5.7.0"},
        {"failedstarttls", BOUNCE_SOFT, "5.7.10"},
        {"onhold", BOUNCE_SOFT, ""},
};

static struct bounce_verdict verdict_of(const char *reason)
{
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++)
        if (strcmp(REASONS[i].reason, reason) == 0)
            return REASONS[i];
    return (struct bounce_verdict){0};
}

// Enhanced status codes, without their class: what they mean where no words say more (RFC 3463, 5248, 7372,
// 7505).
static const struct {
    const char *detail, *reason;
} BY_STATUS[] = {
        {"1.0", "userunknown"},
        {"1.1", "userunknown"},
        {"1.2", "hostunknown"},
        {"1.3", "userunknown"},
        {"1.4", "userunknown"},
        {"1.6", "hasmoved"},
        {"1.7", "rejected"},
        {"1.8", "rejected"},
        {"1.9", "rejected"},
        {"1.10", "notaccept"},
        {"2.0", "filtered"},
        {"2.1", "suspend"},
        {"2.2", "mailboxfull"},
        {"2.3", "exceedlimit"},
        {"2.4", "filtered"},
        {"3.1", "systemfull"},
        {"3.2", "systemerror"},
        {"3.3", "systemerror"},
        {"3.4", "mesgtoobig"},
        {"3.5", "systemerror"},
        {"4.1", "expired"},
        {"4.2", "networkerror"},
        {"4.3", "systemerror"},
        {"4.4", "hostunknown"},
        {"4.5", "networkerror"},
        {"4.6", "networkerror"},
        {"4.7", "expired"},
        {"4.14", "networkerror"},
        {"4.310", "systemerror"},
        {"5.3", "exceedlimit"},
        {"6.1", "contenterror"},
        {"6.0", "contenterror"},
        {"7.0", "policyviolation"},
        {"7.1", "rejected"},
        {"7.2", "filtered"},
        {"7.7", "contenterror"},
        {"7.8", "policyviolation"},
        {"7.9", "policyviolation"},
        {"7.20", "authfailure"},
        {"7.23", "authfailure"},
        {"7.25", "requireptr"},
        {"7.26", "authfailure"},
        {"7.27", "notaccept"},
        {"7.28", "speeding"},
        {"7.133", "filtered"},
        {"7.232", "speeding"},
        {"7.606", "blocked"},
};

struct bounce_verdict bounce_by_code(struct str status, unsigned reply)
{
    if (status.n > 2)
        for (size_t i = 0; i < sizeof BY_STATUS / sizeof *BY_STATUS; i++)
            if (str_eq(str_sub(status, 2, status.n), str_of(BY_STATUS[i].detail))) {
                struct bounce_verdict v = verdict_of(BY_STATUS[i].reason);
                if (status.p[0] == '4' && v.class == BOUNCE_HARD)
                    v.class = BOUNCE_SOFT; // it may be there tomorrow
                return v;
            }
    if (reply == 552)
        return verdict_of("mailboxfull");
    if (reply == 521 || reply == 556)
        return verdict_of("notaccept");
    if (reply == 421 || reply == 450 || reply == 451)
        return verdict_of("expired");
    return (struct bounce_verdict){0};
}

static bool digit(struct str s, size_t i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static bool letter(struct str s, size_t i)
{
    return i < s.n && (((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') || s.p[i] == '@');
}

// Digits from i on, at most three.
static size_t digits(struct str s, size_t i)
{
    size_t n = 0;
    while (n < 4 && digit(s, i + n))
        n++;
    return n;
}

struct str bounce_status_in(struct str s, bool bad)
{
    for (size_t i = 0; i + 4 < s.n; i++) {
        if (s.p[i + 1] != '.' || !(s.p[i] == '4' || s.p[i] == '5' || (s.p[i] == '2' && !bad)))
            continue;
        if (i > 0 && (digit(s, i - 1) || letter(s, i - 1) || strchr(".[-", s.p[i - 1])))
            continue;
        size_t a = digits(s, i + 2), b = i + 2 + a;
        if (a < 1 || a > 3 || b >= s.n || s.p[b] != '.')
            continue;
        size_t c = digits(s, b + 1), end = b + 1 + c;
        if (c < 1 || c > 3 || letter(s, end) || (end + 1 < s.n && s.p[end] == '.' && digit(s, end + 1)))
            continue;
        return str_sub(s, i, end);
    }
    return STR("");
}

unsigned bounce_reply_in(struct str s)
{
    for (size_t i = 0; i + 2 < s.n; i++) {
        if ((s.p[i] != '4' && s.p[i] != '5') || s.p[i + 1] > '7' || digits(s, i) != 3)
            continue;
        bool begins = i == 0 || strchr(" <(:;,#\"'-", s.p[i - 1]);
        bool ends = i + 3 >= s.n || strchr(" -,;:)#\"'<.", s.p[i + 3]);
        if (begins && ends && !(i + 3 < s.n && s.p[i + 3] == '.' && digit(s, i + 4)))
            return (unsigned)(s.p[i] - '0') * 100 + (unsigned)(s.p[i + 1] - '0') * 10 +
                   (unsigned)(s.p[i + 2] - '0');
    }
    return 0;
}

struct bounce_verdict bounce_by_words(struct str text)
{
    for (const struct bounce_words *w = BOUNCE_WORDS; w->reason; w++)
        if (phrase_any(text, w->phrases))
            return verdict_of(w->reason);
    return (struct bounce_verdict){0};
}
