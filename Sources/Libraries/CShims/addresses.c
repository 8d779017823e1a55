#define _GNU_SOURCE
#include "addresses.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

int parley_address_changes(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0) return -1;
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

void parley_forget_address_changes(int fd) {
    char bytes[8192];
    // ENOBUFS: the kernel had more to tell than room; that something changed is all that counts.
    while (recv(fd, bytes, sizeof bytes, 0) >= 0 || errno == ENOBUFS || errno == EINTR) {
    }
}
