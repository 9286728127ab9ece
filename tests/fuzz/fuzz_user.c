// Any text as a mail address, a password, a one-time code, a setting: what is taken is well-formed, and taken
// again gives the same.
#include "app/setting/table.h"
#include "app/user/account.h"
#include "app/user/password.h"
#include "app/user/totp.h"
#include "base/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void mail_address(struct arena *arena, struct str text)
{
    struct str normal, again;
    if (!email_normal(arena, text, &normal, NULL))
        return;
    require(utf8_valid(normal) && normal.n <= EMAIL_MAX && normal.n >= 3);
    for (size_t i = 0; i < normal.n; i++)
        require((unsigned char)normal.p[i] > ' ' && !strchr("<>\"\\;,", normal.p[i]));
    require(email_normal(arena, normal, &again, NULL) && str_eq(again, normal));
}

static void setting(struct arena *arena, struct str text)
{
    for (unsigned i = 0; i < SETTINGS; i++) {
        struct str normal, again;
        if (!setting_normal(arena, i, text, &normal, NULL))
            continue;
        require(setting_normal(arena, i, normal, &again, NULL) && str_eq(again, normal));
        bool in_headers = i == SETTING_form_frame_hosts || i == SETTING_public_url || i == SETTING_time_zone;
        for (size_t at = 0; in_headers && at < normal.n; at++)
            require((unsigned char)normal.p[at] >= ' ' && !strchr(";,'\"<>", normal.p[at]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct str text = arena_str(arena, (struct str){(const char *)data, n});
    int64_t step;
    mail_address(arena, text);
    setting(arena, text);
    if (password_check(text, STR("ann@example.org"), NULL))
        require(utf8_valid(text) && text.n >= PASSWORD_MIN && text.n <= PASSWORD_MAX * 4);
    if (totp_fits(STR("12345678901234567890"), text, 59, 0, &step))
        require(step <= 2 && text.n >= TOTP_DIGITS);
    arena_free(arena);
    return 0;
}
