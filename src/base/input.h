// Reading a file line by line: plain, gzip or zstd (by its first bytes), "-" for standard input.
#ifndef SLUICE_BASE_INPUT_H
#define SLUICE_BASE_INPUT_H

#include "base/err.h"
#include "base/str.h"

enum { INPUT_LINE_MAX = 64 << 20 }; // a longer line is an error

struct input;

// path (for messages too) must live as long as the input.
bool input_open(const char *path, struct input **ret, struct err *err);
void input_close(struct input *input); // NULL is fine
// Raw decompressed bytes: up to size into out; *ret_n is 0 at the end.
bool input_read(struct input *input, char *out, size_t size, size_t *ret_n, struct err *err);
// The next line without its \n (a \r before it stays); valid until the next call. At the end: true with
// *ret_more = false.
bool input_line(struct input *input, struct str *ret_line, bool *ret_more, struct err *err);
// Compressed bytes consumed so far and the file's size (0 where unknown), for a progress bar.
uint64_t input_consumed(const struct input *input);
uint64_t input_size(const struct input *input);

#endif
