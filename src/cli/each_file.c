#include "cli/each_file.h"

#include <fcntl.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 20 };

static bool read_whole(const char *path, struct buf *all, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, ERR_IO, "%s cannot be opened", path);
    ssize_t n;
    while ((n = read(fd, buf_room(all, 1 << 16), 1 << 16)) > 0 && all->n <= FILE_MAX)
        all->n += (size_t)n;
    bool fine = n == 0 || (n > 0 && err_set(err, ERR_LIMIT, "%s is larger than 64 MB", path)) ||
                (n < 0 && err_errno(err, ERR_IO, "%s cannot be read", path));
    close(fd);
    return fine;
}

bool each_file(struct cli *cli, void (*answer)(struct arena *arena, struct str bytes, struct buf *out),
        struct err *err)
{
    if (cli->args.n == 0)
        return err_set(err, ERR_USAGE, "which files?");
    struct arena *arena = arena_new();
    struct buf all = {0};
    for (size_t i = 0; i < cli->args.n; i++) {
        struct err why = {0};
        struct buf *out = &cli->out.buf;
        all.n = 0;
        buf_char(out, '{');
        put_text(out, "file", str_of(cli->args.operands[i]));
        if (read_whole(cli->args.operands[i], &all, &why))
            answer(arena, all.n ? buf_str(&all) : STR(""), out);
        else
            put_text(out, "error", str_of(why.message));
        buf_put(out, STR("}\n"));
        arena_reset(arena);
        if (!out_step(&cli->out))
            break;
    }
    buf_free(&all);
    arena_free(arena);
    return true;
}
