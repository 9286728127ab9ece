// Data folders for benchmarks, filled with the histories of histories.h through the import's own door. Where
// anything fails these end the program with the reason.
#ifndef SLUICE_BENCH_STORES_H
#define SLUICE_BENCH_STORES_H

#include "app/data.h"

#include <stdio.h>

// A new folder below $TMPDIR, or the system's folder for such things; ends the program if that has less than
// `megabytes` free. stores_remove() it.
struct str stores_folder(struct arena *arena, double megabytes);
void stores_remove(struct str folder); // with all that is in it

// A histories' events in the order of their times: as they came in.
struct arrivals {
    const struct columns *columns;
    uint32_t *event;   // [columns->n_events]
    uint32_t *contact; // [columns->n_events] by event, not by arrival
};
struct arrivals arrivals_of(const struct columns *columns);
void arrivals_free(struct arrivals *a);

// What the messages of a store say.
enum detail {
    DETAIL_BARE,  // who, when, what
    DETAIL_NAMED, // and a UUID as messageId
    DETAIL_WHOLE, // and properties, traits and facts; identified contacts have an e-mail address
};

// 16 hexadecimal digits, in no order.
void stores_user(uint32_t contact, char ret[17]);
// c<contact>@example.org
void stores_email(uint32_t contact, char ret[40]);
// The UUID of message `number`; series: messages of another series have other ones.
void stores_uuid(uint32_t series, uint32_t number, char ret[37]);

// The message of an event in the Segment format, appended to out with its line end.
void stores_line(const struct arrivals *a, uint32_t event, struct str user, struct str id, struct buf *out);

// A new store in `folder` with all events. Of appending them, without making them: milliseconds on the clock
// and of processors' time.
void stores_fill(
        struct str folder, const struct arrivals *a, enum detail detail, double *ret_ms, double *ret_cpu);

// Bytes of the database and of the column cache.
double stores_bytes(struct str folder);
// Writes the folder's files to the disk and drops them from the system's memory. Nobody may have them open.
void stores_forget(struct str folder);

// Opens the folder, or ends the program.
struct data *stores_open(struct str folder, enum data_mode mode);
// The columns hold what the histories hold: contacts, events, their times, their types.
void stores_check(const struct columns *columns, const struct columns *from);

double stores_cpu_ms(void); // processors' time of this process, all threads
// Prints how much of its time the first thread stood in line for a processor: with much of that, times on the
// clock say little, and processors' time is what to look at.
void stores_note_waiting(void);
void stores_must(bool ok, const struct err *err);

#endif
