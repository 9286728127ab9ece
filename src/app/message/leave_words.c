#include "app/message/leave.h"

#include <stdbool.h>

static const struct leave_words WORDS[] = {
        {
                .language = STR("en"),
                .title = STR("No more mails?"),
                .text = STR("With the button you leave the list: $ gets no more mails from us."),
                .text_topic = STR("With the button $ gets no more mails about “$”."),
                .leave = STR("Leave the list"),
                .leave_topic = STR("No more about this"),
                .leave_all = STR("No more mails at all"),
                .topics = STR("Choose what you want to get"),
                .left_title = STR("You have left"),
                .left = STR("You get no more of these mails. Nothing else is to be done."),
                .back = STR("That was a mistake: choose what you want to get"),
                .topics_title = STR("What do you want to get?"),
                .topics_text = STR("Mails to $ about:"),
                .none = STR("No mails at all"),
                .save = STR("Save"),
                .saved_title = STR("Saved"),
                .saved = STR("From now on you get what you have chosen."),
                .missing_title = STR("This link is not complete"),
                .missing = STR("It may have been cut off on its way. Use the link in the mail itself."),
        },
        {
                .language = STR("de"),
                .title = STR("Keine Mails mehr?"),
                .text = STR("Mit dem Knopf verlassen Sie die Liste: $ bekommt keine Mails mehr von uns."),
                .text_topic = STR("Mit dem Knopf bekommt $ keine Mails mehr über „$“."),
                .leave = STR("Liste verlassen"),
                .leave_topic = STR("Hierüber nichts mehr"),
                .leave_all = STR("Gar keine Mails mehr"),
                .topics = STR("Auswählen, was Sie bekommen möchten"),
                .left_title = STR("Sie haben die Liste verlassen"),
                .left = STR("Sie bekommen diese Mails nicht mehr. Mehr ist nicht zu tun."),
                .back = STR("Das war ein Versehen: auswählen, was Sie bekommen möchten"),
                .topics_title = STR("Was möchten Sie bekommen?"),
                .topics_text = STR("Mails an $ über:"),
                .none = STR("Gar keine Mails"),
                .save = STR("Speichern"),
                .saved_title = STR("Gespeichert"),
                .saved = STR("Von jetzt an bekommen Sie, was Sie ausgewählt haben."),
                .missing_title = STR("Dieser Link ist unvollständig"),
                .missing = STR("Vielleicht wurde er unterwegs abgeschnitten. Nehmen Sie den Link in der Mail "
                               "selbst."),
        },
        {
                .language = STR("fr"),
                .title = STR("Plus de messages ?"),
                .text = STR("Avec ce bouton, vous quittez la liste : $ ne recevra plus de messages de notre "
                            "part."),
                .text_topic = STR("Avec ce bouton, $ ne recevra plus de messages sur « $ »."),
                .leave = STR("Quitter la liste"),
                .leave_topic = STR("Plus rien à ce sujet"),
                .leave_all = STR("Plus aucun message"),
                .topics = STR("Choisir ce que vous voulez recevoir"),
                .left_title = STR("Vous avez quitté la liste"),
                .left = STR("Vous ne recevrez plus ces messages. Il n’y a rien d’autre à faire."),
                .back = STR("C’était une erreur : choisir ce que vous voulez recevoir"),
                .topics_title = STR("Que voulez-vous recevoir ?"),
                .topics_text = STR("Messages à $ sur :"),
                .none = STR("Aucun message"),
                .save = STR("Enregistrer"),
                .saved_title = STR("Enregistré"),
                .saved = STR("Désormais, vous recevrez ce que vous avez choisi."),
                .missing_title = STR("Ce lien est incomplet"),
                .missing = STR("Il a peut-être été coupé en chemin. Utilisez le lien du message lui-même."),
        },
};

// The first language of the header that there are words for; weights are in descending order in practice.
const struct leave_words *leave_words(struct str accepted)
{
    for (size_t from = 0; from < accepted.n && from < 1000;) {
        struct str rest = str_sub(accepted, from, accepted.n), part = str_sub(rest, 0, str_find(rest, ','));
        struct str word = str_trim(str_sub(part, 0, str_find(part, ';')));
        word = str_sub(word, 0, str_find(word, '-'));
        for (unsigned i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
            if (str_eq_nocase(word, WORDS[i].language))
                return &WORDS[i];
        from += part.n + 1;
    }
    return &WORDS[0];
}
