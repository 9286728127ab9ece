#include "app/tracker/source.h"

#include "app/address/address.h"
#include "app/tracker/source_table.h"
#include "app/tracker/url.h"

#include <libpsl.h>

const char *medium_word(enum medium medium)
{
    static const char *const WORDS[] = {
            "search", "social", "paid", "email", "referral", "ai", "direct", "internal", "unknown"};
    return WORDS[medium];
}

static const struct source_host *find_host(struct str key)
{
    uint32_t low = 0, high = SOURCE_HOSTS_N;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct source_host *h = &SOURCE_HOSTS[middle];
        int c = str_cmp((struct str){SOURCE_TEXT + h->host, h->n}, key);
        if (c == 0)
            return h;
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

// The key with the beginning of the path behind it, two segments, one, none.
static const struct source_host *find_with_path(struct arena *arena, struct str key, struct str path)
{
    size_t ends[2], n = 0;
    for (size_t i = 1; i <= path.n && n < 2; i++)
        if (i == path.n || path.p[i] == '/')
            ends[n++] = i;
    while (n > 0) {
        size_t end = ends[--n];
        const struct source_host *found =
                end > 1 && end < 64
                        ? find_host(arena_printf(arena, "%.*s%.*s", STR_ARG(key), (int)end, path.p))
                        : NULL;
        if (found)
            return found;
    }
    return find_host(key);
}

// "www.google.co.uk" → "google.*"; STR_NONE if there is nothing before the public suffix. Suffixes of
// companies do not count: who has google.github.io is not Google.
static struct str with_star(struct arena *arena, struct str host)
{
    const char *suffix = host.p;
    while (suffix && !psl_is_public_suffix2(psl_builtin(), suffix, PSL_TYPE_ICANN)) {
        suffix = strchr(suffix, '.');
        suffix = suffix ? suffix + 1 : NULL;
    }
    if (!suffix || suffix == host.p)
        return STR_NONE;
    return arena_printf(arena, "%.*s*", (int)(suffix - host.p), host.p);
}

// The row for the host itself, or for the nearest name that it lies below.
static const struct source_host *look_up(struct arena *arena, struct str host, struct str path)
{
    struct str rest = str_starts(host, STR("www.")) ? str_sub(host, 4, host.n) : host;
    for (bool itself = true; rest.n; itself = false) {
        const struct source_host *found = find_with_path(arena, rest, path);
        struct str star = found ? STR_NONE : with_star(arena, arena_str(arena, rest));
        if (star.p)
            found = find_with_path(arena, star, path);
        if (found && (itself || !(found->flags & SOURCE_ONLY)))
            return found;
        size_t dot = str_find(rest, '.');
        if (dot == rest.n)
            break;
        rest = str_sub(rest, dot + 1, rest.n);
    }
    return NULL;
}

// The first of the parameters that the query, or else the fragment, has.
static struct str first_param(struct arena *arena, const struct url *url, const char *const *names)
{
    const struct str places[] = {url->query, url->fragment};
    for (size_t i = 0; i < 2; i++)
        for (const char *const *name = names; places[i].n && *name; name++) {
            struct str value = url_param(arena, places[i], *name);
            if (value.p)
                return value;
        }
    return STR_NONE;
}

// "/search/lead%20scoring": the segment behind a word that means searching.
static struct str path_term(struct arena *arena, struct str path)
{
    static const struct str WORDS[] = {{"search", 6}, {"s", 1}, {"ws", 2}, {"web", 3}, {"results", 7},
            {"find", 4}, {"suche", 5}, {"images", 6}, {"videos", 6}, {"q", 1}};
    bool behind = false;
    while (path.n) {
        size_t slash = str_find(path, '/');
        struct str segment = str_sub(path, 0, slash);
        if (behind && segment.n && segment.n < 200 && str_find(segment, '.') == segment.n)
            return str_trim(url_decode(arena, segment, true));
        behind = false;
        for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
            behind = behind || str_eq_nocase(segment, WORDS[i]);
        path = str_sub(path, slash < path.n ? slash + 1 : slash, path.n);
    }
    return STR_NONE;
}

static struct str term_of_engine(struct arena *arena, const struct url *url)
{
    static const char *const NAMES[] = {"q", "query", "wd", "text", "p", "word", "keyword", "keywords", "kw",
            "kwd", "search", "searchfor", "search_for", "search_word", "search_term", "search_query",
            "searchterm", "searchtext", "searchstring", "suche", "suchbegriff", "suchstr", "begriff",
            "eingabe", "szukaj", "recherche", "buscar", "busca", "tekst", "zoekwoord", "mots", "string",
            "words", "terms", "term", "qry", "qs", "qt", "qkw", "qrs", "ask", "question", "what", "key", "k",
            "s", "w", "as_q", "mt", "gsc.q", "req", "ph", "su", "sc", "si", "x_query", "mdn", "va", "vp",
            "rdata", "encquery", "name", "p7", "r", NULL};
    struct str term = first_param(arena, url, NAMES);
    return term.p ? term : path_term(arena, url->path);
}

// Parameters that hardly anything but a search has, with a value that somebody may have typed.
static struct str term_of_anybody(struct arena *arena, const struct url *url)
{
    static const char *const NAMES[] = {"q", "query", "wd", "keyword", "keywords", "searchfor", "search_for",
            "search_query", "search_term", "searchterm", "search_word", "search", "suche", "suchbegriff",
            "kw", "word", "qry", NULL};
    struct str term = first_param(arena, url, NAMES);
    if (term.p && (str_find(term, '/') < term.n || str_find(term, '=') < term.n))
        return STR_NONE; // a path, an address, a token
    return term;
}

static bool label_begins(struct str host, const char *const *words)
{
    size_t dot = str_find(host, '.');
    struct str label = str_sub(host, 0, dot);
    for (; *words; words++)
        if (str_starts(label, str_of(*words)))
            return true;
    return false;
}

// "videosearch.example.org", but not "research.example.org".
static bool has_search(struct str host)
{
    const char *found = strstr(host.p, "search");
    return found && !(found - host.p >= 2 && strncmp(found - 2, "re", 2) == 0);
}

// What an address that no list knows looks like.
static enum medium guess(struct arena *arena, const struct url *url, struct str *ret_term)
{
    static const char *const SEARCH[] = {"search", "isearch", "websearch", "metasearch", "suche", "buscador",
            "buscar", "busca", "recherche", "ricerca", "szukaj", "hledat", "hledej", "vyhled", "zoek",
            "arama", "poisk", "pesquisa", "kereses", NULL};
    static const char *const MAIL[] = {"webmail", "mail", "email", "owa", "roundcube", "zimbra", "correo",
            "poczta", "posta", "squirrelmail", NULL};
    struct str host = str_starts(url->host, STR("www.")) ? str_sub(url->host, 4, url->host.n) : url->host;
    *ret_term = term_of_anybody(arena, url);
    if (!ret_term->p && (label_begins(host, SEARCH) || has_search(host)))
        *ret_term = term_of_engine(arena, url);
    if (label_begins(host, SEARCH) || ret_term->p)
        return MEDIUM_SEARCH;
    if (strstr(host.p, "mastodon"))
        return MEDIUM_SOCIAL;
    return label_begins(host, MAIL) ? MEDIUM_EMAIL : MEDIUM_REFERRAL;
}

static struct str site_name(struct arena *arena, struct str host)
{
    struct str name = address_domain_registrable(arena, host);
    return name.p ? name : host;
}

static bool same_site(struct arena *arena, struct str a, struct str b)
{
    struct str of_a = address_domain_registrable(arena, a), of_b = address_domain_registrable(arena, b);
    return of_a.p && of_b.p ? str_eq(of_a, of_b) : str_eq_nocase(a, b);
}

// "www.example.org/path" without a scheme, if its end is one of a domain.
static bool parse_bare(struct arena *arena, struct str text, struct url *ret)
{
    struct url url;
    if (text.n > URL_MAX || !url_parse(arena, arena_printf(arena, "//%.*s", STR_ARG(text)), &url))
        return false;
    size_t dot = url.host.n;
    while (dot > 0 && url.host.p[dot - 1] != '.')
        dot--;
    if (!dot || !psl_is_public_suffix2(psl_builtin(), url.host.p + dot, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE))
        return false;
    *ret = url;
    return true;
}

struct source source_of_referrer(struct arena *arena, struct str referrer, struct str site)
{
    struct source source = {.medium = MEDIUM_DIRECT};
    struct url url;
    referrer = str_trim(referrer);
    if (!referrer.n || str_eq_nocase(referrer, STR("about:blank")))
        return source;
    if (!url_parse(arena, referrer, &url) && !parse_bare(arena, referrer, &url)) {
        source.medium = MEDIUM_UNKNOWN;
        return source;
    }
    if (site.n && same_site(arena, url.host, site)) {
        source.medium = MEDIUM_INTERNAL;
        return source;
    }
    const struct source_host *known = look_up(arena, url.host, url.path);
    if (!known) {
        source.medium = guess(arena, &url, &source.term);
        source.source = site_name(arena, url.host);
        return source;
    }
    source.medium = (enum medium)known->medium;
    source.source = str_of(SOURCE_TEXT + known->source);
    if (source.medium == MEDIUM_SEARCH)
        source.term = term_of_engine(arena, &url);
    return source;
}

const struct click_id CLICK_IDS[] = {
        {"gclid", "Google Ads", MEDIUM_PAID},
        {"gbraid", "Google Ads", MEDIUM_PAID},
        {"wbraid", "Google Ads", MEDIUM_PAID},
        {"dclid", "Google Display", MEDIUM_PAID},
        {"gad_source", "Google Ads", MEDIUM_PAID},
        {"msclkid", "Microsoft Ads", MEDIUM_PAID},
        {"yclid", "Yandex.Direct", MEDIUM_PAID},
        {"ttclid", "TikTok", MEDIUM_PAID},
        {"twclid", "Twitter", MEDIUM_PAID},
        {"li_fat_id", "LinkedIn", MEDIUM_PAID},
        {"rdt_cid", "Reddit", MEDIUM_PAID},
        {"ScCid", "Snapchat", MEDIUM_PAID},
        {"sc_click_id", "Snapchat", MEDIUM_PAID},
        {"epik", "Pinterest", MEDIUM_PAID},
        {"qclid", "Quora", MEDIUM_PAID},
        {"tblci", "Taboola", MEDIUM_PAID},
        {"obOrigUrl", "Outbrain", MEDIUM_PAID},
        {"dicbo", "Outbrain", MEDIUM_PAID},
        {"vmcid", "Yahoo Ads", MEDIUM_PAID},
        {"irclickid", "impact.com", MEDIUM_REFERRAL},
        {"cjevent", "CJ", MEDIUM_REFERRAL},
        {"awc", "Awin", MEDIUM_REFERRAL},
        {"fbclid", "Facebook", MEDIUM_SOCIAL}, // behind every link there, paid or not
        {"igshid", "Instagram", MEDIUM_SOCIAL},
        {"mc_eid", "Mailchimp", MEDIUM_EMAIL},
        {"mkt_tok", "Marketo", MEDIUM_EMAIL},
        {"_hsenc", "HubSpot", MEDIUM_EMAIL},
        {"_kx", "Klaviyo", MEDIUM_EMAIL},
        {"vero_id", "Vero", MEDIUM_EMAIL},
        {NULL, NULL, MEDIUM_UNKNOWN},
};

// utm_medium is whatever a marketer wrote.
static enum medium medium_of_campaign(struct str text)
{
    static const struct {
        const char *part;
        enum medium medium;
    } PARTS[] = {{"paid", MEDIUM_PAID}, {"cpc", MEDIUM_PAID}, {"ppc", MEDIUM_PAID}, {"cpm", MEDIUM_PAID},
            {"cpv", MEDIUM_PAID}, {"cpa", MEDIUM_PAID}, {"display", MEDIUM_PAID}, {"banner", MEDIUM_PAID},
            {"retarget", MEDIUM_PAID}, {"remarket", MEDIUM_PAID}, {"adwords", MEDIUM_PAID},
            {"sponsor", MEDIUM_PAID}, {"mail", MEDIUM_EMAIL}, {"newsletter", MEDIUM_EMAIL},
            {"drip", MEDIUM_EMAIL}, {"social", MEDIUM_SOCIAL}, {"organic", MEDIUM_SEARCH},
            {"search", MEDIUM_SEARCH}, {"affiliate", MEDIUM_REFERRAL}, {"referral", MEDIUM_REFERRAL},
            {"partner", MEDIUM_REFERRAL}, {"chatbot", MEDIUM_AI}};
    static const struct {
        struct str word;
        enum medium medium;
    } WORDS[] = {{{"sem", 3}, MEDIUM_PAID}, {{"ads", 3}, MEDIUM_PAID}, {{"ad", 2}, MEDIUM_PAID},
            {{"sm", 2}, MEDIUM_SOCIAL}, {{"ai", 2}, MEDIUM_AI}, {{"llm", 3}, MEDIUM_AI},
            {{"crm", 3}, MEDIUM_EMAIL}};
    char lower[64];
    size_t n = 0;
    for (; n < text.n && n + 1 < sizeof lower; n++)
        lower[n] = (char)(text.p[n] >= 'A' && text.p[n] <= 'Z' ? text.p[n] - 'A' + 'a' : text.p[n]);
    lower[n] = '\0';
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq(str_of(lower), WORDS[i].word))
            return WORDS[i].medium;
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (strstr(lower, PARTS[i].part))
            return PARTS[i].medium;
    return MEDIUM_UNKNOWN;
}

// utm_source as a host ("chatgpt.com"), or as the name of one ("facebook").
static enum medium medium_of_name(struct arena *arena, struct str name)
{
    struct url url;
    if (!name.n || name.n > 100)
        return MEDIUM_UNKNOWN;
    bool dotted = str_find(name, '.') < name.n;
    struct str text = arena_printf(arena, dotted ? "//%.*s" : "//%.*s.com", STR_ARG(name));
    const struct source_host *known =
            url_parse(arena, text, &url) ? look_up(arena, url.host, url.path) : NULL;
    return known ? (enum medium)known->medium : MEDIUM_UNKNOWN;
}

// A campaign parameter under the names of Google and of Matomo.
static struct str campaign_param(
        struct arena *arena, const struct url *url, const char *utm, const char *matomo)
{
    const char *names[3] = {utm, matomo, NULL};
    return first_param(arena, url, names);
}

static const struct click_id *click_id_of(struct arena *arena, const struct url *url)
{
    for (const struct click_id *id = CLICK_IDS; id->name; id++)
        if (url_param(arena, url->query, id->name).p)
            return id;
    return NULL;
}

struct source source_of_campaign(
        struct arena *arena, struct str source, struct str medium, struct str campaign, struct str term)
{
    struct source found = {.source = source, .term = term, .campaign = campaign};
    found.medium = medium_of_campaign(medium.p ? medium : STR(""));
    if (found.medium == MEDIUM_UNKNOWN)
        found.medium = medium_of_name(arena, source);
    return found;
}

bool source_of_page(struct arena *arena, struct str page, struct source *ret)
{
    struct url url;
    if (!url_parse(arena, page, &url) || (!url.query.n && !url.fragment.n))
        return false;
    struct str source = campaign_param(arena, &url, "utm_source", "mtm_source"),
               medium = campaign_param(arena, &url, "utm_medium", "mtm_medium"),
               campaign = campaign_param(arena, &url, "utm_campaign", "mtm_campaign"),
               term = campaign_param(arena, &url, "utm_term", "mtm_keyword");
    struct str number = campaign_param(arena, &url, "utm_id", "mtm_cid");
    const struct click_id *id = click_id_of(arena, &url);
    if (!source.p && !number.p && !campaign.p && !medium.p && !id)
        return false;
    struct source found = source_of_campaign(arena, source, medium, campaign, term);
    // A paid click is paid, whatever its source is known for; utm_medium says so itself where it is there.
    if (id && (found.medium == MEDIUM_UNKNOWN || (!medium.p && id->medium == MEDIUM_PAID)))
        found.medium = id->medium;
    if (!found.source.p && id)
        found.source = str_of(id->source);
    found.campaign_id = number;
    found.content = campaign_param(arena, &url, "utm_content", "mtm_content");
    *ret = found;
    return true;
}

struct source source_of_visit(struct arena *arena, struct str page, struct str referrer)
{
    struct url url;
    struct str site = url_parse(arena, page, &url) ? url.host : STR_NONE;
    struct source by_referrer = source_of_referrer(arena, referrer, site), source;
    if (!source_of_page(arena, page, &source))
        return by_referrer;
    // What the link leaves open, the page that it stood on may say.
    bool linked = by_referrer.medium < MEDIUM_DIRECT;
    if (source.medium == MEDIUM_UNKNOWN)
        source.medium = linked ? by_referrer.medium : MEDIUM_REFERRAL;
    if (!source.source.p && linked)
        source.source = by_referrer.source;
    if (!source.term.p)
        source.term = by_referrer.term;
    return source;
}
