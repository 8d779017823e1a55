#pragma once
#include <stddef.h>
#include <stdint.h>

// WebM read front to back, by libwebm: bytes go in as they come, frames come out one by one. No more than one frame and
// the list of tracks is ever kept, whatever sizes and counts the bytes tell; no exception leaves.

#ifdef __cplusplus
extern "C" {
#endif

enum { PARLEY_WEBM_TRACKS_MAX = 32, PARLEY_WEBM_PRIVATE_MAX = 512 };

typedef enum {
    PARLEY_WEBM_MORE,   // more bytes are needed
    PARLEY_WEBM_FRAME,  // a frame is there; the next call throws it away and goes on
    PARLEY_WEBM_BAD,    // see parley_webm_reason; nothing goes on from here
} parley_webm_result;

typedef struct {
    uint64_t number;
    int is_video, is_audio;
    int is_encoded;  // compressed or encrypted inside the container
    int is_wanted;   // its frames come out
    char codec[64];  // ends with a zero
    uint64_t width, height, channels, codec_delay;
    uint8_t codec_private[PARLEY_WEBM_PRIVATE_MAX];
    size_t codec_private_count;  // 0 when there is none or a longer one
} parley_webm_track;

typedef struct {
    size_t track;  // its index, not its number
    int64_t time;  // nanoseconds
    const uint8_t *bytes;
    size_t byte_count;
} parley_webm_frame;

typedef struct parley_webm parley_webm;

// NULL when there is no memory.
parley_webm *parley_webm_new(size_t frame_byte_limit);
void parley_webm_free(parley_webm *parser);

// Reads `bytes`; `*used` says how many. Those that were not used come again in front of the next ones, and `is_last` says
// that there are no next ones.
parley_webm_result parley_webm_parse(
    parley_webm *parser, const uint8_t *bytes, size_t byte_count, int is_last, size_t *used);

// Bytes of no interest that follow those used: the caller may jump over them. They are forgotten with this call.
uint64_t parley_webm_take_skip(parley_webm *parser);

// The frame, after PARLEY_WEBM_FRAME and until the next call of parley_webm_parse.
parley_webm_frame parley_webm_current(const parley_webm *parser);

size_t parley_webm_track_count(const parley_webm *parser);
const parley_webm_track *parley_webm_track_at(const parley_webm *parser, size_t index);

// What is wrong, for people, after PARLEY_WEBM_BAD.
const char *parley_webm_reason(const parley_webm *parser);

#ifdef __cplusplus
}
#endif
