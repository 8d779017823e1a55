#define _GNU_SOURCE
#include "datagrams.h"

#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

static uint64_t mapped(struct in_addr address) { return 0xFFFF00000000ull | be32toh(address.s_addr); }

static parley_address address_from_ipv6(const struct in6_addr *from) {
    uint64_t halves[2];
    memcpy(halves, from, sizeof halves);
    return (parley_address){.high = be64toh(halves[0]), .low = be64toh(halves[1])};
}

static struct in6_addr ipv6_from(const parley_address *from) {
    struct in6_addr address;
    uint64_t halves[2] = {htobe64(from->high), htobe64(from->low)};
    memcpy(&address, halves, sizeof address);
    return address;
}

static struct in_addr ipv4_from(const parley_address *from) {
    return (struct in_addr){.s_addr = htobe32((uint32_t)from->low)};
}

parley_address parley_address_from(const void *socket_address) {
    parley_address address = {0};
    switch (((const struct sockaddr *)socket_address)->sa_family) {
    case AF_INET: {
        const struct sockaddr_in *v4 = socket_address;
        address.low = mapped(v4->sin_addr);
        address.port = be16toh(v4->sin_port);
        break;
    }
    case AF_INET6: {
        const struct sockaddr_in6 *v6 = socket_address;
        address = address_from_ipv6(&v6->sin6_addr);
        address.port = be16toh(v6->sin6_port);
        address.scope = v6->sin6_scope_id;
        break;
    }
    }
    return address;
}

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} socket_address;

static socklen_t fill(socket_address *to, const parley_address *from, int is_v6) {
    memset(to, 0, sizeof *to);
    if (!is_v6) {
        to->v4.sin_family = AF_INET;
        to->v4.sin_port = htobe16(from->port);
        to->v4.sin_addr = ipv4_from(from);
        return sizeof to->v4;
    }
    to->v6.sin6_family = AF_INET6;
    to->v6.sin6_port = htobe16(from->port);
    to->v6.sin6_scope_id = from->scope;
    to->v6.sin6_addr = ipv6_from(from);
    return sizeof to->v6;
}

int parley_bind(int fd, parley_address address, int is_v6) {
    socket_address bound;
    socklen_t byte_count = fill(&bound, &address, is_v6);
    return bind(fd, &bound.any, byte_count);
}

int parley_connect(int fd, parley_address address, int is_v6) {
    socket_address peer;
    socklen_t byte_count = fill(&peer, &address, is_v6);
    return connect(fd, &peer.any, byte_count);
}

int parley_bound_address(int fd, parley_address *address) {
    socket_address bound;
    socklen_t byte_count = sizeof bound;
    if (getsockname(fd, &bound.any, &byte_count) != 0) return -1;
    *address = parley_address_from(&bound);
    return 0;
}

typedef union {
    char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(struct in_pktinfo)) +
               CMSG_SPACE(sizeof(uint32_t))];
    struct cmsghdr aligned;
} arrival_control;

// What recvmmsg is told is written once: a turn of the loop brings one datagram or two, and touches no more than theirs.
struct parley_datagram_batch {
    struct mmsghdr messages[PARLEY_DATAGRAM_BATCH];
    struct iovec parts[PARLEY_DATAGRAM_BATCH];
    socket_address sources[PARLEY_DATAGRAM_BATCH];
    arrival_control controls[PARLEY_DATAGRAM_BATCH];
    _Alignas(64) uint8_t slots[PARLEY_DATAGRAM_BATCH][PARLEY_DATAGRAM_SLOT];
};

static void make_ready(parley_datagram_batch *batch, int index) {
    batch->messages[index].msg_hdr = (struct msghdr){.msg_name = &batch->sources[index],
                                                     .msg_namelen = sizeof batch->sources[index],
                                                     .msg_iov = &batch->parts[index],
                                                     .msg_iovlen = 1,
                                                     .msg_control = &batch->controls[index],
                                                     .msg_controllen = sizeof batch->controls[index]};
}

parley_datagram_batch *parley_datagram_batch_new(void) {
    parley_datagram_batch *batch = aligned_alloc(64, (sizeof *batch + 63) / 64 * 64);
    if (!batch) return NULL;
    memset(batch, 0, sizeof *batch);
    for (int i = 0; i < PARLEY_DATAGRAM_BATCH; i++) {
        batch->parts[i] = (struct iovec){.iov_base = batch->slots[i], .iov_len = PARLEY_DATAGRAM_SLOT};
        make_ready(batch, i);
    }
    return batch;
}

void parley_datagram_batch_free(parley_datagram_batch *batch) { free(batch); }

static void read_control(struct msghdr *message, parley_datagram *datagram) {
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(header), sizeof info);
            datagram->local.low = mapped(info.ipi_addr);
            datagram->has_local = 1;
        } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(header), sizeof info);
            datagram->local = address_from_ipv6(&info.ipi6_addr);
            datagram->has_local = 1;
        } else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SO_RXQ_OVFL) {
            memcpy(&datagram->kernel_drops, CMSG_DATA(header), sizeof datagram->kernel_drops);
            datagram->has_kernel_drops = 1;
        }
    }
}

int parley_receive_datagrams(int fd, parley_datagram_batch *batch) {
    return recvmmsg(fd, batch->messages, PARLEY_DATAGRAM_BATCH, MSG_DONTWAIT, NULL);
}

parley_datagram parley_take_datagram(parley_datagram_batch *batch, int index) {
    struct mmsghdr *message = &batch->messages[index];
    parley_datagram datagram = {.source = parley_address_from(&batch->sources[index]),
                                .byte_count = message->msg_len,
                                .is_truncated = (message->msg_hdr.msg_flags & MSG_TRUNC) != 0};
    read_control(&message->msg_hdr, &datagram);
    make_ready(batch, index);
    return datagram;
}

uint8_t *parley_datagram_bytes(parley_datagram_batch *batch, int index) { return batch->slots[index]; }

typedef union {
    char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
    struct cmsghdr header;
} source_control;

static size_t fill_source(source_control *control, const parley_address *local, int is_v6) {
    struct in_pktinfo v4 = {.ipi_spec_dst = ipv4_from(local)};
    struct in6_pktinfo v6 = {.ipi6_addr = ipv6_from(local)};
    size_t byte_count = is_v6 ? sizeof v6 : sizeof v4;
    control->header.cmsg_level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP;
    control->header.cmsg_type = is_v6 ? IPV6_PKTINFO : IP_PKTINFO;
    control->header.cmsg_len = CMSG_LEN(byte_count);
    memcpy(CMSG_DATA(&control->header), is_v6 ? (void *)&v6 : (void *)&v4, byte_count);
    return CMSG_SPACE(byte_count);
}

int parley_send_datagram(int fd, const void *bytes, size_t byte_count, parley_address to, int is_v6,
                         const parley_address *local) {
    socket_address target;
    source_control control;
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = byte_count};
    struct msghdr message = {.msg_name = &target, .msg_iov = &part, .msg_iovlen = 1};
    message.msg_namelen = fill(&target, &to, is_v6);
    if (local) {
        message.msg_control = &control;
        message.msg_controllen = fill_source(&control, local, is_v6);
    }
    return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? errno : 0;
}
