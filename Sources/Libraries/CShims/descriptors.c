#define _GNU_SOURCE
#include "descriptors.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

typedef union {
    char bytes[CMSG_SPACE(PARLEY_DESCRIPTORS_MAX * sizeof(int))];
    struct cmsghdr aligned;
} control_buffer;

ssize_t parley_send_descriptors(int fd, const void *bytes, size_t byte_count, const int *descriptors, size_t count) {
    if (count > PARLEY_DESCRIPTORS_MAX) {
        errno = EINVAL;
        return -1;
    }
    control_buffer control;
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = byte_count};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

ssize_t parley_receive_descriptors(int fd, void *bytes, size_t byte_count, int *descriptors, size_t *count,
                                   int *truncated) {
    control_buffer control;
    struct iovec part = {.iov_base = bytes, .iov_len = byte_count};
    size_t room = *count < PARLEY_DESCRIPTORS_MAX ? *count : PARLEY_DESCRIPTORS_MAX;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control};
    message.msg_controllen = CMSG_LEN(room * sizeof(int));
    *count = 0;
    *truncated = 0;
    ssize_t result = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (result < 0) return result;
    *truncated = (message.msg_flags & MSG_CTRUNC) != 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t got = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(descriptors + *count, CMSG_DATA(header), got * sizeof(int));
        *count += got;
    }
    return result;
}

int parley_peer_credentials(int fd, unsigned int *uid, int *pid) {
    struct ucred peer;
    socklen_t byte_count = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &byte_count) != 0) return -1;
    *uid = peer.uid;
    *pid = peer.pid;
    return 0;
}

int parley_accept(int fd) { return accept4(fd, NULL, NULL, SOCK_CLOEXEC); }
