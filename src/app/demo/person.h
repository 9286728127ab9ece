// Who a contact is: what its messages may tell, and the hidden truth that drives what it does.
#ifndef SLUICE_APP_DEMO_PERSON_H
#define SLUICE_APP_DEMO_PERSON_H

#include "app/demo/dice.h"
#include "app/demo/tables.h"
#include "base/buf.h"

#define NEVER UINT32_MAX

// Purposes of dice_rng().
enum { DICE_PERSON = 1, DICE_COMPANY, DICE_JOURNEY, DICE_REFERRAL };

struct person {
    uint32_t number;   // from 1, over all batches
    uint32_t start;    // first moment, seconds from DEMO_START
    uint32_t known;    // from here on the business has a name and an address; NEVER
    uint32_t joined;   // when the shop's account of a `split` person is recognised as the same person
    uint32_t bought;   // first sale, NEVER
    uint32_t referrer; // number of the customer who sent them, 0 for none
    uint32_t company, income;
    uint16_t employees, timeline; // timeline: days until they must decide
    uint16_t amount;              // what a sale is worth, euros
    uint8_t segment, channel, country, city, given, family, title, campaign, seller;
    bool female, business, fit, need, budget, authority; // the last four: the truth
    bool phone;                                          // gives it away
    bool scanned;    // a machine in front of the mailbox opens and clicks everything
    bool split;      // has an account in the shop under another id
    bool refers;     // sends friends, once a customer
    bool shares;     // was once at a colleague's computer
    double interest; // 0 … 1: how readily they read, answer, come back
};

enum { CAMPAIGN_NONE = 255 };

void person_make(uint64_t seed, uint32_t number, const struct calendar *calendar, struct person *ret);

struct company {
    uint8_t country, city, adjective, noun, family;
    bool by_family; // named after its owner
    uint16_t employees;
};
// The companies of a segment are numbered; several people may work in one.
void company_make(uint64_t seed, uint8_t segment, uint32_t number, struct company *ret);

// Appends, without quotes; none of the names needs escaping in JSON.
void person_put_email(uint64_t seed, const struct person *p, struct buf *out);
void person_put_phone(const struct person *p, struct buf *out);
void company_put_name(uint64_t seed, const struct person *p, struct buf *out);
void company_put_domain(uint64_t seed, const struct person *p, struct buf *out);

#endif
