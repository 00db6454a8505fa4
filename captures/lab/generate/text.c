/* text.c - fills the places in the texts of dialect.c. */
#include "captures/lab/generate/session.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct text {
    char *to;
    size_t len;
};

static void add(struct text *text, const char *string)
{
    size_t n = strlen(string);

    assert(n < TEXT_MAX - text->len);
    memcpy(text->to + text->len, string, n);
    text->len += n;
}

static void add_number(struct text *text, uint64_t number)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%" PRIu64, number);
    add(text, digits);
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

    for (unsigned shift = 32; shift > 0; shift -= 8) {
        add_number(text, address >> (shift - 8) & 0xff);
        add(text, ",");
    }
    add_number(text, port >> 8);
    add(text, ",");
    add_number(text, port & 0xff);
}

static void add_address(struct text *text, const struct session *session, enum side side)
{
    char address[ADDRESS_TEXT_MAX];

    hosts_text(&session->control.hosts, side, address);
    add(text, address);
}

static void add_name(struct text *text, const struct session *session)
{
    char name[NAME_MAX_BYTES];

    content_name(name, session->transfer.number);
    add(text, name);
}

static void add_command(struct text *text, const struct session *session)
{
    add(text, transfer_command(session));
    if (!session->transfer.is_listing) {
        add(text, " ");
        add_name(text, session);
    }
}

/* Before its CWD a session is at the root. */
static void add_folder(struct text *text, const struct session *session, unsigned line)
{
    add(text, line == REPLY_PWD ? "/" : content_folder(session->folder));
}

static void add_place(struct text *text, const struct session *session, unsigned line, char place)
{
    switch (place) {
    case 'u':
        add(text, content_user(session->user));
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
        add_number(text, session->transfer.named);
        break;
    case 'h':
        add_host_and_port(text, session);
        break;
    case 'x':
        add(text, session->control.hosts.ipv6 ? "2" : "1");
        break;
    case 'a':
        add_address(text, session, CLIENT);
        break;
    case 'p':
        add_number(text, session->data.port[listener(session)]);
        break;
    case 's':
        add_address(text, session, SERVER);
        break;
    default:
        assert(place == 't');
        add(text, session->type == 'I' ? "I" : "A");
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
