#include "app/standing/live_private.h"
void filters_free(struct live *live)
{
    (void)live;
}
