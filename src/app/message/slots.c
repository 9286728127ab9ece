#include "app/message/slots.h"

#include "base/mem.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BOOT = 64 };

struct slot {
    _Atomic int64_t send; // 0: free
    atomic_int mark;
};

// As in the file.
struct sheet {
    char boot[BOOT];  // of the machine when it was written last
    atomic_int whole; // it is being kept: what is not in it was not handed over
    struct slot slots[SLOTS];
};

struct slots {
    struct sheet *sheet;
    bool known; // what was left is of this boot
};

static void read_boot(char out[BOOT])
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    memset(out, 0, BOOT);
    if (fd < 0)
        return;
    if (read(fd, out, BOOT - 1) < 0)
        out[0] = '\0';
    close(fd);
}

bool slots_open(const char *folder, struct slots **ret, struct err *err)
{
    char path[4096], boot[BOOT];
    snprintf(path, sizeof path, "%s/mail.handing", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, ERR_IO, "cannot open %s", path);
    void *p = MAP_FAILED;
    if (ftruncate(fd, sizeof(struct sheet)) == 0)
        p = mmap(NULL, sizeof(struct sheet), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        return err_errno(err, ERR_IO, "cannot use %s", path);
    struct slots *slots = mem_zero(1, sizeof *slots);
    slots->sheet = p;
    read_boot(boot);
    slots->known =
            boot[0] && memcmp(boot, slots->sheet->boot, BOOT) == 0 && atomic_load(&slots->sheet->whole);
    *ret = slots;
    return true;
}

void slots_close(struct slots *slots)
{
    if (!slots)
        return;
    munmap(slots->sheet, sizeof *slots->sheet);
    free(slots);
}

bool slots_left(const struct slots *slots, int64_t send, enum slot_mark *ret)
{
    if (!slots->known)
        return false;
    *ret = SLOT_NONE;
    for (unsigned i = 0; i < SLOTS; i++)
        if (atomic_load(&slots->sheet->slots[i].send) == send)
            *ret = (enum slot_mark)atomic_load(&slots->sheet->slots[i].mark);
    return true;
}

void slots_begin(struct slots *slots)
{
    struct sheet *sheet = slots->sheet;
    atomic_store(&sheet->whole, 0);
    for (unsigned i = 0; i < SLOTS; i++) {
        atomic_store(&sheet->slots[i].send, 0);
        atomic_store(&sheet->slots[i].mark, SLOT_NONE);
    }
    read_boot(sheet->boot);
    atomic_store(&sheet->whole, 1);
    slots->known = false;
}

int slots_take(struct slots *slots, int64_t send)
{
    for (int i = 0; i < SLOTS; i++)
        if (!atomic_load(&slots->sheet->slots[i].send)) {
            atomic_store(&slots->sheet->slots[i].mark, SLOT_NONE);
            atomic_store(&slots->sheet->slots[i].send, send);
            return i;
        }
    return -1;
}

void slots_give(struct slots *slots, int slot)
{
    if (slot >= 0)
        atomic_store(&slots->sheet->slots[slot].send, 0);
}

void slots_mark(struct slots *slots, int slot, enum slot_mark mark)
{
    if (slot >= 0)
        atomic_store(&slots->sheet->slots[slot].mark, (int)mark);
}
