#include "app/letter/words.h"

static const struct letter_words WORDS[] = {
        {
                .language = STR("en"),
                .reset = {.subject = STR("A new password"),
                        .text = STR(
                                "A new password was asked for, for $ in Sluice. The link works once, within "
                                "an hour. Until then the old password stays as it is."),
                        .button = STR("Choose a new password"),
                        .ending = STR(
                                "It was not you? Then ignore this mail: nothing happens without the link.")},
                .invite = {.subject = STR("You are invited to Sluice"),
                        .text = STR(
                                "There is an account for $ in Sluice. Choose a password, and you are in. The "
                                "link works once, within a week."),
                        .button = STR("Choose a password"),
                        .ending = STR("You do not know what this is about? Then ignore this mail.")},
        },
        {
                .language = STR("de"),
                .reset = {.subject = STR("Ein neues Passwort"),
                        .text = STR(
                                "Für $ wurde in Sluice ein neues Passwort angefordert. Der Link gilt einmal, "
                                "eine Stunde lang. Bis dahin bleibt das alte Passwort, wie es ist."),
                        .button = STR("Neues Passwort wählen"),
                        .ending =
                                STR("Das waren nicht Sie? Dann beachten Sie diese Mail nicht: Ohne den Link "
                                    "geschieht nichts.")},
                .invite = {.subject = STR("Sie sind zu Sluice eingeladen"),
                        .text = STR(
                                "Für $ gibt es ein Konto in Sluice. Wählen Sie ein Passwort, und Sie sind "
                                "dabei. Der Link gilt einmal, eine Woche lang."),
                        .button = STR("Passwort wählen"),
                        .ending =
                                STR("Sie wissen nicht, worum es geht? Dann beachten Sie diese Mail nicht.")},
        },
        {
                .language = STR("fr"),
                .reset = {.subject = STR("Un nouveau mot de passe"),
                        .text = STR(
                                "Un nouveau mot de passe a été demandé pour $ dans Sluice. Le lien sert une "
                                "seule fois, pendant une heure. D’ici là, l’ancien mot de passe reste "
                                "valable."),
                        .button = STR("Choisir un nouveau mot de passe"),
                        .ending = STR("Ce n’était pas vous ? Ignorez ce message : sans le lien, rien ne se "
                                      "passe.")},
                .invite = {.subject = STR("Vous êtes invité à rejoindre Sluice"),
                        .text = STR(
                                "Il existe un compte pour $ dans Sluice. Choisissez un mot de passe pour y "
                                "entrer. Le lien sert une seule fois, pendant une semaine."),
                        .button = STR("Choisir un mot de passe"),
                        .ending = STR("Vous ne savez pas de quoi il s’agit ? Ignorez ce message.")},
        },
};

const struct letter_words *letter_words_in(struct str language)
{
    struct str main = str_sub(language, 0, str_find(language, '-'));
    for (unsigned i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq_nocase(main, WORDS[i].language))
            return &WORDS[i];
    return &WORDS[0];
}
