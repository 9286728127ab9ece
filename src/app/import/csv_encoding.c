#include "app/import/csv_encoding.h"

#include "base/utf8.h"

static const struct {
    enum csv_encoding encoding;
    const char *name;
} NAMES[] = {
        // The first name of an encoding is the one we print.
        {CSV_ASCII, "UTF-8"},
        {CSV_UTF8, "UTF-8"},
        {CSV_UTF8, "utf8"},
        {CSV_UTF8, "ascii"},
        {CSV_UTF8, "us-ascii"},
        {CSV_UTF8, "utf-8-sig"},
        {CSV_UTF16LE, "UTF-16LE"},
        {CSV_UTF16LE, "utf-16"},
        {CSV_UTF16LE, "utf16"},
        {CSV_UTF16LE, "utf16le"},
        {CSV_UTF16LE, "ucs-2"},
        {CSV_UTF16LE, "unicode"},
        {CSV_UTF16BE, "UTF-16BE"},
        {CSV_UTF16BE, "utf16be"},
        {CSV_UTF32LE, "UTF-32LE"},
        {CSV_UTF32BE, "UTF-32BE"},
        {CSV_WINDOWS_1252, "windows-1252"},
        {CSV_WINDOWS_1252, "cp1252"},
        {CSV_WINDOWS_1252, "ansi"},
        {CSV_WINDOWS_1252, "latin1"},
        {CSV_WINDOWS_1252, "latin-1"},
        {CSV_WINDOWS_1252, "iso-8859-1"},
        {CSV_WINDOWS_1252, "iso8859-1"},
        {CSV_WINDOWS_1251, "windows-1251"},
        {CSV_WINDOWS_1251, "cp1251"},
        {CSV_KOI8_R, "KOI8-R"},
        {CSV_WINDOWS_1253, "windows-1253"},
        {CSV_WINDOWS_1253, "cp1253"},
        {CSV_MACINTOSH, "macintosh"},
        {CSV_MACINTOSH, "macroman"},
        {CSV_MACINTOSH, "mac-roman"},
        {CSV_SHIFT_JIS, "Shift_JIS"},
        {CSV_SHIFT_JIS, "shift-jis"},
        {CSV_SHIFT_JIS, "sjis"},
        {CSV_SHIFT_JIS, "cp932"},
        {CSV_SHIFT_JIS, "windows-31j"},
        {CSV_EUC_JP, "EUC-JP"},
        {CSV_GB18030, "GB18030"},
        {CSV_GB18030, "gb2312"},
        {CSV_GB18030, "gbk"},
        {CSV_GB18030, "cp936"},
        {CSV_BIG5, "Big5"},
        {CSV_BIG5, "cp950"},
        {CSV_EUC_KR, "EUC-KR"},
        {CSV_EUC_KR, "cp949"},
};

struct str csv_encoding_name(enum csv_encoding encoding)
{
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (NAMES[i].encoding == encoding)
            return str_of(NAMES[i].name);
    return STR_NONE;
}

enum csv_encoding csv_encoding_of(struct str name)
{
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (str_eq_nocase(name, str_of(NAMES[i].name)))
            return NAMES[i].encoding == CSV_ASCII ? CSV_UTF8 : NAMES[i].encoding;
    return CSV_OTHER;
}

// UTF-16 without a mark: text has many blanks, digits, commas and line ends, whose high byte is 0, always on
// the same side.
static enum csv_encoding detect_utf16(struct str b)
{
    size_t pairs = b.n / 2, even = 0, odd = 0;
    if (pairs < 4)
        return CSV_ASCII;
    for (size_t i = 0; i + 1 < b.n; i += 2) {
        unsigned char first = (unsigned char)b.p[i], second = (unsigned char)b.p[i + 1];
        even += first == 0 && second != 0 && second < 0x80;
        odd += second == 0 && first != 0 && first < 0x80;
    }
    if (odd * 5 > pairs && even * 20 < odd)
        return CSV_UTF16LE;
    if (even * 5 > pairs && odd * 20 < even)
        return CSV_UTF16BE;
    return CSV_ASCII;
}

enum csv_encoding csv_detect_start(struct str b, bool whole, size_t *ret_bom)
{
    static const struct {
        struct str mark;
        enum csv_encoding encoding;
    } MARKS[] = {
            {{"\xEF\xBB\xBF", 3}, CSV_UTF8},
            {{"\xFF\xFE\0\0", 4}, CSV_UTF32LE},
            {{"\0\0\xFE\xFF", 4}, CSV_UTF32BE},
            {{"\xFF\xFE", 2}, CSV_UTF16LE},
            {{"\xFE\xFF", 2}, CSV_UTF16BE},
            {{"\x84\x31\x95\x33", 4}, CSV_GB18030},
    };
    for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++)
        if (str_starts(b, MARKS[i].mark)) {
            *ret_bom = MARKS[i].mark.n;
            return MARKS[i].encoding;
        }
    *ret_bom = 0;
    enum csv_encoding wide = detect_utf16(b.n > 65536 ? str_sub(b, 0, 65536) : b);
    return wide != CSV_ASCII ? wide : csv_detect(b, whole);
}

// What the bytes ≥ 0x80 look like.
struct profile {
    size_t high, runs; // such bytes, and runs of them
    size_t utf8_good, utf8_bad;
    size_t between;    // runs of one byte with an ASCII letter beside it: an accent in a Latin word
    size_t unlikely;   // bytes that no Western text holds
    size_t mac, latin; // accents at the Mac's places, at Latin-1's
    size_t mixed[3];   // lower case right before upper case, read as each of SCRIPTS
    size_t common[3];  // letters that are frequent in its languages; small ones count 3, capitals 2
};

static bool letter(const struct str *b, size_t i)
{
    return i < b->n && (((unsigned char)b->p[i] | 32) >= 'a' && ((unsigned char)b->p[i] | 32) <= 'z');
}

// Scripts in bytes of their own: where capitals and small letters stand, and which letters are frequent.
static const struct {
    enum csv_encoding encoding;
    unsigned char upper[2], lower[2]; // from, to
    const char *common_lower, *common_upper;
} SCRIPTS[3] = {
        {CSV_WINDOWS_1251, {0xC0, 0xDF}, {0xE0, 0xFF}, "\xEE\xE5\xE0\xE8\xED\xF2\xF1\xF0\xE2\xEB",
                "\xCE\xC5\xC0\xC8\xCD\xD2\xD1\xD0\xC2\xCB"},
        {CSV_KOI8_R, {0xE0, 0xFF}, {0xC0, 0xDF}, "\xCF\xC5\xC1\xC9\xCE\xD4\xD3\xD2\xD7\xCC",
                "\xEF\xE5\xE1\xE9\xEE\xF4\xF3\xF2\xF7\xEC"},
        {CSV_WINDOWS_1253, {0xC1, 0xDB}, {0xDC, 0xFE},
                "\xE1\xEF\xE9\xE5\xF4\xF3\xED\xE7\xF1\xF5\xF2\xDC\xDD\xFC",
                "\xC1\xCF\xC9\xC5\xD4\xD3\xCD\xC7\xD1\xD5"},
};

static bool in(unsigned char c, unsigned lo, unsigned hi)
{
    return c >= lo && c <= hi;
}

static void look_at(struct profile *f, const struct str *b, size_t i)
{
    unsigned char c = (unsigned char)b->p[i], next = i + 1 < b->n ? (unsigned char)b->p[i + 1] : 0;
    bool starts = i == 0 || (unsigned char)b->p[i - 1] < 0x80;
    f->high++;
    f->runs += starts;
    if (starts && next < 0x80 && (letter(b, i + 1) || (i > 0 && letter(b, i - 1)))) {
        f->between++;
        f->mac += strchr("\x87\x88\x8A\x8D\x8E\x8F\x90\x97\x99\x9A\x9F", c) != NULL;
        f->latin += c >= 0xC0;
    }
    f->unlikely += c == 0xFF || c == 0xFE || c == 0x81 || c == 0x8D || c == 0x8F || c == 0x90 || c == 0x9D;
    for (int k = 0; k < 3; k++) {
        f->mixed[k] += in(c, SCRIPTS[k].lower[0], SCRIPTS[k].lower[1]) &&
                       in(next, SCRIPTS[k].upper[0], SCRIPTS[k].upper[1]);
        f->common[k] += strchr(SCRIPTS[k].common_lower, c) ? 3 : strchr(SCRIPTS[k].common_upper, c) ? 2 : 0;
    }
}

static struct profile profile_of(struct str b)
{
    struct profile f = {0};
    for (size_t i = 0; i < b.n; i++)
        if ((unsigned char)b.p[i] >= 0x80)
            look_at(&f, &b, i);
    for (size_t i = 0; i < b.n;) {
        size_t at = i;
        if ((unsigned char)b.p[i] < 0x80) {
            i++;
            continue;
        }
        utf8_next(b, &i);
        if (i - at > 1)
            f.utf8_good++;
        else
            f.utf8_bad++;
    }
    return f;
}

// Characters of two bytes in one of the Asian encodings.
struct pairs {
    size_t n, bad, high_second, kana, common, hangul, hanzi1;
};

static struct pairs pairs_of(struct str b, enum csv_encoding as)
{
    struct pairs f = {0};
    for (size_t i = 0; i < b.n; i++) {
        unsigned char c = (unsigned char)b.p[i], d = i + 1 < b.n ? (unsigned char)b.p[i + 1] : 0;
        if (c < 0x80)
            continue;
        if (as == CSV_SHIFT_JIS && in(c, 0xA1, 0xDF)) { // half-width kana: a byte
            f.n++;
            continue;
        }
        bool lead = as == CSV_SHIFT_JIS ? in(c, 0x81, 0x9F) || in(c, 0xE0, 0xFC) : in(c, 0xA1, 0xFE);
        bool tail = as == CSV_SHIFT_JIS ? in(d, 0x40, 0x7E) || in(d, 0x80, 0xFC)
                    : as == CSV_BIG5    ? in(d, 0x40, 0x7E) || in(d, 0xA1, 0xFE)
                                        : in(d, 0xA1, 0xFE);
        if (as == CSV_GB18030) { // GBK's wider range, four-byte forms left aside
            lead = in(c, 0x81, 0xFE);
            tail = in(d, 0x40, 0xFE) && d != 0x7F;
        }
        f.n++;
        if (!lead || !tail) {
            f.bad++;
            continue;
        }
        i++;
        f.high_second += d >= 0x80;
        f.kana += as == CSV_SHIFT_JIS ? in(c, 0x82, 0x83) : in(c, 0xA4, 0xA5);
        f.common += as == CSV_SHIFT_JIS ? in(c, 0x81, 0x9F) : as == CSV_BIG5 ? in(c, 0xA4, 0xC6) : 0;
        f.hangul += in(c, 0xB0, 0xC8);
        f.hanzi1 += in(c, 0xB0, 0xD7);
    }
    return f;
}

// One of the Asian encodings, or CSV_ASCII. Only where the bytes come in pairs that are common characters.
static enum csv_encoding detect_pairs(struct str b)
{
    struct pairs jis = pairs_of(b, CSV_SHIFT_JIS), euc = pairs_of(b, CSV_EUC_JP),
                 big5 = pairs_of(b, CSV_BIG5), gbk = pairs_of(b, CSV_GB18030);
    if (jis.n >= 2 && !jis.bad && jis.common * 10 >= jis.n * 7 && jis.high_second * 3 >= jis.n)
        return CSV_SHIFT_JIS;
    if (euc.n >= 2 && !euc.bad) {
        if (euc.kana * 5 >= euc.n)
            return CSV_EUC_JP;
        if (euc.n >= 6 && euc.hangul * 20 >= euc.n * 19)
            return CSV_EUC_KR;
        if (euc.hanzi1 * 10 >= euc.n * 7)
            return CSV_GB18030;
    }
    if (big5.n >= 4 && !big5.bad && big5.common * 10 >= big5.n * 9 && big5.high_second * 10 >= big5.n * 3)
        return CSV_BIG5;
    if (gbk.n >= 4 && !gbk.bad && gbk.hanzi1 * 10 >= gbk.n * 8 && gbk.high_second * 10 >= gbk.n * 8)
        return CSV_GB18030;
    return CSV_ASCII;
}

// Words written wholly in bytes ≥ 0x80: the script in which the letters are frequent ones and capitals stand
// where words begin.
static enum csv_encoding detect_script(const struct profile *f)
{
    int best = 0;
    long score[3];
    for (int k = 0; k < 3; k++) {
        score[k] = (long)f->common[k] - 6 * (long)f->mixed[k];
        best = score[k] > score[best] ? k : best;
    }
    return score[best] * 10 >= (long)f->high * 12 ? SCRIPTS[best].encoding : CSV_WINDOWS_1252;
}

enum csv_encoding csv_detect(struct str b, bool whole)
{
    if (!whole) // leave a character that may be cut out of the count
        for (int i = 0; i < 4 && b.n && (unsigned char)b.p[b.n - 1] >= 0x80; i++)
            b.n--;
    struct profile f = profile_of(b);
    if (!f.high)
        return CSV_ASCII;
    if (!f.utf8_bad || f.utf8_good > f.utf8_bad * 4)
        return CSV_UTF8;
    if (f.between * 2 < f.runs) {
        enum csv_encoding asian = detect_pairs(b);
        if (asian != CSV_ASCII)
            return asian;
        if (f.high >= f.runs * 3 && f.runs >= 2)
            return detect_script(&f);
    }
    if (f.mac >= 2 && f.mac > f.latin * 4)
        return CSV_MACINTOSH;
    return f.unlikely * 5 > f.high ? CSV_UTF8 : CSV_WINDOWS_1252;
}
