#include "app/import/csv_identity.h"

#include "app/import/csv_value.h"
#include "base/utf8.h"

static void put_lower(struct str s, struct buf *out)
{
    for (size_t i = 0; i < s.n;) {
        if ((unsigned char)s.p[i] < 0x80) {
            char c = s.p[i++];
            buf_char(out, c >= 'A' && c <= 'Z' ? (char)(c | 32) : c);
        } else {
            uint32_t c = utf8_lower(utf8_next(s, &i));
            out->n += utf8_put(c, buf_room(out, 4));
        }
    }
}

bool csv_put_email(struct str cell, struct buf *out)
{
    size_t open = str_find(cell, '<'), close = str_find(cell, '>');
    if (open < close && close < cell.n) // Jane Doe <jane@example.com>
        cell = str_sub(cell, open + 1, close);
    size_t end = 0;
    cell = str_trim(cell);
    if (!cell.p)
        return false;
    if (cell.n > 7 && str_eq_nocase(str_sub(cell, 0, 7), STR("mailto:")))
        cell = str_sub(cell, 7, cell.n);
    while (end < cell.n && !strchr(",; \t\n\r", cell.p[end]))
        end++;
    struct str address = str_sub(cell, 0, end);
    if (!csv_is_email(address))
        return false;
    put_lower(address, out);
    return true;
}

bool csv_put_phone(struct str cell, struct buf *out)
{
    if (!csv_is_phone(cell))
        return false;
    size_t start = out->n, i = 0;
    for (; i < cell.n && !strchr("xXeE#;,", cell.p[i]); i++) {
        char c = cell.p[i];
        if (c >= '0' && c <= '9')
            buf_char(out, c);
        else if (c == '+' && out->n == start)
            buf_char(out, '+');
    }
    if (out->n - start > 4 && out->p[start] == '0' && out->p[start + 1] == '0') {
        out->p[start] = '+';
        memmove(out->p + start + 1, out->p + start + 2, out->n - start - 2);
        out->n--;
    }
    return true;
}

bool csv_put_profile(struct str cell, struct buf *out)
{
    static const char HOST[] = "linkedin.com/";
    const char *host = memmem(cell.p, cell.n, HOST, sizeof HOST - 1);
    if (!host)
        return false;
    size_t from = (size_t)(host - cell.p), end = from;
    if (from && cell.p[from - 1] != '/' && cell.p[from - 1] != '.')
        return false;
    while (end < cell.n && !strchr("?#, \t\n\r", cell.p[end]))
        end++;
    while (end > from && cell.p[end - 1] == '/')
        end--;
    if (end - from <= sizeof HOST)
        return false;
    // People's public names ignore case; the ids of Sales Navigator do not.
    struct str address = str_sub(cell, from, end);
    if (address.n > 16 && memcmp(address.p + 12, "/in/", 4) == 0)
        put_lower(address, out);
    else
        buf_put(out, address);
    return true;
}
