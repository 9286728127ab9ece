#include "app/model/builtin.h"

#include <assert.h>

// The files' bytes as they are: nothing to generate, and nothing that has to be found when the program runs.
// clang-format off
#define EMBED(symbol, file)                                                                     \
    __asm__(".section .rodata\n"                                                                \
            ".global sluice_model_" #symbol ", sluice_model_" #symbol "_end\n"                  \
            "sluice_model_" #symbol ":\n"                                                       \
            ".incbin \"models/" file "\"\n"                                                     \
            "sluice_model_" #symbol "_end:\n"                                                   \
            ".previous\n");                                                                     \
    extern const char sluice_model_##symbol[], sluice_model_##symbol##_end[]
// clang-format on

EMBED(default, "default.model");
EMBED(agency, "article-000-agency.model");
EMBED(two_way, "article-001-two-way.model");
EMBED(form, "article-002-form.model");
EMBED(connected, "article-003-connected.model");
EMBED(tunnel, "article-004-tunnel.model");

static const struct {
    const char *slug, *file, *about, *source, *text, *end;
} MODELS[BUILTIN_MODELS] = {
        {"recommended", "default.model",
                "A lead is somebody you can reach; a prospect talks with you, fits what you sell, needs it, "
                "and may pay or decide. Who falls silent or says no goes back a step, so your list holds "
                "only people who are worth a call today.",
                "Sluice", sluice_model_default, sluice_model_default_end},
        {"agency", "article-000-agency.model",
                "Here the prospect comes first: somebody who has just noticed you, and who becomes a lead by "
                "signing up. It suits you if marketing and sales share the work, because it names the moment "
                "at which one hands over to the other.",
                "Article 000, an agency: prospects, leads, MQL and SQL", sluice_model_agency,
                sluice_model_agency_end},
        {"two-way", "article-001-two-way.model",
                "As long as only you have written, somebody is a lead; a prospect has answered, belongs to "
                "your market, can pay and may decide. It suits you if you write to people first, because "
                "every answer that fits moves them at once.",
                "Article 001, Alore: one-way and two-way communication", sluice_model_two_way,
                sluice_model_two_way_end},
        {"form", "article-002-form.model",
                "A lead has filled in a form on your site and done nothing else; a prospect was asked, or "
                "decided to buy, and is worth a salesperson's time. It suits you if most people find you "
                "through your website, because nothing but the form and your judgement counts.",
                "Article 002: the lead as a filled-in form", sluice_model_form, sluice_model_form_end},
        {"connected", "article-003-connected.model",
                "A lead is a name with an address; a prospect is in touch with you, wants it, fits your "
                "market, has the money and may decide. It suits you if a sale takes long talks, because you "
                "see which of the four is still missing.",
                "Article 003: a connection, a wish, the market and the means", sluice_model_connected,
                sluice_model_connected_end},
        {"tunnel", "article-004-tunnel.model",
                "A lead looks like the people you sell to; a prospect has answered a call to action, such as "
                "a download or an offer. It suits you if you work with campaigns, because it tells cold from "
                "lukewarm from hot and goes on behind the sale.",
                "Article 004, Kaspr: personas and the conversion tunnel", sluice_model_tunnel,
                sluice_model_tunnel_end},
};

struct builtin_model builtin_model(unsigned number)
{
    assert(number < BUILTIN_MODELS);
    return (struct builtin_model){str_of(MODELS[number].slug), str_of(MODELS[number].file),
            str_of(MODELS[number].about), str_of(MODELS[number].source),
            {MODELS[number].text, (uintptr_t)MODELS[number].end - (uintptr_t)MODELS[number].text}};
}

struct str builtin_default(void)
{
    return builtin_model(0).text;
}
