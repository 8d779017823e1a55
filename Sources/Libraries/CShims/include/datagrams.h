#pragma once
#include <stddef.h>
#include <stdint.h>

// Datagrams with the address they came to. It travels in control messages, which are read and written by macros, and
// recvmmsg and in6_pktinfo are extensions of GNU that Swift's Glibc leaves out.

enum { PARLEY_DATAGRAM_BATCH = 32, PARLEY_DATAGRAM_SLOT = 2048 };

/// An address and port in host order. What is handed to Swift has IPv4 in its mapped form; what comes from Swift for
/// an IPv4 socket has it in the low 32 bits.
typedef struct {
    uint64_t high, low;
    uint32_t scope;
    uint16_t port;
} parley_address;

typedef struct {
    parley_address source, local;
    uint32_t byte_count;
    uint32_t kernel_drops;
    uint8_t has_local, has_kernel_drops, is_truncated;
} parley_datagram;

/// The address in a `struct sockaddr` of either family; zeros for another.
parley_address parley_address_from(const void *socket_address);
/// bind(2).
int parley_bind(int fd, parley_address address, int is_v6);
/// connect(2).
int parley_connect(int fd, parley_address address, int is_v6);
/// getsockname(2).
int parley_bound_address(int fd, parley_address *address);
/// Memory for what arrives at once.
typedef struct parley_datagram_batch parley_datagram_batch;
/// An empty batch; NULL when there is no memory.
parley_datagram_batch *parley_datagram_batch_new(void);
void parley_datagram_batch_free(parley_datagram_batch *batch);
/// Takes what has arrived, without waiting; what recvmmsg answers. All of the last time must have been taken.
int parley_receive_datagrams(int fd, parley_datagram_batch *batch);
/// What is known of the datagram at `index`.
parley_datagram parley_take_datagram(parley_datagram_batch *batch, int index);
/// Its bytes, which lie there until the next receive.
uint8_t *parley_datagram_bytes(parley_datagram_batch *batch, int index);
/// Sends one datagram without waiting, from the host `local` unless that is null; 0, or errno.
int parley_send_datagram(int fd, const void *bytes, size_t byte_count, parley_address to, int is_v6,
                         const parley_address *local);
