#include "cli/short_write.h"

#include <time.h>

bool short_write_begin(struct cli *cli, struct writing *ret, struct err *err)
{
    struct data *data;
    if (!folder_open(cli, DATA_BESIDE, &data, err) || !store_begin_write(data_store(data), err))
        return false;
    *ret = (struct writing){
            .store = data_store(data),
            .arena = cli->arena,
            .now = (int64_t)time(NULL),
    };
    return true;
}
