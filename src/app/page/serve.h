#ifndef SLUICE_APP_PAGE_SERVE_H
#define SLUICE_APP_PAGE_SERVE_H

#include "app/form/serve.h"
#include "app/page/definition.h"
#include "app/page/store.h"

// The form on a page; s NULL: none, or not published.
struct page_form {
    struct serving *s;
};

struct str page_css(void);
// Markdown (GFM without raw HTML) as HTML.
void page_markdown(struct str text, struct buf *out);
void page_render(struct request *r, const struct page_def *def, struct page_form *form, struct buf *out);
// Writes the page; draft: without scripts. The form that it shows, or NULL.
struct serving *page_show(struct request *r, const struct page_def *def, bool draft);
bool page_start(struct app *app, void **ret_state, struct err *err);

// Handlers.
bool page_get(struct request *r, struct err *err);
bool asset_get(struct request *r, struct err *err);
bool page_api_list(struct request *r, struct err *err);
bool page_api_create(struct request *r, struct err *err);
bool page_api_get(struct request *r, struct err *err);
bool page_api_preview(struct request *r, struct err *err);
bool page_api_change(struct request *r, struct err *err);
bool page_api_delete(struct request *r, struct err *err);
bool asset_api_list(struct request *r, struct err *err);
bool asset_api_create(struct request *r, struct err *err);
bool asset_api_get(struct request *r, struct err *err);
bool asset_api_change(struct request *r, struct err *err);
bool asset_api_delete(struct request *r, struct err *err);

#endif
