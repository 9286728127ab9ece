// Operational log: one JSON object a line, {"time","level","message",…}. Only src/app and src/cli log;
// libraries report errors to their callers. Any thread. Never log secrets, tokens, passwords, mail addresses
// or bodies.
#ifndef SLUICE_BASE_LOGGER_H
#define SLUICE_BASE_LOGGER_H

#include "base/clock.h"
#include "base/str.h"

struct logger;
enum log_level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR };

// Lines go to the file descriptor (2: standard error), which is not closed.
struct logger *logger_new(int fd, enum log_level least, const struct clock *clock);
void logger_free(struct logger *logger);

struct log_field {
    const char *name;
    struct str text;
    int64_t number; // if text is STR_NONE
};
#define LOG_TEXT(name, value) ((struct log_field){(name), (value), 0})
#define LOG_INT(name, value) ((struct log_field){(name), STR_NONE, (int64_t)(value)})

// logger may be NULL. message: a literal, the same for the same thing.
void logger_write(struct logger *logger, enum log_level level, const char *message,
        const struct log_field *fields, size_t n);
#define logger_info(logger, message, ...)                                                  \
    logger_write((logger), LEVEL_INFO, (message), (const struct log_field[]){__VA_ARGS__}, \
            sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))
#define logger_error(logger, message, ...)                                                  \
    logger_write((logger), LEVEL_ERROR, (message), (const struct log_field[]){__VA_ARGS__}, \
            sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

#endif
