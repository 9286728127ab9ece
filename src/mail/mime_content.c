#include "mail/mime_content.h"

#include "base/buf.h"
#include "mail/charset.h"

#include <pthread.h>
#include <strings.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void unref(void *object)
{
    g_object_unref(object);
}

GMimeMessage *mime_parsed(struct arena *arena, struct str bytes)
{
    pthread_once(&once, g_mime_init);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.n ? bytes.p : "", bytes.n);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    if (message)
        arena_defer(arena, unref, message);
    return message;
}

static struct str lower_type(struct arena *arena, GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *media = type ? g_mime_content_type_get_media_type(type) : NULL,
               *sub = type ? g_mime_content_type_get_media_subtype(type) : NULL;
    struct str s = arena_printf(arena, "%s/%s", media ? media : "text", sub ? sub : "plain");
    char *p = (char *)s.p;
    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 32 : p[i]);
    return s;
}

static struct str parameter(struct arena *arena, const char *value)
{
    return value && *value ? charset_header(arena, str_of(value)) : STR("");
}

static struct str name_of(struct arena *arena, GMimeObject *object)
{
    struct str name = parameter(arena, g_mime_object_get_content_disposition_parameter(object, "filename"));
    if (!name.n)
        name = parameter(arena, g_mime_object_get_content_type_parameter(object, "name"));
    return name;
}

// The contents of one part, or of a nested mail: whole, header and all.
static void write_to(const struct mime_part *part, GMimeStream *stream)
{
    GMimeObject *object = (GMimeObject *)part->private;
    if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (inner)
            g_mime_object_write_to_stream(GMIME_OBJECT(inner), NULL, stream);
    } else if (GMIME_IS_PART(object)) {
        GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
        if (content)
            g_mime_data_wrapper_write_to_stream(content, stream);
    }
}

struct str mime_part_bytes(struct arena *arena, const struct mime_part *part, size_t most)
{
    GMimeObject *object = (GMimeObject *)part->private;
    if (GMIME_IS_MULTIPART(object)) { // one without parts: what stands in it is its prologue
        const char *prologue = g_mime_multipart_get_prologue(GMIME_MULTIPART(object));
        struct str s = str_of(prologue ? prologue : "");
        s.n = s.n < most ? s.n : most;
        return arena_str(arena, s);
    }
    GByteArray *bytes = g_byte_array_new();
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
    write_to(part, stream);
    size_t n = bytes->len < most ? bytes->len : most;
    struct str s = arena_str(arena, (struct str){(const char *)bytes->data, n});
    g_object_unref(stream);
    return s;
}

static size_t count_bytes(const struct mime_part *part)
{
    GMimeStream *stream = g_mime_stream_null_new();
    write_to(part, stream);
    size_t n = (size_t)g_mime_stream_tell(stream);
    g_object_unref(stream);
    return n;
}

static bool is_text(struct str type)
{
    return str_starts(type, STR("text/")) || str_eq(type, STR("message/delivery-status")) ||
           str_eq(type, STR("message/global-delivery-status")) ||
           str_eq(type, STR("message/feedback-report")) ||
           str_eq(type, STR("message/disposition-notification")) ||
           str_eq(type, STR("message/global-headers")) || str_eq(type, STR("message/delivery-report"));
}

static unsigned add(
        struct mime_parts *p, GMimeObject *object, struct str type, unsigned depth, unsigned nested)
{
    const char *charset = g_mime_object_get_content_type_parameter(object, "charset");
    struct mime_part part = {.type = type,
            .name = name_of(p->arena, object),
            .charset = parameter(p->arena, charset),
            .depth = depth,
            .nested = nested,
            .text = is_text(type),
            .private = object};
    if (!GMIME_IS_MULTIPART(object) && nested == 0)
        part.bytes = count_bytes(&part);
    vec_push(&p->all, part);
    return (unsigned)p->all.n - 1;
}

struct place {
    unsigned depth, nested;
    bool first;       // of its multipart
    struct str of;    // type of the multipart around it, without "multipart/"; empty: none
    bool alternative; // anywhere around it
};

static void gather(struct mime_parts *p, GMimeObject *object, struct place place);

// Which of the lists it belongs to: RFC 8621 section 4.1.4.
static void sort_out(struct mime_parts *p, unsigned number, struct place place)
{
    struct mime_part *part = &p->all.v[number];
    GMimeObject *object = (GMimeObject *)part->private;
    const char *disposition = g_mime_object_get_disposition(object);
    bool plain = str_eq(part->type, STR("text/plain")), html = str_eq(part->type, STR("text/html"));
    bool media = str_starts(part->type, STR("image/")) || str_starts(part->type, STR("audio/")) ||
                 str_starts(part->type, STR("video/"));
    bool in_line = !(disposition && strcasecmp(disposition, "attachment") == 0) && (plain || html || media) &&
                   (place.first || (!str_eq(place.of, STR("related")) && (media || !part->name.n)));
    if (!in_line) {
        vec_push(&p->files, number);
        return;
    }
    if (str_eq(place.of, STR("alternative"))) {
        if (plain)
            vec_push(&p->text, number);
        else if (html)
            vec_push(&p->html, number);
        else
            vec_push(&p->files, number);
        return;
    }
    if (place.alternative && plain)
        p->html_set = false;
    if (place.alternative && html)
        p->text_set = false;
    if (p->text_set)
        vec_push(&p->text, number);
    if (p->html_set)
        vec_push(&p->html, number);
    if (media) // (shown in its place, too, but a file for us)
        vec_push(&p->files, number);
}

static void gather_multipart(
        struct mime_parts *p, GMimeMultipart *multipart, struct str type, struct place place)
{
    int count = g_mime_multipart_get_count(multipart);
    struct place below = {place.depth + 1, place.nested, true, STR_NONE, place.alternative};
    below.of = str_sub(type, sizeof "multipart/" - 1, type.n);
    bool alternative = str_eq(below.of, STR("alternative"));
    below.alternative = place.alternative || alternative;
    bool text_set = p->text_set, html_set = p->html_set;
    size_t n_text = p->text.n, n_html = p->html.n;
    for (int i = 0; i < count; i++) {
        gather(p, g_mime_multipart_get_part(multipart, i), below);
        below.first = false;
    }
    p->text_set = text_set;
    p->html_set = html_set;
    if (!alternative || place.nested || !text_set || !html_set)
        return;
    size_t text_end = p->text.n, html_end = p->html.n;
    if (n_text == text_end)
        for (size_t i = n_html; i < html_end; i++)
            vec_push(&p->text, p->html.v[i]);
    if (n_html == html_end)
        for (size_t i = n_text; i < text_end; i++)
            vec_push(&p->html, p->text.v[i]);
}

static void gather(struct mime_parts *p, GMimeObject *object, struct place place)
{
    if (!object || p->all.n >= MIME_PARTS_MAX || place.depth > MIME_DEPTH_MAX) {
        p->cut = p->cut || object;
        return;
    }
    struct str type = lower_type(p->arena, object);
    if (GMIME_IS_MULTIPART(object) && g_mime_multipart_get_count(GMIME_MULTIPART(object)) > 0) {
        gather_multipart(p, GMIME_MULTIPART(object), type, place);
        return;
    }
    if (GMIME_IS_MULTIPART(object))
        type = STR("text/plain");
    unsigned number = add(p, object, type, place.depth, place.nested);
    if (place.nested == 0)
        sort_out(p, number, place);
    if (!GMIME_IS_MESSAGE_PART(object))
        return;
    GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    struct place below = {place.depth + 1, place.nested + 1, true, STR_NONE, false};
    if (inner)
        gather(p, g_mime_message_get_mime_part(inner), below);
}

void mime_gather(struct mime_parts *parts, GMimeMessage *message)
{
    parts->text_set = parts->html_set = true;
    gather(parts, g_mime_message_get_mime_part(message), (struct place){.first = true});
}
