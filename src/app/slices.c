// The list of slices, in the order of the OpenAPI document: a new one is a folder, and its line here.
#include "app/company/slice.h"
#include "app/event/slice.h"
#include "app/form/slice.h"
#include "app/identity/slice.h"
#include "app/import/slice.h"
#include "app/model/slice.h"

const struct slice *const SLICES[] = {
        &EVENT_SLICE,
        &IDENTITY_SLICE,
        &COMPANY_SLICE,
        &FORM_SLICE,
        &IMPORT_SLICE,
        &MODEL_SLICE,
        NULL,
};
