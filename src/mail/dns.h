// DNS answers (RFC 1035), read by ourselves and asked for by the system's resolver; and what a domain's
// records say about its mail: SPF (RFC 7208), DKIM (6376), DMARC (7489).
#ifndef SLUICE_MAIL_DNS_H
#define SLUICE_MAIL_DNS_H

#include "mail/network.h"

enum { DNS_RECORDS_MAX = 64, DNS_ANSWER_MAX = 65535 };

// The records of `type` in a whole answer; pure. ERR_INPUT: it is none.
bool dns_parse(
        struct arena *arena, struct str bytes, enum dns_type type, struct dns_answer *ret, struct err *err);
// By the system's resolver (/etc/resolv.conf); blocks for some seconds at most. Any thread. ERR_BUSY: no
// answer.
bool dns_query(
        struct arena *arena, struct str name, enum dns_type type, struct dns_answer *ret, struct err *err);
// "4.3.2.1.in-addr.arpa" of 1.2.3.4, and the like of IPv6; STR_NONE: it is no address.
struct str dns_reverse(struct arena *arena, struct str address);

#endif
