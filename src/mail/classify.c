#include "mail/classify.h"

#include "mail/autoreply.h"
#include "mail/day.h"
#include "mail/forwarded.h"
#include "mail/html_text.h"
#include "mail/phrases.h"

enum { DAY = 86400, SHORT = 400, ABSENCE_MAX = 4000, WORDS_NEAR = 160 };

// Whole answers, without signs.
static const char *const STOP[] = {"stop", "unsubscribe", "remove", "unsubscribe me", "remove me",
        "please remove", "please unsubscribe", "unsubscribe please", "remove please", "opt out", "opt-out",
        "optout", "stop it", "stop emails", "stop emailing", "cancel", "take me off", "abmelden",
        "abbestellen", "austragen", "löschen", "stopp", "désinscription", "désabonner", "desabonner",
        "désinscrire", "me désinscrire", "désabonnement", "baja", "dar de baja", "darme de baja",
        "cancelar suscripción", "desuscribir", "cancellami", "disiscrivimi", "cancellazione", "rimuovi",
        "descadastrar", "cancelar inscrição", "remover", "uitschrijven", "afmelden", "avregistrera",
        "avsluta", "meld af", "frameld", "afmeld", "avmeld", "peruuta tilaus", "wypisz", "rezygnuję",
        "odhlásit", "odhlásiť", "отписаться", "отписка", "отпишите меня", "стоп", "відписатися", "退订",
        "退訂", "取消订阅", "配信停止", "配信停止希望", "구독 취소", "수신거부", NULL};

// Wishes within a short answer.
static const char *const WISHES[] = {" unsubscribe me ", " please unsubscribe ", " want to unsubscribe ",
        " like to unsubscribe ", " wish to unsubscribe ", " how do i unsubscribe ", " kindly unsubscribe ",
        " remove me from ", " remove my email ", " remove my e mail ", " remove my address ",
        " remove us from ", " remove my name ", " remove this address ", " remove this email ",
        " please remove me ", " take me off ", " take us off ", " take my name off ", " take my email off ",
        " delete me from ", " delete my email ", " delete my address ", " delete my data ", " stop emailing ",
        " stop e mailing ", " stop contacting ", " stop mailing ", " stop sending ", " stop spamming ",
        " stop writing ", " do not contact me ", " don't contact me ", " do not contact us ",
        " do not email me ", " don't email me ", " never contact me ", " do not send me ", " don't send me ",
        " no more emails ", " no more e mails ", " no further emails ", " not receive any more ",
        " not receive any further ", " not want to receive ", " don't want to receive ", " off your list ",
        " off your mailing ", " off this list ", " from your list ", " from your mailing ", " opt out ",
        " opt me out ", " cancel my subscription ", " no longer wish to receive ",
        " no longer want to receive ", " aus dem verteiler ", " aus ihrem verteiler ",
        " aus eurem verteiler ", " aus der liste ", " von der liste ", " von ihrer liste ",
        " keine mails mehr ", " keine e mails mehr ", " keine weiteren mails ", " keine weiteren e mails ",
        " keine weiteren nachrichten ", " keine werbung ", " nicht mehr kontaktieren ",
        " nicht mehr anschreiben ", " nicht mehr schreiben ", " nicht weiter kontaktieren ",
        " bitte abmelden ", " melden sie mich ab ", " newsletter abmelden ", " newsletter abbestellen ",
        " bitte austragen ", " tragen sie mich aus ", " löschen sie meine ", " löschen sie mich ",
        " meine daten löschen ", " meine adresse löschen ", " me désinscrire ", " me désabonner ",
        " désinscrivez ", " désabonnez ", " de votre liste ", " ne plus recevoir ", " ne plus me contacter ",
        " ne me contactez plus ", " ne m'écrivez plus ", " ne m'envoyez plus ", " me retirer de ",
        " retirez moi ", " supprimez mon adresse ", " cessez de m'", " arrêtez de m'", " darme de baja ",
        " dame de baja ", " denme de baja ", " deme de baja ", " de baja ", " no me escriban ",
        " no me escribas ", " no me envíen ", " no me envíes ", " no quiero recibir ", " no deseo recibir ",
        " no me contacten ", " de su lista ", " de tu lista ", " elimíneme ", " elimínenme ", " bórrenme ",
        " dejen de enviar ", " dejar de recibir ", " non voglio ricevere ", " non desidero ricevere ",
        " cancellatemi ", " cancellarmi ", " rimuovetemi ", " toglietemi ", " disiscriv", " non scrivetemi ",
        " não quero receber ", " não desejo receber ", " remova me ", " remover meu ", " me remova ",
        " retire meu ", " parem de enviar ", " schrijf me uit ", " uitschrijven ", " haal me van ",
        " geen mails meer ", " geen e mails meer ", " niet meer mailen ", " avregistrera mig ",
        " ta bort mig ", " inga fler mejl ", " inga fler mail ", " fjern meg ", " fjern mig ",
        " ikke flere mails ", " meld meg av ", " afmeld mig ", " poistakaa minut ", " poista minut ",
        " proszę o usunięcie ", " proszę mnie wypisać ", " proszę nie wysyłać ", " odhlaste mě ",
        " отпишите ", " отписаться ", " удалите меня ", " не присылайте ", " не пишите мне ", " 配信を停止 ",
        " 配信停止 ", NULL};

// What turns a wish into something else.
static const char *const NOT_A_WISH[] = {" don't unsubscribe ", " do not unsubscribe ", " don't remove me ",
        " do not remove me ", " don't take me off ", " unsubscribe link ", " unsubscribe rate ",
        " unsubscribe page ", " unsubscribe button ", " unsubscribe feature ", " can people opt out ",
        " can they opt out ", NULL};

static const char *const LEFT[] = {" no longer with ", " no longer works ", " no longer work at ",
        " no longer working ", " no longer employed ", " has left the company ", " have left the company ",
        " left the organization ", " left the organisation ", " i have left ", " is no longer at ",
        " am no longer at ", " nicht mehr im unternehmen ", " nicht mehr bei ", " nicht mehr für ",
        " das unternehmen verlassen ", " ausgeschieden ", " ne fait plus partie ", " ne travaille plus ",
        " a quitté ", " j'ai quitté ", " ya no trabaja ", " ya no trabajo ", " ya no forma parte ",
        " non lavora più ", " não trabalha mais ", " werkt niet meer ", " niet meer werkzaam ", NULL};

static struct str trimmed_words(struct arena *arena, struct str text, size_t most)
{
    return phrases_words(arena, text, most, NULL);
}

static bool is_whole(struct str words, const char *const *list)
{
    struct str s = str_trim(words);
    for (; *list; list++)
        if (str_eq(s, str_of(*list)))
            return true;
    return false;
}

bool classify_unsubscribes(struct arena *arena, struct str subject, struct str visible)
{
    struct str about = trimmed_words(arena, subject, 200), words = trimmed_words(arena, visible, 2000);
    if (is_whole(words, STOP))
        return true;
    if (is_whole(about, STOP) && words.n < SHORT)
        return true;
    if (phrase_any(words, NOT_A_WISH))
        return false;
    if (words.n < 120 && (phrase_in(words, "^ stop ") || phrase_in(words, "^ unsubscribe ")))
        return words.n < 40 || phrase_any(words, WISHES);
    return words.n < SHORT * 3 && phrase_any(words, WISHES);
}

// What stands in front of the day somebody is back, and of the last day of an absence.
static const char *const BACK[] = {" back on ", " back in the office on ", " be back ", " am back ",
        " i'm back ", " back in ", " back at ", " back from ", " return on ", " return to ", " return in ",
        " returning ", " will return ", " i return ", " available again ", " reachable again ",
        " in the office again ", " wieder ab ", " wieder am ", " wieder erreichbar ", " wieder im ",
        " wieder für sie ", " wieder da ", " wieder zurück ", " zurück am ", " zurück ab ", " zurück ",
        " ab dem ", " erreichen sie mich ", " bin wieder ", " de retour ", " mon retour ",
        " serai de retour ", " retour le ", " regreso ", " regresaré ", " volveré ", " vuelvo ",
        " de vuelta ", " estaré de vuelta ", " rientrerò ", " rientro ", " tornerò ", " sarò di nuovo ",
        " disponibile dal ", " retorno ", " voltarei ", " regressarei ", " estarei de volta ", " weer terug ",
        " ben terug ", " terug op ", " weer aanwezig ", " weer bereikbaar ", " tillbaka ", " åter den ",
        " tilbake ", " tilbage ", " palaan ", " wracam ", " będę ponownie ", " vrátím ", " вернусь ",
        " выйду ", NULL};
static const char *const UNTIL[] = {" until ", " till ", " through ", " thru ", " bis ", " bis zum ",
        " bis einschließlich ", " jusqu'au ", " jusqu'à ", " hasta el ", " hasta ", " fino al ", " fino a ",
        " até ", " tot en met ", " t m ", " tot ", " till och med ", " til og med ", " til den ", " do dnia ",
        " do ", " по ", " до ", " au ", " al ", " to ", NULL};

static int64_t behind_any(struct str words, const char *const *cues, int64_t date)
{
    size_t best = words.n;
    int64_t found = 0;
    for (; *cues; cues++) {
        size_t n = strlen(*cues), at = 0;
        while (at < words.n) {
            size_t k = phrase_find(str_sub(words, at, words.n), *cues);
            if (at + k >= words.n || at + k >= best)
                break;
            size_t from = at + k + n - 1,
                   to = from + WORDS_NEAR / 2 < words.n ? from + WORDS_NEAR / 2 : words.n;
            // (from the cue's last word on: "until 5.5." needs it)
            size_t begin = at + k;
            int64_t day = day_in(str_sub(words, begin, to), date, NULL);
            if (day) {
                best = at + k;
                found = day;
                break;
            }
            at += k + 1;
        }
    }
    return found;
}

// The last one of a row of dates: "from May 1 to May 5".
static int64_t latest(struct str words, int64_t date)
{
    int64_t last = 0;
    for (unsigned i = 0; i < 3; i++) {
        size_t end = 0;
        int64_t day = day_in(words, date, &end);
        if (!day)
            break;
        if (day > last)
            last = day;
        words = str_sub(words, end, words.n);
    }
    return last;
}

int64_t classify_returns_at(struct arena *arena, struct str text, int64_t date)
{
    struct str words = trimmed_words(arena, text, ABSENCE_MAX);
    int64_t day = behind_any(words, BACK, date);
    if (!day)
        day = behind_any(words, UNTIL, date);
    return day ? day : latest(words, date);
}

static bool is_bulk(struct arena *arena, const struct mime *m)
{
    struct str precedence = phrases_flat(arena, mime_field(m, "Precedence"), 50),
               submitted = phrases_flat(arena, mime_field(m, "Auto-Submitted"), 50);
    static const char *const BULK[] = {"bulk", "junk", "list", NULL};
    if (phrase_any(precedence, BULK) || phrase_in(submitted, "auto-generated"))
        return true;
    bool listed = mime_field(m, "List-Unsubscribe").p || mime_field(m, "List-Id").p;
    return listed && !m->in_reply_to.n;
}

// A mail program or a mail server asks on somebody's behalf: by the address or the subject of
// List-Unsubscribe.
static bool asks_by_program(struct arena *arena, const struct mime *m)
{
    for (size_t i = 0; i < m->to.n; i++) {
        struct str to = phrases_flat(arena, m->to.v[i].address, 300);
        if (phrase_in(to, "^unsubscribe") || phrase_in(to, "+unsubscribe") || phrase_in(to, "^unsub"))
            return true;
    }
    return false;
}

static bool nested_mail(struct arena *arena, const struct mime *m, struct classified *c)
{
    for (size_t i = 0; i < m->n_parts; i++) {
        if (m->parts[i].nested || !str_eq(m->parts[i].type, STR("message/rfc822")))
            continue;
        const struct mime *inner = mime_read(arena, mime_content(arena, &m->parts[i]));
        c->original = inner->from;
        c->original_subject = inner->subject.p ? inner->subject : STR("");
        return inner->from.address.n > 0;
    }
    return false;
}

static bool is_forward(struct arena *arena, const struct mime *m, struct classified *c)
{
    bool called = forwarded_subject(arena, m->subject);
    if (!called && !c->reply.forwarded.n) {
        // A mail as an attachment with hardly a word: passed on, too.
        return !m->in_reply_to.n && c->reply.visible.n < SHORT && nested_mail(arena, m, c);
    }
    if (answering_subject(arena, m->subject) && !called && m->in_reply_to.n)
        return false; // an answer that quotes a forwarded mail
    struct str text = c->reply.forwarded.n ? c->reply.forwarded : c->reply.quoted;
    forwarded_header(arena, text, &c->original, &c->original_subject);
    if (!c->original.address.n)
        nested_mail(arena, m, c);
    return true;
}

static bool is_answer(struct arena *arena, const struct mime *m, const struct reply *reply)
{
    if (m->in_reply_to.n || m->n_references || answering_subject(arena, m->subject))
        return true;
    // Programs that leave no trace in the header still quote.
    for (size_t at = 0, lines = 0; at < reply->quoted.n && lines < 20; lines++) {
        struct str line =
                str_sub(reply->quoted, at, at + str_find(str_sub(reply->quoted, at, reply->quoted.n), '\n'));
        if (reply_introduces(line))
            return true;
        at += line.n + 1;
    }
    return false;
}

static void absent(struct arena *arena, const struct mime *m, int64_t date, struct classified *c)
{
    c->class = MAIL_AUTOREPLY;
    struct str subject = m->subject.p ? m->subject : STR("");
    struct str text = arena_printf(arena, "%.*s\n%.*s", STR_ARG(c->reply.visible), STR_ARG(subject));
    c->returns_at = classify_returns_at(arena, text, date);
    c->left = phrase_any(trimmed_words(arena, text, ABSENCE_MAX), LEFT);
}

static enum mail_class by_person(struct arena *arena, const struct mime *m, struct classified *c)
{
    if (autoreply_is_receipt(m))
        return MAIL_OTHER;
    struct str subject = m->subject.p ? m->subject : STR("");
    if (asks_by_program(arena, m))
        return MAIL_UNSUBSCRIBE;
    if (is_bulk(arena, m))
        return MAIL_OTHER;
    // (a long mail that answers nothing speaks of its own list)
    bool answers = is_answer(arena, m, &c->reply);
    if ((answers || c->reply.visible.n < SHORT) && classify_unsubscribes(arena, subject, c->reply.visible))
        return MAIL_UNSUBSCRIBE;
    if (is_forward(arena, m, c))
        return MAIL_FORWARD;
    return answers ? MAIL_REPLY : MAIL_OTHER;
}

struct classified classify(struct arena *arena, const struct mime *mime, int64_t received)
{
    struct classified c = {.bounce = bounce_read(arena, mime), .original_subject = STR("")};
    c.original = (struct mime_address){STR(""), STR("")};
    c.reply = (struct reply){STR(""), STR(""), STR("")};
    int64_t date = mime->date && (!received || mime->date <= received + DAY) ? mime->date : received;
    if (c.bounce->class == BOUNCE_HARD || c.bounce->class == BOUNCE_SOFT) {
        c.class = MAIL_BOUNCE;
        return c;
    }
    if (c.bounce->class == BOUNCE_COMPLAINT) {
        c.class = MAIL_COMPLAINT;
        return c;
    }
    c.reply = reply_of(arena, mime);
    if (c.bounce->class == BOUNCE_AUTOREPLY)
        absent(arena, mime, date, &c);
    else if (c.bounce->class == BOUNCE_DELIVERED)
        c.class = MAIL_OTHER;
    else if (!is_bulk(arena, mime) &&
             autoreply_by_words(arena, mime->subject,
                     str_sub(c.reply.visible, 0, c.reply.visible.n < 300 ? c.reply.visible.n : 300)))
        absent(arena, mime, date, &c);
    else
        c.class = by_person(arena, mime, &c);
    return c;
}

const char *mail_class_name(enum mail_class class)
{
    static const char *const NAMES[] = {
            "reply", "autoreply", "bounce", "complaint", "unsubscribe", "forward", "other"};
    return NAMES[class];
}
