/* live_capture.c - several interfaces as one stream of frames, behind one descriptor. */
#include "monitor/input/live_capture.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "monitor/input/live_device.h"
#include "monitor/input/live_interfaces.h"

/* A block that is not full is handed over after one to two of these times: until then frames of other interfaces that
 * are younger have to wait. Long enough for many frames in a block, short enough for people who watch. */
enum { ALONE_MS = 50, TOGETHER_MS = 20, KEPT_MS = 60, FINISH_MS = 110, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

struct live_capture {
    struct live_device *devices;
    size_t count;
    int ready; /* an epoll descriptor: of the devices and of the timer */
    int timer; /* when a kept frame is due */
    uint64_t frames;
    bool finishing;
    void (*say)(void *state, const char *sentence);
    void *say_state;
};

/* One call of live_capture_read. */
struct reading {
    struct live_capture *capture;
    struct live_device *device;
    void (*each)(void *state, const struct capture_frame *frame);
    void *state;
};

/* ---- opening ---- */

static void watch(struct live_capture *capture, struct live_device *device, bool wanted)
{
    struct epoll_event event = {.events = EPOLLIN};

    if (device->watched != wanted)
        (void)epoll_ctl(capture->ready, wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, pcap_fileno(device->handle), &event);
    device->watched = wanted;
}

static bool open_ready(struct live_capture *capture, char **message)
{
    struct epoll_event event = {.events = EPOLLIN};

    capture->ready = epoll_create1(EPOLL_CLOEXEC);
    capture->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (capture->ready >= 0 && capture->timer >= 0 &&
        epoll_ctl(capture->ready, EPOLL_CTL_ADD, capture->timer, &event) == 0)
        return true;
    *message = g_strdup_printf("capture: %s", g_strerror(errno));
    return false;
}

static bool open_devices(struct live_capture *capture, const char *const *names, const struct live_options *options,
                         char **message)
{
    for (size_t i = 0; i < capture->count; i++) {
        struct live_device *device = &capture->devices[i];
        if (!live_device_open(device, names[i], options, capture->count == 1 ? ALONE_MS : TOGETHER_MS, message))
            return false;
        watch(capture, device, true);
    }
    return true;
}

/* It would come twice, frame by frame. */
static bool named_twice(const struct live_options *options, char **message)
{
    for (size_t i = 1; i < options->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(options->interfaces[i], options->interfaces[k]) == 0) {
                *message = g_strdup_printf("%s: is named twice", options->interfaces[i]);
                return true;
            }
    return false;
}

struct live_capture *live_capture_open(const struct live_options *options, char **message)
{
    char *first = options->count == 0 ? live_interface_first(message) : NULL;
    const char *only[] = {first};

    if ((options->count == 0 && first == NULL) || named_twice(options, message))
        return NULL;
    struct live_capture *capture = g_new0(struct live_capture, 1);
    capture->count = MAX(options->count, 1);
    capture->devices = g_new0(struct live_device, capture->count);
    capture->say = options->say;
    capture->say_state = options->say_state;
    capture->ready = capture->timer = -1;
    if (!open_ready(capture, message) ||
        !open_devices(capture, first != NULL ? only : options->interfaces, options, message))
        live_capture_close(&capture);
    g_free(first);
    return capture;
}

int live_capture_fd(const struct live_capture *capture)
{
    return capture->ready;
}

/* ---- reading ---- */

static void hand_out(struct reading *reading, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct capture_frame frame = live_device_frame(reading->device, header, bytes);

    frame.number = ++reading->capture->frames;
    reading->each(reading->state, &frame);
}

static void hand_out_in_place(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    hand_out((struct reading *)(void *)user, header, bytes);
}

/* libpcap heard that the interface went down, and has not found it up again: it looks only when the ring is empty. */
static bool heard_down(const struct live_device *device)
{
    return pcap_get_required_select_timeout(device->handle) != NULL;
}

/* A device that fails is left alone until the next tick: its descriptor may stay readable. */
static void note_trouble(struct live_capture *capture, struct live_device *device, int result)
{
    device->shaken = device->shaken || (result <= 0 && heard_down(device));
    device->failed = device->failed || result < 0;
    if (result < 0)
        watch(capture, device, false);
}

/* Nothing to be compared with: frames are handed out where they are in the ring. */
static size_t read_alone(struct reading *reading, size_t max_frames)
{
    struct live_device *device = reading->device = &reading->capture->devices[0];
    size_t n = 0;
    int batch = 1;

    while (batch > 0 && n < max_frames && (n == 0 || heard_down(device))) {
        batch = pcap_dispatch(device->handle, (int)MIN(max_frames - n, G_MAXINT), hand_out_in_place,
                              (u_char *)(void *)reading);
        note_trouble(reading->capture, device, batch);
        n += batch > 0 ? (size_t)batch : 0;
    }
    return n;
}

static void take_head(struct live_capture *capture, struct live_device *device)
{
    int result = pcap_next_ex(device->handle, &device->head, &device->head_bytes); /* copies it out of the ring */

    device->has_head = result == 1;
    device->dry = result != 1;
    note_trouble(capture, device, result);
}

static int64_t head_time_ns(const struct live_device *device)
{
    return live_device_time_ns(device, device->head);
}

/* NULL: no device has a frame. *all: every device was asked and has one. */
static struct live_device *earliest(struct live_capture *capture, bool *all)
{
    struct live_device *found = NULL;

    *all = true;
    for (size_t i = 0; i < capture->count; i++) {
        struct live_device *device = &capture->devices[i];
        if (!device->has_head && !device->dry)
            take_head(capture, device);
        if (!device->has_head)
            *all = false;
        else if (found == NULL || head_time_ns(device) < head_time_ns(found))
            found = device;
    }
    return found;
}

/* How long a frame has to be kept. One from the future was captured before the clock was set. */
static int64_t wait_ns(const struct live_capture *capture, const struct live_device *device, int64_t now_ns)
{
    int64_t age_ns = now_ns - head_time_ns(device);

    if (capture->finishing || age_ns < 0)
        return 0;
    return MAX((int64_t)KEPT_MS * NS_PER_MS - age_ns, 0);
}

static void set_timer(struct live_capture *capture, int64_t in_ns)
{
    struct itimerspec when = {.it_value = {in_ns / NS_PER_S, in_ns % NS_PER_S}};

    (void)timerfd_settime(capture->timer, 0, &when, NULL);
}

/* A device whose next frame is kept need not be waited for: its descriptor stays readable as long as there are more. */
static void wait_for_more(struct live_capture *capture, int64_t in_ns)
{
    for (size_t i = 0; i < capture->count; i++)
        if (!capture->devices[i].failed)
            watch(capture, &capture->devices[i], !capture->devices[i].has_head);
    set_timer(capture, in_ns);
}

static size_t read_together(struct reading *reading, size_t max_frames)
{
    struct live_capture *capture = reading->capture;
    int64_t now_ns = g_get_real_time() * 1000, in_ns = 0;
    struct live_device *next;
    size_t n = 0;
    bool all;

    for (size_t i = 0; i < capture->count; i++)
        capture->devices[i].dry = false;
    while ((next = earliest(capture, &all)) != NULL) {
        in_ns = all ? 0 : wait_ns(capture, next, now_ns);
        if (n == max_frames || in_ns > 0)
            break;
        reading->device = next;
        hand_out(reading, next->head, next->head_bytes);
        next->has_head = false;
        n++;
    }
    wait_for_more(capture, next != NULL ? MAX(in_ns, 1) : 0);
    return n;
}

size_t live_capture_read(struct live_capture *capture, size_t max_frames,
                         void (*each)(void *state, const struct capture_frame *frame), void *state)
{
    struct reading reading = {.capture = capture, .each = each, .state = state};

    return capture->count == 1 ? read_alone(&reading, max_frames) : read_together(&reading, max_frames);
}

void live_capture_finish(struct live_capture *capture, void (*each)(void *state, const struct capture_frame *frame),
                         void *state)
{
    for (size_t i = 0; i < capture->count; i++)
        live_device_stop(&capture->devices[i]);
    g_usleep((gulong)FINISH_MS * 1000);
    capture->finishing = true;
    while (live_capture_read(capture, G_MAXINT, each, state) > 0)
        ;
}

/* ---- what the interfaces do ---- */

void live_capture_tick(struct live_capture *capture)
{
    for (size_t i = 0; i < capture->count; i++) {
        struct live_device *device = &capture->devices[i];
        char *sentence = live_presence_check(device);
        if (sentence != NULL && capture->say != NULL)
            capture->say(capture->say_state, sentence);
        g_free(sentence);
        device->failed = false;
        watch(capture, device, !device->has_head);
    }
}

struct live_counters live_capture_counters_of(struct live_capture *capture, size_t i)
{
    live_device_count(&capture->devices[i]);
    return capture->devices[i].counters;
}

struct live_counters live_capture_counters(struct live_capture *capture)
{
    struct live_counters sum = {0};

    for (size_t i = 0; i < capture->count; i++) {
        struct live_counters one = live_capture_counters_of(capture, i);
        sum.received += one.received;
        sum.dropped += one.dropped;
        sum.interface_dropped += one.interface_dropped;
    }
    return sum;
}

size_t live_capture_count(const struct live_capture *capture)
{
    return capture->count;
}

const struct capture_interface *live_capture_interface(const struct live_capture *capture, size_t i)
{
    return &capture->devices[i].interface;
}

bool live_capture_is_away(const struct live_capture *capture, size_t i)
{
    return capture->devices[i].presence != LIVE_PRESENT;
}

void live_capture_close(struct live_capture **capture)
{
    struct live_capture *c = *capture;

    if (c == NULL)
        return;
    for (size_t i = 0; i < c->count; i++)
        live_device_close(&c->devices[i]);
    if (c->timer >= 0)
        close(c->timer);
    if (c->ready >= 0)
        close(c->ready);
    g_free(c->devices);
    g_free(c);
    *capture = NULL;
}
