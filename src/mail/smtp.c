// Long because: one protocol machine, from the greeting to QUIT.
#include "mail/smtp.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum state {
    GREETING,
    EHLO,
    HELO,
    STARTTLS,
    HANDSHAKE,
    AUTH,
    IDLE,
    MAIL,
    RCPT,
    DATA,
    DOT,
    EMPTY, // a content of nothing, after a 354 that should not have come
    RSET,
    QUIT,
    OVER,
};

enum extension {
    PIPELINING = 1,
    EIGHTBIT = 2,
    UTF8 = 4,
    SIZE = 8,
    TLS = 16,
    PLAIN = 32,
    LOGIN = 64,
    XOAUTH2 = 128
};

struct smtp {
    const struct mail_account *account;
    char name[256];
    bool secured, offered_tls;
    enum state state;
    unsigned extensions;
    uint64_t size_max;
    unsigned auth_step;
    enum extension auth_by;
    struct buf in, out;
    size_t in_at, out_at;
    // The reply being read
    unsigned code, lines;
    struct buf words;
    struct mail_delivery *mail;
    bool verdict, pipelined, ready;
    char why[300];
    bool fault; // of the account or its server, not of a mail
};

const char *handed_word(enum handed handed)
{
    static const char *const WORDS[] = {"delivered", "later", "refused", "unreached", "unclear"};
    return WORDS[handed];
}

struct smtp *smtp_new(const struct mail_account *account, struct str name, bool secured)
{
    struct smtp *s = mem_zero(1, sizeof *s);
    s->account = account;
    s->secured = secured;
    snprintf(s->name, sizeof s->name, "%.*s", STR_ARG(name));
    return s;
}

void smtp_free(struct smtp *s)
{
    if (!s)
        return;
    if (s->out.p)
        sodium_memzero(s->out.p, s->out.cap); // a password was in it
    buf_free(&s->in);
    buf_free(&s->out);
    buf_free(&s->words);
    free(s);
}

struct str smtp_output(const struct smtp *s)
{
    return str_sub(buf_str(&s->out), s->out_at, s->out.n);
}

void smtp_sent(struct smtp *s, size_t n)
{
    s->out_at += n;
    if (s->out_at == s->out.n) {
        if (s->state == AUTH)
            sodium_memzero(s->out.p, s->out.n);
        s->out.n = s->out_at = 0;
    }
}

void smtp_push(struct smtp *s, struct str bytes)
{
    buf_put(&s->in, bytes);
}

bool smtp_usable(const struct smtp *s)
{
    return s->state == IDLE;
}

// The content's end is on its way, or may be: of "\r\n.\r\n" something was taken.
bool smtp_dotted(const struct smtp *s)
{
    return s->state == DOT && s->out.n - s->out_at < 5;
}

const char *smtp_why(const struct smtp *s)
{
    return s->why;
}

// What people may read: valid UTF-8 without controls, cut at a letter's end.
static void put_words(char *out, size_t size, struct str text)
{
    size_t n = 0;
    for (size_t at = 0; at < text.n;) {
        char bytes[4];
        uint32_t c = utf8_next(text, &at);
        size_t length = utf8_put(c < ' ' || c == 0x7f ? ' ' : c, bytes);
        if (n + length >= size)
            break;
        memcpy(out + n, bytes, length);
        n += length;
    }
    out[n] = '\0';
}

static void judge(struct smtp *s, enum handed handed, unsigned reply, const char *status, struct str text)
{
    if (!s->mail || s->verdict)
        return;
    s->verdict = true;
    s->mail->handed = handed;
    s->mail->reply = reply;
    s->mail->account_fault = s->fault;
    s->mail->at_recipient = s->state == RCPT;
    put_words(s->mail->status, sizeof s->mail->status, str_of(status));
    put_words(s->mail->text, sizeof s->mail->text, text);
}

void smtp_lost(struct smtp *s, const char *why)
{
    if (s->state == OVER)
        return;
    bool dotted = smtp_dotted(s);
    if (s->state != QUIT && !s->why[0])
        snprintf(s->why, sizeof s->why, "%s", why);
    s->fault |= s->state < IDLE;
    judge(s, dotted ? HANDED_UNCLEAR : HANDED_UNREACHED, 0, "", str_of(s->why[0] ? s->why : why));
    s->state = OVER;
}

static void give_up(struct smtp *s, const char *what, struct str words)
{
    char text[HANDED_TEXT];
    put_words(text, sizeof text, words);
    snprintf(s->why, sizeof s->why, "%s%s%s", what, text[0] ? ": " : "", text);
    smtp_lost(s, s->why);
}

// "5.1.1 words" → status and words (RFC 2034).
static struct str status_of(struct str words, char out[16])
{
    size_t n = 0;
    unsigned dots = 0;
    while (n < words.n && n < 15 && ((words.p[n] >= '0' && words.p[n] <= '9') || words.p[n] == '.'))
        dots += words.p[n++] == '.';
    bool is = dots == 2 && n >= 5 && words.p[1] == '.' && strchr("245", words.p[0]) &&
              (n == words.n || words.p[n] == ' ');
    snprintf(out, 16, "%.*s", is ? (int)n : 0, words.n ? words.p : "");
    return is ? str_trim(str_sub(words, n, words.n)) : words;
}

static void judge_reply(struct smtp *s)
{
    char status[16];
    struct str words = status_of(buf_str(&s->words), status);
    unsigned kind = s->code / 100;
    judge(s,
            kind == 2   ? HANDED_DELIVERED
            : kind == 4 ? HANDED_LATER
            : kind == 5 ? HANDED_REFUSED
                        : HANDED_UNREACHED,
            s->code, status, words);
}

static void say(struct smtp *s, const char *line)
{
    buf_put(&s->out, str_of(line));
    buf_put(&s->out, STR("\r\n"));
}

static void say_base64(struct smtp *s, const char *before, struct str text)
{
    size_t size = sodium_base64_ENCODED_LEN(text.n, sodium_base64_VARIANT_ORIGINAL);
    buf_put(&s->out, str_of(before));
    char *room = buf_room(&s->out, size);
    sodium_bin2base64(room, size, (const unsigned char *)text.p, text.n, sodium_base64_VARIANT_ORIGINAL);
    s->out.n += size - 1;
    buf_put(&s->out, STR("\r\n"));
}

static void hello(struct smtp *s, const char *word, enum state state)
{
    buf_printf(&s->out, "%s %s\r\n", word, s->name[0] ? s->name : "localhost");
    s->extensions = 0;
    s->state = state;
}

static void ready(struct smtp *s)
{
    s->state = IDLE;
    s->ready = true;
}

static void begin_auth(struct smtp *s)
{
    const struct mail_account *a = s->account;
    struct buf secret = {0};
    if (a->login == MAIL_NO_LOGIN) {
        ready(s);
        return;
    }
    s->auth_by = a->login == MAIL_XOAUTH2 ? XOAUTH2 : s->extensions & PLAIN ? PLAIN : LOGIN;
    if (!(s->extensions & s->auth_by)) {
        s->fault = true;
        give_up(s,
                a->login == MAIL_XOAUTH2 ? "the server does not offer the log-in by XOAUTH2"
                : s->secured || s->account->security == MAIL_PLAIN
                        ? "the server does not offer a log-in by password (AUTH PLAIN or LOGIN)"
                        : "the server does not offer a log-in",
                STR_NONE);
        return;
    }
    s->state = AUTH;
    s->auth_step = 0;
    if (s->auth_by == PLAIN) {
        buf_char(&secret, '\0');
        buf_put(&secret, a->user);
        buf_char(&secret, '\0');
        buf_put(&secret, a->secret);
        say_base64(s, "AUTH PLAIN ", buf_str(&secret));
    } else if (s->auth_by == XOAUTH2) {
        buf_printf(&secret, "user=%.*s\001auth=Bearer %.*s\001\001", STR_ARG(a->user), STR_ARG(a->secret));
        say_base64(s, "AUTH XOAUTH2 ", buf_str(&secret));
    } else {
        say(s, "AUTH LOGIN");
    }
    if (secret.p)
        sodium_memzero(secret.p, secret.n);
    buf_free(&secret);
}

static void on_auth(struct smtp *s)
{
    if (s->code / 100 == 2) {
        ready(s);
    } else if (s->code == 334 && s->auth_by == LOGIN && s->auth_step < 2) {
        say_base64(s, "", s->auth_step++ ? s->account->secret : s->account->user);
    } else if (s->code == 334 && s->auth_by == XOAUTH2 && !s->auth_step++) {
        say(s, ""); // it wants to say what is wrong
    } else {
        s->fault = true;
        give_up(s, "the server refused the log-in", buf_str(&s->words));
    }
}

static void on_hello(struct smtp *s)
{
    if (s->code / 100 != 2) {
        if (s->state == EHLO && s->code / 100 == 5 && s->account->security != MAIL_STARTTLS &&
                s->account->login == MAIL_NO_LOGIN)
            hello(s, "HELO", HELO);
        else
            give_up(s, "the server refused our greeting", buf_str(&s->words));
        return;
    }
    if (s->account->security != MAIL_STARTTLS || s->secured) {
        begin_auth(s);
    } else if (!(s->extensions & TLS)) {
        give_up(s, "the server does not offer STARTTLS", STR_NONE);
    } else {
        say(s, "STARTTLS");
        s->state = STARTTLS;
    }
}

static void on_starttls(struct smtp *s)
{
    if (s->code / 100 != 2)
        give_up(s, "the server refused STARTTLS", buf_str(&s->words));
    else if (s->in_at != s->in.n) // somebody put commands in front of the encrypted ones
        give_up(s, "the server sent something before TLS began", STR_NONE);
    else
        s->state = HANDSHAKE;
}

void smtp_secured(struct smtp *s)
{
    s->secured = true;
    hello(s, "EHLO", EHLO);
}

// Without doubling lone dots a mail could end early; without CRLF everywhere two servers could see different
// ends.
static void put_content(struct buf *out, struct str content)
{
    size_t from = 0;
    bool line = true;
    buf_room(out, content.n + content.n / 64 + 16);
    for (size_t i = 0; i < content.n; i++) {
        char c = content.p[i];
        if (line && c == '.') {
            buf_put(out, str_sub(content, from, i));
            buf_char(out, '.');
            from = i;
        }
        line = false;
        if (c != '\r' && c != '\n')
            continue;
        buf_put(out, str_sub(content, from, i));
        buf_put(out, STR("\r\n"));
        if (c == '\r' && i + 1 < content.n && content.p[i + 1] == '\n')
            i++;
        from = i + 1;
        line = true;
    }
    buf_put(out, str_sub(content, from, content.n));
    buf_put(out, line ? STR(".\r\n") : STR("\r\n.\r\n"));
}

static void rset(struct smtp *s)
{
    say(s, "RSET");
    s->state = RSET;
}

// A reply to MAIL or RCPT. Without pipelining what follows is said only now, and not after a refusal.
static void on_envelope(struct smtp *s, enum state next)
{
    bool fine = s->code / 100 == 2;
    if (!fine)
        judge_reply(s);
    if (!s->pipelined && !fine) {
        rset(s);
        return;
    }
    if (!s->pipelined && next == RCPT)
        buf_printf(&s->out, "RCPT TO:<%.*s>\r\n", STR_ARG(s->mail->to));
    else if (!s->pipelined)
        say(s, "DATA");
    s->state = next;
}

static void on_data(struct smtp *s)
{
    if (s->code == 354 && !s->verdict) {
        if (s->mail->mark)
            s->mail->mark(s->mail, MARK_ENDING);
        put_content(&s->out, s->mail->content);
        s->state = DOT;
    } else if (s->code == 354) { // although the recipient was refused (RFC 2920, 3.1)
        say(s, ".");
        s->state = EMPTY;
    } else {
        judge_reply(s);
        rset(s);
    }
}

static void on_dot(struct smtp *s)
{
    unsigned kind = s->code / 100;
    if (kind == 2 && s->mail->mark)
        s->mail->mark(s->mail, MARK_TAKEN);
    if (kind == 2 || kind == 4 || kind == 5)
        judge_reply(s);
    else
        judge(s, HANDED_UNCLEAR, s->code, "", STR("the server's reply to the content means nothing"));
    s->state = IDLE;
}

// Whether an address may stand between <>: nothing that ends it or the line.
static bool fits_path(struct str address)
{
    bool quoted = false;
    for (size_t i = 0; i < address.n; i++) {
        unsigned char c = (unsigned char)address.p[i];
        if (c < ' ' || c == 0x7f || (!quoted && (c == ' ' || c == '<' || c == '>')))
            return false;
        quoted ^= c == '"';
        if (quoted && c == '\\' && ++i < address.n && (unsigned char)address.p[i] < ' ')
            return false;
    }
    return !quoted && address.n <= 1000;
}

static bool eight_bit(struct str content)
{
    for (size_t i = 0; i < content.n; i++)
        if (content.p[i] & 0x80)
            return true;
    return false;
}

// What can be told without asking the server.
static const char *impossible(const struct smtp *s, const struct mail_delivery *mail, const char **ret_status)
{
    *ret_status = "5.1.3";
    if (!mail->to.n || !fits_path(mail->to) || !fits_path(mail->from))
        return "the address cannot be written to";
    *ret_status = "5.6.7";
    if (mail->utf8 && !(s->extensions & UTF8))
        return "the mail server does not take international addresses (SMTPUTF8)";
    *ret_status = "5.3.4";
    if (s->size_max && mail->content.n > s->size_max)
        return "the mail is larger than the mail server takes";
    return NULL;
}

void smtp_begin(struct smtp *s, struct mail_delivery *mail)
{
    const char *status, *wrong = impossible(s, mail, &status);
    s->mail = mail;
    s->verdict = false;
    if (wrong) {
        judge(s, HANDED_REFUSED, 0, status, str_of(wrong));
        return;
    }
    s->pipelined = s->extensions & PIPELINING;
    buf_printf(&s->out, "MAIL FROM:<%.*s>", STR_ARG(mail->from));
    if (s->extensions & SIZE)
        buf_printf(&s->out, " SIZE=%zu", mail->content.n);
    if (s->extensions & EIGHTBIT && eight_bit(mail->content))
        buf_put(&s->out, STR(" BODY=8BITMIME"));
    buf_put(&s->out, mail->utf8 ? STR(" SMTPUTF8\r\n") : STR("\r\n"));
    if (s->pipelined)
        buf_printf(&s->out, "RCPT TO:<%.*s>\r\nDATA\r\n", STR_ARG(mail->to));
    s->state = MAIL;
}

void smtp_quit(struct smtp *s)
{
    if (s->state != IDLE)
        return;
    say(s, "QUIT");
    s->state = QUIT;
}

static void on_reply(struct smtp *s)
{
    if (s->code == 421 && s->state != QUIT && s->state != DOT) {
        if (s->mail && s->state >= MAIL)
            judge_reply(s);
        give_up(s, "the server closes the connection", buf_str(&s->words));
        return;
    }
    switch (s->state) {
    case GREETING:
        if (s->code / 100 == 2)
            hello(s, "EHLO", EHLO);
        else
            give_up(s, "the server takes no mail now", buf_str(&s->words));
        return;
    case EHLO:
    case HELO:
        on_hello(s);
        return;
    case STARTTLS:
        on_starttls(s);
        return;
    case AUTH:
        on_auth(s);
        return;
    case MAIL:
        on_envelope(s, RCPT);
        return;
    case RCPT:
        on_envelope(s, DATA);
        return;
    case DATA:
        on_data(s);
        return;
    case DOT:
        on_dot(s);
        return;
    case EMPTY:
        s->state = IDLE;
        return;
    case RSET:
        if (s->code / 100 == 2)
            s->state = IDLE;
        else
            give_up(s, "the server refused RSET", buf_str(&s->words));
        return;
    case QUIT:
        s->state = OVER;
        return;
    default:
        give_up(s, "the server sent a reply that nobody asked for", buf_str(&s->words));
        return;
    }
}

static bool word_in(struct str line, const char *word)
{
    for (size_t i = 0; i < line.n;) {
        struct str rest = str_sub(line, i, line.n);
        size_t n = 0;
        while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '=')
            n++;
        if (str_eq_nocase(str_sub(rest, 0, n), str_of(word)))
            return true;
        i += n + 1;
    }
    return false;
}

// A line of the answer to EHLO.
static void offer(struct smtp *s, struct str line)
{
    static const struct {
        const char *word;
        unsigned extension;
    } WORDS[] = {{"PIPELINING", PIPELINING}, {"8BITMIME", EIGHTBIT}, {"SMTPUTF8", UTF8}, {"SIZE", SIZE},
            {"STARTTLS", TLS}};
    size_t n = 0;
    while (n < line.n && line.p[n] != ' ' && line.p[n] != '=')
        n++;
    struct str word = str_sub(line, 0, n), rest = str_sub(line, n, line.n);
    for (unsigned i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq_nocase(word, str_of(WORDS[i].word)))
            s->extensions |= WORDS[i].extension;
    s->offered_tls |= (s->extensions & TLS) != 0;
    if (str_eq_nocase(word, STR("AUTH"))) {
        s->extensions |= word_in(rest, "PLAIN") ? PLAIN : 0;
        s->extensions |= word_in(rest, "LOGIN") ? LOGIN : 0;
        s->extensions |= word_in(rest, "XOAUTH2") ? XOAUTH2 : 0;
    } else if (str_eq_nocase(word, STR("SIZE"))) {
        s->size_max = 0;
        for (size_t i = 1;
                i < rest.n && rest.p[i] >= '0' && rest.p[i] <= '9' && s->size_max < UINT64_MAX / 20; i++)
            s->size_max = s->size_max * 10 + (unsigned)(rest.p[i] - '0');
    }
}

// One line without its end. false: it is no line of a reply.
static bool take_line(struct smtp *s, struct str line, bool *ret_last)
{
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    if (line.n < 3 || line.p[0] < '2' || line.p[0] > '5' || line.p[1] < '0' || line.p[1] > '9' ||
            line.p[2] < '0' || line.p[2] > '9' || (line.n > 3 && line.p[3] != ' ' && line.p[3] != '-'))
        return false;
    unsigned code = (unsigned)(line.p[0] - '0') * 100 + (unsigned)(line.p[1] - '0') * 10 +
                    (unsigned)(line.p[2] - '0');
    if ((s->lines && code != s->code) || s->lines >= SMTP_REPLY_LINES)
        return false;
    struct str words = line.n > 4 ? str_sub(line, 4, line.n) : STR_NONE;
    if (!s->lines)
        s->words.n = 0;
    if (s->state == EHLO && s->lines && code / 100 == 2)
        offer(s, words);
    if (s->words.n < HANDED_TEXT && words.n) {
        if (s->words.n)
            buf_char(&s->words, ' ');
        buf_put(&s->words, words);
    }
    s->code = code;
    s->lines++;
    *ret_last = line.n == 3 || line.p[3] == ' ';
    return true;
}

static bool over(struct smtp *s, const char *why)
{
    give_up(s, why, STR_NONE);
    return false;
}

// Takes one reply out of what has come. false: it is not whole yet, or there was nonsense.
static bool take_reply(struct smtp *s)
{
    for (;;) {
        struct str rest = {s->in.p + s->in_at, s->in.n - s->in_at};
        size_t end = str_find(rest, '\n');
        bool last;
        if (end == rest.n) {
            if (s->in_at) {
                memmove(s->in.p, s->in.p + s->in_at, rest.n);
                s->in.n = rest.n;
                s->in_at = 0;
            }
            return rest.n <= SMTP_LINE_MAX ? false : over(s, "the server's reply has no end");
        }
        if (end > SMTP_LINE_MAX)
            return over(s, "a line of the server's reply is too long");
        s->in_at += end + 1;
        if (!take_line(s, str_sub(rest, 0, end), &last))
            return over(s, "what came is no reply of a mail server");
        if (last) {
            s->lines = 0;
            return true;
        }
    }
}

// A mail's verdict is told when the connection can take the next one, or is over.
static bool told(struct smtp *s)
{
    if (!s->mail || !s->verdict || (s->state != IDLE && s->state != OVER))
        return false;
    s->mail = NULL;
    return true;
}

enum smtp_event smtp_pull(struct smtp *s)
{
    for (;;) {
        if (told(s))
            return SMTP_DONE;
        if (s->state == OVER)
            return SMTP_OVER;
        if (s->ready) {
            s->ready = false;
            return SMTP_READY;
        }
        if (s->state == HANDSHAKE)
            return SMTP_TLS;
        if (take_reply(s))
            on_reply(s);
        else if (s->state != OVER)
            return SMTP_MORE;
    }
}

struct str smtp_about(const struct smtp *s, struct arena *arena)
{
    return arena_printf(arena, "%s%s%s%s%s%s%s%s",
            s->secured       ? "TLS"
            : s->offered_tls ? "without TLS, though it is offered"
                             : "without TLS",
            s->extensions & PLAIN ? ", AUTH PLAIN" : "", s->extensions & LOGIN ? ", AUTH LOGIN" : "",
            s->extensions & XOAUTH2 ? ", AUTH XOAUTH2" : "", s->extensions & PIPELINING ? ", PIPELINING" : "",
            s->extensions & EIGHTBIT ? ", 8BITMIME" : "", s->extensions & UTF8 ? ", SMTPUTF8" : "",
            s->size_max ? arena_printf(arena, ", SIZE %llu", (unsigned long long)s->size_max).p : "");
}
