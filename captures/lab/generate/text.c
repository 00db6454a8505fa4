/* text.c - fills the places in the texts of dialect.c. */
#include "captures/lab/generate/session.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

struct text {
    char *to;
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int n = vsnprintf(text->to + text->len, TEXT_MAX - text->len, format, arguments);
    va_end(arguments);
    assert(n >= 0 && (size_t)n < TEXT_MAX - text->len);
    text->len += (size_t)n;
}

/* Who listens for the data connection, and on which port. */
static enum side listener(const struct session *session)
{
    return transfer_active(&session->transfer) ? CLIENT : SERVER;
}

static void add_host_and_port(struct text *text, const struct session *session)
{
    uint32_t address = session->control.hosts.address[listener(session)];
    unsigned port = session->data.port[listener(session)];

    add(text, "%u,%u,%u,%u,%u,%u", address >> 24, address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff, port >> 8,
        port & 0xff);
}

static void add_address(struct text *text, const struct session *session, enum side side)
{
    char address[ADDRESS_TEXT_MAX];

    hosts_text(&session->control.hosts, side, address);
    add(text, "%s", address);
}

static void add_name(struct text *text, const struct session *session)
{
    char name[NAME_MAX_BYTES];

    content_name(name, session->transfer.number);
    add(text, "%s", name);
}

static void add_command(struct text *text, const struct session *session)
{
    add(text, "%s", transfer_command(session));
    if (!session->transfer.is_listing) {
        add(text, " ");
        add_name(text, session);
    }
}

/* Before its CWD a session is at the root. */
static void add_folder(struct text *text, const struct session *session, unsigned line)
{
    add(text, "%s", line == REPLY_PWD ? "/" : content_folder(session->folder));
}

static void add_place(struct text *text, const struct session *session, unsigned line, char place)
{
    switch (place) {
    case 'u':
        add(text, "%s", content_user(session->user));
        break;
    case 'c':
        add_command(text, session);
        break;
    case 'n':
        add_name(text, session);
        break;
    case 'd':
        add_folder(text, session, line);
        break;
    case 'b':
        add(text, "%" PRIu64, session->transfer.named);
        break;
    case 'h':
        add_host_and_port(text, session);
        break;
    case 'x':
        add(text, "%c", session->control.hosts.ipv6 ? '2' : '1');
        break;
    case 'a':
        add_address(text, session, CLIENT);
        break;
    case 'p':
        add(text, "%u", (unsigned)session->data.port[listener(session)]);
        break;
    case 's':
        add_address(text, session, SERVER);
        break;
    default:
        assert(place == 't');
        add(text, "%c", session->type);
    }
}

size_t session_text(const struct session *session, unsigned line, char to[TEXT_MAX])
{
    struct text text = {to, 0};

    for (const char *p = dialect_text(session->dialect, line); *p != '\0'; p++) {
        if (*p == '%')
            add_place(&text, session, line, *++p);
        else
            text.to[text.len++] = *p;
        assert(text.len < TEXT_MAX - 1);
    }
    return text.len;
}
