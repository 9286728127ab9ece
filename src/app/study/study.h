// What a study works on: models, stored ones or texts that a request brings along, and the histories of
// everybody as of a moment. Lives in the request's arena. Private to app/study.
#ifndef SLUICE_APP_STUDY_STUDY_H
#define SLUICE_APP_STUDY_STUDY_H

#include "app/app.h"
#include "replay/results.h"

enum { STUDY_MODELS_MAX = 6, STUDY_THREADS = 2 };

struct study_model {
    struct str id, title; // id: empty for a text
    const struct program *program;
};

struct study {
    struct study_model models[STUDY_MODELS_MAX];
    unsigned n;
    int64_t at; // seconds since 1970
    const struct columns *columns;
};

// at: RFC 3339, or nothing for now.
bool study_moment(struct request *r, struct str at, struct study *study, struct err *err);
bool study_add_active(struct request *r, struct study *study, struct err *err);
bool study_add_stored(struct request *r, struct str id, struct study *study, struct err *err);
bool study_add_text(
        struct request *r, struct str text, const char *member, struct study *study, struct err *err);
// A list of ModelRef: {"id"} or {"text"}.
bool study_add_all(struct request *r, const struct json *models, struct study *study, struct err *err);
// The slow part, when everything that was asked has been understood: calls work with everybody's histories in
// study->columns: of now for one study at a time, of a moment in the past those that reports keep.
bool study_run(struct request *r, struct study *study, void (*work)(void *ctx), void *ctx, struct err *err);

// Lists of contacts: what a body says of the page, and the contact's number that the page before ended with.
#define STUDY_CURSOR_NONE UINT32_MAX
bool study_page_of_body(struct request *r, unsigned *ret_limit, struct str *ret_after);
bool study_cursor(struct request *r, struct str after, uint32_t *ret);

// The handlers of slice.c's table.
bool study_preview(struct request *r, struct err *err);
bool study_preview_text(struct request *r, struct err *err);
bool study_compare(struct request *r, struct err *err);
bool study_compare_texts(struct request *r, struct err *err);
bool study_backtest(struct request *r, struct err *err);
bool study_backtest_texts(struct request *r, struct err *err);

#endif
