// For tests of the server: talking to it over plain sockets, byte by byte.
#ifndef SLUICE_TESTS_HTTP_HELP_H
#define SLUICE_TESTS_HTTP_HELP_H

#include "base/arena.h"

int help_connect(unsigned port); // stops the test if it cannot
void help_send(int fd, struct str bytes);
// What comes back until there are n whole answers, the server closes, or `ms` have passed; ret_closed may be
// NULL. An answer ends with its Content-Length; one without a body may have none.
struct str help_receive(struct arena *arena, int fd, unsigned n, unsigned ms, bool *ret_closed);
// All of it, on a connection of its own: one answer, at most 5 seconds.
struct str help_talk(struct arena *arena, unsigned port, struct str request);
// "GET PATH", answered with what stands behind the head; the status in ret_status.
struct str help_get(struct arena *arena, unsigned port, const char *path, int *ret_status);
int help_status(struct str answer);            // 0: there is none
struct str help_body(struct str answer);       // behind its head
bool help_has(struct str text, const char *s); // somewhere
void help_sleep(unsigned ms);

#endif
