// What @segment/analytics-next asks for at its start: where to send, and that there is nothing else to load.
#include "app/capture/api.h"

#include "app/user/principal.h"

// A host as it may stand in a URL, so that nothing else gets into the answer.
static bool is_host(struct str host)
{
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
                    c == '-' || c == ':' || c == '[' || c == ']'))
            return false;
    }
    return host.n > 0;
}

bool capture_settings(struct request *r, struct err *err)
{
    struct str key = request_param(r, "key"), host = request_header(r, "Host");
    capture_allow_pages(r);
    if (!key_may_capture(request_app(r), key))
        return err_set(err, ERR_NOT_FOUND, "this write key is not known");
    buf_put(r->out, STR("{\"integrations\":{\"Segment.io\":{\"apiKey\":"));
    json_put_string(r->out, key);
    if (is_host(host)) {
        buf_put(r->out, STR(",\"apiHost\":\""));
        buf_put(r->out, host);
        buf_put(r->out, STR("/v1\",\"protocol\":\""));
        buf_put(r->out, r->secure ? STR("https\"") : STR("http\""));
    }
    buf_put(r->out,
            STR(",\"unbundledIntegrations\":[],\"addBundledMetadata\":true,\"maybeBundledConfigIds\":{},"
                "\"versionSettings\":{\"version\":\"4.4.7\",\"componentTypes\":[\"browser\"]}}},"
                "\"plan\":{\"track\":{\"__default\":{\"enabled\":true,\"integrations\":{}}},"
                "\"identify\":{\"__default\":{\"enabled\":true}},\"group\":{\"__default\":{\"enabled\":true}}"
                "},"
                "\"edgeFunction\":{},\"analyticsNextEnabled\":true,\"middlewareSettings\":{},"
                "\"enabledMiddleware\":{},\"metrics\":{\"sampleRate\":0},\"legacyVideoPluginsEnabled\":false,"
                "\"remotePlugins\":[]}"));
    return true;
}
