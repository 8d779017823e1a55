#pragma once
#include <gio/gio.h>
#include <glib-unix.h>

// A source whose readiness Swift decides. GLib hands prepare and check no user data, so it travels behind the source.
typedef struct {
    GSource source;
    void *body;
} ParleySource;
