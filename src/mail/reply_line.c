#include "mail/reply_line.h"

#include "base/utf8.h"
#include "mail/phrases.h"
#include "mail/reply.h"

enum { LINE_LOOK = 500, INTRO_MAX = 400, SIGNATURE_MAX = 160, HEADER_NAME_MAX = 24 };

// "wrote" and its like: as a word within an introduction.
static const char *const WROTE[] = {"wrote", "writes", "sent:", "said:", "schrieb", "geschrieben", "écrit",
        "ecrit", "escribió", "escribio", "escribe:", "ha scritto", "scrisse", "scrive:", "schreef",
        "geschreven", "написал", "написала", "пишет", "пише", "написав", "napisał", "pisze:", "napisala",
        "kirjoitti", "escreveu", "skrev", "napsal", "napísal", "写道", "寫道", "のメッセージ", "wrote ----",
        "yazdı", "şunu yazdı", "έγραψε", "כתב", "작성", "írta", "a scris", "đã viết", "на писано",
        "je napisao", "je napisal", "parašė", "rakstīja", "kirjutas", "scríobh", "va escriure", "idatzi",
        "написа:", "เขียนว่า", "menulis:", "さんが書きました", "さんは書きました", NULL};

// How introductions begin, where no address says that it is one.
static const char *const BEGINS[] = {"^on ", "^am ", "^le ", "^el ", "^il ", "^op ", "^den ", "^på ",
        "^dnia ", "^w dniu", "^em ", "^dne ", "^dňa ", "^a ", "^ma ", "^ti ", "^ke ", "^to ", "^pe ", "^la ",
        "^pada ", "^vào ", "^ngày ", "^no dia", "^à ", "^at ", "^---- on ", "^-- on ", "^mon", "^tue", "^wed",
        "^thu", "^fri", "^sat", "^sun", "^пн", "^вт", "^ср", "^чт", "^пт", "^сб", "^вс", "^στις", "^kl.",
        "^2025", NULL};

static const char *const FORWARDS[] = {"forwarded message", "begin forwarded message",
        "weitergeleitete nachricht", "anfang der weitergeleiteten", "message transféré", "message transmis",
        "début du message", "mensaje reenviado", "inicio del mensaje reenviado", "messaggio inoltrato",
        "inizio messaggio inoltrato", "inizio del messaggio", "mensagem encaminhada",
        "mensagem reencaminhada", "doorgestuurd bericht", "begin doorgestuurd", "vidarebefordrat meddelande",
        "vidarebefordrat brev", "videresendt", "videresendt melding", "välitetty viesti", "edelleenlähetetty",
        "przekazana wiadomość", "wiadomość przekazana", "přeposlaná zpráva", "preposlaná správa",
        "пересылаемое сообщение", "пересланное сообщение", "переслане повідомлення", "转发邮件", "转发的邮件",
        "轉寄", "転送されたメッセージ", "転送", "전달된 메시지", "iletilen ileti", "továbbított",
        "mesaj redirecționat", "begin forwarded", NULL};

static const char *const ORIGINALS[] = {"original message", "original appointment", "ursprüngliche nachricht",
        "originalnachricht", "original-nachricht", "message d'origine", "message original", "mail original",
        "message initial", "mensaje original", "messaggio originale", "mensagem original",
        "oorspronkelijk bericht", "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse",
        "opprinnelig melding", "original besked", "alkuperäinen viesti", "oryginalna wiadomość",
        "wiadomość oryginalna", "původní zpráva", "původní e-mail", "pôvodná správa", "исходное сообщение",
        "первоначальное сообщение", "оригинальное сообщение", "вихідне повідомлення", "原始邮件", "原始郵件",
        "元のメッセージ", "original mail", "원본 메시지", "özgün ileti", "orijinal ileti", "eredeti üzenet",
        "mesajul original", "reply message", "original e-mail", "reply above this line",
        "reply to this email above", "please reply above", NULL};

// Names of the fields that programs put above a quoted mail.
static const char *const FIELDS[] = {"from", "sent", "to", "subject", "date", "cc", "bcc", "reply-to",
        "reply to", "importance", "sent at", "attachments", "priority", "when", "where", "von", "gesendet",
        "an", "betreff", "datum", "antwort an", "kopie", "wichtigkeit", "de", "envoyé", "envoye", "envoyé le",
        "à", "objet", "pour", "répondre à", "expéditeur", "date d'envoi", "enviado", "enviado el", "para",
        "asunto", "fecha", "responder a", "inviato", "a", "da", "oggetto", "data", "risposta", "inviato il",
        "per", "per conoscenza", "rispondi a", "assunto", "enviada", "enviada em", "enviado em", "verzonden",
        "aan", "onderwerp", "beantwoorden", "van", "från", "skickat", "till", "ämne", "kopia", "fra", "sendt",
        "til", "emne", "dato", "lähettäjä", "lähetetty", "vastaanottaja", "aihe", "päivämäärä", "kenelle",
        "keneltä", "päiväys", "od", "wysłano", "wysłane", "do", "temat", "data wysłania", "odesláno", "komu",
        "předmět", "datum odeslání", "odoslané", "predmet", "od koho", "от", "отправлено", "кому", "тема",
        "дата", "копия", "от кого", "від", "надіслано", "发件人", "发送时间", "收件人", "主题", "抄送",
        "日期", "寄件者", "收件者", "主旨", "寄件日期", "差出人", "送信日時", "宛先", "件名", "送信元",
        "日付", "보낸 사람", "받는 사람", "제목", "보낸 날짜", "gönderen", "gönderildi", "kime", "konu",
        "tarih", "feladó", "elküldve", "címzett", "tárgy", "dátum", "de la", "trimis", "către", "subiect",
        "poslano", "zadeva", "za", NULL};

static const char *const SIGNATURES[] = {"^sent from", "^sent via", "^sent with", "^sent by", "^sent using",
        "^(sent", "^<<sent", "^sent on", "^sent w", "^[sent from", "^someone from mobile", "^from my ",
        "^envoyé depuis", "^envoyé de", "^envoyé à partir", "^envoyé avec", "^von meinem", "^gesendet von",
        "^gesendet mit", "^gesendet aus", "^gesendet über", "^diese nachricht wurde von meinem",
        "^verzonden met", "^verzonden vanaf", "^verstuurd vanaf", "^verstuurd met", "^enviado desde",
        "^enviado do", "^enviado de", "^enviado con", "^enviado a partir", "^enviado por", "^inviato da",
        "^inviato con", "^inviato dal", "^skickat från", "^skickades från", "^sendt fra", "^sendt med",
        "^lähetetty ", "^wysłane z", "^wysłano z", "^отправлено с", "^отправлено из", "^надіслано з",
        "^odesláno z", "^odoslané z", "^從我的", "^从我的", "^發自我的", "^发自我的", "^iphoneから",
        "^iphone から", "^my iphone", "^iphone'umdan", "^get outlook for", "^get [outlook for",
        "^outlook für", "^télécharger outlook", "^obtener outlook", "^scarica outlook", "^download outlook",
        "^hämta outlook", "^hent outlook", "^outlook voor", "^holen sie sich outlook", "^laden sie outlook",
        "^obter o outlook", "^obtenez outlook", "^pobierz program outlook", "^скачать outlook",
        "^나의 iphone", "^내 iphone", "^gönderildi", "^poslano z", "^küldve", "^diese e-mail wurde von",
        "^mailed from", "^this message was sent from my", NULL};

static bool only(struct str line, const char *signs)
{
    for (size_t i = 0; i < line.n;) {
        size_t from = i;
        utf8_next(line, &i);
        if (!memmem(signs, strlen(signs), line.p + from, i - from))
            return false;
    }
    return line.n > 0;
}

static bool is_rule(struct str line)
{
    if (!only(line, "-_=+~#*— –ᐧ,\t\xc2\xa0"))
        return false;
    struct str t = str_trim(line);
    return t.n >= 2 && strchr("=+~#*,", t.p[0]) ? t.n >= 3 : t.n >= 2;
}

static bool has_digit(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            return true;
    return false;
}

static bool between(struct str flat, const char *const *phrases)
{
    return flat.n < 100 && phrase_any(flat, phrases);
}

static bool marked(struct str flat)
{
    return flat.n > 2 && (strchr("-_*=>|—", flat.p[0]) || str_starts(flat, STR("\xe2\x80\x94")));
}

bool reply_is_forward(struct str flat)
{
    if (!between(flat, FORWARDS))
        return false;
    return marked(flat) || str_ends(flat, STR(":")) || str_ends(flat, STR("："));
}

static bool ends_like_intro(struct str flat)
{
    static const char *const ENDS[] = {
            ":", "：", "----", "wrote", "wrote -", ":*", ": *", "schrieb", "a écrit", NULL};
    for (const char *const *end = ENDS; *end; end++)
        if (str_ends(flat, str_of(*end)))
            return true;
    return false;
}

// "2016-03-03 17:21 GMT+01:00 Ann <ann@example.org>:", "2011/4/7 Ann <…>".
static bool is_dated(struct str flat)
{
    size_t n = 0;
    while (n < flat.n && n < 4 && flat.p[n] >= '0' && flat.p[n] <= '9')
        n++;
    if (n != 4 || flat.n < 12 || flat.n > 200 || !strchr("-/", flat.p[4]))
        return false;
    bool address = memchr(flat.p, '@', flat.n) && memchr(flat.p, '<', flat.n);
    return (phrase_in(flat, " gmt") && flat.p[flat.n - 1] != '<') ||
           (address && (str_ends(flat, STR(">")) || str_ends(flat, STR(":"))));
}

static bool begins(struct str flat)
{
    return phrase_any(flat, BEGINS) || (flat.p[0] >= '0' && flat.p[0] <= '9');
}

// "Fri, 30 Apr 2025, 15:19, Ann <ann@example.org>:", in whatever language.
static bool is_date_and_address(struct str flat)
{
    bool ends = str_ends(flat, STR(">:")) || str_ends(flat, STR("> :"));
    return ends && flat.n < 200 && has_digit(flat) && memchr(flat.p, '@', flat.n) && begins(flat) &&
           phrase_in(flat, ":*:");
}

bool reply_is_intro(struct str flat)
{
    if (flat.n > INTRO_MAX || flat.n < 8)
        return false;
    if (is_dated(flat) || is_date_and_address(flat))
        return true;
    if (!ends_like_intro(flat) || !phrase_any(flat, WROTE))
        return false;
    bool address = memchr(flat.p, '@', flat.n) != NULL;
    return address || (has_digit(flat) && (begins(flat) || phrase_in(flat, ":*:")));
}

bool reply_may_end_intro(struct str flat)
{
    return str_find(flat, '>') < str_find(flat, '<') || str_find(flat, ')') < str_find(flat, '(') ||
           flat.n < 20;
}

bool reply_begins_with_date(struct str flat)
{
    return begins(flat);
}

bool reply_may_begin_intro(struct str flat)
{
    if (flat.n < 5 || flat.n > 200 || flat.p[0] == '>' || ends_like_intro(flat))
        return false;
    return begins(flat) || memchr(flat.p, '@', flat.n) || memchr(flat.p, '<', flat.n);
}

static bool is_field(struct str flat)
{
    // "*From:* …", "> From: …" (then it is a quote first), "De : …"
    size_t from = 0;
    while (from < flat.n && strchr("* ", flat.p[from]))
        from++;
    size_t to = from;
    while (to < flat.n && to - from <= HEADER_NAME_MAX * 2 && flat.p[to] != ':' &&
            !str_starts(str_sub(flat, to, flat.n), STR("：")))
        to++;
    if (to >= flat.n || to - from > HEADER_NAME_MAX * 2)
        return false;
    struct str name = str_trim(str_sub(flat, from, to));
    while (name.n && name.p[name.n - 1] == '*')
        name.n--;
    for (const char *const *field = FIELDS; *field; field++)
        if (str_eq(name, str_of(*field)))
            return true;
    return false;
}

static bool is_signature(struct str flat)
{
    if (flat.n > SIGNATURE_MAX || !phrase_any(flat, SIGNATURES))
        return phrase_in(flat, "iphone 傳送") || phrase_in(flat, "iphone から送信") ||
               phrase_in(flat, "iphoneから送信");
    return !phrase_in(flat, " is ") && !phrase_in(flat, " was ");
}

// "| …" and "JD> …".
static bool is_marked_quote(struct str flat)
{
    if (flat.p[0] == '|')
        return flat.n == 1 || flat.p[1] == ' ';
    size_t n = 0;
    while (n < flat.n && n < 3 && flat.p[n] >= 'a' && flat.p[n] <= 'z')
        n++;
    return n > 0 && n < flat.n && flat.p[n] == '>';
}

enum reply_line reply_line_kind(struct arena *arena, struct str line)
{
    struct str t = str_trim(line);
    struct str flat = phrases_flat(arena, t, LINE_LOOK);
    while (flat.n && flat.p[flat.n - 1] == ' ')
        flat.n--;
    if (!flat.n)
        return LINE_EMPTY;
    if (flat.p[0] == '>')
        return LINE_QUOTE;
    if (is_rule(t))
        return LINE_RULE;
    if (is_signature(flat))
        return LINE_SIGNATURE;
    if (reply_is_intro(flat) || reply_is_forward(flat) || (marked(flat) && between(flat, ORIGINALS)))
        return LINE_INTRO;
    if (is_field(flat))
        return LINE_FIELD;
    return is_marked_quote(flat) ? LINE_QUOTE : LINE_TEXT;
}

bool reply_introduces(struct str line)
{
    struct arena *arena = arena_new();
    bool is = reply_line_kind(arena, line) == LINE_INTRO;
    arena_free(arena);
    return is;
}
