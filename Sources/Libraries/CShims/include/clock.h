#pragma once

/// adjtimex(2), which Swift's Glibc leaves out: whether the calendar clock is kept right, and its largest error.
int parley_clock_is_synchronized(long *maximum_error_microseconds);
