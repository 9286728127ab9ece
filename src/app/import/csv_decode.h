// A file as a stream of UTF-8: opens it (plain, gzip, zstd, "-"), finds its encoding, decodes. One owner.
// Bytes that the encoding does not know come out as 0xFF, which is no UTF-8, so that the row they stand in
// can be told from the others.
#ifndef SLUICE_APP_IMPORT_CSV_DECODE_H
#define SLUICE_APP_IMPORT_CSV_DECODE_H

#include "base/buf.h"
#include "base/err.h"

struct csv_decoder;

// encoding: empty to find it out, else a name that iconv knows (ERR_USAGE otherwise).
bool csv_decoder_open(const char *path, struct str encoding, struct csv_decoder **ret, struct err *err);
void csv_decoder_close(struct csv_decoder *d); // NULL is fine
// Appends some text; *ret_more is false when nothing is left.
bool csv_decoder_read(struct csv_decoder *d, struct buf *out, bool *ret_more, struct err *err);
// As far as is known by now.
struct str csv_decoder_encoding(const struct csv_decoder *d);
uint64_t csv_decoder_consumed(const struct csv_decoder *d); // as input_consumed
uint64_t csv_decoder_size(const struct csv_decoder *d);

#endif
