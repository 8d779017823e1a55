/* libsodium alone, in the loop that a C program would write: the limit that our own cost is measured against. */
#include "CBench.h"
#include <sodium.h>
#include <string.h>

static void set_counter(uint8_t nonce[12], uint64_t counter) {
    for (int index = 0; index < 8; index++) nonce[4 + index] = (uint8_t)(counter >> (8 * index));
}

void bench_seal(uint8_t *packet, size_t plaintext_count, const uint8_t *key, uint64_t repetitions) {
    uint8_t nonce[12] = {0};
    for (uint64_t counter = 0; counter < repetitions; counter++) {
        set_counter(nonce, counter);
        crypto_aead_chacha20poly1305_ietf_encrypt(
            packet, NULL, packet, plaintext_count, NULL, 0, NULL, nonce, key);
    }
}

uint64_t bench_open(
    uint8_t *packet, const uint8_t *sealed, size_t sealed_count, const uint8_t *key, uint64_t repetitions) {
    uint8_t nonce[12] = {0};
    uint64_t opened = 0;
    for (uint64_t round = 0; round < repetitions; round++) {
        memcpy(packet, sealed, sealed_count);
        set_counter(nonce, 0);
        opened += crypto_aead_chacha20poly1305_ietf_decrypt(
            packet, NULL, NULL, packet, sealed_count, NULL, 0, nonce, key) == 0;
    }
    return opened;
}

void bench_agree(const uint8_t *secret, const uint8_t *public_key, int key_count, int secret_count) {
    uint8_t result[32];
    for (int index = 0; index < key_count; index++) crypto_scalarmult_base(result, secret);
    for (int index = 0; index < secret_count; index++) {
        if (crypto_scalarmult(result, secret, public_key) != 0) return;
    }
}
