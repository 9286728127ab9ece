// Signing what goes out with the keys of the sender's domain. Keys never change once they are made, so they
// are read once; a domain without any is looked at again after a while.
#include "app/message/private.h"

#include "app/address/address.h"
#include "base/mem.h"
#include "mail/compose.h"
#include "mail/dkim.h"

#include <stdlib.h>

enum { KEYS_MAX = 4, DOMAINS_MAX = 300, AGAIN_SECONDS = 30 };

struct signer {
    char domain[256];
    struct dkim_key *keys[KEYS_MAX];
    char selectors[KEYS_MAX][64];
    unsigned n;
    int64_t looked;
};

struct signers {
    struct signer list[DOMAINS_MAX];
    unsigned n;
};

void signers_free(struct signers *signers)
{
    for (unsigned i = 0; signers && i < signers->n; i++)
        for (unsigned k = 0; k < signers->list[i].n; k++)
            dkim_key_free(signers->list[i].keys[k]);
    free(signers);
}

static bool add_key(void *ctx, struct str selector, struct str pem, struct err *err)
{
    struct signer *signer = ctx;
    if (signer->n == KEYS_MAX || selector.n >= sizeof signer->selectors[0])
        return true;
    if (!dkim_key_read(pem, &signer->keys[signer->n], err))
        return false;
    memcpy(signer->selectors[signer->n++], selector.p, selector.n);
    return true;
}

// With the mutex. NULL: there are too many domains, or an error.
static struct signer *find(
        struct message_state *state, struct store *store, struct str domain, int64_t now, struct err *err)
{
    if (!state->signers)
        state->signers = mem_zero(1, sizeof *state->signers);
    struct signers *all = state->signers;
    struct signer *signer = NULL;
    for (unsigned i = 0; i < all->n && !signer; i++)
        if (str_eq(str_of(all->list[i].domain), domain))
            signer = &all->list[i];
    if (!signer && (all->n == DOMAINS_MAX || domain.n >= sizeof signer->domain)) {
        err_set(err, ERR_LIMIT, "mails go out from too many domains");
        return NULL;
    }
    if (!signer) {
        signer = &all->list[all->n++];
        *signer = (struct signer){.looked = INT64_MIN};
        memcpy(signer->domain, domain.p, domain.n);
    }
    if (signer->n || now < signer->looked + AGAIN_SECONDS)
        return signer;
    signer->looked = now;
    return mailbox_keys(store, domain, add_key, signer, err) ? signer : NULL;
}

bool letter_sign(struct app *app, struct data *reader, struct arena *arena, const struct mailbox *mailbox,
        struct letter *letter, struct err *err)
{
    struct message_state *state = message_state(app);
    struct str domain = address_domain(mailbox->address), ascii;
    struct buf out = {0};
    bool ok = true, utf8;
    pthread_mutex_lock(&state->sign_mutex);
    const struct signer *signer = find(state, data_store(reader), domain, app_now(app), err);
    unsigned n = signer ? signer->n : 0;
    pthread_mutex_unlock(&state->sign_mutex);
    if (!signer || !compose_envelope(arena, mailbox->address, &ascii, &utf8, err))
        return false;
    for (unsigned i = 0; ok && i < n; i++) {
        struct dkim_signer with = {.key = signer->keys[i],
                .domain = address_domain(ascii),
                .selector = str_of(signer->selectors[i]),
                .time = app_now(app)};
        ok = dkim_sign(&with, letter->content, &out, err);
    }
    if (ok && out.n) {
        buf_put(&out, letter->content);
        letter->content = arena_str(arena, buf_str(&out));
    }
    buf_free(&out);
    return ok;
}
