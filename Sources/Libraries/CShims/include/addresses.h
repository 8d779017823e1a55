#pragma once

// rtnetlink(7), whose structures Swift's Glibc leaves out.

/// A socket that can be read when addresses of this machine have come or gone: close-on-exec, never waiting. -1 with errno.
int parley_address_changes(void);
/// Takes what it tells, so that it can be read again after the next change.
void parley_forget_address_changes(int fd);
