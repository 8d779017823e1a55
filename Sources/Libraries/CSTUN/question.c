#include "question.h"

#include <stdlib.h>
#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/bind.h>
#include <stun/usages/turn.h>

enum { REQUEST_SIZE = 2560, ANSWER_SIZE = 2048, CREDENTIAL_SIZE = 1024 };

struct parley_stun {
    StunAgent agent;
    char username[CREDENTIAL_SIZE], password[CREDENTIAL_SIZE];
    uint8_t request[REQUEST_SIZE], answer[ANSWER_SIZE], challenge[ANSWER_SIZE];
    StunMessage challenge_message; // the answer that named realm and nonce
    int has_challenge;
};

parley_stun *parley_stun_new(const char *username, const char *password) {
    parley_stun *question = calloc(1, sizeof *question);
    if (!question) return NULL;
    // What does not fit is kept empty: such a server can only answer that the credentials are wrong.
    if (strlen(username) < CREDENTIAL_SIZE) strcpy(question->username, username);
    if (strlen(password) < CREDENTIAL_SIZE) strcpy(question->password, password);
    stun_agent_init(&question->agent, STUN_ALL_KNOWN_ATTRIBUTES, STUN_COMPATIBILITY_RFC5389,
                    *username ? STUN_AGENT_USAGE_LONG_TERM_CREDENTIALS : 0);
    return question;
}

void parley_stun_free(parley_stun *question) {
    explicit_bzero(question, sizeof *question);
    free(question);
}

const uint8_t *parley_stun_request(parley_stun *question, parley_stun_request_kind kind, size_t *byte_count) {
    StunMessage message;
    StunMessage *challenge = question->has_challenge ? &question->challenge_message : NULL;
    uint8_t *username = (uint8_t *)question->username, *password = (uint8_t *)question->password;
    // Without a challenge there is no realm yet, and no key to sign with.
    size_t username_size = challenge ? strlen(question->username) : 0;
    size_t password_size = challenge ? strlen(question->password) : 0;
    if (!challenge) password = NULL;
    switch (kind) {
    case PARLEY_STUN_BINDING:
        *byte_count = stun_usage_bind_create(&question->agent, &message, question->request, REQUEST_SIZE);
        break;
    case PARLEY_STUN_ALLOCATION:
        *byte_count = stun_usage_turn_create(&question->agent, &message, question->request, REQUEST_SIZE, challenge,
                                             STUN_USAGE_TURN_REQUEST_PORT_NORMAL, -1, -1, username, username_size,
                                             password, password_size, STUN_USAGE_TURN_COMPATIBILITY_RFC5766);
        break;
    case PARLEY_STUN_RELEASE:
        *byte_count = stun_usage_turn_create_refresh(&question->agent, &message, question->request, REQUEST_SIZE,
                                                     challenge, 0, username, username_size, password, password_size,
                                                     STUN_USAGE_TURN_COMPATIBILITY_RFC5766);
        break;
    }
    return *byte_count ? question->request : NULL;
}

// The nonce and realm of the next request come from here, so it must outlive the next answer.
static void keep_challenge(parley_stun *question, size_t byte_count) {
    memcpy(question->challenge, question->answer, byte_count);
    question->challenge_message = (StunMessage){
        .agent = &question->agent, .buffer = question->challenge, .buffer_len = byte_count};
    question->has_challenge = 1;
}

parley_stun_answer parley_stun_read(parley_stun *question, const void *bytes, size_t byte_count, int *code,
                                    const char **reason, size_t *reason_byte_count) {
    StunMessage message;
    if (byte_count > ANSWER_SIZE) return PARLEY_STUN_NOTHING;
    memcpy(question->answer, bytes, byte_count);
    StunValidationStatus status = stun_agent_validate(&question->agent, &message, question->answer, byte_count, NULL, NULL);
    int is_whole = status == STUN_VALIDATION_SUCCESS || status == STUN_VALIDATION_UNKNOWN_ATTRIBUTE;
    // An error that is not signed may be a forgery, but it names the fault, and nothing else rests on it.
    if (!is_whole && status != STUN_VALIDATION_UNAUTHORIZED) return PARLEY_STUN_NOTHING;
    if (stun_message_get_class(&message) == STUN_RESPONSE) return is_whole ? PARLEY_STUN_SUCCESS : PARLEY_STUN_NOTHING;
    if (stun_message_get_class(&message) != STUN_ERROR) return PARLEY_STUN_NOTHING;
    if (stun_message_find_error(&message, code) != STUN_MESSAGE_RETURN_SUCCESS) return PARLEY_STUN_NOTHING;
    uint16_t size = 0;
    const char *attribute = stun_message_find(&message, STUN_ATTRIBUTE_ERROR_CODE, &size);
    *reason = attribute && size > 4 ? attribute + 4 : "";
    *reason_byte_count = attribute && size > 4 ? size - 4 : 0;
    if (*code == STUN_ERROR_UNAUTHORIZED || *code == STUN_ERROR_STALE_NONCE) keep_challenge(question, byte_count);
    return PARLEY_STUN_ERROR;
}
