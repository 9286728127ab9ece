#include "app/message/track.h"

#include "app/tracker/agent.h"

#include <stdio.h>

static bool has(struct str text, const char *word)
{
    struct str w = str_of(word);
    for (size_t i = 0; i + w.n <= text.n; i++)
        if (str_eq_nocase(str_sub(text, i, i + w.n), w))
            return true;
    return false;
}

// Fetch pictures when a person opens the mail.
static bool is_reader_proxy(struct str agent)
{
    return has(agent, "GoogleImageProxy") || has(agent, "YahooMailProxy") || has(agent, "OutlookImageProxy");
}

bool track_is_machine(const struct track *t, char *out)
{
    const char *why = NULL;
    if (t->head)
        why = "asks only whether it is there";
    else if (t->trap_seconds >= 0 && t->trap_seconds < TRACK_TRAP)
        why = "followed the hidden link";
    else if (t->since < TRACK_SOON)
        why = "within seconds of delivery";
    else if (t->click && t->other_ms >= 0 && t->other_ms < TRACK_BURST_MS)
        why = "several links at once";
    else if (!t->click && str_eq(str_trim(t->agent), STR("Mozilla/5.0")))
        why = "privacy proxy"; // Apple's, which loads whatever arrives
    else if (!t->click && is_reader_proxy(t->agent))
        return false;
    if (!why)
        return agent_is_machine(t->agent, out);
    snprintf(out, AGENT_REASON, "%s", why);
    return true;
}
