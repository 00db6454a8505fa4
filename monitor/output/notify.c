#include "monitor/output/notify.h"

#include <errno.h>
#include <glib.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct notify {
    int socket;
    int64_t interval_ms;
};

/* A path, or "@name" in the abstract name space, where the name begins with NUL and is not ended. */
static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
    size_t n = strlen(name);

    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if ((*name != '/' && *name != '@') || n < 2 || n >= sizeof(address->sun_path))
        return 0;
    memcpy(address->sun_path, name, n);
    if (*name != '@')
        return (socklen_t)sizeof(*address);
    address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

static int64_t watchdog_ms(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    guint64 asked, whom;

    if (usec == NULL || !g_ascii_string_to_unsigned(usec, 10, 1, INT64_MAX, &asked, NULL))
        return 0;
    if (pid != NULL && (!g_ascii_string_to_unsigned(pid, 10, 1, G_MAXUINT, &whom, NULL) || whom != (guint64)getpid()))
        return 0;
    return (int64_t)MAX(asked / 2000, 1);
}

static int open_socket(const char *name, int *error)
{
    struct sockaddr_un address;
    socklen_t length = address_of(name, &address);
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    *error = length == 0 ? EINVAL : 0;
    if (*error == 0 && connect(descriptor, (const struct sockaddr *)&address, length) != 0)
        *error = errno;
    if (*error == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

struct notify *notify_open(char **message)
{
    const char *name = getenv("NOTIFY_SOCKET");
    int error;

    *message = NULL;
    if (name == NULL || *name == '\0')
        return NULL;
    int descriptor = open_socket(name, &error);
    if (descriptor < 0) {
        *message = g_strdup_printf("NOTIFY_SOCKET=%s: the service manager cannot be told anything: %s", name,
                                   g_strerror(error));
        return NULL;
    }
    struct notify *notify = g_new0(struct notify, 1);
    notify->socket = descriptor;
    notify->interval_ms = watchdog_ms();
    return notify;
}

void notify_close(struct notify **notify)
{
    if (*notify == NULL)
        return;
    close((*notify)->socket);
    g_free(*notify);
    *notify = NULL;
}

/* A status of several lines would be several words to the manager. */
static void tell(const struct notify *notify, const char *word, const char *status)
{
    if (notify == NULL)
        return;
    GString *text = g_string_new(word);
    if (status != NULL) {
        g_string_append_printf(text, "%sSTATUS=", text->len > 0 ? "\n" : "");
        gsize from = text->len;
        g_string_append(text, status);
        for (gsize i = from; i < text->len; i++)
            if (text->str[i] == '\n')
                text->str[i] = ' ';
    }
    (void)!send(notify->socket, text->str, text->len, MSG_NOSIGNAL);
    g_string_free(text, TRUE);
}

void notify_ready(struct notify *notify, const char *status)
{
    tell(notify, "READY=1", status);
}

void notify_status(struct notify *notify, const char *status)
{
    tell(notify, "", status);
}

void notify_stopping(struct notify *notify, const char *status)
{
    tell(notify, "STOPPING=1", status);
}

void notify_alive(struct notify *notify)
{
    tell(notify, "WATCHDOG=1", NULL);
}

int64_t notify_interval_ms(const struct notify *notify)
{
    return notify != NULL ? notify->interval_ms : 0;
}
