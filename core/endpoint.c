/* endpoint.c - finds the announced endpoint in PORT, EPRT, LPRT and in the replies 227, 229, 228. */
#include "core/internal.h"

bool fsc_form_is_passive(enum fsc_form form)
{
    return form == FSC_FORM_PASV || form == FSC_FORM_EPSV || form == FSC_FORM_LPSV;
}

const char *fsc_form_name(enum fsc_form form)
{
    static const char *const names[] = {
        [FSC_FORM_NONE] = "",     [FSC_FORM_PORT] = "PORT", [FSC_FORM_EPRT] = "EPRT", [FSC_FORM_LPRT] = "LPRT",
        [FSC_FORM_PASV] = "PASV", [FSC_FORM_EPSV] = "EPSV", [FSC_FORM_LPSV] = "LPSV", [FSC_FORM_DEFAULT] = "DEFAULT",
    };

    return (size_t)form < sizeof names / sizeof names[0] ? names[form] : "";
}

/* ---- number lists: PORT, 227, LPRT, 228 ---- */

enum { SHORT_LIST = 6, LONG_LIST = 21 /* family, 1 + 16 of an IPv6 address, 1 + 2 of a port, its length: RFC 1639 */ };

struct number_list {
    uint8_t value[LONG_LIST];
    size_t end[LONG_LIST]; /* position behind each number */
    size_t count;
};

/* Numbers of 0..255 with commas between them from `pos` on. Blanks around the commas and leading zeros are in the wild:
 * "10, 0, 0, 1, 04, 001". */
static void list_read(struct fsc_span text, size_t pos, size_t most, struct number_list *list)
{
    uint32_t value = 0;

    list->count = 0;
    while (list->count < most && span_read_number(text, &pos, 255, &value)) {
        list->value[list->count] = (uint8_t)value;
        list->end[list->count++] = pos;
        pos = span_skip_blanks(text, pos);
        if (pos >= text.n || text.p[pos] != ',')
            return;
        pos = span_skip_blanks(text, pos + 1);
    }
}

static void endpoint_set(struct fsc_endpoint *out, enum fsc_addr_kind kind, const uint8_t *addr, const uint8_t *port)
{
    memset(out, 0, sizeof *out);
    out->addr.kind = kind;
    memcpy(out->addr.bytes, addr, kind == FSC_ADDR_V6 ? 16 : 4);
    out->port = (uint16_t)(port[0] << 8 | port[1]);
}

/* h1,h2,h3,h4,p1,p2. Returns how many numbers the endpoint takes, 0 when the list is none. */
static size_t short_list(const struct number_list *list, struct fsc_endpoint *out)
{
    if (list->count < SHORT_LIST)
        return 0;
    endpoint_set(out, FSC_ADDR_V4, list->value, list->value + 4);
    return SHORT_LIST;
}

/* af,hal,h1,...,pal,p1,p2 */
static size_t long_list(const struct number_list *list, struct fsc_endpoint *out)
{
    size_t host = list->count < 2 ? 0 : list->value[1];
    size_t used = host + 5;
    bool v4 = host == 4 && list->value[0] == 4, v6 = host == 16 && list->value[0] == 6;

    if ((!v4 && !v6) || list->count < used || list->value[host + 2] != 2)
        return 0;
    endpoint_set(out, v6 ? FSC_ADDR_V6 : FSC_ADDR_V4, list->value + 2, list->value + host + 3);
    return used;
}

/* A reply holds the list anywhere: parentheses may be missing, and host names with digits stand before it. Each number
 * is read at most LONG_LIST times, whatever the text. */
static bool find_list(enum fsc_form form, struct fsc_span text, struct fsc_endpoint *out, struct fsc_span *where)
{
    bool is_long = form == FSC_FORM_LPRT || form == FSC_FORM_LPSV;
    bool anywhere = form == FSC_FORM_PASV || form == FSC_FORM_LPSV;
    size_t pos = span_skip_blanks(text, 0);

    while (pos < text.n) {
        struct number_list list;
        size_t used = 0;

        list_read(text, pos, is_long ? LONG_LIST : SHORT_LIST, &list);
        used = is_long ? long_list(&list, out) : short_list(&list, out);
        if (used > 0) {
            *where = span_cut(text, pos, list.end[used - 1]);
            return true;
        }
        if (!anywhere)
            return false;
        if (!ascii_is_digit(text.p[pos]))
            pos++;
        else
            while (pos < text.n && ascii_is_digit(text.p[pos]))
                pos++;
    }
    return false;
}

/* ---- d family d address d port d: EPRT, 229 ---- */

enum { FAMILY_MAX = 2, ADDRESS_MAX = 80 /* 45 of an address, the rest a zone name */, PORT_MAX = 20 };

/* The bytes from *pos to the next delimiter, at most `most`; *pos moves behind it. */
static bool field_read(struct fsc_span text, size_t *pos, size_t most, uint8_t delimiter, struct fsc_span *field)
{
    size_t left = text.n - *pos, window = left < most + 1 ? left : most + 1;
    const uint8_t *end = window > 0 ? memchr(text.p + *pos, delimiter, window) : NULL;

    if (end == NULL)
        return false;
    *field = span_cut(text, *pos, (size_t)(end - text.p));
    *pos = (size_t)(end - text.p) + 1;
    return true;
}

static bool family_fits(struct fsc_span family, struct fsc_span address, struct fsc_addr *out)
{
    enum fsc_addr_kind kind = span_holds(address, ':') ? FSC_ADDR_V6 : FSC_ADDR_V4;
    const char *expected = kind == FSC_ADDR_V6 ? "2" : "1";

    memset(out, 0, sizeof *out);
    if (address.n == 0)
        return family.n == 0 || span_is(family, "1") || span_is(family, "2");
    return (family.n == 0 || span_is(family, expected)) && fsc_addr_parse(kind, address, out);
}

/* The four delimiters with what is between them, from `pos` on. A port above 65535 comes out as 0: it is the endpoint,
 * and it is invalid. Looks at a bounded number of bytes. */
static bool triple_read(struct fsc_span text, size_t pos, struct fsc_endpoint *out, struct fsc_span *where)
{
    uint8_t delimiter = text.p[pos];
    struct fsc_span family, address, port;
    size_t start = pos++, digits = 0;
    uint32_t value = 0;

    if (delimiter < 33 || delimiter > 126 || ascii_is_digit(delimiter))
        return false;
    if (!field_read(text, &pos, FAMILY_MAX, delimiter, &family) ||
        !field_read(text, &pos, ADDRESS_MAX, delimiter, &address) ||
        !field_read(text, &pos, PORT_MAX, delimiter, &port))
        return false;
    if (!family_fits(family, address, &out->addr))
        return false;
    (void)span_read_number(port, &digits, UINT16_MAX, &value);
    out->port = (uint16_t)value;
    *where = span_cut(text, start, pos);
    return port.n > 0 && digits == port.n;
}

static bool find_eprt(struct fsc_span text, struct fsc_endpoint *out, struct fsc_span *where)
{
    size_t pos = span_skip_blanks(text, 0);

    return pos < text.n && triple_read(text, pos, out, where) && out->addr.kind != FSC_ADDR_NONE;
}

/* Without parentheses only a character that text seldom repeats is taken as a delimiter. */
static bool is_plain_delimiter(uint8_t c)
{
    return ascii_is_punctuation(c) && c != '.' && c != ':' && c != '(' && c != ')';
}

/* Behind an opening parenthesis first, any of them: the text may have others before. Then anywhere. */
static bool find_epsv(struct fsc_span text, struct fsc_endpoint *out, struct fsc_span *where)
{
    for (size_t i = 0; i + 1 < text.n; i++)
        if (text.p[i] == '(' && triple_read(text, i + 1, out, where))
            return true;
    for (size_t i = 0; i < text.n; i++)
        if (is_plain_delimiter(text.p[i]) && triple_read(text, i, out, where))
            return true;
    return false;
}

static bool find_endpoint(enum fsc_form form, struct fsc_span text, struct fsc_endpoint *out, struct fsc_span *where)
{
    switch (form) {
    case FSC_FORM_PORT:
    case FSC_FORM_PASV:
    case FSC_FORM_LPRT:
    case FSC_FORM_LPSV:
        return find_list(form, text, out, where);
    case FSC_FORM_EPRT:
        return find_eprt(text, out, where);
    case FSC_FORM_EPSV:
        return find_epsv(text, out, where);
    case FSC_FORM_NONE:
    case FSC_FORM_DEFAULT:
        break;
    }
    return false;
}

bool fsc_endpoint_parse(enum fsc_form form, struct fsc_span text, struct fsc_endpoint *out, struct fsc_span *where)
{
    struct fsc_span found = span_cut(text, 0, 0);
    bool valid = false;

    memset(out, 0, sizeof *out);
    valid = find_endpoint(form, text, out, &found) && out->port != 0;
    if (!valid) {
        memset(out, 0, sizeof *out);
        found = span_cut(text, 0, 0);
    }
    if (where != NULL)
        *where = found;
    return valid;
}

/* ---- expectations ---- */

static bool endpoint_equal(const struct fsc_endpoint *a, const struct fsc_endpoint *b)
{
    return a->addr.kind != FSC_ADDR_NONE && a->port == b->port && fsc_addr_equal(&a->addr, &b->addr);
}

enum fsc_match fsc_expect_match(const struct fsc_expect *expect, const struct fsc_endpoint *from,
                                const struct fsc_endpoint *to)
{
    bool exact = endpoint_equal(&expect->listener, to);

    if (expect->form == FSC_FORM_NONE || (!exact && !endpoint_equal(&expect->fallback, to)))
        return FSC_MATCH_NO;
    if (expect->connector.kind != FSC_ADDR_NONE && !fsc_addr_equal(&expect->connector, &from->addr))
        return FSC_MATCH_OTHER_HOST;
    return exact ? FSC_MATCH_EXACT : FSC_MATCH_FALLBACK;
}
