// The language that somebody is written to in.
#ifndef SLUICE_APP_PERSON_LANGUAGE_H
#define SLUICE_APP_PERSON_LANGUAGE_H

#include "replay/columns.h"

// The trait language, else locale ("de-AT"), of the only contact of these columns (NULL: nobody is known);
// else `otherwise`. Lives as long as the columns.
struct str person_language(const struct columns *columns, struct str otherwise);

#endif
