#include "mail/imap.h"

#include "base/datetime.h"
#include "base/mem.h"

#include <gnutls/x509.h>
#include <libetpan/libetpan.h>
#include <stdlib.h>
#include <time.h>

enum { SECONDS = 60, CONNECT_SECONDS = 10, POLL_SECONDS = 30, IDLE_MOST = 600 };

struct imap {
    mailimap *session;
    char *host;
    uint32_t exists;
};

static bool failed(int code)
{
    return code != MAILIMAP_NO_ERROR && code != MAILIMAP_NO_ERROR_AUTHENTICATED &&
           code != MAILIMAP_NO_ERROR_NON_AUTHENTICATED;
}

// What the server said last, in one line.
static struct str said(const struct imap *imap)
{
    struct str text = str_trim(str_of(imap->session->imap_response));
    return str_sub(text, 0, str_find(text, '\r'));
}

static bool fail(const struct imap *imap, int code, const char *what, struct err *err)
{
    struct str text = said(imap);
    switch (code) {
    case MAILIMAP_ERROR_CONNECTION_REFUSED:
        return err_set(err, ERR_IO, "%s: nobody answers there", imap->host);
    case MAILIMAP_ERROR_STREAM:
        return err_set(
                err, ERR_IO, "%s: the connection broke, or the server was silent for too long", imap->host);
    case MAILIMAP_ERROR_SSL:
        return err_set(err, ERR_IO, "%s: no encrypted connection came about", imap->host);
    case MAILIMAP_ERROR_PARSE:
        return err_set(err, ERR_IO, "%s: the server says something that is no IMAP", imap->host);
    default:
        return err_set(err, ERR_INPUT, "%s: the server refuses %s%s%.*s", imap->host, what,
                text.n ? ": " : "", text.n > 200 ? 200 : (int)text.n, text.p ? text.p : "");
    }
}

// --- who the server is

static bool verify(gnutls_x509_trust_list_t list, carray *chain, const char *host, const char **ret_why)
{
    gnutls_x509_crt_t certificates[16];
    unsigned n = 0, status = GNUTLS_CERT_INVALID;
    for (unsigned i = 0; i < carray_count(chain) && n < 16; i++) {
        MMAPString *der = carray_get(chain, i);
        gnutls_datum_t bytes = {(unsigned char *)der->str, (unsigned)der->len};
        if (gnutls_x509_crt_init(&certificates[n]) < 0)
            break;
        n++;
        if (gnutls_x509_crt_import(certificates[n - 1], &bytes, GNUTLS_X509_FMT_DER) < 0)
            break;
    }
    gnutls_typed_vdata_st wanted = {
            .type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *)(uintptr_t)host, .size = 0};
    if (!n || gnutls_x509_trust_list_verify_crt2(list, certificates, n, &wanted, 1, 0, &status, NULL) < 0)
        status = GNUTLS_CERT_INVALID;
    for (unsigned i = 0; i < n; i++)
        gnutls_x509_crt_deinit(certificates[i]);
    *ret_why = status & GNUTLS_CERT_UNEXPECTED_OWNER ? "is another host's"
               : status & GNUTLS_CERT_EXPIRED        ? "has run out"
                                                     : "is not one that this machine trusts";
    return status == 0;
}

static bool trusted(const struct imap *imap, const struct imap_options *options, struct err *err)
{
    gnutls_x509_trust_list_t list;
    const char *why = "was not shown";
    if (options->any_certificate)
        return true;
    if (gnutls_x509_trust_list_init(&list, 0) < 0)
        return err_set(err, ERR_IO, "the list of trusted certificates cannot be read");
    if (options->trust_file)
        gnutls_x509_trust_list_add_trust_file(list, options->trust_file, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
    else
        gnutls_x509_trust_list_add_system_trust(list, 0, 0);
    carray *chain = mailstream_get_certificate_chain(imap->session->imap_stream);
    bool good = chain && verify(list, chain, imap->host, &why);
    if (chain)
        mailstream_certificate_chain_free(chain);
    gnutls_x509_trust_list_deinit(list, 1);
    return good || err_set(err, ERR_IO, "%s: its certificate %s", imap->host, why);
}

static void name_server(struct mailstream_ssl_context *context, void *host)
{
    mailstream_ssl_set_server_name(context, host);
}

static bool connect_to(struct imap *imap, const struct mail_account *account,
        const struct imap_options *options, struct err *err)
{
    uint16_t port = (uint16_t)account->port;
    int code = account->security == MAIL_TLS ? mailimap_ssl_connect_with_callback(imap->session, imap->host,
                                                       port, name_server, imap->host)
                                             : mailimap_socket_connect(imap->session, imap->host, port);
    if (failed(code))
        return fail(imap, code, "the connection", err);
    if (account->security == MAIL_STARTTLS) {
        code = mailimap_socket_starttls_with_callback(imap->session, name_server, imap->host);
        if (failed(code))
            return fail(imap, code, "encryption (STARTTLS)", err);
    }
    return account->security == MAIL_PLAIN || trusted(imap, options, err);
}

static bool log_in(
        struct imap *imap, const struct mail_account *account, struct arena *arena, struct err *err)
{
    const char *user = arena_str(arena, account->user).p, *secret = arena_str(arena, account->secret).p;
    struct mailimap_capability_data *can;
    int code = account->login == MAIL_XOAUTH2    ? mailimap_oauth2_authenticate(imap->session, user, secret)
               : account->login == MAIL_PASSWORD ? mailimap_login(imap->session, user, secret)
                                                 : MAILIMAP_NO_ERROR;
    if (failed(code))
        return fail(imap, code, "the log-in", err);
    code = mailimap_capability(imap->session, &can);
    if (failed(code))
        return fail(imap, code, "to say what it can do", err);
    mailimap_capability_data_free(can);
    return true;
}

bool imap_open(const struct mail_account *account, const struct imap_options *options, struct imap **ret,
        struct err *err)
{
    struct imap *imap = mem_zero(1, sizeof *imap);
    struct arena *arena = arena_new();
    imap->session = mailimap_new(0, NULL);
    if (!imap->session)
        mem_out(1, sizeof *imap->session);
    unsigned seconds = options->seconds ? options->seconds : SECONDS;
    mailimap_set_timeout(imap->session, seconds < CONNECT_SECONDS ? seconds : CONNECT_SECONDS);
    imap->host = strndup(account->host.p, account->host.n);
    if (!imap->host)
        mem_out(1, account->host.n);
    bool ok = connect_to(imap, account, options, err) && log_in(imap, account, arena, err);
    arena_free(arena);
    mailimap_set_timeout(imap->session, seconds);
    if (ok)
        *ret = imap;
    else
        imap_close(imap);
    return ok;
}

void imap_cancel(struct imap *imap)
{
    mailstream_cancel(imap->session->imap_stream);
}

void imap_close(struct imap *imap)
{
    if (!imap)
        return;
    if (imap->session->imap_stream)
        mailimap_logout(imap->session);
    mailimap_free(imap->session);
    free(imap->host);
    free(imap);
}

bool imap_examine(struct imap *imap, const char *folder, uint32_t *ret_validity, struct err *err)
{
    int code = mailimap_examine(imap->session, folder);
    if (failed(code))
        return fail(imap, code, "to open the folder", err);
    const struct mailimap_selection_info *info = imap->session->imap_selection_info;
    imap->exists = info->sel_exists;
    *ret_validity = info->sel_uidvalidity;
    return true;
}

// --- fetching

static int64_t seconds_of(const struct mailimap_date_time *t)
{
    if (!t || t->dt_month < 1 || t->dt_month > 12 || t->dt_day < 1 || t->dt_year < 1970)
        return 0;
    int64_t days = datetime_days(t->dt_year, (unsigned)t->dt_month, (unsigned)t->dt_day);
    int64_t zone = t->dt_zone / 100 * 3600 + t->dt_zone % 100 * 60;
    return days * 86400 + t->dt_hour * 3600 + t->dt_min * 60 + t->dt_sec - zone;
}

// The attributes of one mail that we ask for.
struct attributes {
    struct imap_item item;
    struct str raw;
};

static struct attributes read_attributes(const struct mailimap_msg_att *message)
{
    struct attributes a = {.raw = STR_NONE};
    for (clistiter *i = clist_begin(message->att_list); i; i = clist_next(i)) {
        const struct mailimap_msg_att_item *item = clist_content(i);
        if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
            continue;
        const struct mailimap_msg_att_static *s = item->att_data.att_static;
        if (s->att_type == MAILIMAP_MSG_ATT_UID)
            a.item.uid = s->att_data.att_uid;
        else if (s->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
            a.item.bytes = s->att_data.att_rfc822_size;
        else if (s->att_type == MAILIMAP_MSG_ATT_INTERNALDATE)
            a.item.at = seconds_of(s->att_data.att_internal_date);
        else if (s->att_type == MAILIMAP_MSG_ATT_BODY_SECTION && s->att_data.att_body_section)
            a.raw = (struct str){
                    s->att_data.att_body_section->sec_body_part, s->att_data.att_body_section->sec_length};
    }
    return a;
}

// The answer to FETCH as a list; mailimap_fetch_list_free.
static bool run_fetch(struct imap *imap, struct mailimap_set *set, struct mailimap_fetch_type *type,
        clist **ret, struct err *err)
{
    clist *list = NULL;
    int code = mailimap_uid_fetch(imap->session, set, type, &list);
    mailimap_fetch_type_free(type);
    mailimap_set_free(set);
    if (failed(code))
        return fail(imap, code, "to hand over mails", err);
    *ret = list;
    return true;
}

static struct mailimap_fetch_type *wanting(struct mailimap_fetch_att *what)
{
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
    mailimap_fetch_type_new_fetch_att_list_add(type, what);
    return type;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// The UIDs behind `after`, ascending; free().
static bool find(struct imap *imap, uint32_t after, uint32_t **ret, size_t *ret_n, struct err *err)
{
    clist *found = NULL;
    size_t n = 0;
    struct mailimap_search_key *key = mailimap_search_key_new_uid(mailimap_set_new_interval(after + 1, 0));
    int code = mailimap_uid_search(imap->session, NULL, key, &found);
    mailimap_search_key_free(key);
    if (failed(code))
        return fail(imap, code, "to look for mails", err);
    uint32_t *uids = mem_zero((size_t)clist_count(found) + 1, sizeof *uids);
    for (clistiter *i = clist_begin(found); i; i = clist_next(i)) {
        uint32_t uid = *(uint32_t *)clist_content(i);
        if (uid > after) // `7:*` is the last mail, too, where there is none behind 7
            uids[n++] = uid;
    }
    mailimap_search_result_free(found);
    qsort(uids, n, sizeof *uids, by_number);
    *ret = uids;
    *ret_n = n;
    return true;
}

static int by_uid(const void *a, const void *b)
{
    const struct imap_item *x = a, *y = b;
    return (x->uid > y->uid) - (x->uid < y->uid);
}

static bool describe(struct imap *imap, struct arena *arena, uint32_t first, uint32_t last,
        struct imap_item **ret, size_t *ret_n, struct err *err)
{
    clist *list = NULL;
    size_t n = 0;
    struct mailimap_fetch_type *type = wanting(mailimap_fetch_att_new_internaldate());
    mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_rfc822_size());
    if (!run_fetch(imap, mailimap_set_new_interval(first, last), type, &list, err))
        return false;
    struct imap_item *items = ARENA_ARRAY(arena, struct imap_item, (size_t)clist_count(list) + 1);
    for (clistiter *i = clist_begin(list); i; i = clist_next(i)) {
        struct attributes a = read_attributes(clist_content(i));
        if (a.item.uid >= first && a.item.uid <= last)
            items[n++] = a.item;
    }
    mailimap_fetch_list_free(list);
    qsort(items, n, sizeof *items, by_uid);
    *ret = items;
    *ret_n = n;
    return true;
}

bool imap_list(struct imap *imap, struct arena *arena, uint32_t after, const struct imap_item **ret,
        size_t *ret_n, struct err *err)
{
    uint32_t *uids = NULL;
    size_t n = 0;
    struct imap_item *items = NULL;
    if (after == UINT32_MAX || !imap->session->imap_selection_info->sel_exists) {
        *ret_n = 0;
        return true;
    }
    if (!find(imap, after, &uids, &n, err))
        return false;
    size_t last = n < IMAP_LIST_MAX ? n : IMAP_LIST_MAX;
    bool ok = !n || describe(imap, arena, uids[0], uids[last - 1], &items, &n, err);
    free(uids);
    if (ok) {
        *ret = items;
        *ret_n = n;
    }
    return ok;
}

static bool fetch_some(struct imap *imap, struct mailimap_set *set, struct mailimap_fetch_att *what,
        imap_visit *visit, void *ctx, struct err *err)
{
    clist *list = NULL;
    bool ok = run_fetch(imap, set, wanting(what), &list, err);
    if (!ok)
        return false;
    for (clistiter *i = clist_begin(list); ok && i; i = clist_next(i)) {
        struct attributes a = read_attributes(clist_content(i));
        ok = !a.raw.p || !a.item.uid || visit(ctx, a.item.uid, a.raw, err);
    }
    mailimap_fetch_list_free(list);
    return ok;
}

bool imap_fetch(struct imap *imap, const struct imap_item *items, size_t n, size_t max, imap_visit *visit,
        void *ctx, struct err *err)
{
    struct mailimap_set *set = mailimap_set_new_empty();
    unsigned whole = 0;
    bool ok = true;
    for (size_t i = 0; i < n; i++)
        if (items[i].bytes <= max && ++whole)
            mailimap_set_add_single(set, items[i].uid);
    if (!whole)
        mailimap_set_free(set);
    else
        ok = fetch_some(imap, set, mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)),
                visit, ctx, err);
    for (size_t i = 0; ok && i < n; i++)
        if (items[i].bytes > max)
            ok = fetch_some(imap, mailimap_set_new_single(items[i].uid),
                    mailimap_fetch_att_new_body_peek_section_partial(
                            mailimap_section_new(NULL), 0, (uint32_t)max),
                    visit, ctx, err);
    return ok;
}

// --- waiting

// Always news: where a mail went and another one came, there are as many as before.
static bool wait_polling(struct imap *imap, unsigned seconds, bool (*give_up)(void *), void *ctx,
        bool *ret_news, struct err *err)
{
    unsigned most = seconds < POLL_SECONDS ? seconds : POLL_SECONDS;
    for (unsigned i = 0; i < most && !(give_up && give_up(ctx)); i++)
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    int code = mailimap_noop(imap->session);
    if (failed(code))
        return fail(imap, code, "to go on", err);
    *ret_news = true;
    return true;
}

static bool wait_idle(struct imap *imap, unsigned seconds, bool (*give_up)(void *), void *ctx, bool *ret_news,
        struct err *err)
{
    mailstream *stream = imap->session->imap_stream;
    int state = MAILSTREAM_IDLE_TIMEOUT, code = mailimap_idle(imap->session);
    if (failed(code))
        return fail(imap, code, "to tell of new mails (IDLE)", err);
    unsigned most = seconds < IDLE_MOST ? seconds : IDLE_MOST; // networks forget what is silent for long
    // What came along with the answer to IDLE lies in libetpan's buffer already, where no waiting sees it.
    if (stream->read_buffer_len)
        state = MAILSTREAM_IDLE_HASDATA;
    mailstream_setup_idle(stream);
    for (unsigned i = 0; i < most && state == MAILSTREAM_IDLE_TIMEOUT && !(give_up && give_up(ctx)); i++)
        state = mailstream_wait_idle(stream, 1);
    mailstream_unsetup_idle(stream);
    code = mailimap_idle_done(imap->session);
    if (failed(code))
        return fail(imap, code, "to go on", err);
    *ret_news = state != MAILSTREAM_IDLE_TIMEOUT ||
                imap->session->imap_selection_info->sel_exists != imap->exists;
    imap->exists = imap->session->imap_selection_info->sel_exists;
    return true;
}

bool imap_wait(struct imap *imap, unsigned seconds, bool (*give_up)(void *ctx), void *ctx, bool *ret_news,
        struct err *err)
{
    bool news = false;
    bool ok = mailimap_has_idle(imap->session) ? wait_idle(imap, seconds, give_up, ctx, &news, err)
                                               : wait_polling(imap, seconds, give_up, ctx, &news, err);
    if (ok)
        *ret_news = news;
    return ok;
}

struct str imap_about(struct imap *imap, struct arena *arena)
{
    return arena_printf(arena, "%s%s", mailimap_has_idle(imap->session) ? "IDLE" : "no IDLE",
            mailimap_has_xoauth2(imap->session) ? ", XOAUTH2" : "");
}
