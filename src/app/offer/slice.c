#include "app/offer/private.h"

#include "app/tell.h"
#include "base/json_put.h"

static const char *const VERSIONS[] = {
        // kind: shared, personal. code: of a shared one the code, of a personal one what codes begin with.
        "CREATE TABLE offer(number {id}, id TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,"
        " kind TEXT NOT NULL, code TEXT NOT NULL, makes {int} NOT NULL, ends {int} NOT NULL,"
        " version {int} NOT NULL, created {int} NOT NULL, changed {int} NOT NULL) {rows};"
        "CREATE UNIQUE INDEX offer_id ON offer (id);"
        // One code each, whoever has it: contact NULL: nobody yet. A shared offer's code stands here, too.
        "CREATE TABLE offer_code(code TEXT NOT NULL, offer {int} NOT NULL, contact {int}, at {int},"
        " PRIMARY KEY (code)) {keyed};"
        "CREATE INDEX offer_code_free ON offer_code (offer, code) WHERE contact IS NULL;"
        "CREATE INDEX offer_code_contact ON offer_code (contact, offer) WHERE contact IS NOT NULL;"
        "CREATE TABLE offer_send(send {int} NOT NULL, offer {int} NOT NULL, code TEXT NOT NULL,"
        " contact {int} NOT NULL, campaign {int} NOT NULL, PRIMARY KEY (send)) {keyed};"
        "CREATE INDEX offer_send_code ON offer_send (code, contact);"
        // contact 0: nobody knows whose. A personal code once, a shared one once for each contact that is
        // known.
        "CREATE TABLE offer_redeemed(id {id}, code TEXT NOT NULL, offer {int} NOT NULL,"
        " contact {int} NOT NULL, campaign {int} NOT NULL, at {int} NOT NULL, amount TEXT, late {int} NOT "
        "NULL)"
        " {rows};"
        "CREATE INDEX offer_redeemed_code ON offer_redeemed (code, contact);"
        "CREATE INDEX offer_redeemed_offer ON offer_redeemed (offer, campaign);"
        "CREATE TABLE offer_position(name TEXT NOT NULL, event {int} NOT NULL, PRIMARY KEY (name)) {keyed};",
};

static const struct migration MIGRATION = {"offer", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static const struct routes ROUTES = {.tag = "Offers", .routes = OFFER_ROUTES, .schemas = OFFER_SCHEMAS};

static const struct job JOBS[] = {{"offer", 1, offer_follow}, {0}};

// Codes stay given away; whose they were nobody knows any more.
static bool erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    static const char *const SQL[] = {
            "UPDATE offer_code SET contact = 0 WHERE contact = $1",
            "UPDATE offer_send SET contact = 0 WHERE contact = $1",
            "UPDATE offer_redeemed SET contact = 0 WHERE contact = $1",
    };
    (void)folder;
    for (size_t i = 0; i < sizeof SQL / sizeof *SQL; i++)
        if (!erase_rows(w, who, SQL[i], err))
            return false;
    return true;
}

static void put(struct query *row, struct buf *out)
{
    put_text(out, "code", query_text(row, 0));
    put_text(out, "offer", query_text(row, 1));
    put_time(out, "reserved", query_int(row, 2));
}

static bool tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    return tell_rows(data_store(reader), who, "offer_codes",
            "SELECT c.code, o.name, c.at FROM offer_code c JOIN offer o ON o.number = c.offer WHERE c.contact"
            " = $1 ORDER BY c.code",
            put, out, err);
}

const struct slice OFFER_SLICE = {
        .name = "offer",
        .migration = &MIGRATION,
        .routes = &ROUTES,
        .jobs = JOBS,
        .erase = erase,
        .tell = tell,
};
