// What campaigns know about a person: their export, and their erasure.
#include "app/campaign/private.h"

#include "app/tell.h"
#include "base/json_put.h"

// Numbers stay, and nobody can be mailed by what is left: their ways and records go.
bool campaign_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    static const char *const SQL[] = {
            "DELETE FROM campaign_log WHERE contact = $1",
            "DELETE FROM campaign_mail WHERE contact = $1",
            "DELETE FROM campaign_answer WHERE contact = $1",
    };
    struct query *query;
    (void)folder;
    for (unsigned i = 0; i < who->n_ids; i++) {
        VEC(struct person_row) rows = {0};
        bool row, ok;
        if (!store_ask(w->store, "SELECT " PERSON_COLUMNS " FROM campaign_person WHERE contact = $1",
                    PARAMS(P_INT(who->ids[i])), &query, err))
            return false;
        while ((ok = query_step(query, &row, err)) && row)
            vec_push(&rows, person_decode(query, w->arena));
        query_end(query);
        for (size_t k = 0; ok && k < rows.n; k++)
            ok = str_eq(rows.v[k].state, STR("left")) || person_leave(w, &rows.v[k], "erased", err);
        vec_free(&rows);
        for (unsigned k = 0; ok && k < sizeof SQL / sizeof *SQL; k++)
            ok = store_do(w->store, SQL[k], PARAMS(P_INT(who->ids[i])), err);
        ok = ok && store_do(w->store, "DELETE FROM campaign_holds WHERE contact = $1",
                           PARAMS(P_INT(who->ids[i])), err);
        if (!ok)
            return false;
    }
    return true;
}

static void put(struct query *row, struct buf *out)
{
    put_text(out, "campaign", query_text(row, 0));
    put_time(out, "at", query_int(row, 1));
    put_text(out, "step", query_is_null(row, 2) ? STR_NONE : query_text(row, 2));
    put_text(out, "what", query_text(row, 3));
    put_text(out, "why", query_text(row, 4));
}

bool campaign_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    return tell_rows(data_store(reader), who, "campaigns",
            "SELECT c.name, l.at, s.name, l.what, l.why FROM campaign_log l JOIN campaign c ON c.number ="
            " l.campaign LEFT JOIN campaign_step s ON s.campaign = l.campaign AND s.number = l.step WHERE"
            " l.contact = $1 ORDER BY l.campaign, l.n",
            put, out, err);
}
