// Keys: RSA by OpenSSL's libcrypto, which signs several times as fast as GnuTLS; Ed25519 by libsodium.
#include "base/mem.h"
#include "mail/dkim_private.h"

#include <nettle/sha2.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <stdlib.h>

enum { RSA_BITS = 2048, RSA_BITS_LEAST = 1024, RSA_BITS_MOST = 8192, SEED = 32 };

struct dkim_key {
    enum dkim_algorithm algorithm;
    EVP_PKEY *rsa;
    uint8_t *public; // of RSA: SubjectPublicKeyInfo
    size_t public_n;
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

// Takes the parsed key over; NULL: it is none that can be used.
static struct dkim_key *of_pem(EVP_PKEY *pem)
{
    struct dkim_key *key = NULL;
    uint8_t seed[SEED];
    size_t n = sizeof seed;
    if (EVP_PKEY_get_base_id(pem) == EVP_PKEY_ED25519 && EVP_PKEY_get_raw_private_key(pem, seed, &n) == 1) {
        key = of_seed(seed);
        sodium_memzero(seed, sizeof seed);
    } else if (EVP_PKEY_get_base_id(pem) == EVP_PKEY_RSA && EVP_PKEY_get_bits(pem) >= RSA_BITS_LEAST) {
        uint8_t *public = NULL;
        int size = i2d_PUBKEY(pem, &public);
        if (size > 0) {
            key = mem_zero(1, sizeof *key);
            *key = (struct dkim_key){
                    .algorithm = DKIM_RSA, .rsa = pem, .public = public, .public_n = (size_t)size};
            return key;
        }
    }
    EVP_PKEY_free(pem);
    return key;
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

// Keys with a password are refused instead of asking the terminal.
static int no_password(char *buffer, int size, int writing, void *ctx)
{
    (void)buffer, (void)size, (void)writing, (void)ctx;
    return -1;
}

bool dkim_key_read(struct str text, struct dkim_key **ret, struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "libsodium cannot be used");
    if (!text.n || text.n > DKIM_PRIVATE_MAX)
        return refuse(err);
    if (str_find(text, '-') == text.n)
        return read_seed(text, ret) || refuse(err);
    BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
    EVP_PKEY *pem = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
    struct dkim_key *key = pem ? of_pem(pem) : NULL;
    BIO_free(bio);
    if (!key)
        return refuse(err);
    *ret = key;
    return true;
}

void dkim_key_free(struct dkim_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->rsa);
    OPENSSL_free(key->public);
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
    EVP_PKEY *key = EVP_RSA_gen(RSA_BITS);
    BIO *bio = BIO_new(BIO_s_secmem());
    char *text = NULL;
    bool ok = key && bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1;
    long n = ok ? BIO_get_mem_data(bio, &text) : 0;
    if (n > 0)
        *ret = arena_str(arena, (struct str){text, (size_t)n});
    BIO_free(bio);
    EVP_PKEY_free(key);
    return n > 0 || err_set(err, ERR_IO, "no RSA key can be made");
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
    dkim_base64_put(rsa ? (struct str){(char *)key->public, key->public_n}
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

static bool rsa_sign(EVP_PKEY *key, struct str bytes, struct buf *ret)
{
    size_t n = (size_t)EVP_PKEY_get_size(key);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(ctx, (uint8_t *)buf_room(ret, n), &n, (const uint8_t *)bytes.p, bytes.n) == 1;
    ret->n += ok ? n : 0;
    EVP_MD_CTX_free(ctx);
    return ok;
}

bool dkim_key_sign(const struct dkim_key *key, struct str bytes, struct buf *ret, struct err *err)
{
    if (key->algorithm == DKIM_ED25519) {
        uint8_t hash[32], signature[crypto_sign_BYTES]; // RFC 8463: of the hash, not of the bytes
        hash_of(bytes, hash);
        crypto_sign_detached(signature, NULL, hash, sizeof hash, key->secret);
        buf_put(ret, (struct str){(char *)signature, sizeof signature});
        return true;
    }
    return rsa_sign(key->rsa, bytes, ret) || err_set(err, ERR_IO, "the RSA key cannot sign");
}

// A key as SubjectPublicKeyInfo, as RFC 6376 means it, or as the bare RSAPublicKey that its text says.
static EVP_PKEY *import_rsa(struct str public)
{
    const uint8_t *p = (const uint8_t *)public.p, *bare = p;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)public.n);
    return key ? key : d2i_PublicKey(EVP_PKEY_RSA, NULL, &bare, (long)public.n);
}

static bool rsa_holds(struct str public, struct str bytes, struct str signature, const char **ret_why)
{
    EVP_PKEY *key = import_rsa(public);
    EVP_MD_CTX *ctx = NULL;
    bool ok = false;
    if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
        *ret_why = "the key record holds no RSA key";
    else if (EVP_PKEY_get_bits(key) < RSA_BITS_LEAST)
        *ret_why = "the key has fewer than 1024 bits";
    else if (EVP_PKEY_get_bits(key) > RSA_BITS_MOST)
        *ret_why = "the key has more than 8192 bits";
    else {
        ctx = EVP_MD_CTX_new();
        ok = ctx && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
             EVP_DigestVerify(
                     ctx, (const uint8_t *)signature.p, signature.n, (const uint8_t *)bytes.p, bytes.n) == 1;
    }
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
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
