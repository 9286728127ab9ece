// The routes and schemas of offers.
#include "app/listing.h"
#include "app/offer/private.h"

#define OFFER_KINDS "enum:shared|personal"

static const struct member OFFER[] = {
        {"id", "text", "Its id", true, 0},
        {"name", "text", "What people call it", true, 0},
        {"text", "text", "What it promises, for mails ({{ offer.text }})", true, 0},
        {"kind", OFFER_KINDS, "shared: one code for everybody; personal: one for each person", true, 0},
        {"code", "text", "The code of a shared one; of a personal one what made codes begin with", true, 0},
        {"makes", "flag", "personal: codes are made where none is left", true, 0},
        {"ends", "time?", "Until when it may be redeemed", true, 0},
        {"codes", "integer", "How many codes there are", true, 0},
        {"free", "integer", "How many of them nobody has", true, 0},
        {"sent", "integer", "In how many mails it was promised", true, 0},
        {"redeemed", "integer", "How often it was redeemed", true, 0},
        {"campaigns", "[OfferCampaign]", "The same by campaign", true, 0},
        {"version", "integer", "Counts its changes; also its ETag", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};
static const struct member OFFER_CAMPAIGN[] = {
        {"campaign", "text?", "The campaign's id; null: none", true, 0},
        {"sent", "integer", "In how many of its mails it was promised", true, 0},
        {"redeemed", "integer", "How often it was redeemed", true, 0},
        {"amount", "number", "The sum of the amounts", true, 0},
        {0},
};
#define CHANGE(needed)                                                                                       \
    {"name", "text", "What people call it", needed, 200}, {"text", "text", "What it promises", false, 1000}, \
            {"makes", "flag", "personal: codes are made where none is left, else true", false, 0},           \
    {                                                                                                        \
        "ends", "time?", "Until when it may be redeemed", false, 0                                           \
    }
static const struct member OFFER_NEW[] = {
        CHANGE(true),
        {"kind", OFFER_KINDS, "shared or personal", true, 0},
        {"code", "text", "The code of a shared one; of a personal one what made codes begin with", false, 40},
        {0},
};
static const struct member OFFER_CHANGE[] = {CHANGE(false), {0}};
static const struct member OFFER_LIST[] = {
        {"items", "[Offer]", "Offers", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member CODE[] = {
        {"code", "text", "It", true, 0},
        {"contact", "text?", "Whose it is", true, 0},
        {"reserved", "time?", "Since when", true, 0},
        {"redeemed", "time?", "When it was first redeemed", true, 0},
        {0},
};
static const struct member CODE_LIST[] = {
        {"items", "[OfferCode]", "Codes", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member CODES_NEW[] = {
        {"codes", "[text]", "Codes of a shop", false, CODES_AT_ONCE},
        {"count", "integer", "Or: so many are made", false, CODES_AT_ONCE},
        {0},
};
static const struct member CODES_DONE[] = {
        {"added", "integer", "How many were added", true, 0},
        {"there", "integer", "How many some offer has already", true, 0},
        {0},
};
static const struct member REDEEM[] = {
        {"code", "text", "It", true, CODE_MAX},
        {"contact", "text?", "Who redeems it, else whoever it was reserved for", false, 500},
        {"amount", "number", "Of the purchase", false, 0},
        {0},
};
static const struct member REDEEMED[] = {
        {"offer", "text", "The offer's id", true, 0},
        {"text", "text", "What it promises", true, 0},
        {"code", "text", "The code", true, 0},
        {"contact", "text?", "Who redeemed it", true, 0},
        {"late", "flag", "It had ended by then", true, 0},
        {0},
};

const struct schema OFFER_SCHEMAS[] = {
        {"Offer", "A promise with a coupon code", OFFER, false},
        {"OfferCampaign", "An offer's numbers in a campaign", OFFER_CAMPAIGN, false},
        {"OfferNew", "An offer to be made", OFFER_NEW, false},
        {"OfferChange", "What to change of an offer", OFFER_CHANGE, false},
        {"OfferList", "A page of offers", OFFER_LIST, false},
        {"OfferCode", "A coupon code", CODE, false},
        {"OfferCodeList", "A page of codes", CODE_LIST, false},
        {"OfferCodesNew", "Codes to be added", CODES_NEW, false},
        {"OfferCodesDone", "What came of it", CODES_DONE, false},
        {"OfferRedeem", "A code that somebody redeems", REDEEM, false},
        {"OfferRedeemed", "What it was worth", REDEEMED, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};
static const struct member PAGE_PARAMETERS[] = {
        PAGE_QUERY,
        {0},
};

#define READ .right = "campaign.read"
#define WRITE .right = "campaign.write"

const struct route OFFER_ROUTES[] = {
        ROW("GET", "/api/offers", "Lists offers", READ, .query = LIST_PARAMETERS, .answer = "OfferList",
                .handle = offer_route_list),
        ROW("POST", "/api/offers", "Makes an offer", WRITE, .body = "OfferNew", .answer = "Offer",
                .status = 201, .handle = offer_route_create),
        ROW("POST", "/api/offers/redeem", "Redeems a code", WRITE, .body = "OfferRedeem",
                .answer = "OfferRedeemed", .handle = offer_route_redeem),
        ROW("GET", "/api/offers/{id}", "One offer", READ, .answer = "Offer", .handle = offer_route_get),
        ROW("PATCH", "/api/offers/{id}", "Changes an offer", WRITE, .body = "OfferChange", .answer = "Offer",
                .handle = offer_route_patch),
        ROW("DELETE", "/api/offers/{id}", "Removes an offer that nobody was promised", WRITE, .status = 204,
                .handle = offer_route_delete),
        ROW("GET", "/api/offers/{id}/codes", "An offer's codes", READ, .query = PAGE_PARAMETERS,
                .answer = "OfferCodeList", .handle = offer_route_codes),
        ROW("POST", "/api/offers/{id}/codes", "Adds codes to an offer", WRITE, .body = "OfferCodesNew",
                .answer = "OfferCodesDone", .handle = offer_route_add_codes),
        {0},
};
