// Any text as a webhook's secret, address, list of types, and as what a reader of the stream asks for.
#include "app/change/private.h"
#include "app/webhook/private.h"
#include "app/webhook/sign.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void secret(struct str text)
{
    struct webhook_secret secret, again;
    struct buf out = {0};
    char shown[SECRET_TEXT_SIZE];
    if (!secret_parse(text, &secret, NULL))
        return;
    require(secret.n >= SECRET_BYTES_LEAST && secret.n <= SECRET_BYTES_MOST);
    require(secret_parse(secret_text(&secret, shown), &again, NULL));
    require(again.n == secret.n && memcmp(again.bytes, secret.bytes, secret.n) == 0);
    webhook_sign(&secret, text, 1, text, &out);
    require(out.n == 47);
    buf_free(&out);
}

static void address(struct str text)
{
    if (url_wrong(text))
        return;
    require(text.n <= URL_MAX && str_starts(text, STR("http")));
    for (size_t i = 0; i < text.n; i++)
        require((unsigned char)text.p[i] > ' ' && text.p[i] != '\\');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = {(const char *)data, n};
    secret(text);
    address(text);
    size_t half = n / 2;
    struct str list = str_sub(text, 0, half), type = str_sub(text, half, n);
    if (events_want(list, type))
        require(list.n > 2 && list.p[str_find(list, '[')] == '[');
    topics_t topics = topics_parse(text);
    require(topics || !n || str_find(text, ',') < n || !str_trim(text).n);
    return 0;
}
