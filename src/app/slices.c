// The list of slices, in the order of the OpenAPI document: a new one is a folder, and its line here.
#include "app/assignment/slice.h"
#include "app/audience/slice.h"
#include "app/board/slice.h"
#include "app/campaign/slice.h"
#include "app/capture/slice.h"
#include "app/change/slice.h"
#include "app/company/slice.h"
#include "app/contact/slice.h"
#include "app/event/slice.h"
#include "app/field/slice.h"
#include "app/form/slice.h"
#include "app/idempotency/slice.h"
#include "app/identity/slice.h"
#include "app/import/slice.h"
#include "app/inbox/slice.h"
#include "app/letter/slice.h"
#include "app/mailbox/slice.h"
#include "app/message/slice.h"
#include "app/model/slice.h"
#include "app/offer/slice.h"
#include "app/page/slice.h"
#include "app/privacy/slice.h"
#include "app/record/slice.h"
#include "app/report/slice.h"
#include "app/search/slice.h"
#include "app/setting/slice.h"
#include "app/standing/slice.h"
#include "app/status/slice.h"
#include "app/study/slice.h"
#include "app/suppression/slice.h"
#include "app/tag/slice.h"
#include "app/task/slice.h"
#include "app/template/slice.h"
#include "app/today/slice.h"
#include "app/tracker/slice.h"
#include "app/user/slice.h"
#include "app/web/slice.h"
#include "app/webhook/slice.h"

const struct slice *const SLICES[] = {
        &STATUS_SLICE,
        &CAPTURE_SLICE,
        &TRACKER_SLICE,
        &USER_SLICE,
        &IDEMPOTENCY_SLICE,
        &EVENT_SLICE,
        &CONTACT_SLICE,
        &BOARD_SLICE,
        &FIELD_SLICE,
        &SEARCH_SLICE,
        &IDENTITY_SLICE,
        &COMPANY_SLICE,
        &FORM_SLICE,
        &PAGE_SLICE,
        &IMPORT_SLICE,
        &MODEL_SLICE,
        &PRIVACY_SLICE,
        &STANDING_SLICE,
        &STUDY_SLICE,
        &REPORT_SLICE,
        &RECORD_SLICE,
        &AUDIENCE_SLICE,
        &ASSIGNMENT_SLICE,
        &INBOX_SLICE,
        &TASK_SLICE,
        &TODAY_SLICE,
        &TEMPLATE_SLICE,
        &MAILBOX_SLICE,
        &SUPPRESSION_SLICE,
        &MESSAGE_SLICE,
        &LETTER_SLICE,
        &WEBHOOK_SLICE,
        &TAG_SLICE,
        &OFFER_SLICE,
        &CAMPAIGN_SLICE,
        &CHANGE_SLICE,
        &SETTING_SLICE,
        &WEB_SLICE,
        NULL,
};
