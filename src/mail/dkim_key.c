// Keys: RSA by GnuTLS, Ed25519 by libsodium.
#include "base/mem.h"
#include "mail/dkim_private.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdlib.h>

enum { RSA_BITS = 2048, RSA_BITS_LEAST = 1024, RSA_BITS_MOST = 8192, SEED = 32 };

struct dkim_key {
    enum dkim_algorithm algorithm;
    gnutls_privkey_t rsa;
    gnutls_datum_t public;                      // of RSA: SubjectPublicKeyInfo
    uint8_t secret[crypto_sign_SECRETKEYBYTES]; // of Ed25519, its public key is in the second half
};

static bool refuse(struct err *err)
{
    return err_set(err, ERR_INPUT,
            "this is no private key: PEM with an RSA key of %d bits or more or an Ed25519 one, or an Ed25519 "
            "seed of 32 bytes in base64, is expected",
            RSA_BITS_LEAST);
}

static struct dkim_key *of_seed(const uint8_t *seed)
{
    struct dkim_key *key = mem_zero(1, sizeof *key);
    uint8_t public[crypto_sign_PUBLICKEYBYTES];
    key->algorithm = DKIM_ED25519;
    crypto_sign_seed_keypair(public, key->secret, seed);
    return key;
}

static struct dkim_key *of_ed25519(gnutls_x509_privkey_t pem)
{
    gnutls_ecc_curve_t curve;
    gnutls_datum_t x = {0}, k = {0};
    struct dkim_key *key = NULL;
    if (gnutls_x509_privkey_export_ecc_raw(pem, &curve, &x, NULL, &k) < 0)
        return NULL;
    if (curve == GNUTLS_ECC_CURVE_ED25519 && k.size == SEED)
        key = of_seed(k.data);
    if (k.data)
        sodium_memzero(k.data, k.size);
    gnutls_free(x.data);
    gnutls_free(k.data);
    return key;
}

static bool set_public(struct dkim_key *key)
{
    gnutls_pubkey_t public;
    if (gnutls_pubkey_init(&public) < 0)
        return false;
    bool ok = gnutls_pubkey_import_privkey(public, key->rsa, 0, 0) >= 0 &&
              gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, &key->public) >= 0;
    gnutls_pubkey_deinit(public);
    return ok;
}

// Takes the parsed key over.
static struct dkim_key *of_rsa(gnutls_x509_privkey_t pem)
{
    struct dkim_key *key = mem_zero(1, sizeof *key);
    unsigned bits = 0;
    key->algorithm = DKIM_RSA;
    if (gnutls_x509_privkey_get_pk_algorithm2(pem, &bits) == GNUTLS_PK_RSA && bits >= RSA_BITS_LEAST &&
            gnutls_privkey_init(&key->rsa) >= 0 &&
            gnutls_privkey_import_x509(key->rsa, pem, GNUTLS_PRIVKEY_IMPORT_COPY) >= 0 && set_public(key))
        return key;
    dkim_key_free(key);
    return NULL;
}

static bool read_seed(struct str text, struct dkim_key **ret)
{
    struct arena *arena = arena_new();
    struct str seed;
    bool ok = dkim_base64(arena, text, &seed) && seed.n == SEED;
    if (ok) {
        *ret = of_seed((const uint8_t *)seed.p);
        sodium_memzero((void *)(uintptr_t)seed.p, seed.n);
    }
    arena_free(arena);
    return ok;
}

bool dkim_key_read(struct str text, struct dkim_key **ret, struct err *err)
{
    gnutls_x509_privkey_t pem;
    struct dkim_key *key = NULL;
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "libsodium cannot be used");
    if (text.n > DKIM_PRIVATE_MAX)
        return refuse(err);
    if (str_find(text, '-') == text.n)
        return read_seed(text, ret) || refuse(err);
    gnutls_datum_t data = {(uint8_t *)(uintptr_t)text.p, (unsigned)text.n};
    if (gnutls_x509_privkey_init(&pem) < 0)
        return refuse(err);
    if (gnutls_x509_privkey_import2(pem, &data, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN) >= 0)
        key = gnutls_x509_privkey_get_pk_algorithm(pem) == GNUTLS_PK_RSA ? of_rsa(pem) : of_ed25519(pem);
    gnutls_x509_privkey_deinit(pem);
    if (!key)
        return refuse(err);
    *ret = key;
    return true;
}

void dkim_key_free(struct dkim_key *key)
{
    if (!key)
        return;
    if (key->rsa)
        gnutls_privkey_deinit(key->rsa);
    gnutls_free(key->public.data);
    sodium_memzero(key->secret, sizeof key->secret);
    free(key);
}

enum dkim_algorithm dkim_key_algorithm(const struct dkim_key *key)
{
    return key->algorithm;
}

// --- new ones

static bool make_rsa(struct arena *arena, struct str *ret, struct err *err)
{
    gnutls_x509_privkey_t pem;
    gnutls_datum_t out = {0};
    if (gnutls_x509_privkey_init(&pem) < 0)
        return err_set(err, ERR_IO, "no RSA key can be made");
    bool ok = gnutls_x509_privkey_generate(pem, GNUTLS_PK_RSA, RSA_BITS, 0) >= 0 &&
              gnutls_x509_privkey_export2_pkcs8(pem, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &out) >= 0;
    gnutls_x509_privkey_deinit(pem);
    if (!ok)
        return err_set(err, ERR_IO, "no RSA key can be made");
    *ret = arena_str(arena, (struct str){(char *)out.data, out.size});
    sodium_memzero(out.data, out.size);
    gnutls_free(out.data);
    return true;
}

static struct str make_ed25519(struct arena *arena)
{
    // PKCS#8 of an Ed25519 key (RFC 8410) up to its 32 bytes.
    uint8_t der[16 + SEED] = {0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20};
    static const char WORD[] = "PRIVATE KEY";
    struct buf text = {0};
    randombytes_buf(der + 16, SEED);
    dkim_base64_put((struct str){(char *)der, sizeof der}, &text);
    struct str pem = arena_printf(
            arena, "-----BEGIN %s-----\n%.*s\n-----END %s-----\n", WORD, (int)text.n, text.p, WORD);
    sodium_memzero(der, sizeof der);
    sodium_memzero(text.p, text.n);
    buf_free(&text);
    return pem;
}

bool dkim_key_make(struct arena *arena, enum dkim_algorithm algorithm, struct str *ret_pem, struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "libsodium cannot be used");
    if (algorithm == DKIM_RSA)
        return make_rsa(arena, ret_pem, err);
    *ret_pem = make_ed25519(arena);
    return true;
}

struct str dkim_record(struct arena *arena, const struct dkim_key *key)
{
    struct buf out = {0};
    bool rsa = key->algorithm == DKIM_RSA;
    buf_put(&out, rsa ? STR("v=DKIM1; k=rsa; p=") : STR("v=DKIM1; k=ed25519; p="));
    dkim_base64_put(rsa ? (struct str){(char *)key->public.data, key->public.size}
                        : (struct str){(const char *)key->secret + SEED, crypto_sign_PUBLICKEYBYTES},
            &out);
    struct str record = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return record;
}

struct str dkim_record_quoted(struct arena *arena, struct str record)
{
    struct buf out = {0};
    for (size_t at = 0; at < record.n || !at; at += 255) {
        size_t end = record.n - at > 255 ? at + 255 : record.n;
        buf_put(&out, at ? STR(" \"") : STR("\""));
        buf_put(&out, str_sub(record, at, end));
        buf_char(&out, '"');
    }
    struct str quoted = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return quoted;
}

// --- signing and checking

static void hash_of(struct str bytes, uint8_t ret[32])
{
    struct sha256_ctx hash;
    sha256_init(&hash);
    sha256_update(&hash, bytes.n, (const uint8_t *)bytes.p);
    sha256_digest(&hash, 32, ret);
}

bool dkim_key_sign(const struct dkim_key *key, struct str bytes, struct buf *ret, struct err *err)
{
    uint8_t hash[32];
    hash_of(bytes, hash);
    if (key->algorithm == DKIM_ED25519) {
        uint8_t signature[crypto_sign_BYTES]; // RFC 8463: of the hash, not of the bytes
        crypto_sign_detached(signature, NULL, hash, sizeof hash, key->secret);
        buf_put(ret, (struct str){(char *)signature, sizeof signature});
        return true;
    }
    gnutls_datum_t data = {hash, sizeof hash}, signature;
    if (gnutls_privkey_sign_hash(key->rsa, GNUTLS_DIG_SHA256, 0, &data, &signature) < 0)
        return err_set(err, ERR_IO, "the RSA key cannot sign");
    buf_put(ret, (struct str){(char *)signature.data, signature.size});
    gnutls_free(signature.data);
    return true;
}

// A key as SubjectPublicKeyInfo, as RFC 6376 means it, or as the bare RSAPublicKey that its text says.
static bool import_rsa(gnutls_pubkey_t key, struct str public)
{
    gnutls_datum_t data = {(uint8_t *)(uintptr_t) public.p, (unsigned)public.n};
    // SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING { … } }, lengths of two bytes
    static const uint8_t BEFORE[] = {
            0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0, 3, 0x82};
    uint8_t der[DKIM_RECORD_MAX + 32];
    if (gnutls_pubkey_import(key, &data, GNUTLS_X509_FMT_DER) >= 0)
        return true;
    size_t bits = public.n + 1, whole = sizeof BEFORE + 2 + bits;
    if (public.n > DKIM_RECORD_MAX)
        return false;
    der[0] = 0x30;
    der[1] = 0x82;
    der[2] = (uint8_t)(whole >> 8);
    der[3] = (uint8_t)whole;
    memcpy(der + 4, BEFORE, sizeof BEFORE);
    der[4 + sizeof BEFORE] = (uint8_t)(bits >> 8);
    der[5 + sizeof BEFORE] = (uint8_t)bits;
    der[6 + sizeof BEFORE] = 0;
    memcpy(der + 7 + sizeof BEFORE, public.p, public.n);
    data = (gnutls_datum_t){der, (unsigned)(whole + 4)};
    return gnutls_pubkey_import(key, &data, GNUTLS_X509_FMT_DER) >= 0;
}

static bool rsa_holds(struct str public, struct str bytes, struct str signature, const char **ret_why)
{
    gnutls_pubkey_t key;
    unsigned bits = 0;
    gnutls_datum_t data = {(uint8_t *)(uintptr_t)bytes.p, (unsigned)bytes.n},
                   sig = {(uint8_t *)(uintptr_t)signature.p, (unsigned)signature.n};
    if (gnutls_pubkey_init(&key) < 0)
        return false;
    bool ok = false;
    if (!import_rsa(key, public) || gnutls_pubkey_get_pk_algorithm(key, &bits) != GNUTLS_PK_RSA)
        *ret_why = "the key record holds no RSA key";
    else if (bits < RSA_BITS_LEAST)
        *ret_why = "the key has fewer than 1024 bits";
    else if (bits > RSA_BITS_MOST)
        *ret_why = "the key has more than 8192 bits";
    else
        ok = gnutls_pubkey_verify_data2(
                     key, GNUTLS_SIGN_RSA_SHA256, GNUTLS_VERIFY_ALLOW_BROKEN, &data, &sig) >= 0;
    gnutls_pubkey_deinit(key);
    return ok;
}

bool dkim_key_holds(enum dkim_algorithm algorithm, struct str public, struct str bytes, struct str signature,
        const char **ret_why)
{
    uint8_t hash[32];
    *ret_why = NULL;
    if (algorithm == DKIM_RSA)
        return rsa_holds(public, bytes, signature, ret_why);
    if (public.n != crypto_sign_PUBLICKEYBYTES) {
        *ret_why = "the key record holds no Ed25519 key";
        return false;
    }
    hash_of(bytes, hash);
    return signature.n == crypto_sign_BYTES && crypto_sign_verify_detached((const uint8_t *)signature.p, hash,
                                                       sizeof hash, (const uint8_t *)public.p) == 0;
}
