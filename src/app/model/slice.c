#include "app/model/slice.h"

#include "app/model/routes.h"
#include "app/model/store.h"

// Models of an older Sluice have no ids yet.
static bool start(struct app *app, void **ret_state, struct err *err)
{
    struct writing *w;
    *ret_state = NULL;
    if (!writing_begin_tables(app, &w, err))
        return false;
    return writing_end(w, model_name_all(w->store, w->now, err), err);
}

const struct slice MODEL_SLICE = {
        .name = "model",
        .migration = &MODEL_MIGRATION,
        .routes = &MODEL_ROUTES,
        .start = start,
};
