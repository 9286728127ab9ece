// Topics, and the rights that they take.
#include "app/change/private.h"

static const struct {
    const char *topic, *right;
} TOPICS[] = {
        {"contact", "contact.read"},
        {"handover", "contact.read"},
        {"company", "contact.read"},
        {"suggestion", "contact.read"},
        {"task", "task.read"},
        {"form", "form.read"},
        {"submission", "contact.read"},
        {"page", "page.read"},
        {"import", "import.read"},
        {"model", "model.read"},
        {"audience", "audience.read"},
        {"webhook", "webhook.read"},
        {"key", "key.read"},
        {"setting", "setting.read"},
        {"privacy", "privacy.read"},
        {"campaign", "campaign.read"},
        {"template", "campaign.read"},
        {"block", "campaign.read"},
        {"offer", "campaign.read"},
        {"send", "campaign.read"},
        {"conversation", "inbox.read"},
        {"mailbox", "setting.read"},
        {"suppression", "setting.read"},
        {"topic", "setting.read"},
};
enum { N_TOPICS = sizeof TOPICS / sizeof *TOPICS };

// What nobody has put into the table is for those who may see everything.
#define OTHER ((topics_t)1 << N_TOPICS)

static topics_t bit_of(struct str topic)
{
    for (unsigned i = 0; i < N_TOPICS; i++)
        if (str_eq(topic, str_of(TOPICS[i].topic)))
            return (topics_t)1 << i;
    return OTHER;
}

topics_t topic_bit(const char *topic)
{
    return bit_of(str_of(topic));
}

topics_t topics_of(const struct principal *who)
{
    // Whoever is limited to their own contacts hears of what belongs to contacts and of tasks.
    topics_t own = bit_of(STR("contact")) | bit_of(STR("handover")) | bit_of(STR("task")), may = 0;
    for (unsigned i = 0; i < N_TOPICS; i++)
        if (principal_may(who, TOPICS[i].right))
            may |= (topics_t)1 << i;
    if (principal_may(who, "user.write"))
        may |= OTHER;
    return who->own_only ? may & own : may;
}

topics_t topics_parse(struct str text)
{
    topics_t topics = 0;
    while (text.n) {
        size_t end = str_find(text, ',');
        struct str topic = str_trim(str_sub(text, 0, end));
        if (topic.n)
            topics |= bit_of(topic);
        text = end < text.n ? str_sub(text, end + 1, text.n) : STR_NONE;
    }
    return topics;
}
