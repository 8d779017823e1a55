#pragma once
#include <errno.h>
#include <gio/gio.h>
#include <nice/agent.h>
#include <nice/interfaces.h>
#include <sys/socket.h>

// What Swift cannot say: functions with variable arguments, signals, casts of GObject.

/// The signals of an agent that we listen to; `me` is handed to each.
typedef struct {
    void (*candidate)(gpointer agent, const NiceCandidate *candidate, gpointer me);
    void (*gathered)(gpointer agent, guint stream, gpointer me);
    void (*selected)(gpointer agent, guint stream, guint component, const NiceCandidate *local,
                     const NiceCandidate *remote, gpointer me);
    void (*state)(gpointer agent, guint stream, guint component, guint state, gpointer me);
} parley_nice_signals;

static inline NiceAgent *parley_nice_agent_new(GMainContext *context, gboolean is_controlling, gboolean is_relay_only,
                                               guint retransmissions) {
    NiceAgent *agent = nice_agent_new_full(context, NICE_COMPATIBILITY_RFC5245,
                                           NICE_AGENT_OPTION_ICE_TRICKLE | NICE_AGENT_OPTION_REGULAR_NOMINATION |
                                               NICE_AGENT_OPTION_CONSENT_FRESHNESS);
    g_object_set(agent, "controlling-mode", is_controlling, "force-relay", is_relay_only, "upnp", FALSE, "ice-tcp",
                 FALSE, "stun-max-retransmissions", retransmissions, NULL);
    return agent;
}

static inline void parley_nice_set_stun_server(NiceAgent *agent, const char *address, guint port) {
    g_object_set(agent, "stun-server", address, "stun-server-port", port, NULL);
}

static inline void parley_nice_connect(NiceAgent *agent, const parley_nice_signals *signals, gpointer me) {
    g_signal_connect(agent, "new-candidate-full", G_CALLBACK(signals->candidate), me);
    g_signal_connect(agent, "candidate-gathering-done", G_CALLBACK(signals->gathered), me);
    g_signal_connect(agent, "new-selected-pair-full", G_CALLBACK(signals->selected), me);
    g_signal_connect(agent, "component-state-changed", G_CALLBACK(signals->state), me);
}

static inline void parley_nice_disconnect(NiceAgent *agent, gpointer me) {
    g_signal_handlers_disconnect_by_data(agent, me);
}

/// Asks the kernel to keep more of what arrives on each socket until we read it.
static inline void parley_nice_set_receive_buffers(NiceAgent *agent, guint stream, gint byte_count) {
    GPtrArray *sockets = nice_agent_get_sockets(agent, stream, 1);
    if (!sockets) return;
    for (guint i = 0; i < sockets->len; i++)
        g_socket_set_option(sockets->pdata[i], SOL_SOCKET, SO_RCVBUF, byte_count, NULL);
    g_ptr_array_unref(sockets);
}

/// Sends one datagram on the selected pair: 0, or the errno that says best why not.
static inline int parley_nice_send(NiceAgent *agent, guint stream, const void *bytes, gsize byte_count) {
    GOutputVector part = {bytes, byte_count};
    NiceOutputMessage message = {&part, 1};
    GError *error = NULL;
    if (nice_agent_send_messages_nonblocking(agent, stream, 1, &message, 1, NULL, &error) == 1) return 0;
    int reason = !error || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)     ? EAGAIN
                 : g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) ? EACCES
                                                                                    : EHOSTUNREACH;
    g_clear_error(&error);
    return reason;
}
