// The routes of imports and what their bodies and answers look like.
#include "app/import/upload.h"

#include "app/listing.h"

enum { UPLOAD_BYTES_MAX = 256 << 20 };

static const struct member COUNTS_MEMBERS[] = {
        {"lines", "integer", "Read so far, blank ones included", true, 0},
        {"events", "integer", "Brought into the log", true, 0},
        {"aliases", "integer", "Brought into the log", true, 0},
        {"copies", "integer", "There already, by messageId", true, 0},
        {"skipped", "integer", "Lines that an earlier run of the same file had brought", true, 0},
        {"rejected", "integer", "That could not be read", true, 0},
        {"new_contacts", "integer", "Ids that were not known before", true, 0},
        {0},
};

static const struct member IMPORT_MEMBERS[] = {
        {"id", "text", "UUID", true, 0},
        {"name", "text", "Of the file", true, 0},
        {"format", "enum:csv|ndjson|demo",
                "csv: a list of contacts (vCards too); ndjson: messages; demo: no file, the invented "
                "business",
                true, 0},
        {"state", "enum:uploaded|queued|running|done|failed|undone", "Where it is", true, 0},
        {"bytes", "integer", "Of the file", true, 0},
        {"total_lines", "integer", "Of the file, for a progress bar beside counts.lines", true, 0},
        {"created", "time", "When it was handed in", true, 0},
        {"by", "text", "Who handed it in", true, 0},
        {"error", "text?", "Why it failed", true, 0},
        {"mapping", "any",
                "Which columns are what (docs/import.md); null: known by their names; of a demo how many "
                "contacts",
                true, 0},
        {"counts", "ImportCounts", "What it has brought so far", true, 0},
        {0},
};

static const struct member IMPORTS_MEMBERS[] = {
        {"items", "[Import]", "The newest first", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};

static const struct member REJECT_MEMBERS[] = {
        {"line", "integer", "Of the file, from 1", true, 0},
        {"reason", "text", "What is wrong with it", true, 0},
        {"text", "text", "The line, as it stands in the file", false, 0},
        {0},
};

static const struct member REJECTS_MEMBERS[] = {
        {"items", "[Reject]", "In the order of the file", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};

static const struct member COLUMN_MEMBERS[] = {
        {"header", "text", "The column's name", true, 0},
        {"trait", "text?", "The trait that it becomes; null: one of its own name, or none", true, 0},
        {"own", "text", "The name of its own trait", true, 0},
        {"samples", "[text]", "Up to three of its first values, shortened", true, 0},
        {0},
};

static const struct member PREVIEW_MEMBERS[] = {
        {"format", "enum:csv|ndjson", "As above", true, 0},
        {"encoding", "text", "Of a list", false, 0},
        {"delimiter", "text?", "Of a list; null for vCards", false, 0},
        {"preamble", "integer", "Lines before the header", false, 0},
        {"recognised", "text?", "Whose export it is: linkedin, hubspot …", false, 0},
        {"columns", "[ImportColumn]", "Of a list", false, 0},
        {"rows", "integer", "Of a list: rows that are not rejected", false, 0},
        {"nobody", "flag",
                "Of a list: no column says who a row is. Say in the mapping which is the id, the trait email "
                "or the "
                "trait phone; before that it cannot be imported",
                false, 0},
        {"counts", "ImportCounts", "What it would bring", true, 0},
        {"rejects", "[Reject]", "The first 100", true, 0},
        {0},
};

static const struct member DEMO_MEMBERS[] = {
        {"contacts", "integer", "How many (100 to 20,000, else 20,000)", false, 0},
        {0},
};

static const struct member DEMO_ANSWER_MEMBERS[] = {
        {"import", "text", "Its import, to watch and to undo", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"DemoRequest", "How large a demo", DEMO_MEMBERS, false},
        {"DemoImport", "The demo on its way in", DEMO_ANSWER_MEMBERS, false},
        {"ImportCounts", "What an import brings", COUNTS_MEMBERS, false},
        {"Import", "A file that was handed in, and what became of it", IMPORT_MEMBERS, false},
        {"Imports", "A page of imports", IMPORTS_MEMBERS, false},
        {"Reject", "A line that could not be read", REJECT_MEMBERS, false},
        {"Rejects", "Lines that could not be read", REJECTS_MEMBERS, false},
        {"ImportColumn", "A column of a list", COLUMN_MEMBERS, false},
        {"ImportPreview", "What an import would do", PREVIEW_MEMBERS, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};
static const struct member NAME_PARAMETERS[] = {{"name", "text", "Of the file", false, 200}, {0}};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/imports",
                .summary = "Lists the files that were handed in",
                .right = "import.read",
                .query = LIST_PARAMETERS,
                .answer = "Imports",
                .handle = upload_handle_list},
        {.method = "POST",
                .path = "/api/imports",
                .summary = "Hands in a file: a list of contacts in any shape, vCards, or messages; gzip and "
                           "zstd too",
                .right = "import.write",
                .query = NAME_PARAMETERS,
                .answer = "Import",
                .status = 201,
                .max_body = UPLOAD_BYTES_MAX,
                .raw_body = true,
                .handle = upload_handle_add},
        {.method = "GET",
                .path = "/api/imports/{id}",
                .summary = "An import and how far it is",
                .right = "import.read",
                .answer = "Import",
                .handle = upload_handle_get},
        {.method = "DELETE",
                .path = "/api/imports/{id}",
                .summary = "Deletes the file; what it brought stays",
                .right = "import.write",
                .answer = "Import",
                .handle = upload_handle_delete},
        {.method = "GET",
                .path = "/api/imports/{id}/preview",
                .summary = "What the import would do, without doing it",
                .right = "import.read",
                .answer = "ImportPreview",
                .handle = upload_handle_preview},
        {.method = "PUT",
                .path = "/api/imports/{id}/mapping",
                .summary = "Says which columns are what (docs/import.md)",
                .right = "import.write",
                .body = "object",
                .answer = "Import",
                .handle = upload_handle_map},
        {.method = "DELETE",
                .path = "/api/imports/{id}/mapping",
                .summary = "Back to knowing the columns by their names",
                .right = "import.write",
                .answer = "Import",
                .handle = upload_handle_unmap},
        {.method = "POST",
                .path = "/api/imports/{id}/run",
                .summary = "Imports it, in the background",
                .right = "import.write",
                .answer = "Import",
                .status = 202,
                .handle = upload_handle_run},
        {.method = "GET",
                .path = "/api/imports/{id}/rejects",
                .summary = "The lines that could not be read",
                .right = "import.read",
                .query = LIST_PARAMETERS,
                .answer = "Rejects",
                .handle = upload_handle_rejects},
        {.method = "POST",
                .path = "/api/imports/{id}/undo",
                .summary = "Hides everything that it brought",
                .right = "import.write",
                .answer = "Import",
                .handle = upload_handle_undo},
        {.method = "POST",
                .path = "/api/demo",
                .summary = "Takes the invented business along, as an import in the background that can be "
                           "undone",
                .right = "setting.write",
                .body = "DemoRequest",
                .answer = "DemoImport",
                .status = 202,
                .handle = upload_handle_demo},
        {0},
};

const struct routes IMPORT_ROUTES = {"Imports", ROUTES, SCHEMAS};
