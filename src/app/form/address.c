// The one place where forms meet the rules of addresses and of machines.
#include "app/address/address.h"
#include "app/form/answers.h"
#include "app/tracker/agent.h"

bool answer_email(struct arena *arena, struct str text, struct str *ret)
{
    return address_email(arena, text, ret, NULL);
}

bool answer_phone(struct arena *arena, struct str text, struct str country, struct str *ret)
{
    return address_phone(arena, text, country, ret, NULL);
}

bool answer_disposable(struct str email)
{
    return email.n && address_domain_disposable(address_domain(email));
}

bool answer_machine(struct str user_agent)
{
    char reason[AGENT_REASON];
    return agent_is_machine(user_agent, reason);
}
