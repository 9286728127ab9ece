// Any bytes as a user agent: no crash, a reason that ends, and the same verdict each time.
#include "app/tracker/agent.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char first[AGENT_REASON], again[AGENT_REASON];
    struct str agent = {(const char *)data, n};
    bool machine = agent_is_machine(agent, first);
    if (machine != agent_is_machine(agent, again) || (machine && (!first[0] || strcmp(first, again) != 0)))
        abort();
    return 0;
}
