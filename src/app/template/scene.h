// What templates know: the contact as of a moment, its standing, and where the mail comes from.
#ifndef SLUICE_APP_TEMPLATE_SCENE_H
#define SLUICE_APP_TEMPLATE_SCENE_H

#include "app/standing/live.h"
#include "app/template/private.h"
#include "mail/liquid.h"

// A contact as of a moment: its history alone, and what the active model makes of it.
struct scene {
    struct app *app;
    struct data *reader;
    struct arena *arena;
    const struct template_scene *of;
    const struct columns *columns; // NULL: an invented one, or nothing is known yet
    struct live_program model;
    struct str stage, grade, persona; // "none"
    int64_t since;                    // 0: unknown
    double score;
};
bool scene_read(struct app *app, struct data *reader, struct arena *arena, const struct template_scene *of,
        struct scene *ret, struct err *err);
// The variables of a template; blocks: the object behind `blocks`.
struct liquid_value scene_values(struct scene *scene, struct liquid_value blocks);
// Whether a condition of a content block holds: of the model language, or "grade is NAME", "grade is not
// NAME". Conditions that cannot be read (any more) do not hold.
bool scene_holds(struct scene *scene, struct str condition);

#endif
