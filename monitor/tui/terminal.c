#define _GNU_SOURCE /* memfd_create */
#include "monitor/tui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

enum {
    LEAVE_MS = 500,       /* how long a terminal may take what gives it back, twice */
    BEHIND_MAX = 4 << 20, /* bytes; a frame is some kB, and none is drawn while another one waits */
    RESTORE_MAX = 256,
};

struct terminal {
    int in, out;
    FILE *in_file, *memory_file; /* what ncurses gets */
    int memory;
    bool ours; /* in, out: close them */
    bool entered, mouse;
    struct termios before;
    SCREEN *screen;
    char *waiting; /* bytes for the terminal */
    size_t waiting_len, sent;
    char restore[RESTORE_MAX];
    size_t restore_len;
};

/* ---- sending ---- */

/* What ncurses wrote since the last time goes behind what still waits. */
static void take_from_memory(struct terminal *t)
{
    off_t size = lseek(t->memory, 0, SEEK_CUR);

    if (size <= 0)
        return;
    if (t->sent > 0)
        memmove(t->waiting, t->waiting + t->sent, t->waiting_len - t->sent);
    t->waiting_len -= t->sent;
    t->sent = 0;
    if (t->waiting_len + (size_t)size <= BEHIND_MAX) {
        t->waiting = g_realloc(t->waiting, t->waiting_len + (size_t)size);
        ssize_t got = pread(t->memory, t->waiting + t->waiting_len, (size_t)size, 0);
        t->waiting_len += got > 0 ? (size_t)got : 0;
    }
    if (lseek(t->memory, 0, SEEK_SET) == 0 && ftruncate(t->memory, 0) != 0)
        t->waiting_len = 0; /* cannot happen with memory */
}

bool terminal_send(struct terminal *t)
{
    take_from_memory(t);
    while (t->sent < t->waiting_len) {
        struct pollfd out = {.fd = t->out, .events = POLLOUT};
        if (poll(&out, 1, 0) <= 0 || !(out.revents & (POLLOUT | POLLERR | POLLHUP)))
            return true;
        /* Small pieces: a descriptor that was given to us may block, but not for what poll promised. */
        size_t piece = MIN(t->waiting_len - t->sent, t->ours ? 65536 : 512);
        ssize_t n = write(t->out, t->waiting + t->sent, piece);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        t->sent += (size_t)n;
    }
    return true;
}

bool terminal_is_behind(const struct terminal *t)
{
    return t->sent < t->waiting_len;
}

static bool send_within(struct terminal *t, int ms)
{
    gint64 end = g_get_monotonic_time() + ms * G_GINT64_CONSTANT(1000);

    while (terminal_send(t) && terminal_is_behind(t)) {
        struct pollfd out = {.fd = t->out, .events = POLLOUT};
        gint64 left = (end - g_get_monotonic_time()) / 1000;
        if (left <= 0 || poll(&out, 1, (int)left) <= 0)
            return false;
    }
    return !terminal_is_behind(t);
}

/* ---- settings ---- */

/* Keys one by one, without echo. Ctrl-C and Ctrl-Z stay signals (ISIG), Ctrl-S and Ctrl-Q stay with the terminal
 * (IXON), as in other full-screen programs. */
static void set_keys_mode(struct terminal *t)
{
    struct termios mode = t->before;

    mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHOE | ECHOK | ECHONL | IEXTEN);
    mode.c_iflag &= ~(tcflag_t)(INLCR | IGNCR);
    mode.c_oflag &= ~(tcflag_t)OPOST;
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    (void)tcsetattr(t->in, TCSANOW, &mode);
}

/* Not TCSADRAIN: it would wait for a terminal that takes nothing. */
static void set_mode_before(const struct terminal *t)
{
    (void)tcsetattr(t->in, TCSANOW, &t->before);
}

/* Output that was stopped with Ctrl-S goes on as soon as nobody listens to Ctrl-S. */
static void go_on_after_stop(struct terminal *t)
{
    struct termios mode;

    if (tcgetattr(t->in, &mode) != 0)
        return;
    mode.c_iflag &= ~(tcflag_t)IXON;
    (void)tcsetattr(t->in, TCSANOW, &mode);
}

void terminal_leave(struct terminal *t)
{
    if (!t->entered)
        return;
    if (t->mouse)
        (void)mousemask(0, NULL);
    (void)endwin();
    if (!send_within(t, LEAVE_MS)) {
        go_on_after_stop(t);
        (void)send_within(t, LEAVE_MS);
    }
    set_mode_before(t);
    t->entered = false;
}

void terminal_enter(struct terminal *t)
{
    if (t->entered)
        return;
    (void)tcgetattr(t->in, &t->before);
    set_keys_mode(t);
    t->entered = true;
    (void)terminal_resized(t);
    (void)clearok(curscr, TRUE);
    (void)refresh();
    if (t->mouse)
        terminal_mouse(t, true);
}

void terminal_mouse(struct terminal *t, bool on)
{
    const mmask_t wanted = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;

    t->mouse = on;
    (void)mouseinterval(0); /* no waiting for a second click */
    (void)mousemask(on ? wanted : 0, NULL);
}

bool terminal_resized(struct terminal *t)
{
    struct winsize size;

    if (ioctl(t->out, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    if (size.ws_row == getmaxy(stdscr) && size.ws_col == getmaxx(stdscr))
        return false;
    (void)resizeterm(size.ws_row, size.ws_col);
    (void)clearok(curscr, TRUE);
    return true;
}

int terminal_input_fd(const struct terminal *t)
{
    return t->in;
}

int terminal_output_fd(const struct terminal *t)
{
    return t->out;
}

/* ---- restoring without ncurses ---- */

/* A string of terminfo without its padding ("$<5>"), which no terminal of today needs. */
static void add_restore(struct terminal *t, const char *text)
{
    if (text == NULL)
        return;
    for (const char *p = text; *p != '\0' && t->restore_len < sizeof(t->restore); p++) {
        const char *end = p[0] == '$' && p[1] == '<' ? strchr(p, '>') : NULL;
        if (end != NULL)
            p = end;
        else
            t->restore[t->restore_len++] = *p;
    }
}

static void prepare_restore(struct terminal *t)
{
    add_restore(t, exit_attribute_mode);
    add_restore(t, orig_pair);
    add_restore(t, keypad_local);
    add_restore(t, "\033[?1000l\033[?1006l"); /* mouse */
    add_restore(t, cursor_normal);
    add_restore(t, exit_ca_mode);
}

void terminal_emergency(const struct terminal *t)
{
    if (!t->entered)
        return;
    (void)tcsetattr(t->in, TCSANOW, &t->before);
    /* POLLOUT is not asked: what blocks here is a program that is dying, and the terminal takes 200 bytes nearly
     * always. Blocking or not, one try. */
    ssize_t written = write(t->out, t->restore, t->restore_len);
    (void)written;
}

/* ---- opening ---- */

static bool open_descriptors(struct terminal *t, FILE *in, FILE *out, char **message)
{
    t->ours = in == NULL || out == NULL;
    if (t->ours) { /* a file description of our own: O_NONBLOCK must not fall upon the shell's */
        t->in = t->out = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    } else {
        t->in = fileno(in);
        t->out = fileno(out);
    }
    if (t->in < 0 || !isatty(t->in) || !isatty(t->out) || tcgetattr(t->in, &t->before) != 0) {
        *message = g_strdup("there is no terminal to show a screen on");
        return false;
    }
    t->memory = memfd_create("screen", MFD_CLOEXEC);
    int copy = fcntl(t->in, F_DUPFD_CLOEXEC, 3);
    t->in_file = copy >= 0 ? fdopen(copy, "r") : NULL;
    t->memory_file = t->memory >= 0 ? fdopen(t->memory, "w") : NULL;
    if (t->in_file == NULL || t->memory_file == NULL)
        *message = g_strdup_printf("the screen cannot be prepared: %s", g_strerror(errno));
    return *message == NULL;
}

/* ncurses takes SIGINT, SIGTERM, SIGTSTP and SIGWINCH for itself; they belong to the program. */
static SCREEN *start_ncurses(struct terminal *t)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    struct sigaction before[G_N_ELEMENTS(signals)];

    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        (void)sigaction(signals[i], NULL, &before[i]);
    use_env(FALSE);   /* LINES and COLUMNS would outlive every change of size */
    use_tioctl(TRUE); /* without both ncurses takes the type's own size, which "linux" does not have */
    SCREEN *screen = newterm(NULL, t->memory_file, t->in_file);
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        (void)sigaction(signals[i], &before[i], NULL);
    return screen;
}

static char *type_complaint(const char *problem)
{
    const char *type = g_getenv("TERM");

    if (type == NULL || type[0] == '\0')
        return g_strdup("TERM is not set, so nothing is known of this terminal: set it, as in TERM=xterm-256color");
    return g_strdup_printf("a terminal of type \"%s\" %s: set TERM to its real type, as in TERM=xterm-256color", type,
                           problem);
}

static bool start(struct terminal *t, char **message)
{
    int found;

    if (g_getenv("TERM") == NULL || setupterm(NULL, t->memory, &found) != OK) {
        *message = type_complaint("is not known here");
        return false;
    }
    (void)del_curterm(cur_term);
    t->screen = start_ncurses(t);
    if (t->screen == NULL || cursor_address == NULL || clear_screen == NULL) {
        *message = type_complaint("cannot show a screen");
        return false;
    }
    prepare_restore(t);
    (void)nonl(); /* OPOST is off */
    (void)noecho();
    (void)keypad(stdscr, TRUE);
    (void)nodelay(stdscr, TRUE);
    (void)set_escdelay(25);
    (void)typeahead(-1); /* a frame is never left half done for a key */
    (void)curs_set(0);
    terminal_enter(t);
    return true;
}

static void release(struct terminal **terminal)
{
    struct terminal *t = *terminal;

    if (t->screen != NULL)
        delscreen(t->screen);
    if (t->in_file != NULL)
        (void)fclose(t->in_file);
    if (t->memory_file != NULL)
        (void)fclose(t->memory_file);
    if (t->ours && t->in >= 0)
        (void)close(t->in);
    g_free(t->waiting);
    g_free(t);
    *terminal = NULL;
}

struct terminal *terminal_open(FILE *in, FILE *out, char **message)
{
    struct terminal *t = g_new0(struct terminal, 1);

    *message = NULL;
    t->memory = -1;
    if (!open_descriptors(t, in, out, message) || !start(t, message))
        release(&t);
    return t;
}

void terminal_close(struct terminal **terminal)
{
    if (*terminal == NULL)
        return;
    terminal_leave(*terminal);
    release(terminal);
}
