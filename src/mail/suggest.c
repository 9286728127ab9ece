#include "mail/suggest.h"

#include "mail/day.h"
#include "mail/phrases.h"

// Words by what they hint at: English, German, French, Spanish. In the form of phrases_words.
static const char *const PRICE[] = {" too expensive ", " too pricey ", " too costly ", " over our budget ",
        " out of our budget ", " beyond our budget ", " no budget ", " not have the budget ",
        " don't have budget ", " don't have the budget ", " no money ", " can't afford ", " cannot afford ",
        " budget is tight ", " budget is limited ", " budget constraints ", " cheaper ", " price is too ",
        " pricing is too ", " high price ", " discount ", " too much money ", " cost is too ", " zu teuer ",
        " kein budget ", " budget nicht ", " nicht im budget ", " zu hoher preis ", " preis ist zu ",
        " zu kostspielig ", " günstiger ", " rabatt ", " können wir uns nicht leisten ", " trop cher ",
        " trop chère ", " pas le budget ", " pas de budget ", " hors budget ", " hors de prix ",
        " moins cher ", " une remise ", " notre budget ", " demasiado caro ", " muy caro ", " es caro ",
        " no tenemos presupuesto ", " sin presupuesto ", " fuera de presupuesto ", " nuestro presupuesto ",
        " más barato ", " descuento ", NULL};
static const char *const TIMING[] = {" not the right time ", " bad time ", " bad timing ",
        " not a good time ", " wrong time ", " too early ", " too busy ", " no time ", " don't have time ",
        " swamped ", " timing is ", " not a priority right now ", " other priorities ",
        " nicht der richtige zeitpunkt ", " falscher zeitpunkt ", " schlechter zeitpunkt ", " keine zeit ",
        " keine kapazität ", " keine kapazitäten ", " zu früh ", " andere prioritäten ",
        " pas le bon moment ", " mauvais moment ", " pas le temps ", " pas une priorité ",
        " d'autres priorités ", " trop tôt ", " no es el momento ", " no es buen momento ", " mal momento ",
        " no tengo tiempo ", " no tenemos tiempo ", " demasiado pronto ", " otras prioridades ", NULL};
static const char *const AUTHORITY[] = {" not my decision ", " not the right person ", " wrong person ",
        " i don't decide ", " not responsible for ", " not in charge ", " my boss ", " my manager ",
        " decision maker ", " need approval ", " needs approval ", " have to ask ", " need to ask ",
        " need to check with ", " have to check with ", " talk to my ", " speak to my ",
        " you should contact ", " please contact ", " better to speak with ", " nicht zuständig ",
        " nicht der richtige ansprechpartner ", " falscher ansprechpartner ", " mein chef ", " meinem chef ",
        " meine chefin ", " meiner chefin ", " entscheide ich nicht ", " nicht entscheiden ",
        " wenden sie sich an ", " geschäftsführung ", " pas la bonne personne ", " pas le bon interlocuteur ",
        " pas moi qui décide ", " mon responsable ", " ma responsable ", " mon patron ", " ma hiérarchie ",
        " ma direction ", " adressez vous à ", " no soy la persona ", " persona equivocada ", " mi jefe ",
        " mi jefa ", " no decido ", " no depende de mí ", " no soy el responsable ", " no soy responsable ",
        NULL};
static const char *const NEED[] = {" don't need ", " do not need ", " no need ", " not interested ",
        " no interest ", " not relevant ", " not a fit ", " not a good fit ", " doesn't apply ",
        " not looking for ", " not for us ", " no use for ", " we are happy with ", " we're happy with ",
        " all set ", " kein bedarf ", " keinen bedarf ", " kein interesse ", " nicht interessiert ",
        " brauchen wir nicht ", " brauche ich nicht ", " benötigen wir nicht ", " nicht relevant ",
        " passt nicht ", " pas besoin ", " pas intéressé ", " pas intéressée ", " pas intéressés ",
        " pas d'intérêt ", " aucun besoin ", " aucun intérêt ", " ne nous concerne pas ", " no necesitamos ",
        " no lo necesitamos ", " no necesito ", " no nos interesa ", " no me interesa ",
        " no estamos interesados ", " no estoy interesad", " sin interés ", NULL};
static const char *const COMPETITOR[] = {" already use ", " already using ", " already have a ",
        " already have an ", " already work with ", " already working with ", " we use ", " currently using ",
        " currently use ", " went with ", " gone with ", " chose another ", " chosen another ",
        " another vendor ", " another provider ", " another supplier ", " another solution ",
        " other provider ", " competitor ", " under contract with ", " existing provider ",
        " existing supplier ", " nutzen bereits ", " nutzen schon ", " verwenden bereits ",
        " haben bereits eine ", " haben bereits einen ", " haben schon eine ", " haben schon einen ",
        " anderen anbieter ", " anderer anbieter ", " arbeiten bereits mit ", " arbeiten schon mit ",
        " im einsatz ", " anders entschieden ", " mitbewerber ", " utilisons déjà ", " travaillons déjà ",
        " avons déjà un ", " avons déjà une ", " autre prestataire ", " autre fournisseur ",
        " autre solution ", " concurrent ", " ya usamos ", " ya utilizamos ", " ya tenemos un ",
        " ya tenemos una ", " ya trabajamos con ", " otro proveedor ", " otra solución ", " competencia ",
        NULL};
static const char *const NOT_NOW[] = {" not now ", " not right now ", " not at the moment ",
        " not at this time ", " not at this point ", " not this year ", " not this quarter ", " maybe later ",
        " perhaps later ", " later this year ", " reach out again ", " get back to me ", " check back ",
        " circle back ", " follow up in ", " follow up next ", " try again in ", " contact me again ",
        " contact us again ", " contact me in ", " contact me next ", " ping me ", " come back to me ",
        " revisit ", " for now ", " next quarter ", " next year ", " in a few months ", " im moment nicht ",
        " momentan nicht ", " derzeit nicht ", " zurzeit nicht ", " aktuell nicht ", " gerade nicht ",
        " jetzt nicht ", " vielleicht später ", " später nochmal ", " später noch einmal ",
        " melden sie sich ", " melde dich ", " noch einmal melden ", " nächstes jahr ", " nächsten quartal ",
        " nächstes quartal ", " pas pour le moment ", " pas pour l'instant ", " pas maintenant ",
        " pas actuellement ", " plus tard ", " recontactez ", " revenez vers ", " l'année prochaine ",
        " ahora no ", " no ahora ", " por ahora no ", " por el momento no ", " de momento no ",
        " en este momento no ", " más adelante ", " vuelva a contactar", " vuelve a escribir",
        " contácteme en ", " el próximo año ", " el año que viene ", NULL};
static const char *const INTEREST[] = {" i'm interested ", " i am interested ", " we are interested ",
        " we're interested ", " very interested ", " sounds good ", " sounds great ", " sounds interesting ",
        " tell me more ", " more information ", " more info ", " more details ", " learn more ",
        " let's talk ", " let's schedule ", " let us talk ", " schedule a call ", " set up a call ",
        " book a call ", " have a call ", " give me a call ", " call me ", " book a demo ", " a demo ",
        " see a demo ", " send me a quote ", " send a quote ", " send me a proposal ", " what does it cost ",
        " how much does ", " love to ", " would like to know ", " keen to ", " interessiert mich ",
        " bin interessiert ", " sind interessiert ", " haben interesse ", " habe interesse ", " klingt gut ",
        " klingt interessant ", " mehr informationen ", " mehr infos ", " gerne mehr ",
        " termin vereinbaren ", " telefonieren ", " rufen sie mich an ", " ein angebot ", " eine demo ",
        " was kostet ", " je suis intéressé", " nous sommes intéressés ", " m'intéresse ", " nous intéresse ",
        " ça m'intéresse ", " en savoir plus ", " plus d'informations ", " plus d'infos ",
        " prendre rendez vous ", " un rendez vous ", " appelez moi ", " une démo ", " un devis ",
        " combien coûte ", " me interesa ", " nos interesa ", " estoy interesad", " estamos interesados ",
        " suena bien ", " más información ", " saber más ", " agendar una ", " una llamada ", " una demo ",
        " llámame ", " llámeme ", " un presupuesto ", " cuánto cuesta ", NULL};

static const struct hint {
    enum suggest_kind kind;
    const char *objection;
    const char *const *phrases;
} HINTS[] = {
        {SUGGEST_OBJECTION, "price", PRICE},
        {SUGGEST_OBJECTION, "timing", TIMING},
        {SUGGEST_OBJECTION, "authority", AUTHORITY},
        {SUGGEST_OBJECTION, "need", NEED},
        {SUGGEST_OBJECTION, "competitor", COMPETITOR},
        {SUGGEST_NOT_NOW, NULL, NOT_NOW},
        {SUGGEST_INTEREST, NULL, INTEREST},
};

// What makes the opposite of words of interest: right before them.
static const char *const NEGATIONS[] = {" not ", " no ", " don't ", " isn't ", " aren't ", " kein ",
        " keine ", " nicht ", " pas ", " ne ", " n'", " aucun ", " never ", " sin ", NULL};

static bool negated(struct str words, size_t at)
{
    size_t from = at > 14 ? at - 14 : 0;
    return phrase_any(str_sub(words, from, at + 1), NEGATIONS);
}

// The earliest of its phrases; words.n: none.
static size_t find(struct str words, const struct hint *hint, size_t *ret_n)
{
    size_t best = words.n;
    for (const char *const *p = hint->phrases; *p; p++) {
        size_t at = phrase_find(words, *p);
        if (at >= best || (hint->kind == SUGGEST_INTEREST && negated(words, at)))
            continue;
        best = at;
        *ret_n = strlen(*p);
    }
    return best;
}

// The sentence around a place of the text.
static struct str sentence(struct str text, size_t at)
{
    size_t from = at, to = at;
    while (from > 0 && !strchr(".!?\n", text.p[from - 1]) && at - from < 200)
        from--;
    while (to < text.n && !strchr(".!?\n", text.p[to]) && to - at < 200)
        to++;
    while (from < at && ((unsigned char)text.p[from] & 0xc0) == 0x80) // (not from within a letter)
        from++;
    while (to < text.n && ((unsigned char)text.p[to] & 0xc0) == 0x80)
        to++;
    return str_trim(str_sub(text, from, to));
}

static void add(struct suggestion ret[SUGGESTIONS_MAX], size_t *n, struct suggestion one)
{
    size_t i = (*n)++;
    for (; i > 0 && ret[i - 1].words.p > one.words.p; i--)
        ret[i] = ret[i - 1];
    ret[i] = one;
}

size_t suggest(struct arena *arena, struct str visible, int64_t date, struct suggestion ret[SUGGESTIONS_MAX])
{
    const uint32_t *at;
    struct str words = phrases_words(arena, visible, SUGGEST_TEXT_MAX, &at);
    size_t n = 0;
    for (size_t i = 0; i < sizeof HINTS / sizeof *HINTS; i++) {
        size_t length = 0, found = find(words, &HINTS[i], &length);
        if (found >= words.n)
            continue;
        struct suggestion one = {.kind = HINTS[i].kind, .objection = HINTS[i].objection};
        one.words = sentence(visible, at[found + 1 < words.n ? found + 1 : found]);
        if (one.kind == SUGGEST_NOT_NOW) {
            one.revisit =
                    day_in(str_sub(words, found, words.n < found + 200 ? words.n : found + 200), date, NULL);
            if (!one.revisit)
                one.revisit = day_in(str_sub(words, 0, found), date, NULL);
        }
        add(ret, &n, one);
    }
    return n;
}

const char *suggest_kind_name(enum suggest_kind kind)
{
    static const char *const NAMES[] = {"objection", "not_now", "interest"};
    return NAMES[kind];
}
