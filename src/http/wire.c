// Requests that two programs could read differently are refused. libmicrohttpd joins folded headers, takes a
// lone LF or CR for the end of a line, cuts at zero bytes and answers requests with two lengths. It parses in
// place, so the distances between what it found tell what stood between.
#include "http/private.h"

struct look {
    const char *end; // of what came before
    const char *wrong;
    unsigned hosts, lengths, codings;
    bool chunked;
};

static bool token_char(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool host_valid(struct str host)
{
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        bool fine = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c & 0x80) ||
                    (c && strchr("-._~%:[]!$&'()*+,;=", c));
        if (!fine)
            return false;
    }
    return host.n <= 300;
}

static const char *check_line(struct look *look, struct str name, struct str value)
{
    if (name.p - look->end != 2 || look->end[0] || look->end[1])
        return "a header is folded, or ends in something else than CR LF";
    if (!name.n)
        return "a header has no name";
    for (size_t i = 0; i < name.n; i++)
        if (!token_char(name.p[i]))
            return "the name of a header has a character that it may not have";
    if (value.p < name.p + name.n + 1)
        return "a header is folded";
    for (const char *p = name.p + name.n + 1; p < value.p; p++)
        if (*p != ' ' && *p != '\t')
            return "a header is folded";
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return "a header has a control character";
    }
    return NULL;
}

static const char *check_meaning(struct look *look, struct str name, struct str value)
{
    if (str_eq_nocase(name, STR("host"))) {
        look->hosts++;
        if (!host_valid(str_trim(value)))
            return "the header Host is no host";
    } else if (str_eq_nocase(name, STR("content-length"))) {
        look->lengths++;
        struct str digits = str_trim(value);
        if (!digits.n || digits.n > 18)
            return "the header Content-Length is no number";
        for (size_t i = 0; i < digits.n; i++)
            if (digits.p[i] < '0' || digits.p[i] > '9')
                return "the header Content-Length is no number";
    } else if (str_eq_nocase(name, STR("transfer-encoding"))) {
        look->codings++;
        if (!str_eq_nocase(str_trim(value), STR("chunked")))
            return "the header Transfer-Encoding may only be chunked";
    }
    return NULL;
}

static enum MHD_Result check_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n,
        const char *value, size_t value_n)
{
    (void)kind;
    struct look *look = cls;
    if (!value)
        look->wrong = "a header has no value";
    else
        look->wrong = check_line(look, (struct str){name, name_n}, (struct str){value, value_n});
    if (!look->wrong)
        look->wrong = check_meaning(look, (struct str){name, name_n}, (struct str){value, value_n});
    if (!look->wrong)
        look->end = value + value_n;
    return look->wrong ? MHD_NO : MHD_YES;
}

const char *wire_check(struct MHD_Connection *mhd, const char *uri, size_t uri_n, const char *method,
        const char *url, const char *version)
{
    struct str name = str_of(method);
    bool old = strcmp(version, "HTTP/1.0") == 0;
    for (size_t i = 0; i < name.n; i++)
        if (!token_char(name.p[i]))
            return "the method has a character that it may not have";
    if (!name.n || name.n > 20)
        return "there is no such method";
    if (!old && strcmp(version, "HTTP/1.1") != 0)
        return "this is neither HTTP/1.1 nor HTTP/1.0";
    if (!uri || url != method + name.n + 1 || version != url + uri_n + 1)
        return "the first line is not METHOD PATH HTTP/1.1";
    for (size_t i = 0; i < uri_n; i++)
        if ((unsigned char)uri[i] <= ' ' || (unsigned char)uri[i] >= 0x7f)
            return "the path has a byte that must be percent-encoded";
    struct look look = {.end = version + strlen(version)};
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, check_header, &look);
    if (look.wrong)
        return look.wrong;
    // A header without a name would end the head, and what follows be another request.
    const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (!info || info->header_size != (size_t)(look.end + 4 - method))
        return "a header has no name";
    if (look.hosts != 1 && !(old && look.hosts == 0))
        return look.hosts ? "the header Host is there more than once" : "the header Host is missing";
    if (look.lengths > 1 || look.codings > 1 || (look.lengths && look.codings) || (old && look.codings))
        return "the length of the body is told more than once";
    return NULL;
}
