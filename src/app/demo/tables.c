#include "app/demo/tables.h"

#include <stddef.h>

const uint16_t COUNTRY_WEIGHTS[N_COUNTRIES] = {26, 16, 12, 8, 7, 6, 6, 5, 4, 4, 4, 3, 3, 3};

// clang-format off
const struct segment SEGMENTS[N_SEGMENTS] = {
    {"beauty", {"Hair", "Beauty", "Salon", "Nails", "Spa", "Barbers"},
        {{"Owner", 50, 95}, {"Salon manager", 25, 55}, {"Founder", 15, 95}, {"Receptionist", 10, 4}},
        1, 18, 0, 0, 88, 40, 55, 70, 35, 300, 1400},
    {"health care", {"Dental", "Physio", "Clinic", "Eye Care", "Practice", "Vets"},
        {{"Practice manager", 45, 55}, {"Clinic director", 20, 90}, {"Office manager", 20, 25}, {"Dentist", 15, 80}},
        4, 90, 0, 0, 85, 34, 60, 30, 35, 900, 7000},
    {"hospitality", {"Hotel", "Kitchen", "Guesthouse", "Bistro", "Tours", "Inn"},
        {{"Owner", 35, 95}, {"Operations manager", 25, 50}, {"General manager", 25, 75}, {"Event manager", 15, 25}},
        3, 220, 0, 0, 72, 32, 50, 40, 35, 700, 6500},
    {"manufacturing", {"Tools", "Works", "Packaging", "Systems", "Glass", "Components"},
        {{"Marketing manager", 40, 40}, {"Head of marketing", 25, 75}, {"Marketing assistant", 25, 3}, {"Managing director", 10, 97}},
        40, 900, 0, 0, 60, 30, 65, 6, 40, 4000, 28000},
    {"education", {"School", "Academy", "Language School", "Music School", "College", "Training"},
        {{"Marketing manager", 30, 40}, {"Director", 25, 90}, {"Course coordinator", 30, 12}, {"Head of marketing", 15, 70}},
        5, 300, 0, 0, 62, 32, 45, 25, 45, 1200, 12000},
    {"coaching", {"Coaching", "Yoga", "Studio", "Tutoring", "Photography", "Consulting"},
        {{"Coach", 45, 97}, {"Freelance designer", 25, 97}, {"Founder", 15, 97}, {"Freelance writer", 15, 97}},
        1, 2, 0, 0, 55, 36, 32, 80, 50, 150, 600},
    {NULL, {NULL}, {{NULL, 0, 0}}, 0, 0, 18000, 90000, 62, 38, 55, 100, 45, 30, 260},
    // Students and job seekers read everything and buy nothing.
    {NULL, {NULL}, {{"Student", 70, 2}, {"Job seeker", 30, 2}}, 0, 0, 0, 9000, 4, 12, 6, 90, 85, 20, 60},
    // Competitors and agencies that look around.
    {"marketing services", {"Media", "Digital", "Agency", "Creative", "Web", "Brands"},
        {{"Account manager", 35, 10}, {"Owner", 25, 92}, {"Designer", 25, 4}, {"Marketing consultant", 15, 30}},
        1, 60, 0, 0, 14, 16, 45, 30, 80, 400, 3000},
};

const uint16_t CHANNEL_WEIGHTS[N_CHANNELS] = {25, 14, 12, 5, 5, 14, 7, 9, 5, 4};

//                    name        weight need known segments: beauty health hosp. manuf. educ. coach private student rival
const struct channel CHANNELS[N_CHANNELS] = {
    [CHANNEL_SEARCH] = {"search", 25, 115, 0, {13, 11, 10, 7, 8, 14, 17, 12, 8}},
    [CHANNEL_ADS] = {"ads", 14, 110, 0, {20, 16, 14, 5, 8, 13, 14, 5, 5}},
    [CHANNEL_SOCIAL] = {"social", 12, 70, 0, {16, 5, 8, 2, 5, 19, 25, 14, 6}},
    [CHANNEL_REFERRAL] = {"referral", 5, 175, 45, {22, 18, 14, 10, 10, 14, 10, 1, 1}},
    [CHANNEL_SHOW] = {"trade show", 5, 120, 100, {22, 20, 22, 12, 10, 5, 0, 3, 6}},
    [CHANNEL_LIST] = {"bought list", 14, 40, 100, {20, 26, 22, 16, 10, 4, 0, 0, 2}},
    [CHANNEL_NEWSLETTER] = {"newsletter", 7, 90, 100, {14, 8, 8, 6, 10, 20, 20, 8, 6}},
    [CHANNEL_LINKEDIN] = {"linkedin", 9, 75, 100, {8, 18, 14, 28, 16, 10, 0, 1, 5}},
    [CHANNEL_WEBINAR] = {"webinar", 5, 105, 100, {14, 14, 10, 10, 14, 18, 6, 10, 4}},
    [CHANNEL_DIRECT] = {"direct", 4, 120, 0, {18, 14, 14, 8, 10, 14, 14, 5, 3}},
};

const struct campaign CAMPAIGNS[N_CAMPAIGNS] = {
    {CHANNEL_ADS, 0, 120, "google", "cpc", "booking-software-2024", "salon booking software", "text-1"},
    {CHANNEL_ADS, 0, 240, "google", "cpc", "brand", "larkdesk", "text-2"},
    {CHANNEL_ADS, 60, 300, "google", "cpc", "clinic-reminders", "appointment reminders", "text-1"},
    {CHANNEL_ADS, 121, 420, "bing", "cpc", "booking-software-2025", "online booking", "text-1"},
    {CHANNEL_ADS, 241, 730, "google", "cpc", "brand-2025", "larkdesk price", "text-3"},
    {CHANNEL_ADS, 300, 560, "google", "cpc", "restaurant-tables", "table booking system", "text-1"},
    {CHANNEL_ADS, 421, 730, "google", "cpc", "booking-software-2026", "booking and invoicing", "text-4"},
    {CHANNEL_ADS, 380, 730, "facebook", "paid-social", "courses-2026", "", "video-1"},
    {CHANNEL_SOCIAL, 0, 200, "instagram", "social", "before-and-after", "", "reel"},
    {CHANNEL_SOCIAL, 0, 730, "linkedin", "social", "company-posts", "", "post"},
    {CHANNEL_SOCIAL, 150, 420, "facebook", "social", "small-business-week", "", "post"},
    {CHANNEL_SOCIAL, 400, 730, "instagram", "social", "a-day-at-the-desk", "", "reel"},
    {CHANNEL_NEWSLETTER, 0, 365, "partner-letter", "email", "guest-article", "", ""},
    {CHANNEL_NEWSLETTER, 300, 730, "podcast", "audio", "small-shop-podcast", "", ""},
    {CHANNEL_WEBINAR, 0, 730, "webinar", "event", "monthly-webinar", "", ""},
    {CHANNEL_REFERRAL, 0, 730, "friends", "referral", "bring-a-friend", "", ""},
    {CHANNEL_LINKEDIN, 0, 365, "linkedin", "outreach", "practice-managers", "", ""},
    {CHANNEL_LINKEDIN, 366, 730, "linkedin", "outreach", "heads-of-marketing", "", ""},
};

const struct page PAGES[N_PAGES] = {
    [PAGE_HOME] = {"/", "Larkfield Studio"},
    [PAGE_FEATURES] = {"/larkdesk", "Larkdesk: booking and invoices"},
    [PAGE_BLOG_BOOKING] = {"/journal/online-booking", "Does online booking pay?"},
    [PAGE_BLOG_INVOICES] = {"/journal/invoices-in-a-minute", "Invoices in a minute"},
    [PAGE_BLOG_WEBSITES] = {"/journal/website-checklist", "A website checklist"},
    [PAGE_BLOG_NOSHOWS] = {"/journal/no-shows", "Fewer no-shows"},
    [PAGE_ABOUT] = {"/about", "Who we are"},
    [PAGE_JOBS] = {"/jobs", "Work with us"},
    [PAGE_SHOP] = {"/shop", "Courses and templates"},
    [PAGE_SERVICES] = {"/websites", "Websites we build"},
    [PAGE_CASES] = {"/customers", "What customers say"},
    [PAGE_COMPARE] = {"/compare", "Larkdesk compared"},
    [PAGE_PRICING] = {"/pricing", "Prices"},
    [PAGE_CONTACT] = {"/contact", "Talk to us"},
    [PAGE_TRIAL] = {"/trial", "Try Larkdesk for 14 days"},
    [PAGE_WEBINARS] = {"/webinars", "Webinars"},
    [PAGE_DOWNLOADS] = {"/guides", "Guides to download"},
    [PAGE_HELP] = {"/help", "Help"},
};
const uint16_t PAGE_BROWSE[N_PAGES] = {18, 8, 12, 9, 10, 10, 4, 2, 7, 4, 4, 1, 3, 2, 1, 2, 3, 1};
const uint16_t PAGE_STUDY[N_PAGES] = {8, 14, 3, 3, 3, 3, 3, 0, 3, 7, 12, 10, 18, 6, 6, 2, 3, 2};

const struct dated WEBINARS[N_WEBINARS] = {
    {44, "Fewer no-shows"}, {107, "The invoice that gets paid"}, {170, "Websites that book"},
    {226, "Larkdesk in 40 minutes"}, {289, "Prices and how to raise them"}, {352, "Autumn planning"},
    {408, "Fewer no-shows, again"}, {471, "Larkdesk in 40 minutes"}, {527, "Websites that book"},
    {583, "Reminders people like"}, {646, "Invoices abroad"}, {702, "Autumn planning"},
};
const struct dated SHOWS[N_SHOWS] = {
    {30, "Salon Days"}, {121, "Clinic Forum"}, {163, "Gastro Fair"}, {240, "Mittelstand Expo"},
    {394, "Salon Days"}, {485, "Clinic Forum"}, {528, "Gastro Fair"}, {604, "School & Campus"},
};
const struct dated LISTS[N_LISTS] = {
    {22, "dental-practices-2024"}, {141, "hotels-2025"}, {205, "salons-2025"},
    {347, "manufacturers-2025"}, {491, "clinics-2026"}, {612, "restaurants-2026"},
};
const struct dated OFFERS[N_OFFERS] = {
    {58, "BLACK24"}, {101, "NEWYEAR25"}, {198, "SPRING25"}, {345, "AUTUMN25"}, {422, "BLACK25"}, {465, "NEWYEAR26"}, {562, "SPRING26"},
};

const uint16_t PRODUCT_WEIGHTS[N_PRODUCTS] = {22, 18, 14, 14, 12, 10, 6, 4};
const struct product PRODUCTS[N_PRODUCTS] = {
    {"Invoice templates", "T-10", 29, 22}, {"Booking page course", "C-20", 79, 18},
    {"Price list templates", "T-11", 19, 14}, {"Photography for shops", "C-21", 95, 14},
    {"Website starter kit", "T-30", 149, 12}, {"Bookkeeping basics", "C-22", 119, 10},
    {"Evening class, six weeks", "C-40", 240, 6}, {"Year pass to all courses", "C-99", 260, 4},
};

const char *const FORMS[N_FORMS] = {"contact", "demo request", "newsletter", "download", "webinar", "checkout"};
const char *const ASSETS[N_ASSETS] = {"White paper: fewer no-shows", "Guide: choosing booking software",
    "Checklist: your first website", "Template: price list", "White paper: invoicing rules"};
const char *const SELLERS[N_SELLERS] = {"Marta", "Jonas", "Priya", "Ahmed", "Claire"};
const char *const NETWORKS[N_NETWORKS] = {"linkedin", "instagram", "facebook"};
const char *const NOTES[N_NOTES] = {"Wants to see the calendar on a phone", "Asked about data protection",
    "Uses a paper diary so far", "Contract with another supplier runs out soon", "Friendly, but in a hurry",
    "Will ask the partner", "Compares three suppliers", "Needs invoices in two languages"};
const char *const LOSSES[N_LOSSES] = {"price", "not now", "no decision", "competitor", "no need"};
const char *const RETURNS[N_RETURNS] = {"no budget", "not our market", "cannot decide", "no answer"};
const char *const STEPS[N_STEPS] = {"qualified", "proposal", "negotiation"};
const char *const LINKS[N_LINKS] = {"article", "offer", "pricing", "webinar", "unsubscribe"};
const char *const FACTS[N_FACTS] = {"fit", "need", "budget", "authority", "timeline", "trust"};
const char *const ADJECTIVES[N_ADJECTIVES] = {"Amber", "Harbour", "Linden", "North", "Bright", "Silver", "Garden",
    "Old Mill", "Corner", "Riverside", "Blue", "Golden", "Market", "Station", "Castle", "Hillside", "Meadow", "Union",
    "Crown", "Maple", "Lakeside", "Central", "Cedar", "Velvet", "Copper", "Sunrise", "Bridge", "Forest", "Harvest",
    "Pearl", "Granite", "Willow", "Falcon", "Orchard", "Coral", "Marble", "Pine", "Anchor", "Lantern", "Clover"};
// clang-format on
