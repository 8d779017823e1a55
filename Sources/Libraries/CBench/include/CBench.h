#pragma once
#include <stddef.h>
#include <stdint.h>

/* Calls of malloc and its family in this process so far, by whichever library. */
uint64_t bench_allocation_count(void);

/* Seals a packet of `plaintext_count` bytes and a tag in place, again and again, under the counters 0, 1, 2 … */
void bench_seal(uint8_t *packet, size_t plaintext_count, const uint8_t *key, uint64_t repetitions);

/* Copies a sealed packet of `sealed_count` bytes to `packet` and opens it there, again and again, under counter 0;
   answers how often it opened. */
uint64_t bench_open(
    uint8_t *packet, const uint8_t *sealed, size_t sealed_count, const uint8_t *key, uint64_t repetitions);

/* Removes a folder with all that is in it; follows no link. */
void bench_remove_folder(const char *path);

/* Makes `key_count` public keys and `secret_count` shared secrets of X25519. */
void bench_agree(const uint8_t *secret, const uint8_t *public_key, int key_count, int secret_count);
