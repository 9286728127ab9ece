// Any bytes as a CSV or vCard file, alone and with a mapping: every row is either rejected with a reason and
// a line, or gives messages that Sluice itself can read. The first byte chooses the mapping.
#include "app/import/csv_messages.h"
#include "replay/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static const char *const MAPPINGS[] = {
        NULL,
        "{\"id\":{\"line\":\"r\"}}",
        "{\"id\":{\"line\":\"r\"},\"header\":false,\"delimiter\":\";\",\"traits\":{\"column1\":\"a\"},"
        "\"facts\":{\"fit\":"
        "\"column1\"},\"events\":[{\"name\":\"a.b\",\"properties\":{\"x\":\"{column1}-\"}}]}",
        "{\"id\":{\"line\":\"r\"},\"header\":false,\"time\":{\"month\":\"column1\",\"day\":\"column1\","
        "\"year_start\":2000,"
        "\"rolls_over\":true},\"events\":[]}",
        "{\"id\":\"column1\",\"header\":false,\"delimiter\":\"||\",\"time\":\"column1\"}",
        "{\"encoding\":\"shift_jis\",\"id\":{\"line\":\"r\"}}",
        "{\"encoding\":\"utf-16\",\"id\":{\"line\":\"r\"}}",
};

static void check_lines(struct str lines, unsigned count)
{
    struct arena *arena = arena_new();
    unsigned n = 0;
    for (; lines.n; n++) {
        struct message message;
        struct err err;
        size_t end = str_find(lines, '\n');
        require(end < lines.n);
        require(message_decode(arena, str_sub(lines, 0, end), &message, &err));
        require(message.user_id.n && message.message_id.n);
        lines = str_sub(lines, end + 1, lines.n);
    }
    require(n == count);
    arena_free(arena);
}

static void read_rows(struct csv_messages *m)
{
    struct buf out = {0};
    uint64_t line = 0;
    bool more = true;
    while (more) {
        struct csv_result result;
        out.n = 0;
        require(csv_messages_next(m, &out, &result, &more, NULL));
        if (!more)
            break;
        require(result.line > line);
        line = result.line;
        require((result.reject.n == 0) == (result.n_messages > 0));
        check_lines(buf_str(&out), result.n_messages);
    }
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 1)
        return 0;
    struct arena *arena = arena_new();
    struct csv_mapping *mapping = NULL;
    struct csv_messages_options options = {.import_time = 1772359200};
    struct csv_messages *m;
    struct err err;
    char path[40];
    const char *text = MAPPINGS[data[0] % (sizeof MAPPINGS / sizeof *MAPPINGS)];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0 && write(fd, data + 1, n - 1) == (ssize_t)(n - 1));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    require(!text || csv_mapping_parse(arena, STR("mapping"), str_of(text), &mapping, &err));
    if (csv_messages_open(path, mapping, &options, &m, &err)) {
        read_rows(m);
        csv_messages_close(m);
    }
    close(fd);
    arena_free(arena);
    return 0;
}
