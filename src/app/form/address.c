// The one place where forms meet the rules of addresses and of machines.
#include "app/address/address.h"
#include "app/form/answers.h"
#include "app/tracker/agent.h"

bool answer_email(struct arena *arena, struct str text, struct str *ret)
{
    return address_email(arena, text, ret, NULL);
}

bool answer_phone(struct arena *arena, struct str text, struct str *ret)
{
    char digits[20];
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if ((c >= '0' && c <= '9') || (c == '+' && n == 0)) {
            if (n == sizeof digits)
                return false;
            digits[n++] = c;
        } else if (!strchr(" -./()", c) || !c) {
            return false;
        }
    }
    if (n < 8 || n > 16 || digits[0] != '+')
        return false;
    *ret = arena_str(arena, (struct str){digits, n});
    return true;
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
