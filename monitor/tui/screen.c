#include "monitor/tui/screen.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "monitor/tui/fatal.h"
#include "monitor/tui/terminal.h"
#include "monitor/tui/ui.h"

enum {
    FRAME_US = 50000,  /* between two frames */
    TICK_US = 1000000, /* ages and rates change without an event */
    DOUBLE_CLICK_US = 400000,
    WAIT_US = 2000000, /* for the thread to give the terminal back */
    KEYS_AT_ONCE = 256,
    EMPTY_READS_MAX = 20, /* readable, and nothing to read: the terminal is gone */
};

/* What the program asks of the thread; each is taken up once. */
enum request { ASK_STOP = 1, ASK_SUSPEND = 2, ASK_RESUME = 4, ASK_RESIZE = 8 };

struct screen {
    struct model *model;
    struct terminal *terminal;
    struct ui ui;
    GThread *thread;
    int wake, done;
    guint asked; /* enum request, atomic */
    gint lost;
    GMutex mutex; /* of the two below */
    GCond changed;
    bool away, ended; /* the terminal was given back; the thread is over */

    bool dirty, told_done, gone, suspended; /* of the thread alone from here */
    int64_t drawn_us;
    unsigned empty_reads;
    int64_t clicked_us; /* the last click, and where */
    int clicked_row;
};

/* ---- opening ---- */

struct screen *screen_open(struct model *model, const struct screen_options *options, char **message)
{
    struct terminal *terminal = terminal_open(options->in, options->out, message);

    if (terminal == NULL)
        return NULL;
    struct screen *s = g_new0(struct screen, 1);
    s->model = model;
    s->terminal = terminal;
    s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    s->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    g_mutex_init(&s->mutex);
    g_cond_init(&s->changed);
    ui_init(&s->ui, model, options);
    fatal_restores(terminal);
    if (s->wake < 0 || s->done < 0) {
        *message = g_strdup("the screen cannot be prepared: no file descriptor is free");
        (void)screen_stop(&s);
    }
    return s;
}

/* ---- the thread: what happens ---- */

static void tell_done(struct screen *s)
{
    const uint64_t one = 1;

    if (!s->told_done)
        (void)!write(s->done, &one, sizeof(one));
    s->told_done = true;
}

/* From now on nothing is asked of the terminal, or poll would return at once for ever. */
static void lose_terminal(struct screen *s)
{
    s->gone = true;
    g_atomic_int_set(&s->lost, 1);
    tell_done(s);
}

static void set_away(struct screen *s, bool away)
{
    g_mutex_lock(&s->mutex);
    s->away = away;
    g_cond_broadcast(&s->changed);
    g_mutex_unlock(&s->mutex);
}

static void suspend_or_resume(struct screen *s, gint asked)
{
    if (s->gone)
        return;
    if ((asked & ASK_SUSPEND) && !s->suspended) {
        terminal_leave(s->terminal);
        s->suspended = true;
    }
    if ((asked & ASK_RESUME) && s->suspended) {
        s->suspended = false;
        terminal_enter(s->terminal);
        s->dirty = true;
    }
}

/* False: the thread is to end. */
static bool take_requests(struct screen *s)
{
    uint64_t count;

    (void)!read(s->wake, &count, sizeof(count));
    gint asked = (gint)g_atomic_int_and(&s->asked, 0);
    if (asked & (ASK_SUSPEND | ASK_RESUME)) {
        suspend_or_resume(s, asked);
        set_away(s, s->suspended || s->gone);
    }
    if ((asked & ASK_RESIZE) && !s->gone && !s->suspended && terminal_resized(s->terminal))
        s->dirty = true;
    return !(asked & ASK_STOP);
}

/* Curses tells of a second click only when it delays every first one. */
static bool is_second_click(struct screen *s, int row)
{
    int64_t now_us = g_get_monotonic_time();
    bool second = row == s->clicked_row && now_us - s->clicked_us < DOUBLE_CLICK_US;

    s->clicked_us = second ? 0 : now_us;
    s->clicked_row = row;
    return second;
}

/* For what arrives together, as over a slow line, curses gives one key, and the events from the last to the first. */
static void take_mouse(struct screen *s)
{
    enum { EVENTS_MAX = 8 }; /* curses keeps no more */
    MEVENT events[EVENTS_MAX];
    int count = 0;

    while (count < EVENTS_MAX && getmouse(&events[count]) == OK)
        count++;
    while (count-- > 0) {
        const MEVENT *event = &events[count];
        int wheel = event->bstate & BUTTON4_PRESSED ? -1 : event->bstate & BUTTON5_PRESSED ? 1 : 0;
        ui_mouse(&s->ui, event->y, event->x, wheel, wheel == 0 && is_second_click(s, event->y));
    }
}

static void take_keys(struct screen *s)
{
    wint_t code;
    unsigned taken = 0;
    bool mouse = s->ui.mouse;

    for (; taken < KEYS_AT_ONCE; taken++) {
        int kind = get_wch(&code);
        if (kind == ERR)
            break;
        if (kind == KEY_CODE_YES && code == KEY_MOUSE)
            take_mouse(s);
        else if (kind != KEY_CODE_YES || code != KEY_RESIZE)
            ui_key(&s->ui, (struct key){kind == KEY_CODE_YES, code});
        s->dirty = true;
    }
    s->empty_reads = taken > 0 ? 0 : s->empty_reads + 1;
    if (s->empty_reads > EMPTY_READS_MAX)
        lose_terminal(s);
    if (s->ui.mouse != mouse)
        terminal_mouse(s->terminal, s->ui.mouse);
    if (s->ui.quit)
        tell_done(s);
}

static void draw(struct screen *s)
{
    model_changes_seen(s->model); /* before the look, or a change in between would be lost */
    s->dirty = false;
    ui_draw(&s->ui);
    s->drawn_us = g_get_monotonic_time();
    if (!terminal_send(s->terminal))
        lose_terminal(s);
    if (s->ui.save.due) {
        save_dialog_due(&s->ui);
        s->dirty = true;
    }
}

/* ---- the thread: waiting ---- */

enum { WAIT_WAKE, WAIT_KEYS, WAIT_OUTPUT, WAIT_MODEL, WAITS };

static int64_t until_us(const struct screen *s)
{
    int64_t since = g_get_monotonic_time() - s->drawn_us;

    if (s->dirty)
        return MAX(FRAME_US - since, 0);
    if (s->ui.wait_us > 0) /* a list that waits to be collected */
        return MAX(MAX(s->ui.wait_us, FRAME_US) - since, 0);
    return s->ui.paused ? TICK_US : MAX(TICK_US - since, 0);
}

static void wait_for_something(struct screen *s, struct pollfd *fds)
{
    bool there = !s->gone && !s->suspended && !s->told_done;
    bool behind = there && terminal_is_behind(s->terminal);
    int64_t timeout_us = there && !behind ? until_us(s) : TICK_US;

    fds[WAIT_WAKE] = (struct pollfd){.fd = s->wake, .events = POLLIN};
    fds[WAIT_KEYS] = (struct pollfd){.fd = there ? terminal_input_fd(s->terminal) : -1, .events = POLLIN};
    fds[WAIT_OUTPUT] = (struct pollfd){.fd = behind ? terminal_output_fd(s->terminal) : -1, .events = POLLOUT};
    fds[WAIT_MODEL] = (struct pollfd){
        .fd = there && !behind && !s->dirty && !s->ui.paused ? model_changes_fd(s->model) : -1, .events = POLLIN};
    (void)poll(fds, WAITS, (int)((timeout_us + 999) / 1000));
}

static void look_around(struct screen *s)
{
    struct pollfd fds[WAITS];

    wait_for_something(s, fds);
    if (fds[WAIT_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
        lose_terminal(s);
    else if (fds[WAIT_KEYS].revents & POLLIN)
        take_keys(s);
    if (!s->gone && fds[WAIT_OUTPUT].revents != 0 && !terminal_send(s->terminal))
        lose_terminal(s);
    if (fds[WAIT_MODEL].revents != 0)
        s->dirty = true;
}

static bool frame_is_due(const struct screen *s)
{
    int64_t since = g_get_monotonic_time() - s->drawn_us;

    if (s->gone || s->suspended || s->told_done || terminal_is_behind(s->terminal))
        return false;
    if (s->dirty)
        return since >= FRAME_US;
    return s->ui.wait_us > 0 ? since >= MAX(s->ui.wait_us, FRAME_US) : !s->ui.paused && since >= TICK_US;
}

static gpointer run(gpointer data)
{
    struct screen *s = data;

    s->dirty = true;
    while (take_requests(s)) {
        if (frame_is_due(s))
            draw(s);
        look_around(s);
    }
    if (!s->gone)
        terminal_leave(s->terminal);
    g_mutex_lock(&s->mutex);
    s->ended = true;
    g_cond_broadcast(&s->changed);
    g_mutex_unlock(&s->mutex);
    return NULL;
}

/* ---- the other threads ---- */

void screen_start(struct screen *s)
{
    sigset_t before;

    fatal_block_others(&before);
    s->thread = g_thread_new("screen", run, s);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int screen_done(const struct screen *s)
{
    return s->done;
}

bool screen_is_lost(const struct screen *s)
{
    return g_atomic_int_get(&s->lost) != 0;
}

static void ask(struct screen *s, enum request request)
{
    const uint64_t one = 1;

    (void)g_atomic_int_or(&s->asked, (guint)request);
    (void)!write(s->wake, &one, sizeof(one));
}

/* Until *what is true; false when that takes too long. */
static bool wait_for(struct screen *s, const bool *what)
{
    int64_t end = g_get_monotonic_time() + WAIT_US;
    bool in_time = true;

    g_mutex_lock(&s->mutex);
    while (!*what && in_time)
        in_time = g_cond_wait_until(&s->changed, &s->mutex, end);
    bool there = *what;
    g_mutex_unlock(&s->mutex);
    return there;
}

bool screen_stop(struct screen **screen)
{
    struct screen *s = *screen;

    *screen = NULL;
    if (s == NULL)
        return true;
    if (s->thread != NULL) {
        ask(s, ASK_STOP);
        if (!wait_for(s, &s->ended)) { /* it saves a file */
            terminal_emergency(s->terminal);
            return false;
        }
        (void)g_thread_join(s->thread);
    }
    fatal_restores(NULL);
    terminal_close(&s->terminal);
    ui_free(&s->ui);
    (void)close(s->wake);
    (void)close(s->done);
    g_mutex_clear(&s->mutex);
    g_cond_clear(&s->changed);
    g_free(s);
    return true;
}

void screen_suspend(struct screen *s)
{
    ask(s, ASK_SUSPEND);
    if (!screen_is_lost(s) && !wait_for(s, &s->away))
        terminal_emergency(s->terminal);
}

void screen_resume(struct screen *s)
{
    ask(s, ASK_RESUME);
}

void screen_resized(struct screen *s)
{
    ask(s, ASK_RESIZE);
}

void screen_emergency_restore(const struct screen *s)
{
    terminal_emergency(s->terminal);
}
