// A table for a person's eyes: columns as wide as their cells, numbers to the right.
#ifndef SLUICE_CLI_TABLE_H
#define SLUICE_CLI_TABLE_H

#include "cli/out.h"

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct table;

struct table *table_new(struct out *out); // prints there
void table_column(struct table *table, const char *header, enum align align);
// The next cell's text is what stands in this buffer when the next cell, or the table, ends.
struct buf *table_cell(struct table *table);
void table_text(struct table *table, struct str text); // a stranger's text: put_plain
void table_count(struct table *table, uint64_t n);     // 12,345
// Every some thousand rows a block is printed, so that a table needs no memory for all its rows; columns may
// grow from block to block. false: out_step failed.
bool table_row(struct table *table);
void table_end(struct table *table); // prints the rest and frees

#endif
