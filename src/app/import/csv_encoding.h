// Which encoding a piece of a file is in. Pure. Names are the IANA ones, as iconv and web browsers know them.
#ifndef SLUICE_APP_IMPORT_CSV_ENCODING_H
#define SLUICE_APP_IMPORT_CSV_ENCODING_H

#include "base/str.h"

enum csv_encoding {
    CSV_ASCII, // nothing decided yet: only 7-bit bytes so far, reported as UTF-8
    CSV_UTF8,
    CSV_UTF16LE,
    CSV_UTF16BE,
    CSV_UTF32LE,
    CSV_UTF32BE,
    CSV_WINDOWS_1252, // also all of ISO-8859-1 that is text
    CSV_WINDOWS_1251, // Cyrillic
    CSV_KOI8_R,       // Cyrillic
    CSV_WINDOWS_1253, // Greek; ISO-8859-7 differs in three signs
    CSV_MACINTOSH,
    CSV_SHIFT_JIS,
    CSV_EUC_JP,
    CSV_GB18030, // also GB2312, GBK
    CSV_BIG5,
    CSV_EUC_KR,
    CSV_OTHER, // asked for by name, known to iconv
};

// "UTF-8", "windows-1252", …
struct str csv_encoding_name(enum csv_encoding encoding);
// By name or a usual alias of it ("latin1", "cp1252", "utf16", "sjis"); CSV_OTHER for any other.
enum csv_encoding csv_encoding_of(struct str name);

// The first bytes of a file: byte order marks (*ret_bom: their length), UTF-16 without one, else as below.
enum csv_encoding csv_detect_start(struct str bytes, bool whole, size_t *ret_bom);
// Bytes from anywhere in a file whose other bytes were ASCII so far. CSV_ASCII if these are too. What is
// neither UTF-8 nor a plausible text in another encoding counts as UTF-8 with damage. `whole`: the last
// character is not cut.
enum csv_encoding csv_detect(struct str bytes, bool whole);

#endif
