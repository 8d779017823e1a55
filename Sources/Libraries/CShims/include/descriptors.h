#pragma once
#include <stddef.h>
#include <sys/types.h>

// Control messages are read and written by macros, which Swift does not see.

enum { PARLEY_DESCRIPTORS_MAX = 64 };

/// sendmsg of `bytes`, with `count` descriptors as SCM_RIGHTS on the first of them; what sendmsg answers.
ssize_t parley_send_descriptors(int fd, const void *bytes, size_t byte_count, const int *descriptors, size_t count);

/// recvmsg without waiting, with descriptors close-on-exec. `*count` is the room (at most the maximum), then what came;
/// `*truncated` says that there were more, which the kernel has closed.
ssize_t parley_receive_descriptors(int fd, void *bytes, size_t byte_count, int *descriptors, size_t *count,
                                   int *truncated);

/// Who connected (SO_PEERCRED); 0, or -1 with errno.
int parley_peer_credentials(int fd, unsigned int *uid, int *pid);

/// accept4: the next connection, close-on-exec; -1 with errno.
int parley_accept(int fd);
