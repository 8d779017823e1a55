#pragma once
#include <poll.h>
#include <stddef.h>
#include <stdint.h>

// ppoll and eventfd are extensions that Swift's Glibc leaves out.

/// A descriptor that any thread can make readable: an eventfd, close-on-exec, never waiting. -1 with errno.
int parley_bell(void);
/// Makes it readable.
void parley_bell_ring(int bell);
/// Makes it unreadable again.
void parley_bell_quiet(int bell);
/// poll(2) with a timeout in nanoseconds; less than 0: without end.
int parley_poll(struct pollfd *requests, size_t count, int64_t nanoseconds);
