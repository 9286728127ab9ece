// Shared by the files of this slice.
#ifndef SLUICE_APP_TEMPLATE_PRIVATE_H
#define SLUICE_APP_TEMPLATE_PRIVATE_H

#include "app/slice.h"
#include "app/template/template.h"

enum {
    TEMPLATES_MAX = 5000,
    BLOCKS_MAX = 500,
    VARIANTS_MAX = 20,
    SUBJECT_MAX = 500,      // letters
    BODY_MAX = 200000,      // letters of a template's body
    BLOCK_BODY_MAX = 50000, // letters of a variant
    CONDITION_MAX = 2000,
};

// A template as it stands; texts in the arena it was read into.
struct template
{
    struct str id, name, note;
    struct template_text text;
    int64_t version, created, changed;
};
#define TEMPLATE_MISSING "there is no such template"
bool template_find(
        struct store *store, struct arena *arena, struct str id, struct template *ret, struct err *err);
void template_put(const void *template, struct buf *out); // audit_put, too
// A row of subject, preheader, body, html, layout, version, made, by_whom.
void template_put_version(struct query *query, struct arena *arena, struct buf *out);

// A content block. variants: JSON, [{"when","body"}, …].
struct block {
    struct str id, name, note, variants, fallback;
    int64_t version, created, changed;
};
bool block_find(struct store *store, struct arena *arena, struct str id, struct block *ret, struct err *err);
// The version of a block that held at a moment, by its name. ERR_NOT_FOUND: there was none.
bool block_at(struct store *store, struct arena *arena, struct str name, int64_t at, struct block *ret,
        struct err *err);
void block_put(const void *block, struct buf *out);

// "Markdown" or "html" as the API calls it.
static inline struct str format_word(bool html)
{
    return html ? STR("html") : STR("markdown");
}
// Whether the texts can be rendered at all; else a problem that names the field and the place.
bool template_check(struct request *r, const struct template_text *text);
bool block_check_body(struct request *r, const char *field, struct str body);
bool block_check_condition(struct request *r, struct str when);

bool template_compose(struct app *app, struct data *reader, const struct message *message,
        struct arena *arena, struct mail_draft *ret, struct err *err);
bool template_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

// The handlers of api.c.
bool template_route_list(struct request *r, struct err *err);
bool template_route_create(struct request *r, struct err *err);
bool template_route_get(struct request *r, struct err *err);
bool template_route_patch(struct request *r, struct err *err);
bool template_route_delete(struct request *r, struct err *err);
bool template_route_versions(struct request *r, struct err *err);
bool template_route_preview(struct request *r, struct err *err);
bool template_route_test(struct request *r, struct err *err);
bool block_route_list(struct request *r, struct err *err);
bool block_route_create(struct request *r, struct err *err);
bool block_route_get(struct request *r, struct err *err);
bool block_route_patch(struct request *r, struct err *err);
bool block_route_delete(struct request *r, struct err *err);

extern const struct route TEMPLATE_ROUTES[];
extern const struct schema TEMPLATE_SCHEMAS[];

#endif
