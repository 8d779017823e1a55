#pragma once
#include <vpx/vp8cx.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <vpx/vpx_encoder.h>

// vpx_codec_enc_init and vpx_codec_dec_init are macros that name the version of the header.
static inline vpx_codec_err_t parley_vp8_encoder_init(vpx_codec_ctx_t *context, const vpx_codec_enc_cfg_t *settings) {
    return vpx_codec_enc_init(context, vpx_codec_vp8_cx(), settings, 0);
}
static inline vpx_codec_err_t parley_vp8_decoder_init(vpx_codec_ctx_t *context, const vpx_codec_dec_cfg_t *settings) {
    return vpx_codec_dec_init(context, vpx_codec_vp8_dx(), settings, 0);
}
// vpx_codec_control is variadic, which Swift cannot call.
static inline vpx_codec_err_t parley_vp8_set(vpx_codec_ctx_t *context, int control, int value) {
    return vpx_codec_control_(context, control, value);
}
static inline vpx_codec_err_t parley_vp8_get(vpx_codec_ctx_t *context, int control, int *value) {
    return vpx_codec_control_(context, control, value);
}
