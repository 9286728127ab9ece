// Private to app/board: the handlers.
#ifndef SLUICE_APP_BOARD_BOARD_H
#define SLUICE_APP_BOARD_BOARD_H

#include "http/request.h"

bool board_columns(struct request *r, struct err *err);
bool board_cards(struct request *r, struct err *err);
bool board_assign(struct request *r, struct err *err);

#endif
