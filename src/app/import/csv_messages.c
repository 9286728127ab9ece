#include "app/import/csv_messages.h"

#include "app/import/csv_identity.h"
#include "app/import/csv_plan.h"
#include "app/import/csv_row_time.h"
#include "app/import/csv_value.h"
#include "base/datetime.h"
#include "base/map.h"
#include "base/utf8.h"
#include "replay/message.h"

#include <stdio.h>

struct csv_messages {
    struct arena *arena; // for the file's life
    struct arena *row;   // for one row
    struct csv_text *text;
    const struct csv_mapping *mapping; // NULL: none
    struct csv_messages_options options;
    struct csv_columns columns;
    struct csv_plan plan;
    size_t *by[TARGETS]; // columns of a target, best first
    size_t n_by[TARGETS];
    struct str id_prefix;
    bool contact_list;   // each row is also a contact.imported
    bool nobody;         // no column names the contact: previews only
    struct str imported; // the properties of contact.imported
    struct csv_clock clock;
    struct buf user_id, user_json, reason;
    uint64_t row_hash;
    int64_t time;
    bool own_time; // the row states its time
};

static size_t gather(struct csv_messages *m, enum csv_target target)
{
    const struct csv_columns *c = &m->columns;
    m->by[target] = ARENA_ARRAY(m->arena, size_t, c->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        if (c->columns[i].target != target)
            continue;
        size_t at = n++;
        for (; at > 0 && c->columns[m->by[target][at - 1]].rank > c->columns[i].rank; at--)
            m->by[target][at] = m->by[target][at - 1];
        m->by[target][at] = i;
    }
    m->n_by[target] = n;
    return n;
}

// Where no column says by its name who a row is, those do that the mapping calls an e-mail address or a phone
// number.
static bool mapping_names_contacts(struct csv_messages *m)
{
    static const enum csv_target NAMING[] = {TARGET_EMAIL, TARGET_PHONE};
    size_t n = 0;
    m->n_by[TARGET_ID] = m->n_by[TARGET_PROFILE] = 0;
    for (size_t i = 0; i < sizeof NAMING / sizeof *NAMING; i++) {
        enum csv_target target = NAMING[i];
        m->by[target] = ARENA_ARRAY(m->arena, size_t, m->mapping->n_traits + 1);
        m->n_by[target] = 0;
        for (size_t k = 0; k < m->mapping->n_traits; k++)
            if (str_eq(m->mapping->traits[k].trait, csv_target_trait(target)))
                m->by[target][m->n_by[target]++] = m->mapping->traits[k].column.index;
        n += m->n_by[target];
    }
    return n > 0;
}

static bool names_contacts(struct csv_messages *m)
{
    size_t n = gather(m, TARGET_ID) + gather(m, TARGET_EMAIL) + gather(m, TARGET_PHONE) +
               gather(m, TARGET_PROFILE);
    if (m->mapping && m->mapping->id.kind != CSV_ID_DEFAULT)
        return true;
    return (n > 0 && m->columns.person) || (m->mapping && mapping_names_contacts(m));
}

static struct str imported_properties(struct csv_messages *m, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct buf b = {0};
    buf_put(&b, STR("{\"file\":"));
    json_put_string(&b, strcmp(path, "-") == 0 ? STR("standard input") : str_of(slash ? slash + 1 : path));
    if (m->columns.format.n) {
        buf_put(&b, STR(",\"format\":"));
        json_put_string(&b, m->columns.format);
    }
    buf_char(&b, '}');
    struct str copy = arena_str(m->arena, buf_str(&b));
    buf_free(&b);
    return copy;
}

bool csv_messages_nobody(const struct csv_messages *m)
{
    return m->nobody && m->columns.n;
}

static bool prepare(struct csv_messages *m, const char *path, struct csv_mapping *mapping, struct err *err)
{
    const struct str *names;
    struct csv_row *rows = NULL;
    size_t n = csv_text_columns(m->text, &names);
    struct arena *scratch = arena_new();
    size_t n_rows = n ? csv_text_sample(m->text, scratch, &rows) : 0;
    m->columns = csv_recognise(m->arena, names, n, csv_text_layout(m->text)->header, rows, n_rows);
    arena_free(scratch);
    if (mapping && !csv_mapping_bind(mapping, names, n, err))
        return false;
    m->nobody = !names_contacts(m);
    if (csv_messages_nobody(m) && !m->options.preview)
        return err_set(err, ERR_INPUT,
                "%s: no column says who a row is (an id, an e-mail address, a phone number or a LinkedIn "
                "address); name one as \"id\" in a mapping file",
                path);
    if (m->columns.foreign_id)
        m->id_prefix = arena_printf(m->arena, "%.*s:", STR_ARG(m->columns.format));
    m->plan = csv_plan_traits(m->arena, &m->columns, mapping);
    m->contact_list = !mapping || !mapping->has_events;
    m->imported = imported_properties(m, path);
    return true;
}

bool csv_messages_open(const char *path, struct csv_mapping *mapping,
        const struct csv_messages_options *options, struct csv_messages **ret, struct err *err)
{
    struct csv_text *text;
    struct csv_text_options layout = {0};
    if (!csv_text_open(path, mapping ? &mapping->text : &layout, &text, err))
        return false;
    struct csv_messages *m = mem_zero(1, sizeof *m);
    m->arena = arena_new();
    m->row = arena_new();
    m->text = text;
    m->mapping = mapping;
    m->options = *options;
    if (!prepare(m, path, mapping, err)) {
        csv_messages_close(m);
        return false;
    }
    *ret = m;
    return true;
}

void csv_messages_close(struct csv_messages *m)
{
    if (!m)
        return;
    csv_text_close(m->text);
    buf_free(&m->user_id);
    buf_free(&m->user_json);
    buf_free(&m->reason);
    arena_free(m->row);
    arena_free(m->arena);
    free(m);
}

const struct csv_text *csv_messages_text(const struct csv_messages *m)
{
    return m->text;
}

const struct csv_columns *csv_messages_columns(const struct csv_messages *m)
{
    return &m->columns;
}

static void put_columns(const struct csv_messages *m, enum csv_target target, const char *what,
        struct buf *out, const char **joint)
{
    for (size_t i = 0; i < m->n_by[target]; i++) {
        buf_printf(out, "%s%s \"%.*s\"", *joint, what, STR_ARG(m->columns.columns[m->by[target][i]].header));
        *joint = ", else by ";
    }
}

void csv_messages_describe(const struct csv_messages *m, struct buf *out)
{
    const char *joint = "Contacts are told apart by ";
    if (m->mapping && m->mapping->id.kind == CSV_ID_LINE) {
        buf_printf(out, "Each row is a contact of its own, named by its line: \"%.*s2\".",
                STR_ARG(m->mapping->id.prefix));
        return;
    }
    if (m->mapping && m->mapping->id.kind == CSV_ID_COLUMN) {
        buf_printf(out, "Contacts are told apart by column \"%.*s\".", STR_ARG(m->mapping->id.column.name));
        return;
    }
    if (m->nobody) {
        buf_put(out, STR("No column says who a row is."));
        return;
    }
    put_columns(m, TARGET_ID, "the id in", out, &joint);
    put_columns(m, TARGET_EMAIL, "the e-mail address in", out, &joint);
    put_columns(m, TARGET_PHONE, "the phone number in", out, &joint);
    put_columns(m, TARGET_PROFILE, "the LinkedIn address in", out, &joint);
    buf_char(out, '.');
}

static bool known(const struct csv_messages *m, enum csv_identity kind, struct str value, struct buf *out)
{
    return m->options.resolve && m->options.resolve(m->options.ctx, kind, value, out);
}

static struct str first_filled(const struct csv_messages *m, enum csv_target target, const struct str *cells)
{
    for (size_t i = 0; i < m->n_by[target]; i++)
        if (cells[m->by[target][i]].n)
            return cells[m->by[target][i]];
    return STR_NONE;
}

static bool by_mapping(struct csv_messages *m, const struct csv_row *row)
{
    const struct csv_id *id = &m->mapping->id;
    buf_put(&m->user_id, id->prefix);
    if (id->kind == CSV_ID_LINE) {
        buf_int(&m->user_id, (int64_t)row->line);
        return true;
    }
    struct str cell = row->cells[id->column.index];
    if (!cell.n)
        buf_printf(&m->reason, "no id: column \"%.*s\" is empty", STR_ARG(id->column.name));
    buf_put(&m->user_id, cell);
    return cell.n > 0;
}

// An address as the contact's name. True if it is one; a contact that is known already keeps its userId.
static bool by_address(struct csv_messages *m, enum csv_identity kind, struct str cell, struct str prefix,
        bool (*put)(struct str, struct buf *), bool only_known)
{
    struct buf value = {0};
    size_t before = m->user_id.n;
    bool fine = cell.n && put(cell, &value);
    if (fine && !known(m, kind, buf_str(&value), &m->user_id)) {
        m->user_id.n = before;
        if (!only_known) {
            buf_put(&m->user_id, prefix);
            buf_put(&m->user_id, buf_str(&value));
        }
    }
    buf_free(&value);
    return fine && m->user_id.n > before;
}

static bool find_user(struct csv_messages *m, const struct csv_row *row)
{
    m->user_id.n = 0;
    if (m->mapping && m->mapping->id.kind != CSV_ID_DEFAULT)
        return by_mapping(m, row);
    struct str id = first_filled(m, TARGET_ID, row->cells), email = first_filled(m, TARGET_EMAIL, row->cells),
               phone = first_filled(m, TARGET_PHONE, row->cells),
               profile = first_filled(m, TARGET_PROFILE, row->cells);
    if (id.n) {
        // Another program's id says nothing to us where the person is known by their address.
        if (!m->id_prefix.n || !by_address(m, CSV_BY_EMAIL, email, STR_NONE, csv_put_email, true)) {
            buf_put(&m->user_id, m->id_prefix);
            buf_put(&m->user_id, id);
        }
        return true;
    }
    if (by_address(m, CSV_BY_EMAIL, email, STR_NONE, csv_put_email, false) ||
            by_address(m, CSV_BY_PHONE, phone, STR("tel:"), csv_put_phone, false) ||
            by_address(m, CSV_BY_PROFILE, profile, STR_NONE, csv_put_profile, false))
        return true;
    if (email.n)
        buf_printf(&m->reason, "nothing says who this is: \"%.*s\" is no e-mail address",
                (int)(email.n < 80 ? email.n : 80), email.p);
    else if (phone.n)
        buf_printf(&m->reason, "nothing says who this is: \"%.*s\" is no phone number",
                (int)(phone.n < 80 ? phone.n : 80), phone.p);
    else
        buf_put(&m->reason, STR("nothing says who this is: no id, e-mail address, phone number or LinkedIn "
                                "address"));
    return false;
}

static bool time_fits(struct csv_messages *m, int64_t time)
{
    char text[DATETIME_SIZE];
    if (message_time_fits(time))
        return true;
    struct str shown = datetime_format(time, text);
    buf_printf(&m->reason, "its time %.*s is not between the years 1900 and 2099", STR_ARG(shown));
    return false;
}

static bool find_time(struct csv_messages *m, const struct csv_row *row)
{
    bool empty = true;
    m->time = m->options.import_time;
    m->own_time = false;
    if (!m->mapping || m->mapping->time.kind == CSV_TIME_IMPORT)
        return true;
    if (!csv_row_time(&m->mapping->time, &m->clock, row->cells, &m->time, &empty, &m->reason))
        return false;
    if (empty)
        buf_put(&m->reason, STR("no time: its cells are empty"));
    m->own_time = true;
    return !empty && time_fits(m, m->time);
}

// The end of a message that began at `start` of out. The id covers what the row says, not who it was found to
// be nor when it is imported, so that a second import makes the same one.
static void put_end(
        struct csv_messages *m, struct buf *out, size_t start, uint64_t kind, int64_t time, bool own_time)
{
    char text[DATETIME_SIZE];
    uint64_t parts[4] = {
            m->row_hash, kind, hash64(str_sub(buf_str(out), start, out->n)), own_time ? (uint64_t)time : 0};
    uint64_t id = hash64((struct str){(const char *)parts, sizeof parts});
    buf_put(out, STR(",\"messageId\":\"csv-"));
    static const char HEX[] = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4)
        buf_char(out, HEX[id >> shift & 15]);
    buf_put(out, STR("\",\"userId\":"));
    buf_put(out, buf_str(&m->user_json));
    buf_put(out, STR(",\"timestamp\":\""));
    buf_put(out, datetime_format(time, text));
    buf_put(out, STR("\"}\n"));
}

enum { KIND_IDENTIFY = 1, KIND_IMPORTED, KIND_FACT, KIND_EVENT = 1000 };

static void put_imported(struct csv_messages *m, struct buf *out)
{
    buf_put(out, STR("{\"type\":\"track\",\"event\":\"contact.imported\",\"properties\":"));
    buf_put(out, m->imported);
    put_end(m, out, out->n, KIND_IMPORTED, m->time, m->own_time); // the file's name is no part of the id
}

static bool is_among(struct csv_messages *m, struct str cell, const struct str *words, size_t n)
{
    struct str folded = utf8_fold(m->row, cell);
    for (size_t i = 0; i < n; i++)
        if (str_eq(folded, words[i]))
            return true;
    return false;
}

static bool usual_word(struct str cell, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(cell, str_of(words[i])))
            return true;
    return false;
}

// The answer a cell gives: "yes", "no", "unknown", or empty.
static struct str answer_of(struct csv_messages *m, const struct csv_fact_map *fact, struct str cell)
{
    static const char *const YES[] = {"yes", "true", "y", "ja", "oui", "si", "sí", "sim"};
    static const char *const NO[] = {"no", "false", "n", "nein", "non", "nee", "não"};
    if (!cell.n)
        return STR_NONE;
    if (fact->n_yes || fact->n_no)
        return is_among(m, cell, fact->yes, fact->n_yes) ? STR("yes")
               : is_among(m, cell, fact->no, fact->n_no) ? STR("no")
                                                         : STR_NONE;
    return usual_word(cell, YES, sizeof YES / sizeof *YES) ? STR("yes")
           : usual_word(cell, NO, sizeof NO / sizeof *NO)  ? STR("no")
           : str_eq_nocase(cell, STR("unknown"))           ? STR("unknown")
                                                           : STR_NONE;
}

static bool put_fact(struct csv_messages *m, const struct csv_fact_map *fact, uint64_t index,
        const struct str *cells, struct buf *out)
{
    struct str cell = fact->column.name.n ? cells[fact->column.index] : STR_NONE;
    struct str answer = answer_of(m, fact, cell);
    struct str amount = fact->amount.name.n                                  ? cells[fact->amount.index]
                        : !answer.n && !fact->n_yes && !fact->n_no && cell.n ? cell
                                                                             : STR_NONE;
    struct buf number = {0};
    bool has_amount = amount.n && csv_put_number(amount, &number);
    if (answer.n || has_amount) {
        size_t start = out->n;
        buf_put(out, STR("{\"type\":\"track\",\"event\":\"fact.recorded\",\"properties\":{\"fact\":"));
        json_put_string(out, fact->fact);
        if (answer.n) {
            buf_put(out, STR(",\"answer\":"));
            json_put_string(out, answer);
        }
        if (has_amount) {
            buf_put(out, STR(",\"amount\":"));
            buf_put(out, buf_str(&number));
        }
        buf_char(out, '}');
        put_end(m, out, start, KIND_FACT + index, m->time, m->own_time);
    }
    buf_free(&number);
    return answer.n || has_amount;
}

struct lookup {
    const struct csv_event_map *event;
    const struct str *cells;
    struct value value;
};

static const struct value *look_up(void *ctx, unsigned prop_index)
{
    struct lookup *l = ctx;
    struct str cell = l->cells[l->event->columns[prop_index].index];
    l->value = (struct value){JSON_STRING, cell};
    return cell.n ? &l->value : NULL;
}

// A property's value as JSON; false if the row has none.
static bool put_property(
        const struct csv_property_map *p, const struct str *cells, struct buf *text, struct buf *out)
{
    bool empty = false;
    text->n = 0;
    if (p->column.name.n)
        return csv_put_number(cells[p->column.index], out);
    if (!p->text.n) {
        buf_put(out, p->constant);
        return true;
    }
    csv_template_put(&p->text, cells, false, text, &empty);
    if (!empty)
        json_put_string(out, buf_str(text));
    return !empty;
}

static void put_properties(const struct csv_event_map *event, const struct str *cells, struct buf *out)
{
    struct buf text = {0};
    size_t start = out->n;
    buf_char(out, '{');
    for (size_t i = 0; i < event->n_properties; i++) {
        size_t before = out->n;
        if (before > start + 1)
            buf_char(out, ',');
        json_put_string(out, event->properties[i].key);
        buf_char(out, ':');
        if (!put_property(&event->properties[i], cells, &text, out))
            out->n = before;
    }
    buf_char(out, '}');
    buf_free(&text);
}

// *ret_made: whether the row has this event. False: the row cannot be used (m->reason).
static bool put_event(
        struct csv_messages *m, size_t index, const struct str *cells, struct buf *out, bool *ret_made)
{
    const struct csv_event_map *event = &m->mapping->events[index];
    struct lookup lookup = {event, cells, {JSON_NULL, STR_NONE}};
    int64_t time = m->time;
    bool own_time = m->own_time, empty = false;
    *ret_made = false;
    if (event->when && !cond_holds(event->when, look_up, &lookup))
        return true;
    if (event->time.kind != CSV_TIME_IMPORT) {
        if (!csv_row_time(&event->time, &m->clock, cells, &time, &empty, &m->reason))
            return false;
        if (empty) // it has not happened
            return true;
        own_time = true;
    }
    if (!time_fits(m, time + event->offset))
        return false;
    size_t start = out->n;
    buf_put(out, STR("{\"type\":\"track\",\"event\":"));
    json_put_string(out, event->name);
    buf_put(out, STR(",\"properties\":"));
    put_properties(event, cells, out);
    put_end(m, out, start, KIND_EVENT + index, time + event->offset, own_time);
    *ret_made = true;
    return true;
}

static bool put_row(struct csv_messages *m, const struct csv_row *row, struct buf *out, unsigned *ret_n)
{
    unsigned n = 1;
    size_t start = out->n;
    buf_put(out, STR("{\"type\":\"identify\",\"traits\":"));
    csv_put_traits(&m->plan, row->cells, m->row, out);
    put_end(m, out, start, KIND_IDENTIFY, m->time, m->own_time);
    if (m->contact_list) {
        put_imported(m, out);
        n++;
    }
    for (size_t i = 0; m->mapping && i < m->mapping->n_facts; i++)
        n += put_fact(m, &m->mapping->facts[i], i, row->cells, out);
    for (size_t i = 0; m->mapping && i < m->mapping->n_events; i++) {
        bool made;
        if (!put_event(m, i, row->cells, out, &made))
            return false;
        n += made;
    }
    *ret_n = n;
    return true;
}

// What the row says, blanks around cells and ways of quoting left aside.
static uint64_t hash_row(struct csv_messages *m, const struct csv_row *row)
{
    uint64_t seed = m->mapping && m->mapping->id.kind == CSV_ID_LINE ? row->line : 0;
    m->user_json.n = 0; // a buffer that is free at this moment
    buf_put(&m->user_json, (struct str){(const char *)&seed, sizeof seed});
    for (size_t i = 0; i < row->n; i++) {
        buf_put(&m->user_json, row->cells[i]);
        buf_char(&m->user_json, '\x1F');
    }
    return hash64(buf_str(&m->user_json));
}

bool csv_messages_next(
        struct csv_messages *m, struct buf *out, struct csv_result *ret, bool *ret_more, struct err *err)
{
    struct csv_row row;
    size_t start = out->n;
    arena_reset(m->row);
    m->reason.n = 0;
    if (!csv_text_next(m->text, &row, ret_more, err))
        return false;
    *ret = (struct csv_result){.line = row.line, .reject = row.reject, .raw = row.raw};
    if (!*ret_more || row.reject.n)
        return true;
    for (size_t i = 0; i < row.n; i++)
        row.cells[i] = str_trim(row.cells[i]);
    if (m->nobody)
        return true;
    // The time first: months that roll over must see every row.
    if (!find_time(m, &row) || !find_user(m, &row)) {
        ret->reject = buf_str(&m->reason);
        return true;
    }
    m->row_hash = hash_row(m, &row);
    m->user_json.n = 0;
    json_put_string(&m->user_json, buf_str(&m->user_id));
    ret->user_id = buf_str(&m->user_id);
    if (!put_row(m, &row, out, &ret->n_messages)) {
        out->n = start;
        ret->reject = buf_str(&m->reason);
    }
    return true;
}
