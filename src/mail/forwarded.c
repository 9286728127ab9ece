#include "mail/forwarded.h"

#include "mail/address.h"
#include "mail/phrases.h"
#include "mail/report.h"

enum { LINES_MAX = 200 };

static const char *const FROM[] = {"from", "von", "de", "da", "van", "från", "fra", "od", "от", "від",
        "lähettäjä", "keneltä", "expéditeur", "remitente", "mittente", "remetente", "发件人", "寄件者",
        "差出人", "送信元", "보낸 사람", "gönderen", "kimden", "feladó", "de la", "od koho", "от кого", NULL};
static const char *const SUBJECT[] = {"subject", "betreff", "objet", "asunto", "oggetto", "assunto",
        "onderwerp", "ämne", "emne", "aihe", "temat", "předmět", "predmet", "тема", "主题", "主旨", "件名",
        "제목", "konu", "tárgy", "subiect", NULL};
static const char *const FORWARDED[] = {"^fw:", "^fwd:", "^fwd ", "^wg:", "^tr:", "^rv:", "^i:", "^enc:",
        "^vs:", "^vb:", "^vl:", "^doorst:", "^pd:", "^fs:", "^转发:", "^转发：", "^轉寄:", "^轉寄：",
        "^[fwd:", "^fw :", "^tr :", "^weitergeleitet:", "^rif:", "^ynt fwd:", "^ilt:", "^továbbítás:",
        "^пер:", NULL};
static const char *const ANSWERING[] = {"^re:", "^re :", "^re[", "^aw:", "^antw:", "^antwort:", "^sv:",
        "^vs:", "^rép:", "^rep:", "^r:", "^rif:", "^res:", "^odp:", "^ynt:", "^答复:", "^答复：",
        "^回复:", "^回复：", "^回覆:", "^回覆：",
        "^返信:", "^отв:", "^відп:", "^bls:", "^ref:", "^vá:", "^atb:", "^απ:", "^ts:", NULL};

bool forwarded_subject(struct arena *arena, struct str subject)
{
    return phrase_any(phrases_flat(arena, subject, 200), FORWARDED);
}

bool answering_subject(struct arena *arena, struct str subject)
{
    return phrase_any(phrases_flat(arena, subject, 200), ANSWERING);
}

static bool is_name(struct arena *arena, struct str name, const char *const *names)
{
    struct str flat = phrases_flat(arena, name, 60);
    for (; *names; names++)
        if (str_eq(flat, str_of(*names)))
            return true;
    return false;
}

// "Ann Example [mailto:ann@example.org]", "Ann <ann@example.org>", "*Ann*".
static struct mime_address address_of(struct arena *arena, struct str value)
{
    size_t bracket = str_find(value, '[');
    struct mime_address a = {STR(""), STR("")};
    if (bracket < value.n) {
        size_t at = bracket;
        a.address = report_next_address(value, &at);
        a.name = str_trim(str_sub(value, 0, bracket));
        size_t angle = str_find(a.name, '<');
        if (angle < a.name.n)
            a.name = str_trim(str_sub(a.name, 0, angle));
        if (a.address.n)
            return a;
    }
    struct mime_addresses all = mail_addresses(arena, value);
    return all.n ? all.v[0] : a;
}

static struct str bare(struct str s)
{
    s = str_trim(s);
    while (s.n && (s.p[0] == '>' || s.p[0] == '*' || s.p[0] == ' '))
        s = str_sub(s, 1, s.n);
    while (s.n && (s.p[s.n - 1] == '*' || s.p[s.n - 1] == ' '))
        s.n--;
    return s;
}

void forwarded_header(
        struct arena *arena, struct str text, struct mime_address *ret_from, struct str *ret_subject)
{
    struct mime_address from = {STR(""), STR("")};
    struct str subject = STR("");
    unsigned lines = 0;
    for (size_t at = 0; at < text.n && lines < LINES_MAX && !(from.address.n && subject.n); lines++) {
        struct str line = str_sub(text, at, at + str_find(str_sub(text, at, text.n), '\n'));
        at += line.n + 1;
        line = bare(line);
        size_t colon = str_find(line, ':'), behind = colon + 1;
        const char *wide = memmem(line.p, line.n, "：", 3);
        if (wide && (size_t)(wide - line.p) < colon) {
            colon = (size_t)(wide - line.p);
            behind = colon + 3;
        }
        if (colon >= line.n || colon > 40)
            continue;
        struct str name = bare(str_sub(line, 0, colon)), value = bare(str_sub(line, behind, line.n));
        if (!from.address.n && is_name(arena, name, FROM))
            from = address_of(arena, value);
        else if (!subject.n && is_name(arena, name, SUBJECT))
            subject = value;
    }
    *ret_from = from;
    *ret_subject = subject;
}
