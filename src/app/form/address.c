// The one place where forms meet the rules of addresses.
#include "app/form/answers.h"

bool answer_email(struct arena *arena, struct str text, struct str *ret)
{
    size_t at = str_find(text, '@');
    (void)arena;
    if (at == 0 || at + 3 > text.n || str_find(text, ' ') < text.n)
        return false;
    *ret = text;
    return true;
}

bool answer_phone(struct arena *arena, struct str text, struct str *ret)
{
    (void)arena;
    if (text.n < 6)
        return false;
    *ret = text;
    return true;
}

bool answer_disposable(struct str email)
{
    (void)email;
    return false;
}

bool answer_machine(struct str user_agent)
{
    (void)user_agent;
    return false;
}
