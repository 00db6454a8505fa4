#include "monitor/output/words.h"

#include "monitor/input/packet_filter.h"
#include "net/net.h"

struct fsc_span words_span(const char *text)
{
    return text ? (struct fsc_span){(const uint8_t *)text, strlen(text)} : (struct fsc_span){0};
}

struct fsc_span words_verb(const struct record_ftp *record, bool show_secrets)
{
    if (record->verb == FSC_VERB_NONE)
        return (struct fsc_span){0};
    if (record->verb != FSC_VERB_UNKNOWN)
        return words_span(fsc_verb_info(record->verb)->name);
    return record->secret && !show_secrets ? words_span(WORDS_HIDDEN) : record->verb_text;
}

uint64_t words_rate_bps(const struct record_data *record)
{
    double rate;

    if (record->duration_ns <= 0)
        return 0;
    rate = (double)record->bytes * 8e9 / (double)record->duration_ns;
    return rate < 1e18 ? (uint64_t)rate : (uint64_t)1e18;
}

const char *words_advice(const struct record_finding *record)
{
    const char *advice = record->advice;

    if (!advice || !*advice)
        advice = fsc_finding_info(record->finding->id)->advice;
    return advice ? advice : "";
}

void words_unread(struct buf *out, const struct net_unread *unread)
{
    char text[NET_UNREAD_TEXT_MAX];
    const char *name = unread->kind == NET_UNREAD_LINK ? linktype_name((int)unread->number) : NULL;

    buf_string(out, net_unread_describe(unread, text, sizeof(text)));
    if (name != NULL) {
        buf_string(out, " (");
        buf_string(out, name);
        buf_char(out, ')');
    }
}

void words_thousands(struct buf *out, uint64_t value)
{
    size_t start = out->len, digits;

    buf_uint(out, value);
    digits = out->len - start;
    for (size_t left = 3; left < digits; left += 3) {
        size_t at = start + digits - left;

        buf_char(out, ',');
        memmove(out->data + at + 1, out->data + at, out->len - 1 - at);
        out->data[at] = ',';
    }
}

/* `value` / `unit` with one decimal, rounded half up. */
static void put_tenths(struct buf *out, uint64_t value, uint64_t unit)
{
    uint64_t rest = value % unit, tenths = unit / 10;
    uint64_t decimal = rest / tenths + (rest % tenths >= (tenths + 1) / 2);

    words_thousands(out, value / unit + decimal / 10);
    buf_char(out, '.');
    buf_char(out, (char)('0' + decimal % 10));
}

/* Picks the unit so that rounding never shows "1000.0 kB". */
static void put_scaled(struct buf *out, uint64_t value, const char *const *units)
{
    uint64_t unit = 1;
    size_t i = 0;

    if (value < 1000) {
        buf_uint(out, value);
    } else {
        for (unit = 1000, i = 1; i < 4 && value / unit >= 1000 - (value % unit * 20 >= unit * 19); i++)
            unit *= 1000;
        put_tenths(out, value, unit);
    }
    buf_char(out, ' ');
    buf_string(out, units[i]);
}

void words_size(struct buf *out, uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};

    put_scaled(out, bytes, units);
}

void words_rate(struct buf *out, uint64_t bps)
{
    static const char *const units[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};

    put_scaled(out, bps, units);
}

static void put_padded(struct buf *out, uint64_t value, unsigned digits)
{
    for (uint64_t power = digits == 3 ? 100 : 10; power > 1 && value < power; power /= 10)
        buf_char(out, '0');
    buf_uint(out, value);
}

/* Seconds with milliseconds; from an hour on hours and minutes, since nobody reads 86399.123 s. */
void words_duration(struct buf *out, int64_t ns)
{
    uint64_t ms = ns > 0 ? ((uint64_t)ns + 500000) / 1000000 : 0;

    if (ms >= 3600000) {
        buf_uint(out, ms / 3600000);
        buf_string(out, " h ");
        put_padded(out, ms / 60000 % 60, 2);
        buf_string(out, " min");
        return;
    }
    if (ms >= 60000) {
        buf_uint(out, ms / 60000);
        buf_string(out, " min ");
        put_padded(out, ms / 1000 % 60, 2);
        buf_string(out, " s");
        return;
    }
    if (ms < 1000) {
        buf_uint(out, ms);
        buf_string(out, " ms");
        return;
    }
    buf_uint(out, ms / 1000);
    buf_char(out, '.');
    put_padded(out, ms % 1000, 3);
    buf_string(out, " s");
}

void words_count(struct buf *out, uint64_t count, const char *one, const char *many)
{
    words_thousands(out, count);
    buf_char(out, ' ');
    buf_string(out, count == 1 ? one : many);
}
