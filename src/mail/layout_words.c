// What stands below mails.
#include "mail/layout.h"

static const struct layout_words WORDS[] = {
        {STR("en"), STR("Unsubscribe"), STR("Choose what you get")},
        {STR("de"), STR("Abmelden"), STR("Auswählen, was Sie bekommen")},
        {STR("fr"), STR("Se désabonner"), STR("Choisir ce que vous recevez")},
};

const struct layout_words *layout_words(struct str language)
{
    struct str main = str_sub(language, 0, str_find(language, '-'));
    main = str_sub(main, 0, str_find(main, '_')); // "de_AT"
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq_nocase(main, WORDS[i].language))
            return &WORDS[i];
    return &WORDS[0];
}
