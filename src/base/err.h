// One error: a code, and a message a person can act on. Functions that can fail take a `struct err *` last,
// return false (or a stated value) and leave their ret_ outputs untouched.
#ifndef SLUICE_BASE_ERR_H
#define SLUICE_BASE_ERR_H

#include <stdbool.h>

enum err_code {
    ERR_NONE = 0,
    ERR_USAGE,     // the caller's words are wrong: exit 2
    ERR_INPUT,     // malformed input: exit 1
    ERR_NOT_FOUND, // what was named is not there
    ERR_CONFLICT,  // it is there already, or changed meanwhile
    ERR_LIMIT,     // larger than a stated maximum
    ERR_BUSY,      // somebody else holds it; try again
    ERR_IO,        // the system refused a read or write
    ERR_CORRUPT,   // stored data does not fit together
};

struct err {
    enum err_code code;
    char message[500];
};

// Sets code and message; always returns false, so that `return err_set(…)` reads well. err may be NULL.
bool err_set(struct err *err, enum err_code code, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
// The same with ": " and the text of errno behind the message.
bool err_errno(struct err *err, enum err_code code, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
#ifdef __clang_analyzer__ // it looks at one file at a time and would not know that they return false
#define err_set(...) (err_set(__VA_ARGS__), false)
#define err_errno(...) (err_errno(__VA_ARGS__), false)
#endif
// The one place that maps a code to an exit status (0, 1, 2).
int err_exit_status(const struct err *err);

#endif
