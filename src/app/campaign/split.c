// Who gets which variant: by a hash of campaign, step and contact, so that it is the same whenever one asks,
// and independent from step to step.
#include "app/campaign/act.h"

#include "base/map.h"

static uint64_t hash_of(int64_t campaign, int64_t step, uint32_t contact, char what)
{
    uint8_t bytes[21];
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)((uint64_t)campaign >> (8 * i));
        bytes[8 + i] = (uint8_t)((uint64_t)step >> (8 * i));
    }
    for (unsigned i = 0; i < 4; i++)
        bytes[16 + i] = (uint8_t)(contact >> (8 * i));
    bytes[20] = (uint8_t)what;
    return hash64((struct str){(const char *)bytes, sizeof bytes});
}

int split_variant(const struct step *step, int64_t campaign, uint32_t contact, unsigned winner)
{
    const struct json *percent = json_get(step->json, STR("test_percent"));
    double part = 100;
    if (step->n_variants < 2)
        return 0;
    if (winner && winner <= step->n_variants)
        return (int)winner - 1;
    if (percent && percent->kind == JSON_NUMBER)
        json_number(percent->text, &part);
    if ((double)(hash_of(campaign, step->number, contact, 't') % 10000) >= part * 100)
        return -1;
    return (int)(hash_of(campaign, step->number, contact, 'v') % step->n_variants);
}

bool split_winner(struct store *store, int64_t campaign, int64_t step, unsigned *ret, struct err *err)
{
    int64_t winner;
    if (!store_ask_number(store, "SELECT winner FROM campaign_step WHERE campaign = $1 AND number = $2",
                PARAMS(P_INT(campaign), P_INT(step)), 0, &winner, err))
        return false;
    *ret = (unsigned)winner;
    return true;
}

bool split_decide(struct writing *w, int64_t campaign, int64_t step, unsigned winner, struct err *err)
{
    return store_do(w->store, "UPDATE campaign_step SET winner = $3 WHERE campaign = $1 AND number = $2",
                   PARAMS(P_INT(campaign), P_INT(step), P_INT(winner)), err) &&
           (!winner || store_do(w->store,
                               "UPDATE campaign_person SET due = $3 WHERE campaign = $1 AND step = $2 AND"
                               " state = 'active' AND due > $3",
                               PARAMS(P_INT(campaign), P_INT(step), P_INT(w->now)), err));
}
