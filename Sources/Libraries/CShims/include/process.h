#pragma once

/// prctl(PR_SET_DUMPABLE, 0): 0, or -1 with errno. prctl is variadic, which Swift cannot call.
int parley_forbid_core_dumps(void);
/// prctl(PR_GET_DUMPABLE).
int parley_is_dumpable(void);
/// Names the calling thread; 15 bytes of the name count.
void parley_name_thread(const char *name);
