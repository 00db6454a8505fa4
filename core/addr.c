/* addr.c - network addresses: reading, comparing, classing and writing them. */
#include "core/internal.h"

enum { GROUPS = 8, NO_GAP = GROUPS + 1 };

static bool parse_v4(struct fsc_span text, uint8_t *bytes)
{
    size_t pos = 0;

    for (size_t i = 0; i < 4; i++) {
        uint32_t value = 0;

        if (i > 0 && (pos >= text.n || text.p[pos++] != '.'))
            return false;
        if (!span_read_number(text, &pos, 255, &value))
            return false;
        bytes[i] = (uint8_t)value;
    }
    return pos == text.n;
}

static int hex_value(uint8_t c)
{
    if (ascii_is_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads up to four hexadecimal digits and returns how many there were. */
static size_t read_group(struct fsc_span text, size_t pos, uint8_t *bytes)
{
    unsigned sum = 0;
    size_t n = 0;

    while (n < 4 && pos + n < text.n && hex_value(text.p[pos + n]) >= 0) {
        sum = sum << 4 | (unsigned)hex_value(text.p[pos + n]);
        n++;
    }
    bytes[0] = (uint8_t)(sum >> 8);
    bytes[1] = (uint8_t)sum;
    return n;
}

struct groups {
    uint8_t bytes[2 * GROUPS];
    size_t count, gap; /* gap: the group before which "::" stands, or NO_GAP */
};

/* Behind a group: a colon, or "::" once. False when neither stands there or nothing follows a lone colon. */
static bool read_colon(struct fsc_span text, size_t *pos, struct groups *groups)
{
    if (text.p[(*pos)++] != ':' || *pos == text.n)
        return false;
    if (text.p[*pos] != ':')
        return true;
    if (groups->gap != NO_GAP)
        return false;
    ++*pos;
    groups->gap = groups->count;
    return true;
}

static bool read_groups(struct fsc_span text, struct groups *groups)
{
    size_t pos = 0;

    if (span_begins(text, "::")) {
        groups->gap = 0;
        pos = 2;
    }
    while (pos < text.n) {
        size_t n = 0;

        if (groups->count == GROUPS)
            return false;
        n = read_group(text, pos, groups->bytes + 2 * groups->count);
        if (n > 0 && pos + n < text.n && text.p[pos + n] == '.') { /* "::ffff:192.0.2.1" */
            groups->count += 2;
            return groups->count <= GROUPS && parse_v4(span_after(text, pos), groups->bytes + 2 * groups->count - 4);
        }
        groups->count++;
        pos += n;
        if (n == 0 || (pos < text.n && !read_colon(text, &pos, groups)))
            return false;
    }
    return true;
}

static bool parse_v6(struct fsc_span text, uint8_t *bytes)
{
    struct groups groups = {{0}, 0, NO_GAP};
    size_t tail = 0;

    if (!read_groups(text, &groups))
        return false;
    if (groups.gap == NO_GAP) {
        memcpy(bytes, groups.bytes, sizeof groups.bytes);
        return groups.count == GROUPS;
    }
    if (groups.count >= GROUPS)
        return false;
    tail = 2 * (groups.count - groups.gap);
    memcpy(bytes, groups.bytes, 2 * groups.gap);
    memcpy(bytes + 16 - tail, groups.bytes + 2 * groups.gap, tail);
    return true;
}

bool fsc_addr_parse(enum fsc_addr_kind kind, struct fsc_span text, struct fsc_addr *out)
{
    const uint8_t *zone = text.n > 0 ? memchr(text.p, '%', text.n) : NULL;
    bool valid = false;

    memset(out, 0, sizeof *out);
    if (kind == FSC_ADDR_V6 && zone != NULL) /* "fe80::1%eth0": the zone means nothing to anybody else */
        text.n = (size_t)(zone - text.p);
    if (kind == FSC_ADDR_V4)
        valid = parse_v4(text, out->bytes);
    else if (kind == FSC_ADDR_V6)
        valid = parse_v6(text, out->bytes);
    if (valid)
        out->kind = kind;
    else
        memset(out, 0, sizeof *out);
    return valid;
}

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* ::ffff:a.b.c.d becomes a.b.c.d: a dual-stack host names the same peer both ways. */
static struct fsc_addr unmapped(const struct fsc_addr *a)
{
    struct fsc_addr v4 = {FSC_ADDR_V4, {0}};

    if (a->kind != FSC_ADDR_V6 || memcmp(a->bytes, mapped_prefix, sizeof mapped_prefix) != 0)
        return *a;
    memcpy(v4.bytes, a->bytes + sizeof mapped_prefix, 4);
    return v4;
}

bool fsc_addr_equal(const struct fsc_addr *a, const struct fsc_addr *b)
{
    struct fsc_addr x = unmapped(a), y = unmapped(b);
    size_t n = x.kind == FSC_ADDR_V6 ? 16 : x.kind == FSC_ADDR_V4 ? 4 : 0;

    return x.kind == y.kind && memcmp(x.bytes, y.bytes, n) == 0;
}

static bool private_v4(const uint8_t *b)
{
    return b[0] == 0 || b[0] == 10 || b[0] == 127 || (b[0] == 100 && (b[1] & 0xc0) == 64) ||
           (b[0] == 169 && b[1] == 254) || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168);
}

static bool private_v6(const uint8_t *b)
{
    static const uint8_t zero[15];

    if (memcmp(b, zero, sizeof zero) == 0 && b[15] <= 1)
        return true;
    return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
}

bool fsc_addr_private(const struct fsc_addr *a)
{
    struct fsc_addr x = unmapped(a);

    if (x.kind == FSC_ADDR_V4)
        return private_v4(x.bytes);
    return x.kind == FSC_ADDR_V6 && private_v6(x.bytes);
}

static void put_v4(struct text_out *out, const uint8_t *bytes)
{
    for (size_t i = 0; i < 4; i++) {
        if (i > 0)
            text_put_string(out, ".");
        text_put_number(out, bytes[i], 10);
    }
}

static unsigned group_at(const uint8_t *bytes, size_t i)
{
    return (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
}

/* The run of zero groups that "::" replaces: the longest, the first of equals, never one group (RFC 5952 section 4.2).
 */
static size_t longest_zeros(const uint8_t *bytes, size_t *length)
{
    size_t best = GROUPS, run = 0;

    *length = 1;
    for (size_t i = 0; i < GROUPS; i++) {
        run = group_at(bytes, i) == 0 ? run + 1 : 0;
        if (run > *length) {
            *length = run;
            best = i + 1 - run;
        }
    }
    return best;
}

static void put_v6(struct text_out *out, const uint8_t *bytes)
{
    size_t length = 0, zeros = longest_zeros(bytes, &length);

    if (memcmp(bytes, mapped_prefix, sizeof mapped_prefix) == 0) { /* RFC 5952 section 5 */
        text_put_string(out, "::ffff:");
        put_v4(out, bytes + sizeof mapped_prefix);
        return;
    }
    for (size_t i = 0; i < GROUPS; i++) {
        if (i == zeros) {
            text_put_string(out, "::");
            i += length - 1;
            continue;
        }
        if (i > 0 && i != zeros + length)
            text_put_string(out, ":");
        text_put_number(out, group_at(bytes, i), 16);
    }
}

static void put_addr(struct text_out *out, const struct fsc_addr *a)
{
    if (a->kind == FSC_ADDR_V4)
        put_v4(out, a->bytes);
    else if (a->kind == FSC_ADDR_V6)
        put_v6(out, a->bytes);
}

size_t fsc_addr_text(const struct fsc_addr *a, char *buf, size_t cap)
{
    struct text_out out = {buf, cap, 0, false};

    put_addr(&out, a);
    return text_end(&out);
}

size_t fsc_endpoint_text(const struct fsc_endpoint *e, char *buf, size_t cap)
{
    struct text_out out = {buf, cap, 0, false};
    bool v6 = e->addr.kind == FSC_ADDR_V6;

    text_put_string(&out, v6 ? "[" : "");
    put_addr(&out, &e->addr);
    text_put_string(&out, v6 ? "]:" : ":");
    text_put_number(&out, e->port, 10);
    return text_end(&out);
}
