#include "base/logger.h"

#include "base/buf.h"
#include "base/datetime.h"
#include "base/json.h"
#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct logger {
    int fd;
    enum log_level least;
    struct clock clock;
    pthread_mutex_t lock; // lines do not mix
};

struct logger *logger_new(int fd, enum log_level least, const struct clock *clock)
{
    struct logger *logger = mem_zero(1, sizeof *logger);
    logger->fd = fd;
    logger->least = least;
    logger->clock = *clock;
    pthread_mutex_init(&logger->lock, NULL);
    return logger;
}

void logger_free(struct logger *logger)
{
    if (!logger)
        return;
    pthread_mutex_destroy(&logger->lock);
    free(logger);
}

static void put_time(struct buf *out, int64_t ms)
{
    int64_t seconds = ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
    char text[DATETIME_SIZE];
    struct str time = datetime_format(seconds, text);
    buf_put(out, str_sub(time, 0, time.n - 1)); // without its Z
    buf_printf(out, ".%03dZ", (int)(ms - seconds * 1000));
}

static void write_all(int fd, struct str line)
{
    while (line.n) {
        ssize_t n = write(fd, line.p, line.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; // nowhere to complain
        line = str_sub(line, (size_t)n, line.n);
    }
}

void logger_write(struct logger *logger, enum log_level level, const char *message,
        const struct log_field *fields, size_t n)
{
    static const char *const LEVELS[] = {"debug", "info", "warning", "error"};
    if (!logger || level < logger->least)
        return;
    struct buf line = {0};
    buf_put(&line, STR("{\"time\":\""));
    put_time(&line, clock_ms(&logger->clock));
    buf_printf(&line, "\",\"level\":\"%s\",\"message\":", LEVELS[level]);
    json_put_string(&line, str_of(message));
    for (size_t i = 0; i < n; i++) {
        buf_char(&line, ',');
        json_put_string(&line, str_of(fields[i].name));
        buf_char(&line, ':');
        if (fields[i].text.p)
            json_put_string(&line, fields[i].text);
        else
            buf_int(&line, fields[i].number);
    }
    buf_put(&line, STR("}\n"));
    pthread_mutex_lock(&logger->lock);
    write_all(logger->fd, buf_str(&line));
    pthread_mutex_unlock(&logger->lock);
    buf_free(&line);
}
