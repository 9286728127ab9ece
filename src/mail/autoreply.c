#include "mail/autoreply.h"

#include "mail/phrases.h"

// What subjects of such answers begin with, or hold.
static const char *const SUBJECTS[] = {"^automatic reply", "^auto reply", "^auto-reply", "^autoreply",
        "^auto:", "^auto response", "^auto-response", "^autoresponse", "^automated reply",
        "^automated response", "^automatische antwort", "^automatische antwoord", "^automatisch antwoord",
        "^automatisches antwort", "^autom. antwort", "^réponse automatique", "^reponse automatique",
        "^respuesta automática", "^respuesta automatica", "^risposta automatica", "^resposta automática",
        "^resposta automatica", "^automatiskt svar", "^autosvar", "^automatisk svar",
        "^automaattinen vastaus", "^automatická odpověď", "^automatyczna odpowiedź",
        "^odpowiedź automatyczna", "^otomatik yanıt", "^автоответ", "^автоматический ответ",
        "^автоматична відповідь", "^自動返信", "^自动回复", "^自動回覆", "^自動応答", "^자동 회신",
        "^abwesend", "^abwesenheit", "^out of office", "^out of the office", "out of office",
        "out of the office", "out-of-office", "^ooo:", "^ooo ", "^away from", "^away until", "^vacation",
        "^on vacation", "^on leave", "^on holiday", "^annual leave", "^maternity leave", "^parental leave",
        "^absence du bureau", "^absence :", "^absent", "^absence", "en congé", "^fuera de la oficina",
        "^fuera de oficina", "^ausencia", "^ausente", "^ausência", "^assenza", "^assente", "fuori ufficio",
        "fuori sede", "abwesenheitsnotiz", "abwesenheitsassistent", "nicht im büro", "nicht im haus",
        "im urlaub", "ikke på kontoret", "ikke til stede", "^fravær", "^frånvaro", "inte på kontoret",
        "ej på kontoret", "^poissa", "afwezig", "niet aanwezig", "poza biurem", "nieobecno", "mimo kancelář",
        "нет на работе", "вне офиса", "відсутн", "отсутств", "不在", "外出中", "休暇", NULL};

static const char *const WORDS[] = {"i am out of the office", "i am out of office", "i'm out of the office",
        "i will be out of the office", "i'll be out of the office", "i am currently out of",
        "i'm currently out of", "currently out of the office", "i am away", "i am currently away", "i'm away",
        "i will be away", "am on vacation", "i'm on vacation", "currently on vacation", "am on leave",
        "on annual leave", "on maternity leave", "on parental leave", "am on holiday", "i'm on holiday",
        "limited access to email", "limited access to e-mail", "limited access to my email",
        "no access to email", "this is an automated response", "this is an automatic reply",
        "this is an automated reply", "this is an auto-reply", "this is an autoreply",
        "this is an automatically generated", "automatic response", "thank you for your email. i am",
        "ich bin derzeit nicht", "ich bin zurzeit nicht", "ich bin momentan nicht", "bin ich nicht im büro",
        "ich bin nicht im büro", "ich bin im urlaub", "ich bin bis", "ich bin ab", "nicht erreichbar",
        "wieder erreichbar", "meine e-mails werden nicht", "wird nicht weitergeleitet", "bin abwesend",
        "ich befinde mich", "außer haus", "ausser haus", "dies ist eine automatische",
        "automatisch generiert", "je suis absent", "je suis actuellement", "je serai absent",
        "absent du bureau", "absente du bureau", "en congé", "en vacances", "de retour le",
        "ceci est une réponse automatique", "message automatique", "estoy fuera de la oficina",
        "estaré fuera", "me encuentro fuera", "estoy de vacaciones", "me encuentro de vacaciones",
        "mensaje automático", "respuesta automática", "estarei fora", "estou fora", "estou de férias",
        "estou ausente", "encontro-me ausente", "sono in ferie", "sono fuori ufficio", "sono assente",
        "sarò assente", "sarò fuori", "ik ben niet op kantoor", "ik ben afwezig", "ben ik afwezig",
        "ik ben met vakantie", "ik ben op vakantie", "jag är inte på kontoret", "jag är på semester",
        "jag har semester", "jeg er ikke på kontoret", "jeg er på ferie", "jeg har ferie", "olen lomalla",
        "olen poissa", "jestem na urlopie", "przebywam na urlopie", "jsem mimo kancelář", "mám dovolenou",
        "я в отпуске", "нахожусь в отпуске", "я сейчас в отпуске", "休暇をいただいて", "不在にして", NULL};

// Values of fields that say so. NULL: that the field is there is enough.
static const struct {
    const char *field, *value;
} FIELDS[] = {
        {"Auto-Submitted", "auto-replied"},
        {"Auto-Submitted", "auto-notified"},
        {"X-Autoreply", NULL},
        {"X-Autorespond", NULL},
        {"X-Autoresponder", NULL},
        {"X-AutoReply-From", NULL},
        {"X-Auto-Reply-From", NULL},
        {"X-Mail-Autoreply", NULL},
        {"X-POST-MessageClass", "autoresponder"},
        {"X-Vacation", NULL},
        {"Precedence", "auto_reply"},
        {"Precedence", "auto-reply"},
        {"X-Precedence", "auto_reply"},
        {"Delivered-To", "autoresponder"},
        {"X-Apple-Action", "vacation"},
        {"X-Exchange-Out-Of-Office", NULL},
        {"X-MS-Exchange-Inbox-Rules-Loop", NULL},
        {"X-FC-MachineGenerated", "true"},
        {"Thread-Topic", "automatic reply"},
        {"X-MS-Exchange-Generated-Message-Source", "mailbox rules agent"},
};

static struct str flat_field(struct arena *arena, const struct mime *mime, const char *name)
{
    struct str value = mime_field(mime, name);
    return value.p ? phrases_flat(arena, value, 500) : STR_NONE;
}

static bool subject_says(struct arena *arena, struct str subject)
{
    struct str flat = phrases_flat(arena, subject, 500);
    // (an answer to an automatic reply is none)
    if (phrase_in(flat, "^re:") || phrase_in(flat, "^fw") || phrase_in(flat, "^aw:"))
        return false;
    return phrase_any(flat, SUBJECTS);
}

bool autoreply_by_header(const struct mime *mime)
{
    struct arena *arena = arena_new();
    bool found = false;
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS && !found; i++) {
        struct str value = flat_field(arena, mime, FIELDS[i].field);
        found = value.p && (!FIELDS[i].value || phrase_in(value, FIELDS[i].value));
    }
    // Notices of programs carry this, too: only with a subject that says what it is.
    found = found || subject_says(arena, mime->subject);
    arena_free(arena);
    return found;
}

bool autoreply_by_words(struct arena *arena, struct str subject, struct str text)
{
    (void)subject;
    return phrase_any(phrases_flat(arena, text, 600), WORDS);
}

bool autoreply_is_receipt(const struct mime *mime)
{
    for (size_t i = 0; i < mime->n_parts; i++)
        if (mime->parts[i].nested == 0 &&
                str_eq(mime->parts[i].type, STR("message/disposition-notification")))
            return true;
    struct str type = mime_field(mime, "Content-Type");
    return type.n && memmem(type.p, type.n, "disposition-notification", 24);
}
