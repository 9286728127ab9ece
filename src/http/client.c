#include "http/client.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "http/address.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_KEPT = 16 << 10, ANSWER_READ = 1 << 20, RETRY_MOST = 7 * 86400, SECONDS = 20 };

struct client {
    CURL *curl;
    struct client_options options;
    struct clock clock;
    // of the exchange under way
    struct buf body;
    size_t read;
    int64_t retry_after, retry_at, date; // seconds; since 1970
    bool inside;                         // an address was refused
};

struct client *client_new(const struct client_options *options)
{
    struct client *client = mem_zero(1, sizeof *client);
    client->options = *options;
    client->clock = clock_system();
    client->curl = curl_easy_init();
    if (!client->curl)
        mem_out(1, 1); // that is what it means
    return client;
}

void client_free(struct client *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->curl);
    buf_free(&client->body);
    free(client);
}

// The address that is really connected to, whatever the name meant a moment ago.
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct client *client = ctx;
    struct address address;
    if (purpose != CURLSOCKTYPE_IPCXN || !address_of_socket(&to->addr, &address))
        return CURL_SOCKET_BAD;
    if (!client->options.allow_internal && address_internal(address.bytes, sizeof address.bytes)) {
        client->inside = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t take_body(char *data, size_t size, size_t n, void *ctx)
{
    struct client *client = ctx;
    size_t bytes = size * n, room = ANSWER_KEPT - client->body.n;
    buf_put(&client->body, (struct str){data, bytes < room ? bytes : room});
    client->read += bytes;
    return client->read > ANSWER_READ ? 0 : bytes; // 0 ends it
}

// The value of the header if the line is one of that name ("date:").
static bool header_value(struct str line, struct str name, char *out, size_t size)
{
    if (line.n <= name.n || !str_eq_nocase(str_sub(line, 0, name.n), name))
        return false;
    struct str value = str_trim(str_sub(line, name.n, line.n));
    if (!value.n || value.n >= size)
        return false;
    memcpy(out, value.p, value.n);
    out[value.n] = '\0';
    return true;
}

static size_t take_header(char *data, size_t size, size_t n, void *ctx)
{
    struct client *client = ctx;
    struct str line = {data, size * n};
    char text[64], *end;
    if (str_starts(line, STR("HTTP/"))) { // another answer: what came before was an interim one
        client->retry_after = client->retry_at = 0;
        client->date = clock_ms(&client->clock) / 1000;
    }
    if (header_value(line, STR("date:"), text, sizeof text)) {
        time_t date = curl_getdate(text, NULL);
        client->date = date > 0 ? date : client->date;
    } else if (header_value(line, STR("retry-after:"), text, sizeof text)) {
        long long seconds = strtoll(text, &end, 10);
        if (*end)
            client->retry_at = curl_getdate(text, NULL);
        else
            client->retry_after = seconds;
    }
    return line.n;
}

// Seconds until we may come again; a date counts from the other side's clock.
static int64_t retry_after(const struct client *client)
{
    int64_t seconds = client->retry_at > 0 ? client->retry_at - client->date : client->retry_after;
    return seconds < 0 ? 0 : seconds > RETRY_MOST ? RETRY_MOST : seconds;
}

static bool has_control(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return true;
    return false;
}

static bool make_headers(struct arena *arena, const struct client_header *headers, size_t n,
        struct curl_slist **ret, struct err *err)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:"); // do not wait for 100 Continue
    for (size_t i = 0; i < n; i++) {
        if (has_control(headers[i].value) || has_control(str_of(headers[i].name))) {
            curl_slist_free_all(list);
            return err_set(err, ERR_INPUT, "the header %s has a control character", headers[i].name);
        }
        struct str line = arena_printf(arena, headers[i].value.n ? "%s: %.*s" : "%s;%.*s", headers[i].name,
                STR_ARG(headers[i].value));
        list = curl_slist_append(list, line.p);
    }
    *ret = list;
    return true;
}

// libcurl asks at least once a second.
static int ask_give_up(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct client *client = ctx;
    (void)a, (void)b, (void)c, (void)d;
    return client->options.give_up(client->options.ctx);
}

static void set_up(struct client *client, const char *method, const char *url, struct curl_slist *headers,
        struct str body)
{
    CURL *curl = client->curl;
    unsigned seconds = client->options.seconds ? client->options.seconds : SECONDS;
    curl_easy_reset(curl); // keeps its connections
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); // nor what the environment says
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)seconds);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Sluice");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, client);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, client);
    if (client->options.give_up) {
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_give_up);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, client);
    }
    if (strcmp(method, "HEAD") == 0) {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else if (strcmp(method, "GET") != 0 || body.n) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.n ? body.p : "");
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    }
}

static bool url_usable(struct str url, struct err *err)
{
    bool http = url.n > 8 && (str_eq_nocase(str_sub(url, 0, 7), STR("http://")) ||
                                     str_eq_nocase(str_sub(url, 0, 8), STR("https://")));
    if (!http || has_control(url))
        return err_set(err, ERR_INPUT, "the URL must begin with https:// or http://");
    return true;
}

bool client_send(struct client *client, struct arena *arena, const char *method, struct str url,
        const struct client_header *headers, size_t n_headers, struct str body, struct client_answer *ret,
        struct err *err)
{
    struct curl_slist *list = NULL;
    if (!url_usable(url, err) || !make_headers(arena, headers, n_headers, &list, err))
        return false;
    client->body.n = client->read = 0;
    client->retry_after = client->retry_at = 0;
    client->inside = false;
    set_up(client, method, arena_str(arena, url).p, list, body);
    CURLcode code = curl_easy_perform(client->curl);
    curl_slist_free_all(list);
    long status = 0;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    bool cut = code == CURLE_WRITE_ERROR && client->read > ANSWER_READ; // we have all that we keep
    if (code != CURLE_OK && !cut) {
        if (client->inside)
            return err_set(err, ERR_INPUT, "the URL leads to an address of an internal network");
        bool useless = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
        return err_set(err, useless ? ERR_INPUT : ERR_IO, "no answer: %s", curl_easy_strerror(code));
    }
    *ret = (struct client_answer){(int)status, arena_str(arena, buf_str(&client->body)), retry_after(client)};
    return true;
}
