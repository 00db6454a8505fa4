/* telnet.c - takes Telnet commands out of a line. */
#include "core/internal.h"

#include <assert.h>

enum { TELNET_SE = 240, TELNET_DM = 242, TELNET_SB = 250, TELNET_WILL = 251, TELNET_DONT = 254, TELNET_IAC = 255 };

/* The position behind the IAC SE that ends the subnegotiation whose content starts at `pos`, 0 when it never ends. */
static size_t subnegotiation_end(struct fsc_span text, size_t pos)
{
    while (pos + 1 < text.n) {
        if (text.p[pos] != TELNET_IAC)
            pos++;
        else if (text.p[pos + 1] == TELNET_SE)
            return pos + 2;
        else
            pos += 2; /* IAC IAC is a data byte */
    }
    return 0;
}

/* Length of the command at `pos` (an IAC), 0 when there is none. *open is set once a subnegotiation without end was
 * met: looking for that end again and again would be quadratic, and hiding the rest of the line would hide an attack.
 */
static size_t telnet_length(struct fsc_span text, size_t pos, bool *open)
{
    size_t end = 0;

    if (pos + 1 >= text.n || text.p[pos + 1] < TELNET_SE)
        return 0;
    if (text.p[pos + 1] >= TELNET_WILL && text.p[pos + 1] <= TELNET_DONT)
        return text.n - pos < 3 ? text.n - pos : 3;
    if (text.p[pos + 1] != TELNET_SB || *open)
        return 2;
    end = subnegotiation_end(text, pos + 2);
    *open = end == 0;
    return *open ? 2 : end - pos;
}

struct fsc_span fsc_telnet_strip(struct fsc_span text, uint8_t *buf, size_t cap)
{
    size_t pos = 0, kept = 0;
    bool open = false;

    (void)cap; /* without assertions */
    assert(cap >= text.n);
    while (pos < text.n) {
        bool escaped = text.p[pos] == TELNET_IAC && pos + 1 < text.n && text.p[pos + 1] == TELNET_IAC;
        size_t gone = text.p[pos] == TELNET_IAC && !escaped ? telnet_length(text, pos, &open) : 0;

        /* Clients send FF F4 F2 "ABOR" and F2 "ABOR" too: the IAC of the data mark was the urgent byte. */
        if (kept == 0 && text.p[pos] == TELNET_DM)
            gone = 1;
        if (gone == 0) {
            buf[kept++] = text.p[pos];
            gone = escaped ? 2 : 1;
        }
        pos += gone;
    }
    return kept == text.n ? text : (struct fsc_span){buf, kept};
}
