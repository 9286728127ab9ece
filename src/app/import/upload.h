// Files that were handed in over the API: kept in the folder imports/ of the data folder until they are
// deleted, imported by the job "import". Private to app/import.
#ifndef SLUICE_APP_IMPORT_UPLOAD_H
#define SLUICE_APP_IMPORT_UPLOAD_H

#include "app/import/import.h"
#include "app/slice.h"

extern const struct routes IMPORT_ROUTES;

// table upload
struct upload {
    struct str id, name, format, mapping, state, error, by; // mapping: JSON, or empty
    int64_t bytes, lines, created, run;                     // run: of the table import, 0 before it ran
};

// One row; texts live in arena. ERR_NOT_FOUND.
bool upload_find(
        struct store *store, struct arena *arena, struct str id, struct upload *ret, struct err *err);
bool upload_list(struct store *store, void (*visit)(void *ctx, const struct upload *upload), void *ctx,
        struct err *err);
// The oldest one in this state. *ret_found false: there is none.
bool upload_next(struct store *store, struct arena *arena, struct str state, struct upload *ret,
        bool *ret_found, struct err *err);
// In a write transaction.
bool upload_insert(struct store *store, const struct upload *upload, struct err *err);
bool upload_save(
        struct store *store, const struct upload *upload, struct err *err); // all but id, name, bytes
bool upload_delete(struct store *store, struct str id, struct err *err);

// Paths in the data folder, in arena: the file, what was rejected of it, its mapping.
const char *upload_path(const struct app *app, struct arena *arena, struct str id, const char *suffix);

// The job: imports what is queued, one after the other; goes on with what a stopped server left.
bool upload_job(struct app *app, struct data *reader, struct err *err);

// The handlers of upload_table.c's table.
bool upload_handle_list(struct request *r, struct err *err);
bool upload_handle_add(struct request *r, struct err *err);
bool upload_handle_get(struct request *r, struct err *err);
bool upload_handle_delete(struct request *r, struct err *err);
bool upload_handle_preview(struct request *r, struct err *err);
bool upload_handle_map(struct request *r, struct err *err);
bool upload_handle_unmap(struct request *r, struct err *err);
bool upload_handle_run(struct request *r, struct err *err);
bool upload_handle_rejects(struct request *r, struct err *err);
bool upload_handle_undo(struct request *r, struct err *err);
bool upload_handle_demo(struct request *r, struct err *err);

// Writes into the uploads' own folder (0700), readable by the owner only.
bool upload_write_file(const char *path, struct str bytes, struct err *err);

#endif
