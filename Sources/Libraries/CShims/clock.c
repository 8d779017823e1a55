#include "clock.h"

#include <sys/timex.h>

int parley_clock_is_synchronized(long *maximum_error_microseconds) {
    struct timex state = {0};
    int result = adjtimex(&state);
    *maximum_error_microseconds = state.maxerror;
    return result != -1 && result != TIME_ERROR && !(state.status & STA_UNSYNC);
}
