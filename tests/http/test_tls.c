// HTTPS: a certificate made here, read back by libcurl; plain text and half a handshake disturb nobody.
#include "base/mem.h"
#include "http/server.h"
#include "support/data_help.h"
#include "support/http_help.h"

#include <curl/curl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static bool hello(struct request *r, struct err *err)
{
    (void)err;
    buf_printf(r->out, "{\"secure\":%s,\"body\":%zu}", r->secure ? "true" : "false", r->body.n);
    return true;
}

static const struct route ROUTES[] = {{.method = "GET", .path = "/hello", .run = RUN_LOOP, .handle = hello},
        {.method = "POST", .path = "/hello", .raw_body = true, .handle = hello}, {0}};
static const struct routes TABLE = {"Test", ROUTES, NULL};
static const struct routes *const ALL[] = {&TABLE, NULL};

struct files {
    char folder[200], certificate[220], key[220], other[220];
};

static void write_file(const char *path, const gnutls_datum_t *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text->data, 1, text->size, f), text->size);
    fclose(f);
}

static void make_key(gnutls_x509_privkey_t *ret, const char *path)
{
    gnutls_datum_t text;
    gnutls_x509_privkey_init(ret);
    assert_int_equal(gnutls_x509_privkey_generate(
                             *ret, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
            0);
    assert_int_equal(gnutls_x509_privkey_export2(*ret, GNUTLS_X509_FMT_PEM, &text), 0);
    write_file(path, &text);
    gnutls_free(text.data);
}

static void make_certificate(const struct files *files)
{
    gnutls_x509_privkey_t key, other;
    gnutls_x509_crt_t crt;
    gnutls_datum_t text;
    make_key(&key, files->key);
    make_key(&other, files->other);
    gnutls_x509_crt_init(&crt);
    gnutls_x509_crt_set_version(crt, 3);
    gnutls_x509_crt_set_serial(crt, "\x01", 1);
    gnutls_x509_crt_set_dn(crt, "CN=localhost", NULL);
    gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_SET);
    gnutls_x509_crt_set_activation_time(crt, time(NULL) - 3600);
    gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 3600);
    gnutls_x509_crt_set_key(crt, key);
    assert_int_equal(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text), 0);
    write_file(files->certificate, &text);
    gnutls_free(text.data);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
    gnutls_x509_privkey_deinit(other);
}

static int set_up(void **state)
{
    struct files *files = mem_zero(1, sizeof *files);
    snprintf(files->folder, sizeof files->folder, "%s", help_folder().p);
    snprintf(files->certificate, sizeof files->certificate, "%s/certificate", files->folder);
    snprintf(files->key, sizeof files->key, "%s/key", files->folder);
    snprintf(files->other, sizeof files->other, "%s/other", files->folder);
    make_certificate(files);
    *state = files;
    return 0;
}

static int tear_down(void **state)
{
    struct files *files = *state;
    help_remove(files->folder);
    free(files);
    return 0;
}

static size_t collect(char *data, size_t size, size_t n, void *out)
{
    buf_put(out, (struct str){data, size * n});
    return size * n;
}

static void fetch(const struct files *files, CURL *curl, unsigned port, struct str body, const char *wanted)
{
    char url[100];
    struct buf answer = {0};
    snprintf(url, sizeof url, "https://localhost:%u/hello", port);
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, files->certificate);
    curl_easy_setopt(curl, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    if (body.p) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.p);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.n);
    }
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        fail_msg("%s", curl_easy_strerror(code));
    buf_char(&answer, '\0');
    assert_string_equal(answer.p, wanted);
    buf_free(&answer);
}

static void serves(void **state)
{
    const struct files *files = *state;
    struct server_options options = {.host = "127.0.0.1",
            .routes = ALL,
            .loops = 2,
            .workers = 2,
            .tls_certificate = files->certificate,
            .tls_key = files->key};
    struct server *server;
    struct err err = {0};
    struct arena *arena = arena_new();
    if (!server_start(&options, &server, &err))
        fail_msg("%s", err.message);
    unsigned port = server_port(server);
    // What is no handshake, and half of one.
    int fd = help_connect(port), half = help_connect(port);
    bool closed;
    help_send(fd, STR("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
    help_send(half, STR("\x16\x03\x01\x02"));
    struct str answer = help_receive(arena, fd, 1, 3000, &closed);
    assert_true(closed && !help_has(answer, "200"));
    close(fd);
    static char body[300000];
    CURL *curl = curl_easy_init();
    for (int i = 0; i < 20; i++) {
        fetch(files, curl, port, STR_NONE, "{\"secure\":true,\"body\":0}");
        fetch(files, curl, port, (struct str){body, sizeof body}, "{\"secure\":true,\"body\":300000}");
    }
    curl_easy_cleanup(curl);
    server_stop(server, 5);
    close(half);
    arena_free(arena);
}

static void refuses(void **state)
{
    const struct files *files = *state;
    struct server_options options = {.host = "127.0.0.1",
            .routes = ALL,
            .tls_certificate = files->certificate,
            .tls_key = files->other};
    struct server *server = NULL;
    struct err err = {0};
    assert_false(server_start(&options, &server, &err)); // the key of another certificate
    assert_int_equal(err.code, ERR_INPUT);
    options.tls_key = NULL;
    assert_false(server_start(&options, &server, &err));
    assert_int_equal(err.code, ERR_INPUT);
    options.tls_key = "/nonexistent";
    assert_false(server_start(&options, &server, &err));
    assert_null(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(serves, set_up, tear_down),
            cmocka_unit_test_setup_teardown(refuses, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
