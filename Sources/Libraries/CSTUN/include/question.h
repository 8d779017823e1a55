#pragma once
#include <stddef.h>
#include <stdint.h>

// One question to a STUN or TURN server (RFC 8489, RFC 8656), by the STUN part of libnice: its messages are built and
// checked through structures of 16 KB and arrays of attributes that Swift cannot hold.

typedef struct parley_stun parley_stun;

typedef enum {
    PARLEY_STUN_BINDING,    ///< what is my address
    PARLEY_STUN_ALLOCATION, ///< a relay for me
    PARLEY_STUN_RELEASE,    ///< which I do not want any more
} parley_stun_request_kind;

typedef enum {
    PARLEY_STUN_NOTHING, ///< no answer to the request, or a forged one
    PARLEY_STUN_SUCCESS,
    PARLEY_STUN_ERROR,
} parley_stun_answer;

/// A question with these long-term credentials, which are copied; NULL when there is no memory.
parley_stun *parley_stun_new(const char *username, const char *password);
/// Wipes and frees it.
void parley_stun_free(parley_stun *question);
/// Writes the next request, with the credentials once the server has asked for them. Its bytes, which stay until the
/// next request; NULL when the credentials do not fit.
const uint8_t *parley_stun_request(parley_stun *question, parley_stun_request_kind kind, size_t *byte_count);
/// Reads what came. `*code` and `*reason` tell an error; the reason lies there until the next answer.
parley_stun_answer parley_stun_read(parley_stun *question, const void *bytes, size_t byte_count, int *code,
                                    const char **reason, size_t *reason_byte_count);
