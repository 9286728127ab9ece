#include "app/import/csv_vcard.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <iconv.h>

enum column {
    C_NAME,
    C_FIRST,
    C_LAST,
    C_MIDDLE,
    C_PREFIX,
    C_SUFFIX,
    C_NICKNAME,
    C_EMAIL,
    C_EMAIL2,
    C_EMAIL3,
    C_PHONE,
    C_PHONE2,
    C_PHONE3,
    C_COMPANY,
    C_DEPARTMENT,
    C_TITLE,
    C_WEBSITE,
    C_CITY,
    C_COUNTRY,
    C_BIRTHDAY,
    C_GENDER,
    C_CATEGORIES,
    C_NOTE,
    C_UID,
};

const struct str CSV_VCARD_HEADER[CSV_VCARD_COLUMNS] = {
        {"Name", 4},
        {"First Name", 10},
        {"Last Name", 9},
        {"Middle Name", 11},
        {"Salutation", 10},
        {"Suffix", 6},
        {"Nickname", 8},
        {"Email", 5},
        {"Email 2", 7},
        {"Email 3", 7},
        {"Phone", 5},
        {"Phone 2", 7},
        {"Phone 3", 7},
        {"Company", 7},
        {"Department", 10},
        {"Job Title", 9},
        {"Website", 7},
        {"City", 4},
        {"Country", 7},
        {"Birthday", 8},
        {"Gender", 6},
        {"Categories", 10},
        {"Note", 4},
        {"vCard UID", 9},
};

enum { LINE_MAX_KEPT = 64 << 10, VALUES_MAX = 8 };

struct value_rank {
    struct str text;
    int rank; // lower is better
};

struct card {
    struct arena *arena;
    struct csv_vcard *out;
    struct value_rank emails[VALUES_MAX], phones[VALUES_MAX];
    unsigned n_emails, n_phones;
};

bool csv_vcard_begins(struct str t)
{
    t = str_trim(t);
    return t.n >= 11 && str_eq_nocase(str_sub(t, 0, 11), STR("BEGIN:VCARD"));
}

// A property line, unfolded: name[;parameters]:value
struct property {
    struct str name, params, value;
};

static bool has_word(struct str params, struct str word)
{
    for (size_t i = 0; i + word.n <= params.n; i++) {
        bool starts = i == 0 || strchr(";=,\"", params.p[i - 1]);
        bool ends = i + word.n == params.n || strchr(";,=\"", params.p[i + word.n]);
        if (starts && ends && str_eq_nocase(str_sub(params, i, i + word.n), word))
            return true;
    }
    return false;
}

// The value of a parameter, without quotes; empty if there is none.
static struct str param(struct str params, struct str name)
{
    for (size_t i = 0; i + name.n < params.n; i++)
        if ((i == 0 || params.p[i - 1] == ';') && params.p[i + name.n] == '=' &&
                str_eq_nocase(str_sub(params, i, i + name.n), name)) {
            struct str v = str_sub(params, i + name.n + 1, params.n);
            v = str_sub(v, 0, str_find(v, ';'));
            return v.n >= 2 && v.p[0] == '"' ? str_sub(v, 1, v.n - 1) : v;
        }
    return STR_NONE;
}

static struct str to_utf8(struct arena *arena, struct str bytes, struct str charset)
{
    char name[32] = "WINDOWS-1252";
    if (utf8_valid(bytes))
        return bytes;
    if (charset.n && charset.n < sizeof name) {
        memcpy(name, charset.p, charset.n);
        name[charset.n] = '\0';
    }
    iconv_t cd = iconv_open("UTF-8", name);
    if (cd == (iconv_t)-1)
        return STR_NONE;
    size_t in_n = bytes.n, room = bytes.n * 4;
    char *out = arena_alloc(arena, room + 1), *to = out, *in = arena_alloc(arena, in_n + 1);
    memcpy(in, bytes.p, in_n);
    size_t done = iconv(cd, &in, &in_n, &to, &room);
    iconv_close(cd);
    return done == (size_t)-1 ? STR_NONE : (struct str){out, (size_t)(to - out)};
}

static struct str quoted_printable(struct arena *arena, struct str v, struct str charset)
{
    char *out = arena_alloc(arena, v.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == '=' && i + 2 < v.n && hex_digit(v.p[i + 1]) >= 0 && hex_digit(v.p[i + 2]) >= 0) {
            out[n++] = (char)(hex_digit(v.p[i + 1]) * 16 + hex_digit(v.p[i + 2]));
            i += 2;
        } else {
            out[n++] = v.p[i];
        }
    }
    return to_utf8(arena, (struct str){out, n}, charset);
}

// The part of a structured value, unescaped and trimmed: the index-th between bare semicolons, or with
// index < 0 the whole.
static struct str part(struct arena *arena, struct str v, int index)
{
    char *out = arena_alloc(arena, v.n + 1);
    size_t n = 0;
    int at = 0;
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == '\\' && i + 1 < v.n) {
            i++;
            if (index < 0 || at == index)
                out[n++] = v.p[i] == 'n' || v.p[i] == 'N' ? '\n' : v.p[i];
        } else if (v.p[i] == ';' && index >= 0) {
            at++;
        } else if (index < 0 || at == index) {
            out[n++] = v.p[i];
        }
    }
    return str_trim((struct str){out, n});
}

static void set(struct card *c, enum column column, struct str text)
{
    if (!c->out->cells[column].n && text.n)
        c->out->cells[column] = text;
}

static void add(struct value_rank *list, unsigned *n, struct str text, int rank)
{
    if (!text.n || *n == VALUES_MAX)
        return;
    for (unsigned i = 0; i < *n; i++)
        if (str_eq(list[i].text, text))
            return;
    unsigned at = (*n)++;
    while (at > 0 && list[at - 1].rank > rank) {
        list[at] = list[at - 1];
        at--;
    }
    list[at] = (struct value_rank){text, rank};
}

static struct str without(struct str t, struct str prefix)
{
    return t.n > prefix.n && str_eq_nocase(str_sub(t, 0, prefix.n), prefix) ? str_sub(t, prefix.n, t.n) : t;
}

static void add_phone(struct card *c, const struct property *p, struct str v)
{
    struct str number = without(part(c->arena, v, -1), STR("tel:"));
    if (has_word(p->params, STR("FAX")) || has_word(p->params, STR("PAGER")))
        return;
    int rank = has_word(p->params, STR("PREF"))   ? 0
               : has_word(p->params, STR("CELL")) ? 1
               : has_word(p->params, STR("WORK")) ? 2
               : has_word(p->params, STR("HOME")) ? 3
                                                  : 4;
    add(c->phones, &c->n_phones, number, rank);
}

static void take_property(struct card *c, const struct property *p)
{
    struct arena *a = c->arena;
    static const struct {
        const char *name;
        enum column column;
        int part;
    } SIMPLE[] = {{"FN", C_NAME, -1}, {"N", C_LAST, 0}, {"N", C_FIRST, 1}, {"N", C_MIDDLE, 2},
            {"N", C_PREFIX, 3}, {"N", C_SUFFIX, 4}, {"NICKNAME", C_NICKNAME, -1}, {"ORG", C_COMPANY, 0},
            {"ORG", C_DEPARTMENT, 1}, {"TITLE", C_TITLE, -1}, {"URL", C_WEBSITE, -1}, {"ADR", C_CITY, 3},
            {"ADR", C_COUNTRY, 6}, {"BDAY", C_BIRTHDAY, -1}, {"GENDER", C_GENDER, 0},
            {"X-GENDER", C_GENDER, -1}, {"CATEGORIES", C_CATEGORIES, -1}, {"NOTE", C_NOTE, -1},
            {"UID", C_UID, -1}};
    struct str v = p->value;
    struct str coding = param(p->params, STR("ENCODING"));
    if (str_eq_nocase(coding, STR("QUOTED-PRINTABLE")) || has_word(p->params, STR("QUOTED-PRINTABLE")))
        v = quoted_printable(a, v, param(p->params, STR("CHARSET")));
    else if (coding.n && (coding.p[0] | 32) == 'b') // base64: a picture, a sound, a key
        return;
    // An address of the person's work says more about a business contact; the first one wins otherwise.
    for (size_t i = 0; i < sizeof SIMPLE / sizeof *SIMPLE; i++)
        if (str_eq_nocase(p->name, str_of(SIMPLE[i].name)))
            set(c, SIMPLE[i].column, part(a, v, SIMPLE[i].part));
    if (str_eq_nocase(p->name, STR("EMAIL")))
        add(c->emails, &c->n_emails, without(part(a, v, -1), STR("mailto:")),
                has_word(p->params, STR("PREF")) ? 0 : 1);
    else if (str_eq_nocase(p->name, STR("TEL")))
        add_phone(c, p, v);
}

static bool split_property(struct str line, struct property *ret)
{
    bool quoted = false;
    size_t colon = 0;
    while (colon < line.n && (line.p[colon] != ':' || quoted)) {
        quoted ^= line.p[colon] == '"';
        colon++;
    }
    if (colon == line.n || colon == 0)
        return false;
    struct str head = str_sub(line, 0, colon);
    size_t semicolon = str_find(head, ';');
    ret->name = str_sub(head, 0, semicolon);
    ret->params = semicolon < head.n ? str_sub(head, semicolon + 1, head.n) : STR_NONE;
    ret->value = str_sub(line, colon + 1, line.n);
    size_t dot = str_find(ret->name, '.'); // item1.EMAIL
    if (dot < ret->name.n)
        ret->name = str_sub(ret->name, dot + 1, ret->name.n);
    return true;
}

struct lines {
    const char *p, *end;
    bool final;
    uint32_t ends;
};

// The next physical line; false when there is none, or it may not be whole.
static bool take_line(struct lines *l, struct str *ret)
{
    const char *newline = l->p < l->end ? memchr(l->p, '\n', (size_t)(l->end - l->p)) : NULL;
    if (!newline && (!l->final || l->p == l->end))
        return false;
    const char *stop = newline ? newline : l->end;
    struct str line = {l->p, (size_t)(stop - l->p)};
    while (line.n && line.p[line.n - 1] == '\r') // \r\r\n happens too
        line.n--;
    l->ends += newline != NULL;
    l->p = newline ? newline + 1 : l->end;
    *ret = line;
    return true;
}

// Unfolds: lines that begin with a blank, and quoted-printable ones that end with "=", belong together.
static bool take_logical(struct arena *arena, struct lines *l, struct str *ret)
{
    struct str line, next;
    struct property property;
    if (!take_line(l, &line))
        return false;
    bool soft = split_property(line, &property) && has_word(property.params, STR("QUOTED-PRINTABLE"));
    struct buf joined = {0};
    bool is_joined = false;
    for (;;) {
        struct lines before = *l;
        bool wants = soft && line.n && line.p[line.n - 1] == '=';
        bool have = take_line(l, &next);
        bool folds = have && next.n && (next.p[0] == ' ' || next.p[0] == '\t');
        if (!have || (!wants && !folds)) {
            bool cut = !have && !l->final;
            if (have)
                *l = before;
            if (is_joined) {
                *ret = arena_str(arena, buf_str(&joined));
                buf_free(&joined);
            } else {
                *ret = line;
            }
            return !cut;
        }
        if (!is_joined)
            buf_put(&joined, line);
        is_joined = true;
        if (wants)
            joined.n--;
        if (joined.n < LINE_MAX_KEPT) // the rest of a picture is of no use
            buf_put(&joined, wants ? next : str_sub(next, 1, next.n));
        line = buf_str(&joined);
    }
}

bool csv_vcard_scan(struct arena *arena, const char *p, const char *end, bool final, struct csv_vcard *ret)
{
    struct lines l = {p, end, final, 0};
    struct csv_vcard out = {0};
    struct card card = {.arena = arena, .out = &out};
    struct str line;
    bool inside = false, closed = false;
    while (!closed && take_logical(arena, &l, &line)) {
        struct property property;
        struct str trimmed = str_trim(line);
        if (!trimmed.n)
            continue;
        if (str_eq_nocase(trimmed, STR("BEGIN:VCARD"))) {
            inside = out.found = true;
        } else if (!inside) {
            out.outside = true;
        } else if (str_eq_nocase(trimmed, STR("END:VCARD"))) {
            closed = true;
        } else if (split_property(line, &property)) {
            take_property(&card, &property);
        }
        if (!inside)
            out.skipped = l.ends;
    }
    if (!closed && !final)
        return false;
    for (unsigned i = 0; i < card.n_emails && i < 3; i++)
        out.cells[C_EMAIL + i] = card.emails[i].text;
    for (unsigned i = 0; i < card.n_phones && i < 3; i++)
        out.cells[C_PHONE + i] = card.phones[i].text;
    out.open = out.found && !closed;
    out.used = (size_t)(l.p - p);
    out.ends = l.ends;
    *ret = out;
    return true;
}
