#include "app/demo/person.h"

enum { COMPANIES = 3000 /* of a segment */ };

static double between(struct rng *rng, double low, double high)
{
    // Evenly on a logarithmic scale: many small ones, few large ones.
    return low * dice_exp(rng_unit(rng) * dice_ln(high / low));
}

static bool percent(struct rng *rng, unsigned n)
{
    return rng_below(rng, 100) < n;
}

void company_make(uint64_t seed, uint8_t segment, uint32_t number, struct company *ret)
{
    struct rng rng = dice_rng(seed, DICE_COMPANY, (uint64_t)segment << 32 | number);
    const struct segment *s = &SEGMENTS[segment];
    ret->country = (uint8_t)dice_pick(&rng, COUNTRY_WEIGHTS, N_COUNTRIES);
    ret->city = (uint8_t)rng_below(&rng, N_CITIES);
    ret->adjective = (uint8_t)rng_below(&rng, N_ADJECTIVES);
    ret->noun = (uint8_t)rng_below(&rng, 6);
    ret->family = (uint8_t)rng_below(&rng, N_FAMILY);
    ret->by_family = rng_chance(&rng, 0.3);
    ret->employees = (uint16_t)between(&rng, s->employees_low, s->employees_high + 0.99);
}

static void make_work(uint64_t seed, struct rng *rng, struct person *p)
{
    const struct segment *s = &SEGMENTS[p->segment];
    if (s->titles[0].weight) {
        uint16_t weights[5];
        for (int i = 0; i < 5; i++)
            weights[i] = s->titles[i].weight;
        p->title = (uint8_t)dice_pick(rng, weights, 5);
        p->authority = percent(rng, s->titles[p->title].decides);
    } else {
        p->authority = true; // private people decide for themselves
    }
    if (!s->industry) {
        p->country = (uint8_t)dice_pick(rng, COUNTRY_WEIGHTS, N_COUNTRIES);
        p->city = (uint8_t)rng_below(rng, N_CITIES);
        p->income = (uint32_t)between(rng, s->income_low + 1000, s->income_high) / 500 * 500;
        return;
    }
    struct company company;
    p->business = true;
    p->company = (uint32_t)rng_below(rng, COMPANIES);
    company_make(seed, p->segment, p->company, &company);
    p->country = company.country;
    p->city = company.city;
    p->employees = company.employees;
}

static void make_truth(struct rng *rng, struct person *p)
{
    const struct segment *s = &SEGMENTS[p->segment];
    const struct channel *c = &CHANNELS[p->channel];
    p->fit = percent(rng, s->fit);
    p->need = percent(rng, (unsigned)s->need * c->need / 100);
    p->budget = percent(rng, s->budget);
    p->timeline = (uint16_t)(p->need ? 7 + dice_wait(rng, 75) : 60 + dice_wait(rng, 220));
    double u = rng_unit(rng);
    double interest = 0.04 + 0.5 * u * u + (p->need ? 0.2 : 0) + (p->fit ? 0.06 : 0) +
                      0.002 * s->curiosity * rng_unit(rng);
    p->interest = interest > 0.97 ? 0.97 : interest;
    p->amount = (uint16_t)(between(rng, s->worth_low, s->worth_high) / 10) * 10;
}

// Shows, lists and webinars have dates; everybody else comes when they come.
static uint32_t first_moment(struct rng *rng, const struct calendar *calendar, const struct person *p)
{
    int offset = COUNTRIES[p->country].offset;
    switch (p->channel) {
    case CHANNEL_SHOW:
        return SHOWS[rng_below(rng, N_SHOWS)].day * (uint32_t)DAY + 9 * HOUR +
               (uint32_t)rng_below(rng, 30 * HOUR);
    case CHANNEL_LIST:
        return LISTS[rng_below(rng, N_LISTS)].day * (uint32_t)DAY + 8 * HOUR + (uint32_t)rng_below(rng, 900);
    case CHANNEL_LINKEDIN:
        return calendar_moment(rng, calendar_day(calendar, rng), RHYTHM_OFFICE, 1);
    default:
        return calendar_moment(
                rng, calendar_day(calendar, rng), p->business ? RHYTHM_OFFICE : RHYTHM_HOME, offset);
    }
}

static uint8_t pick_campaign(struct rng *rng, const struct person *p)
{
    uint16_t weights[N_CAMPAIGNS];
    bool any = false;
    for (int i = 0; i < N_CAMPAIGNS; i++) {
        uint32_t day = p->start / DAY;
        weights[i] = CAMPAIGNS[i].channel == p->channel && CAMPAIGNS[i].from <= day && day < CAMPAIGNS[i].to;
        any |= weights[i] > 0;
    }
    return any ? (uint8_t)dice_pick(rng, weights, N_CAMPAIGNS) : CAMPAIGN_NONE;
}

void person_make(uint64_t seed, uint32_t number, const struct calendar *calendar, struct person *ret)
{
    struct rng rng = dice_rng(seed, DICE_PERSON, number);
    *ret = (struct person){.number = number, .known = NEVER, .bought = NEVER, .joined = NEVER};
    ret->channel = (uint8_t)dice_pick(&rng, CHANNEL_WEIGHTS, N_CHANNELS);
    ret->segment = (uint8_t)dice_pick(&rng, CHANNELS[ret->channel].segments, N_SEGMENTS);
    ret->female = rng_chance(&rng, 0.5);
    ret->given = (uint8_t)rng_below(&rng, N_GIVEN);
    ret->family = (uint8_t)rng_below(&rng, N_FAMILY);
    make_work(seed, &rng, ret);
    make_truth(&rng, ret);
    ret->start = first_moment(&rng, calendar, ret);
    ret->campaign = pick_campaign(&rng, ret);
    ret->seller = (uint8_t)rng_below(&rng, N_SELLERS);
    ret->phone = rng_chance(&rng, 0.55);
    ret->scanned = ret->business && ret->employees >= 20 && rng_chance(&rng, 0.3);
    ret->split = rng_chance(&rng, 0.03);
    ret->refers = rng_chance(&rng, 0.1 + 0.25 * ret->interest);
    ret->shares = number > 1 && rng_chance(&rng, 0.004);
}

// The letters of a name as an address writes them.
static void put_slug(struct buf *out, const char *name)
{
    static const struct {
        const char *letters, *plain;
    } MAP[] = {{"Áàáâãąạảấầặ", "a"}, {"ä", "ae"}, {"Çç", "c"}, {"Đ", "d"}, {"Éèéêëễ", "e"}, {"ğ", "g"},
            {"íîı", "i"}, {"Łł", "l"}, {"ñń", "n"}, {"òóôõơọồỗ", "o"}, {"Öö", "oe"}, {"śŞş", "s"},
            {"ß", "ss"}, {"ùúũư", "u"}, {"ü", "ue"}, {"ý", "y"}};
    for (const char *p = name; *p;) {
        unsigned char c = (unsigned char)*p;
        size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : 3;
        if (n == 1 && ((c | 32) >= 'a' && (c | 32) <= 'z'))
            buf_char(out, (char)(c | 32));
        for (size_t i = 0; n > 1 && i < sizeof MAP / sizeof *MAP; i++)
            if (memmem(MAP[i].letters, strlen(MAP[i].letters), p, n))
                buf_put(out, str_of(MAP[i].plain));
        p += n;
    }
}

void company_put_name(uint64_t seed, const struct person *p, struct buf *out)
{
    struct company c;
    company_make(seed, p->segment, p->company, &c);
    buf_put(out, str_of(c.by_family ? COUNTRIES[c.country].family[c.family] : ADJECTIVES[c.adjective]));
    buf_char(out, ' ');
    buf_put(out, str_of(SEGMENTS[p->segment].nouns[c.noun]));
}

void company_put_domain(uint64_t seed, const struct person *p, struct buf *out)
{
    struct company c;
    company_make(seed, p->segment, p->company, &c);
    put_slug(out, c.by_family ? COUNTRIES[c.country].family[c.family] : ADJECTIVES[c.adjective]);
    put_slug(out, SEGMENTS[p->segment].nouns[c.noun]);
    buf_int(out, p->segment * COMPANIES + (int64_t)p->company); // two companies never share a domain
    buf_put(out, STR(".example"));
}

void person_put_email(uint64_t seed, const struct person *p, struct buf *out)
{
    const struct country *c = &COUNTRIES[p->country];
    put_slug(out, p->female ? c->female[p->given] : c->male[p->given]);
    buf_char(out, '.');
    put_slug(out, c->family[p->family]);
    if (p->business) {
        buf_char(out, '@');
        company_put_domain(seed, p, out);
    } else {
        buf_int(out, p->number);
        buf_put(out, p->number % 3 ? STR("@post.example") : STR("@mail.example"));
    }
}

void person_put_phone(const struct person *p, struct buf *out)
{
    buf_put(out, STR("+999"));
    buf_int(out, 20000000 + (int64_t)p->number);
}
