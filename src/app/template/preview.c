// POST /api/templates/preview and …/test.
#include "app/template/private.h"

#include "base/json_put.h"

static bool asked_text(struct request *r, struct template_text *ret, struct err *err)
{
    struct str id = json_get_str(r->json, STR("template")), subject = json_get_str(r->json, STR("subject")),
               preheader = json_get_str(r->json, STR("preheader")), body = json_get_str(r->json, STR("body")),
               format = json_get_str(r->json, STR("format")), layout = json_get_str(r->json, STR("layout"));
    const struct json *version = json_get(r->json, STR("version"));
    double number = 0;
    struct template_text text = {
            .subject = STR(""), .preheader = STR(""), .body = STR(""), .layout = STR("plain")};
    if (version && !json_number(version->text, &number))
        return request_problem(r, 400, "version", "It must be a whole number");
    if (id.n && !template_read(data_store(request_data(r)), r->arena, id, (int64_t)number, &text, NULL, err))
        return false;
    text.subject = subject.p ? subject : text.subject;
    text.preheader = preheader.p ? preheader : text.preheader;
    text.body = body.p ? body : text.body;
    text.html = format.p ? str_eq(format, STR("html")) : text.html;
    text.layout = layout.p ? layout : text.layout;
    *ret = text;
    return true;
}

bool template_route_preview(struct request *r, struct err *err)
{
    struct template_text text;
    if (!asked_text(r, &text, err))
        return false;
    buf_char(r->out, '{');
    put_text(r->out, "subject", text.subject);
    put_text(r->out, "preheader", text.preheader);
    put_text(r->out, "html", text.body);
    put_text(r->out, "text", text.body);
    put_raw(r->out, "missing", STR("[]"));
    put_raw(r->out, "links", STR("[]"));
    put_int(r->out, "bytes", (int64_t)text.body.n);
    put_raw(r->out, "warnings", STR("[]"));
    buf_char(r->out, '}');
    return true;
}

bool template_route_test(struct request *r, struct err *err)
{
    (void)r;
    return err_set(err, ERR_CONFLICT, "nothing is sent yet");
}
