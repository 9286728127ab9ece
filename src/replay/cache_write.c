// Writing the cache file.
#include "replay/cache_format.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool cache_layout(const struct cache_header *h, struct cache_layout *ret)
{
    enum { MANY = 40 }; // bits of the largest count that is believed
    if ((h->n_cells | h->n_messages | h->value_bytes | h->name_bytes | h->key_bytes) >> MANY ||
            h->n_fact_cells > h->n_cells)
        return false;
    uint64_t n_columns = (uint64_t)h->n_props + h->n_traits + h->n_facts;
    const uint64_t bytes[SECTIONS] = {
            [SECTION_TIME] = h->n_events * 4ull,
            [SECTION_TYPE] = h->n_events * 2ull,
            [SECTION_LOG] = h->n_events * 4ull,
            [SECTION_OFF] = (h->n_contacts + 1ull) * 4,
            [SECTION_PRESENCE] = h->n_contacts * 8ull,
            [SECTION_OWNER] = h->n_contacts * 4ull,
            [SECTION_VALUE_OFF] = (h->n_values + 1ull) * 8,
            [SECTION_VALUES] = h->value_bytes,
            [SECTION_NAME_OFF] = (h->n_contacts + 1ull) * 8,
            [SECTION_NAMES] = h->name_bytes,
            [SECTION_MEMBER] = h->n_ids * 4ull,
            [SECTION_ROLE] = h->n_ids,
            [SECTION_TYPES] = h->n_types * sizeof(struct cache_type),
            [SECTION_COLUMNS] = n_columns * sizeof(struct cache_column),
            [SECTION_KEYS] = h->key_bytes,
            [SECTION_CELL_EV] = h->n_cells * 4,
            [SECTION_CELL_VAL] = h->n_cells * 4,
            [SECTION_ANSWER] = h->n_fact_cells,
            [SECTION_MESSAGE_HASH] = h->n_messages * 8,
            [SECTION_MESSAGE_ROW] = h->n_messages * 4,
    };
    uint64_t at = CACHE_PAGE;
    for (int i = 0; i < SECTIONS; i++) {
        int part = i >= SECTION_MESSAGE_HASH;
        at = (at + CACHE_ALIGN - 1) & ~(CACHE_ALIGN - 1ull);
        if (i == SECTION_TIME || i == SECTION_MESSAGE_HASH)
            ret->part_at[part] = at;
        ret->at[i] = at;
        ret->bytes[i] = bytes[i];
        at += bytes[i];
        ret->part_end[part] = at;
    }
    for (int i = 0; i < 2; i++)
        ret->blocks[i] = (ret->part_end[i] - ret->part_at[i] + CACHE_BLOCK - 1) / CACHE_BLOCK;
    ret->checks_at = (at + 7) & ~7ull;
    ret->file_bytes = ret->checks_at + (ret->blocks[0] + ret->blocks[1]) * 8;
    return true;
}

uint64_t cache_header_hash(const struct cache_header *h)
{
    return hash64((struct str){(const char *)h, offsetof(struct cache_header, header_hash)});
}

// Gathers bytes into blocks, hashes and writes them.
struct writer {
    int fd;
    char *block;
    size_t n; // in block
    uint64_t at;
    VEC(uint64_t) checks;
    bool ok;
};

static void write_all(struct writer *w, const char *p, size_t n)
{
    while (w->ok && n) {
        ssize_t done = write(w->fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        w->ok = done > 0;
        if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
}

static void flush(struct writer *w)
{
    if (w->n) {
        vec_push(&w->checks, hash64((struct str){w->block, w->n}));
        write_all(w, w->block, w->n);
    }
    w->n = 0;
}

static void put(struct writer *w, const void *bytes, uint64_t n)
{
    const char *p = bytes;
    w->at += n;
    while (n) {
        size_t part = CACHE_BLOCK - w->n < n ? CACHE_BLOCK - w->n : (size_t)n;
        if (p) {
            memcpy(w->block + w->n, p, part);
            p += part;
        } else {
            memset(w->block + w->n, 0, part);
        }
        w->n += part;
        n -= part;
        if (w->n == CACHE_BLOCK)
            flush(w);
    }
}

// What has to be put together before it can be written.
struct gathered {
    VEC(struct cache_type) types;
    VEC(struct cache_column) columns;
    struct buf keys;
    uint64_t cells, fact_cells;
};

static uint64_t put_key(struct gathered *g, struct str key)
{
    uint64_t at = g->keys.n;
    buf_put(&g->keys, key);
    return at;
}

static void add_column(struct gathered *g, struct str key, uint32_t n)
{
    vec_push(&g->columns, (struct cache_column){put_key(g, key), g->cells, (uint32_t)key.n, n});
    g->cells += n;
}

static void gather(const struct columns *c, struct gathered *g)
{
    for (uint32_t i = 0; i < c->n_types; i++) {
        const struct event_type *t = &c->types[i];
        vec_push(&g->types, (struct cache_type){put_key(g, t->name), (uint32_t)t->name.n, (uint8_t)t->kind,
                                    (uint8_t)t->direction, t->machine, 0});
    }
    for (uint32_t i = 0; i < c->n_props; i++)
        add_column(g, c->props[i].key, c->props[i].n);
    for (uint32_t i = 0; i < c->n_traits; i++)
        add_column(g, c->traits[i].key, c->traits[i].n);
    uint64_t before = g->cells;
    for (uint32_t i = 0; i < c->n_facts; i++)
        add_column(g, c->facts[i].name, c->facts[i].n);
    g->fact_cells = g->cells - before;
}

static struct cache_header header_of(const struct cache_contents *contents, const struct gathered *g)
{
    const struct columns *c = &contents->columns;
    struct cache_header h = {
            .magic = CACHE_MAGIC,
            .version = CACHE_VERSION,
            .order = CACHE_ORDER,
            .epoch = contents->epoch,
            .last = contents->last,
            .last_hash = contents->last_hash,
            .serves_from = contents->serves_from,
            .latest = contents->latest,
            .aliases = contents->aliases,
            .time_epoch = c->epoch,
            .n_events = c->n_events,
            .n_contacts = c->n_contacts,
            .n_types = c->n_types,
            .n_props = c->n_props,
            .n_traits = c->n_traits,
            .n_facts = c->n_facts,
            .n_values = c->n_values,
            .n_ids = contents->n_ids,
            .n_cells = g->cells,
            .n_fact_cells = g->fact_cells,
            .n_messages = contents->n_messages,
            .value_bytes = c->n_values ? c->value_off[c->n_values] : 0,
            .name_bytes = c->n_contacts ? c->name_off[c->n_contacts] : 0,
            .key_bytes = g->keys.n,
    };
    memcpy(h.store, contents->store, sizeof h.store);
    return h;
}

static void put_cells(struct writer *w, const struct columns *c, bool values)
{
    for (uint32_t i = 0; i < c->n_props; i++)
        put(w, values ? c->props[i].val : c->props[i].ev, c->props[i].n * 4ull);
    for (uint32_t i = 0; i < c->n_traits; i++)
        put(w, values ? c->traits[i].val : c->traits[i].ev, c->traits[i].n * 4ull);
    for (uint32_t i = 0; i < c->n_facts; i++)
        put(w, values ? c->facts[i].amount : c->facts[i].ev, c->facts[i].n * 4ull);
}

static void put_sections(struct writer *w, const struct cache_contents *contents, const struct gathered *g,
        const struct cache_layout *layout)
{
    static const uint64_t ZERO = 0;
    const struct columns *c = &contents->columns;
    const void *const sections[SECTIONS] = {
            [SECTION_TIME] = c->time,
            [SECTION_TYPE] = c->type,
            [SECTION_LOG] = c->log,
            [SECTION_OFF] = c->n_contacts ? (const void *)c->off : &ZERO,
            [SECTION_PRESENCE] = c->presence,
            [SECTION_OWNER] = c->owner,
            [SECTION_VALUE_OFF] = c->n_values ? (const void *)c->value_off : &ZERO,
            [SECTION_VALUES] = c->value_heap,
            [SECTION_NAME_OFF] = c->n_contacts ? (const void *)c->name_off : &ZERO,
            [SECTION_NAMES] = c->name_heap,
            [SECTION_MEMBER] = contents->member,
            [SECTION_ROLE] = contents->role,
            [SECTION_TYPES] = g->types.v,
            [SECTION_COLUMNS] = g->columns.v,
            [SECTION_KEYS] = g->keys.p,
            [SECTION_MESSAGE_HASH] = contents->message_hash,
            [SECTION_MESSAGE_ROW] = contents->message_row,
    };
    for (int i = 0; i < SECTIONS && w->ok; i++) {
        if (i == SECTION_MESSAGE_HASH) {
            flush(w);
            char zero[CACHE_ALIGN] = {0};
            write_all(w, zero, layout->at[i] - w->at);
            w->at = layout->at[i];
        }
        put(w, NULL, layout->at[i] - w->at);
        if (i == SECTION_CELL_EV || i == SECTION_CELL_VAL)
            put_cells(w, c, i == SECTION_CELL_VAL);
        else if (i == SECTION_ANSWER)
            for (uint32_t f = 0; f < c->n_facts; f++)
                put(w, c->facts[f].answer, c->facts[f].n);
        else
            put(w, sections[i], layout->bytes[i]);
    }
    flush(w);
}

static bool write_file(int fd, const struct cache_contents *contents)
{
    struct gathered g = {0};
    gather(&contents->columns, &g);
    struct cache_header h = header_of(contents, &g);
    struct cache_layout layout;
    char page[CACHE_PAGE] = {0};
    struct writer w = {.fd = fd, .block = mem_alloc(CACHE_BLOCK), .ok = cache_layout(&h, &layout)};
    if (w.ok) {
        write_all(&w, page, sizeof page);
        w.at = CACHE_PAGE;
        put_sections(&w, contents, &g, &layout);
        write_all(&w, page, layout.checks_at - w.at);
        write_all(&w, (const char *)w.checks.v, w.checks.n * 8);
        h.file_bytes = layout.file_bytes;
        h.checks_hash = hash64((struct str){(const char *)w.checks.v, w.checks.n * 8});
        h.header_hash = cache_header_hash(&h);
        memcpy(page, &h, sizeof h);
        w.ok = w.ok && pwrite(fd, page, sizeof page, 0) == sizeof page && fdatasync(fd) == 0;
    }
    vec_free(&g.types);
    vec_free(&g.columns);
    buf_free(&g.keys);
    vec_free(&w.checks);
    free(w.block);
    return w.ok;
}

#define UNFINISHED ".new"

bool cache_write(const char *path, const struct cache_contents *contents, struct err *err)
{
    struct buf name = {0};
    // A file of its own: other processes and other threads may be at it at the same time, and the last one
    // wins. Nobody may change what has its final name, for it is mapped by then.
    buf_printf(&name, "%s.XXXXXX" UNFINISHED "%c", path, 0);
    int fd = mkostemps(name.p, (int)strlen(UNFINISHED), O_CLOEXEC);
    bool ok = fd >= 0 && write_file(fd, contents);
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(name.p, path) == 0;
    if (!ok) {
        err_errno(err, ERR_IO, "cannot write %s", path);
        if (fd >= 0)
            unlink(name.p);
    }
    buf_free(&name);
    return ok;
}

bool cache_remove(const char *path, struct err *err)
{
    struct buf folder = {0};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    buf_printf(&folder, "%.*s%c", (int)(name - path), path, 0);
    DIR *dir = opendir(folder.n > 1 ? folder.p : ".");
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct str rest = str_of(entry->d_name);
        if (str_starts(rest, str_of(name)) && str_ends(rest, STR(UNFINISHED)))
            unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
    buf_free(&folder);
    return unlink(path) == 0 || errno == ENOENT || err_errno(err, ERR_IO, "cannot remove %s", path);
}
