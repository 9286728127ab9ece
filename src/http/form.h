// The fields of a form's body. Pure; results live in the arena or point into the body.
#ifndef SLUICE_HTTP_FORM_H
#define SLUICE_HTTP_FORM_H

#include "http/request.h"

enum { FORM_FIELDS = 1000 };

// type: the header Content-Type. application/x-www-form-urlencoded or multipart/form-data (RFC 7578). Names
// and values of fields are UTF-8 without zero bytes (in parts, what is none is taken for Windows-1252), files
// may be anything. ERR_INPUT: it is no form; ERR_LIMIT: too many fields.
bool form_parse(struct arena *arena, struct str type, struct str body, struct form_field **ret, size_t *ret_n,
        struct err *err);

#endif
