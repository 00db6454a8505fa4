#include "monitor/tui/format.h"

#include <glib.h>
#include <string.h>
#include <time.h>

#include "core/ftpscope.h"
#include "monitor/output/words.h"

static const int64_t second_ns = 1000000000;

void format_amount(char *buf, size_t cap, uint64_t value)
{
    static const char units[] = " kMGTPE";
    double scaled = (double)value;
    size_t unit = 0;

    if (value < 1000) {
        g_snprintf(buf, cap, "%u", (unsigned)value);
        return;
    }
    for (; scaled >= 999.5 && units[unit + 1] != '\0'; unit++)
        scaled /= 1000;
    g_snprintf(buf, cap, scaled < 99.95 ? "%.1f%c" : "%.0f%c", scaled, units[unit]);
}

/* The words of the outputs, which write into a growing buffer. */
static void format_words(char *buf, size_t cap, void (*words)(struct buf *, uint64_t), uint64_t value)
{
    struct buf out = {0};

    words(&out, value);
    g_snprintf(buf, cap, "%.*s", (int)out.len, out.data);
    buf_free(&out);
}

void format_thousands(char *buf, size_t cap, uint64_t value)
{
    format_words(buf, cap, words_thousands, value);
}

void format_size(char *buf, size_t cap, uint64_t bytes)
{
    format_words(buf, cap, words_size, bytes);
}

void format_rate(char *buf, size_t cap, uint64_t bps)
{
    format_words(buf, cap, words_rate, bps);
}

void format_age(char *buf, size_t cap, int64_t ns)
{
    unsigned long long s = ns > 0 ? (unsigned long long)(ns / second_ns) : 0;

    if (s < 60)
        g_snprintf(buf, cap, "%llus", s);
    else if (s < 3600)
        g_snprintf(buf, cap, "%llum", s / 60);
    else if (s < 86400)
        g_snprintf(buf, cap, "%lluh%02llu", s / 3600, s / 60 % 60);
    else if (s < 864000)
        g_snprintf(buf, cap, "%llud%lluh", s / 86400, s / 3600 % 24);
    else
        g_snprintf(buf, cap, "%llud", s / 86400);
}

void format_seconds(char *buf, size_t cap, int64_t ns)
{
    double seconds = (double)ns / 1e9;
    int decimals = ns < 100 * second_ns ? 3 : ns < 10000 * second_ns ? 1 : 0;

    g_snprintf(buf, cap, "%.*f", decimals, seconds);
}

void format_clock(char *buf, size_t cap, int64_t ns, bool utc, bool day)
{
    int64_t rest = ns % second_ns;
    time_t seconds = (time_t)(ns / second_ns - (rest < 0));
    unsigned ms = (unsigned)((rest < 0 ? rest + second_ns : rest) / 1000000);
    struct tm tm = {0};
    char text[64];

    if (utc)
        (void)gmtime_r(&seconds, &tm);
    else
        (void)localtime_r(&seconds, &tm);
    (void)strftime(text, sizeof(text), day ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", &tm);
    g_snprintf(buf, cap, "%s.%03u", text, ms);
}

void format_host(char *buf, size_t cap, const struct fsc_endpoint *endpoint)
{
    if (endpoint->addr.kind == FSC_ADDR_NONE || fsc_addr_text(&endpoint->addr, buf, cap) == 0)
        g_strlcpy(buf, "?", cap);
}

void format_endpoint(char *buf, size_t cap, const struct fsc_endpoint *endpoint)
{
    if (endpoint->addr.kind == FSC_ADDR_NONE || fsc_endpoint_text(endpoint, buf, cap) == 0)
        g_strlcpy(buf, "?", cap);
}

/* Whole characters only: what does not fit is left out. */
static size_t append(char *buf, size_t cap, size_t at, const char *text)
{
    size_t n = strlen(text);

    if (at + n >= cap)
        return at;
    memcpy(buf + at, text, n + 1);
    return at + n;
}

void format_bar(char *buf, size_t cap, int width, uint64_t done, uint64_t whole, bool utf8)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    double share = whole == 0 ? 0 : MIN(1.0, (double)done / (double)whole);
    int steps = (int)(share * width * 8 + 0.5);
    size_t at = 0;

    buf[0] = '\0';
    for (int i = 0; i < width; i++) {
        int here = CLAMP(steps - 8 * i, 0, 8);
        if (utf8)
            at = append(buf, cap, at, here > 0 ? eighths[here] : "░");
        else
            at = append(buf, cap, at, here >= 4 ? "#" : "-");
    }
}

void format_spark(char *buf, size_t cap, int width, const uint64_t *samples, size_t count, bool utf8)
{
    static const char *const high[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const low[] = {" ", "_", ".", ",", "-", "=", "+", "*", "#"};
    size_t shown = MIN(count, (size_t)MAX(width, 0)), at = 0;
    uint64_t greatest = 0;

    buf[0] = '\0';
    for (size_t i = count - shown; i < count; i++)
        greatest = MAX(greatest, samples[i]);
    for (size_t i = count - shown; i < count; i++) {
        double share = greatest == 0 ? 0 : (double)samples[i] / (double)greatest;
        size_t level = samples[i] == 0 ? 0 : CLAMP((size_t)(share * 8 + 0.5), 1, 8);
        at = append(buf, cap, at, utf8 ? high[level] : low[level]);
    }
}

void format_escape_bytes(char *buf, size_t cap, const char *text, size_t n)
{
    (void)fsc_text_printable((struct fsc_span){(const uint8_t *)text, n}, buf, cap);
}

void format_escape(char *buf, size_t cap, const char *text)
{
    format_escape_bytes(buf, cap, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

char *format_escaped(const char *text, size_t n)
{
    size_t cap = 4 * n + 1;
    char *buf = g_malloc(cap);

    format_escape_bytes(buf, cap, text, n);
    return buf;
}

unsigned format_percent(uint64_t done, uint64_t whole)
{
    if (whole == 0)
        return 0;
    return done >= whole ? 100 : (unsigned)((double)done * 100 / (double)whole);
}
