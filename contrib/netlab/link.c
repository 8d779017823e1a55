// The program behind contrib/netlab/link, where its use is told.
//
// One thread: what comes from one device gets the moment at which it is due and waits in a heap; what is due goes to
// the other. Nothing here depends on what the packets hold.

#define _GNU_SOURCE  // setns, ppoll
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_BYTES = 65535,       // of an IP packet
    MOST_WAITING = 1 << 16,   // packets of one direction
    MOST_READ = 16,           // packets from one device before the other has its turn
    DEVICE_QUEUE = 10000,     // packets that wait in the kernel for this program
    LATE_BUCKETS = 20000,     // of a microsecond; the last is for all above
    DEFAULT_QUEUE = 100000,   // bytes
};

static const int64_t MILLISECOND = 1000000;
static const int64_t WOBBLE = 10000000;  // nanoseconds for which the jitter is the same
static const double DEFAULT_HOLD = 20;  // milliseconds

// Chance: SplitMix64, a stream for each use, so that one setting does not change what another one does.

struct chance { uint64_t state; };

static uint64_t next(struct chance *chance) {
    uint64_t z = chance->state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static double uniform(struct chance *chance) { return (double)(next(chance) >> 11) * 0x1p-53; }

static bool happens(struct chance *chance, double share) { return uniform(chance) < share; }

/// Near enough to normal, standard deviation 1, cut at 3.
static double normal(struct chance *chance) {
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += uniform(chance);
    return sum < -3 ? -3 : sum > 3 ? 3 : sum;
}

// One direction.

struct settings {
    double delay, jitter, loss, to_bad, to_good, bad_loss, good_loss, rate, queue, duplicate, reorder, hold;
};

struct counters {
    uint64_t packets, bytes, lost, bursts, overflowed, duplicated, held_back, delivered, delivered_bytes, undelivered;
};

struct packet {
    int64_t due;
    uint64_t order;  // of those due at the same moment
    uint32_t size;
    uint8_t bytes[];
};

struct direction {
    const char *name;
    int from, to;
    int statistics;  // /proc/net/dev of the device it comes from
    const char *device;
    struct settings set;
    struct counters count;
    struct chance loss, burst, jitter, duplicate, reorder;
    bool is_bad, was_lost;
    double wobble;        // in standard deviations
    int64_t wobble_ends;
    int64_t idle_at;      // when the rate has carried all that waits for it
    int64_t last_due;     // of those that are not held back
    uint64_t order;
    struct packet *heap[MOST_WAITING];
    size_t waiting;
    uint64_t late[LATE_BUCKETS];
    uint64_t late_most;
};

static struct direction directions[2];

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("contrib/netlab/link: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// The heap: the packet that is due first stands at 0.

static bool is_sooner(const struct packet *a, const struct packet *b) {
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void push(struct direction *way, struct packet *packet) {
    size_t at = way->waiting++;
    for (size_t up; at > 0 && is_sooner(packet, way->heap[up = (at - 1) / 2]); at = up) way->heap[at] = way->heap[up];
    way->heap[at] = packet;
}

static struct packet *pop(struct direction *way) {
    struct packet *first = way->heap[0], *last = way->heap[--way->waiting];
    size_t at = 0;
    for (size_t down; (down = 2 * at + 1) < way->waiting; at = down) {
        if (down + 1 < way->waiting && is_sooner(way->heap[down + 1], way->heap[down])) down++;
        if (!is_sooner(way->heap[down], last)) break;
        way->heap[at] = way->heap[down];
    }
    way->heap[at] = last;
    return first;
}

// What happens to a packet. Each chance is taken for each one, lost or not: so one setting does not shift the others.
// Only jitter goes by time: packets are kept in order, so with one of its own for each, those of a burst would all be
// as late as the latest.

static bool is_lost(struct direction *way) {
    const struct settings *set = &way->set;
    if (happens(&way->burst, way->is_bad ? set->to_good : set->to_bad)) way->is_bad = !way->is_bad;
    bool in_burst = happens(&way->burst, way->is_bad ? set->bad_loss : set->good_loss);
    bool lost = happens(&way->loss, set->loss) || in_burst;
    way->count.lost += lost;
    way->count.bursts += lost && !way->was_lost;
    way->was_lost = lost;
    return lost;
}

/// When the rate has let `size` bytes through; -1 when the queue has no room for them.
static int64_t carried(struct direction *way, uint32_t size, int64_t time) {
    if (way->set.rate <= 0) return time;
    double nanoseconds_a_byte = 8e6 / way->set.rate;
    if (way->idle_at < time) way->idle_at = time;
    if ((double)(way->idle_at - time) / nanoseconds_a_byte + size > way->set.queue) return -1;
    way->idle_at += (int64_t)(size * nanoseconds_a_byte);
    return way->idle_at;
}

static double jitter(struct direction *way, int64_t time) {
    if (time >= way->wobble_ends) {
        way->wobble = normal(&way->jitter);
        way->wobble_ends = time + WOBBLE;
    }
    return way->wobble * way->set.jitter;
}

static void admit(struct direction *way, const uint8_t *bytes, uint32_t size, int64_t time, bool is_held) {
    int64_t start = way->waiting < MOST_WAITING ? carried(way, size, time) : -1;
    struct packet *packet = start < 0 ? NULL : malloc(sizeof *packet + size);
    if (!packet) {
        way->count.overflowed++;
        return;
    }
    double delay = way->set.delay + jitter(way, time);
    int64_t due = start + (int64_t)((delay > 0 ? delay : 0) * MILLISECOND);
    if (due < way->last_due) due = way->last_due;
    if (is_held) {
        due += (int64_t)(way->set.hold * MILLISECOND);
        way->count.held_back++;
    } else way->last_due = due;
    packet->due = due;
    packet->order = way->order++;
    packet->size = size;
    memcpy(packet->bytes, bytes, size);
    push(way, packet);
}

static void receive(struct direction *way) {
    static uint8_t bytes[MOST_BYTES];
    for (int i = 0; i < MOST_READ; i++) {
        ssize_t size = read(way->from, bytes, sizeof bytes);
        if (size <= 0) return;
        int64_t time = now();
        way->count.packets++;
        way->count.bytes += (uint64_t)size;
        bool is_doubled = happens(&way->duplicate, way->set.duplicate);
        bool is_held = happens(&way->reorder, way->set.reorder);
        if (is_lost(way)) continue;
        admit(way, bytes, (uint32_t)size, time, is_held);
        if (!is_doubled) continue;
        way->count.duplicated++;
        admit(way, bytes, (uint32_t)size, time, is_held);
    }
}

static void deliver(struct direction *way) {
    while (way->waiting > 0) {
        int64_t late = now() - way->heap[0]->due;
        if (late < 0) return;
        struct packet *packet = pop(way);
        if (write(way->to, packet->bytes, packet->size) == (ssize_t)packet->size) {
            way->count.delivered++;
            way->count.delivered_bytes += packet->size;
        } else way->count.undelivered++;  // the device is down, say
        uint64_t microseconds = (uint64_t)late / 1000;
        way->late[microseconds < LATE_BUCKETS ? microseconds : LATE_BUCKETS - 1]++;
        if (microseconds > way->late_most) way->late_most = microseconds;
        free(packet);
    }
}

// Settings.

/// Reads up to `most` numbers; how many there were, -1 when something else stands there.
static int read_numbers(char *text, double *values, int most) {
    int count = 0;
    for (char *word, *end, *rest = text; (word = strtok_r(rest, " \t\r\n", &rest)); count++) {
        if (count == most) return -1;
        values[count] = strtod(word, &end);
        if (*end || end == word || !(values[count] >= 0) || values[count] > 1e9) return -1;
    }
    return count;
}

static bool are_shares(const double *values, int count) {
    for (int i = 0; i < count; i++) if (values[i] > 1) return false;
    return true;
}

/// Why `name` cannot be set to these values; NULL when it was.
static const char *set(struct settings *set, const char *name, const double *values, int count) {
    struct { const char *name; double *place; bool is_share; } single[] = {
        {"delay", &set->delay, false}, {"jitter", &set->jitter, false}, {"loss", &set->loss, true},
        {"rate", &set->rate, false}, {"queue", &set->queue, false}, {"duplicate", &set->duplicate, true},
    };
    for (size_t i = 0; i < sizeof single / sizeof *single; i++) {
        if (strcmp(name, single[i].name)) continue;
        if (count != 1) return "it takes one number, from 0 to 1000000000";
        if (single[i].is_share && values[0] > 1) return "it takes a share, from 0 to 1";
        *single[i].place = values[0];
        return NULL;
    }
    if (!strcmp(name, "gilbert")) {
        if (count < 2 || count > 4 || !are_shares(values, count)) return "it takes two to four shares, from 0 to 1";
        set->to_bad = values[0];
        set->to_good = values[1];
        set->bad_loss = count > 2 ? values[2] : 1;
        set->good_loss = count > 3 ? values[3] : 0;
        return NULL;
    }
    if (!strcmp(name, "reorder")) {
        if (count < 1 || count > 2 || !are_shares(values, 1)) return "it takes a share, from 0 to 1, and milliseconds";
        set->reorder = values[0];
        set->hold = count > 1 ? values[1] : DEFAULT_HOLD;
        return NULL;
    }
    return "there are delay, jitter, loss, gilbert, rate, queue, duplicate and reorder, and ab- and ba- before them";
}

/// Carries out a line such as `ab-loss 0.05`; why it cannot be, NULL when it was.
static const char *apply(char *line) {
    char *values = NULL, *name = strtok_r(line, " \t\r\n", &values);
    if (!name) return "the line is empty";
    bool is_ab = !strncmp(name, "ab-", 3), is_ba = !strncmp(name, "ba-", 3);
    double numbers[4] = {0};
    int count = read_numbers(values, numbers, 4);
    for (int i = 0; i < 2; i++) {
        if ((is_ab && i == 1) || (is_ba && i == 0)) continue;
        const char *refusal = set(&directions[i].set, is_ab || is_ba ? name + 3 : name, numbers, count);
        if (refusal) return refusal;
    }
    return NULL;
}

// Counters.

static uint64_t late(const struct direction *way, double share) {
    uint64_t total = way->count.delivered + way->count.undelivered, seen = 0;
    for (size_t i = 0; i < LATE_BUCKETS; i++) if ((seen += way->late[i]) >= share * total) return total ? i : 0;
    return way->late_most;
}

/// Packets that the kernel dropped before they came here, as it counts them; -1 when it does not tell.
static long refused(const struct direction *way) {
    static char text[1 << 16];
    ssize_t size = pread(way->statistics, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = 0;
    for (char *line, *rest = text; (line = strtok_r(rest, "\n", &rest));) {
        char name[IFNAMSIZ + 1];
        long dropped;
        if (sscanf(line, " %16[^:]: %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %ld", name, &dropped) == 2
            && !strcmp(name, way->device)) return dropped;
    }
    return -1;
}

static void tell(uint64_t seed, int64_t began) {
    printf("{\"seed\":%llu,\"seconds\":%.3f", (unsigned long long)seed, (double)(now() - began) / 1e9);
    for (int i = 0; i < 2; i++) {
        const struct direction *way = &directions[i];
        const struct counters *count = &way->count;
        struct { const char *name; uint64_t value; } all[] = {
            {"packets", count->packets}, {"bytes", count->bytes}, {"lost", count->lost}, {"bursts", count->bursts},
            {"overflowed", count->overflowed}, {"duplicated", count->duplicated}, {"held_back", count->held_back},
            {"delivered", count->delivered}, {"delivered_bytes", count->delivered_bytes},
            {"undelivered", count->undelivered}, {"waiting", way->waiting},
        };
        printf(",\"%s\":{", way->name);
        for (size_t j = 0; j < sizeof all / sizeof *all; j++)
            printf("\"%s\":%llu,", all[j].name, (unsigned long long)all[j].value);
        printf("\"refused\":%ld,\"late_us\":{\"p50\":%llu,\"p95\":%llu,\"p99\":%llu,\"max\":%llu}}", refused(way),
               (unsigned long long)late(way, 0.5), (unsigned long long)late(way, 0.95),
               (unsigned long long)late(way, 0.99), (unsigned long long)way->late_most);
    }
    puts("}");
    fflush(stdout);
}

// Devices.

static void enter(const char *namespace) {
    char path[256];
    snprintf(path, sizeof path, "%s%s", strchr(namespace, '/') ? "" : "/var/run/netns/", namespace);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || setns(file, CLONE_NEWNET) < 0) fail("the namespace %s: %s", path, strerror(errno));
    close(file);
}

static void request(int file, unsigned long number, struct ifreq *request, const char *what) {
    if (ioctl(file, number, request) < 0) fail("%s of %s: %s", what, request->ifr_name, strerror(errno));
}

/// Makes the device `text`, NAMESPACE:DEVICE, and sets `way`, which it feeds.
static int make_device(const char *text, struct direction *way) {
    const char *colon = strrchr(text, ':');
    if (!colon || !colon[1] || strlen(colon + 1) >= IFNAMSIZ) fail("%s; allowed: NAMESPACE:DEVICE", text);
    if (colon != text) {
        char *namespace = strndup(text, (size_t)(colon - text));
        enter(namespace);
        free(namespace);
    }
    way->device = colon + 1;
    struct ifreq query = {0};
    strcpy(query.ifr_name, way->device);
    query.ifr_flags = IFF_TUN | IFF_NO_PI;
    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (device < 0) fail("/dev/net/tun: %s", strerror(errno));
    request(device, TUNSETIFF, &query, "the making");
    // No addresses but those that are given: the kernel then sends nothing of its own, which would shift the streams.
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/addr_gen_mode", way->device);
    int mode = open(path, O_WRONLY | O_CLOEXEC);
    if (mode >= 0 && write(mode, "1", 1) < 0) fail("%s: %s", path, strerror(errno));
    if (mode >= 0) close(mode);
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    query.ifr_qlen = DEVICE_QUEUE;
    request(any, SIOCSIFTXQLEN, &query, "the queue");
    request(any, SIOCGIFFLAGS, &query, "the flags");
    query.ifr_flags |= IFF_UP;
    request(any, SIOCSIFFLAGS, &query, "the flags");
    close(any);
    way->statistics = open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC);
    return device;
}

static void make_devices(const char *a, const char *b) {
    int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    directions[0].from = directions[1].to = make_device(a, &directions[0]);
    if (own < 0 || setns(own, CLONE_NEWNET) < 0) fail("the own namespace: %s", strerror(errno));
    directions[1].from = directions[0].to = make_device(b, &directions[1]);
    close(own);
}

// Beginning and end.

/// Reads `--seed N` and `--SETTING VALUE…`.
static uint64_t read_options(int count, char **words) {
    uint64_t seed = (uint64_t)now();
    for (int at = 0; at < count;) {
        if (strncmp(words[at], "--", 2)) fail("%s; allowed: --SETTING VALUE", words[at]);
        const char *option = words[at++];
        char line[256] = "";
        for (bool is_first = true; is_first || (at < count && strncmp(words[at], "--", 2)); is_first = false) {
            const char *word = is_first ? option + 2 : words[at++];
            if (strlen(line) + strlen(word) + 2 > sizeof line) fail("%s: too long", option);
            strcat(strcat(line, word), " ");
        }
        char *end;
        if (!strncmp(line, "seed ", 5)) {
            errno = 0;
            seed = strtoull(line + 5, &end, 10);
            if (errno || line[5] < '0' || line[5] > '9' || strcmp(end, " ")) fail("--seed; allowed: a number");
            continue;
        }
        const char *refusal = apply(line);
        if (refusal) fail("%s: %s", option, refusal);
    }
    return seed;
}

static void begin(struct direction *way, const char *name, uint64_t seed) {
    struct chance seeds = {seed + (name[0] == 'b')};
    way->name = name;
    struct chance *streams[] = {&way->loss, &way->burst, &way->jitter, &way->duplicate, &way->reorder};
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) streams[i]->state = next(&seeds);
}

/// Reads lines and answers them; false at their end.
static bool obey(uint64_t seed, int64_t began) {
    static char text[4096];
    static size_t count = 0;
    ssize_t size = read(STDIN_FILENO, text + count, sizeof text - count);
    if (size <= 0) return size < 0 && (errno == EINTR || errno == EAGAIN);
    count += (size_t)size;
    for (char *end; (end = memchr(text, '\n', count));) {
        *end = 0;
        size_t used = (size_t)(end - text) + 1;
        if (!strcmp(text, "counters")) tell(seed, began);
        else {
            const char *refusal = apply(text);
            if (refusal) printf("error: %s\n", refusal);
            else puts("ok");
        }
        fflush(stdout);
        memmove(text, text + used, count -= used);
    }
    return count < sizeof text;  // nobody means a line of that length
}

static bool is_heard(int file) {
    struct stat status;
    return !fstat(file, &status) && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || isatty(file));
}

static int64_t next_due(void) {
    int64_t due = INT64_MAX;
    for (int i = 0; i < 2; i++)
        if (directions[i].waiting > 0 && directions[i].heap[0]->due < due) due = directions[i].heap[0]->due;
    return due;
}

static void run(uint64_t seed, int64_t began, int signals) {
    struct pollfd files[] = {
        {directions[0].from, POLLIN, 0}, {directions[1].from, POLLIN, 0}, {signals, POLLIN, 0},
        {is_heard(STDIN_FILENO) ? STDIN_FILENO : -1, POLLIN, 0},
    };
    while (true) {
        int64_t due = next_due(), left = due == INT64_MAX ? 0 : due - now();
        if (left < 0) left = 0;
        struct timespec timeout = {left / 1000000000, left % 1000000000};
        int ready = ppoll(files, 4, due == INT64_MAX ? NULL : &timeout, NULL);
        if (ready < 0 && errno != EINTR) fail("ppoll: %s", strerror(errno));
        for (int i = 0; i < 2; i++) {
            if (ready > 0 && files[i].revents & POLLIN) receive(&directions[i]);
            deliver(&directions[0]);
            deliver(&directions[1]);
        }
        if (ready > 0 && (files[2].revents || (files[3].revents && !obey(seed, began)))) return;
    }
}

int main(int count, char **words) {
    if (count < 3) fail("two devices are wanted, NAMESPACE:DEVICE each; see contrib/netlab/link --help");
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    int signals = signalfd(-1, &ends, SFD_CLOEXEC);
    for (int i = 0; i < 2; i++)
        directions[i].set = (struct settings){.bad_loss = 1, .queue = DEFAULT_QUEUE, .hold = DEFAULT_HOLD};
    uint64_t seed = read_options(count - 3, words + 3);
    begin(&directions[0], "ab", seed);
    begin(&directions[1], "ba", seed);
    make_devices(words[1], words[2]);
    // What is due goes in time on a busy machine too, as far as the kernel lets it.
    prctl(PR_SET_TIMERSLACK, 1);
    sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 1});
    int64_t began = now();
    puts("ready");
    fflush(stdout);
    run(seed, began, signals);
    tell(seed, began);
}
