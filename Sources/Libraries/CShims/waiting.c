#define _GNU_SOURCE
#include "waiting.h"

#include <sys/eventfd.h>
#include <time.h>

int parley_bell(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void parley_bell_ring(int bell) { (void)eventfd_write(bell, 1); }

void parley_bell_quiet(int bell) {
    eventfd_t count;
    (void)eventfd_read(bell, &count);
}

int parley_poll(struct pollfd *requests, size_t count, int64_t nanoseconds) {
    struct timespec timeout = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    return ppoll(requests, count, nanoseconds < 0 ? NULL : &timeout, NULL);
}
