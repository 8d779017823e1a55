#include "process.h"

#include <sys/prctl.h>

int parley_forbid_core_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int parley_is_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

void parley_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
