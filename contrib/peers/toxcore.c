// A node of a call by toxcore; contrib/compare builds and starts it. It says what it is by `id KEY NODE`, becomes the
// friend of `friend KEY NODE ADDRESS`, and calls at `dial`.

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tox/tox.h>
#include <tox/toxav.h>
#include <unistd.h>

enum { WIDTH = 640, HEIGHT = 360, PICTURE = WIDTH * HEIGHT * 3 / 2, FRAME = 960, PORT = 33445 };
enum { SOUND_KBIT = 32 };
// toxcore 0.2.18 takes this for megabits, whatever its manual says: with 600 it sends eight.
enum { PICTURES_RATE = 1 };

static int microphone, ear, camera = -1, screen = -1;
static uint32_t pictures_rate;
static Tox *tox;
static ToxAV *av;
static uint32_t friend;
static bool is_connected;

static void tell(const char *word) {
    puts(word);
    fflush(stdout);
}

static bool read_whole(int pipe, uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t some = read(pipe, bytes, count);
        if (some <= 0) return false;
        bytes += some;
        count -= some;
    }
    return true;
}

static void write_whole(int pipe, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t some = write(pipe, bytes, count);
        if (some <= 0) return;
        bytes += some;
        count -= some;
    }
}

static void *speak(void *unused) {
    int16_t frame[FRAME];
    while (read_whole(microphone, (uint8_t *)frame, sizeof frame))
        toxav_audio_send_frame(av, friend, frame, FRAME, 1, 48000, NULL);
    return unused;
}

static void *film(void *unused) {
    static uint8_t picture[PICTURE];
    const uint8_t *u = picture + WIDTH * HEIGHT, *v = u + WIDTH * HEIGHT / 4;
    while (read_whole(camera, picture, PICTURE)) toxav_video_send_frame(av, friend, WIDTH, HEIGHT, picture, u, v, NULL);
    return unused;
}

static void *hear(void *unused) {
    for (;;) {
        toxav_audio_iterate(av);
        usleep(toxav_audio_iteration_interval(av) * 1000);
    }
    return unused;
}

static void *see(void *unused) {
    for (;;) {
        toxav_video_iterate(av);
        usleep(toxav_video_iteration_interval(av) * 1000);
    }
    return unused;
}

static void start(void *(*work)(void *)) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) != 0) exit(1);
}

static void connected(void) {
    if (is_connected) return;
    is_connected = true;
    tell("connected");
    start(speak);
    if (camera >= 0) start(film);
}

static void on_call(ToxAV *av, uint32_t from, bool audio, bool video, void *unused) {
    (void)audio, (void)video, (void)unused;
    if (toxav_answer(av, from, SOUND_KBIT, pictures_rate, NULL)) connected();
}

static void on_state(ToxAV *av, uint32_t from, uint32_t state, void *unused) {
    (void)av, (void)from, (void)unused;
    if (state & TOXAV_FRIEND_CALL_STATE_ACCEPTING_A) connected();
}

static void on_sound(ToxAV *av, uint32_t from, const int16_t *samples, size_t count, uint8_t channels, uint32_t rate,
                     void *unused) {
    (void)av, (void)from, (void)unused;
    if (channels == 1 && rate == 48000) write_whole(ear, (const uint8_t *)samples, 2 * count);
}

static void copy(uint8_t *to, const uint8_t *from, int32_t stride, int width, int height) {
    for (int row = 0; row < height; row++) memcpy(to + row * width, from + row * abs(stride), width);
}

static void on_picture(ToxAV *av, uint32_t from, uint16_t width, uint16_t height, const uint8_t *y, const uint8_t *u,
                       const uint8_t *v, int32_t ystride, int32_t ustride, int32_t vstride, void *unused) {
    (void)av, (void)from, (void)unused;
    static uint8_t picture[PICTURE];
    if (width != WIDTH || height != HEIGHT) return;
    copy(picture, y, ystride, WIDTH, HEIGHT);
    copy(picture + WIDTH * HEIGHT, u, ustride, WIDTH / 2, HEIGHT / 2);
    copy(picture + WIDTH * HEIGHT * 5 / 4, v, vstride, WIDTH / 2, HEIGHT / 2);
    write_whole(screen, picture, PICTURE);
}

static void on_friend(Tox *tox, uint32_t number, TOX_CONNECTION state, void *unused) {
    (void)tox, (void)number, (void)unused;
    if (state == TOX_CONNECTION_UDP) tell("ready");
}

static void print_key(const uint8_t *key) {
    for (int i = 0; i < TOX_PUBLIC_KEY_SIZE; i++) printf("%02X", key[i]);
}

static bool parse_key(const char *text, uint8_t *key) {
    for (int i = 0; i < TOX_PUBLIC_KEY_SIZE; i++)
        if (sscanf(text + 2 * i, "%2hhx", &key[i]) != 1) return false;
    return true;
}

static void befriend(const char *line) {
    char key[65], node[65], address[64];
    uint8_t bytes[TOX_PUBLIC_KEY_SIZE];
    if (sscanf(line, "friend %64s %64s %63s", key, node, address) != 3 || !parse_key(key, bytes)) exit(1);
    friend = tox_friend_add_norequest(tox, bytes, NULL);
    if (!parse_key(node, bytes) || !tox_bootstrap(tox, address, PORT, bytes, NULL)) exit(1);
}

static void obey(const char *line) {
    if (strncmp(line, "friend ", 7) == 0) befriend(line);
    if (strcmp(line, "dial\n") == 0 && !toxav_call(av, friend, SOUND_KBIT, pictures_rate, NULL)) tell("refused");
}

static void open_tox(void) {
    struct Tox_Options *options = tox_options_new(NULL);
    if (!options) exit(1);
    tox_options_set_experimental_thread_safety(options, true);
    tox_options_set_local_discovery_enabled(options, false);
    tox_options_set_ipv6_enabled(options, false);
    tox_options_set_start_port(options, PORT);
    tox_options_set_end_port(options, PORT);
    tox = tox_new(options, NULL);
    tox_options_free(options);
    av = tox ? toxav_new(tox, NULL) : NULL;
    if (!av) exit(1);
    tox_callback_friend_connection_status(tox, on_friend);
    toxav_callback_call(av, on_call, NULL);
    toxav_callback_call_state(av, on_state, NULL);
    toxav_callback_audio_receive_frame(av, on_sound, NULL);
    toxav_callback_video_receive_frame(av, on_picture, NULL);
}

static void introduce(void) {
    uint8_t address[TOX_ADDRESS_SIZE], node[TOX_PUBLIC_KEY_SIZE];
    tox_self_get_address(tox, address);
    tox_self_get_dht_id(tox, node);
    printf("id ");
    print_key(address);  // it begins with the public key
    printf(" ");
    print_key(node);
    tell("");
}

// caller|callee OWN-ADDRESS OTHER-ADDRESS MICROPHONE LOUDSPEAKER [CAMERA SCREEN]
int main(int count, char **arguments) {
    if (count != 6 && count != 8) return 64;
    microphone = atoi(arguments[4]);
    ear = atoi(arguments[5]);
    if (count == 8) {
        camera = atoi(arguments[6]);
        screen = atoi(arguments[7]);
        pictures_rate = PICTURES_RATE;
    }
    open_tox();
    introduce();
    start(hear);
    if (camera >= 0) start(see);
    static char text[1024];
    size_t have = 0;
    for (;;) {
        tox_iterate(tox, NULL);
        struct pollfd input = {.fd = 0, .events = POLLIN};
        if (poll(&input, 1, tox_iteration_interval(tox)) <= 0) continue;
        ssize_t some = read(0, text + have, sizeof text - 1 - have);
        if (some <= 0) _exit(0);
        have += some;
        text[have] = 0;
        for (char *end; (end = strchr(text, '\n')); memmove(text, end + 1, have + 1)) {
            char after = end[1];
            have -= end + 1 - text;
            end[1] = 0;
            obey(text);
            end[1] = after;
        }
    }
}
