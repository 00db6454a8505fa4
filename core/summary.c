/* summary.c - the sentence of a finding: its template with the facts filled in. */
#include "core/ftpscope.h"

#include <string.h>

struct writer {
    char *buf;
    size_t cap, len;
};

static void put(struct writer *w, const char *text, size_t n)
{
    size_t room = w->cap - 1 - w->len;

    if (n > room)
        n = room;
    memcpy(w->buf + w->len, text, n);
    w->len += n;
}

static void put_number(struct writer *w, uint64_t value)
{
    char digits[32];
    size_t n = sizeof(digits), group = 0;

    do {
        if (group == 3) {
            digits[--n] = ',';
            group = 0;
        }
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
        group++;
    } while (value > 0);
    put(w, digits + n, sizeof(digits) - n);
}

static void put_plain(struct writer *w, uint64_t value)
{
    char digits[24];
    size_t n = sizeof(digits);

    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    put(w, digits + n, sizeof(digits) - n);
}

/* "3.0 s", "75 s", "12 min" */
static void put_duration(struct writer *w, int64_t ns)
{
    uint64_t ms = ns > 0 ? (uint64_t)ns / 1000000u : 0;

    if (ms < 10000) {
        put_plain(w, ms / 1000);
        put(w, ".", 1);
        put_plain(w, ms / 100 % 10);
        put(w, " s", 2);
    } else if (ms < 180000) {
        put_plain(w, ms / 1000);
        put(w, " s", 2);
    } else {
        put_plain(w, ms / 60000);
        put(w, " min", 4);
    }
}

static void put_endpoint(struct writer *w, const struct fsc_endpoint *e, bool with_port)
{
    char text[80];
    size_t n = with_port ? fsc_endpoint_text(e, text, sizeof(text)) : fsc_addr_text(&e->addr, text, sizeof(text));

    put(w, text, n);
}

static void put_fact(struct writer *w, const struct fsc_finding *f, const char *name, size_t n)
{
    static const char *const names[] = {"endpoint", "endpoint2", "address",  "address2", "port",    "port2",
                                        "number",   "number2",   "duration", "code",     "command", "text"};
    size_t i = 0;
    const char *words;

    while (i < sizeof(names) / sizeof(names[0]) && (strlen(names[i]) != n || memcmp(names[i], name, n) != 0))
        i++;
    switch (i) {
    case 0:
    case 1:
        put_endpoint(w, i == 0 ? &f->endpoint : &f->endpoint2, true);
        break;
    case 2:
    case 3:
        put_endpoint(w, i == 2 ? &f->endpoint : &f->endpoint2, false);
        break;
    case 4:
    case 5:
        put_plain(w, i == 4 ? f->endpoint.port : f->endpoint2.port);
        break;
    case 6:
    case 7:
        put_number(w, i == 6 ? f->number : f->number2);
        break;
    case 8:
        put_duration(w, f->duration_ns);
        break;
    case 9:
        put_plain(w, f->code);
        break;
    case 10:
        words = fsc_verb_info(f->verb)->name;
        put(w, words, strlen(words));
        break;
    default:
        words = fsc_explain(f->code, f->verb, f->text).meaning;
        put(w, words, strlen(words));
        break;
    }
}

size_t fsc_template_fill(const char *template_text, const struct fsc_finding *f, char *buf, size_t cap)
{
    struct writer w = {buf, cap, 0};

    while (*template_text != '\0') {
        const char *end = *template_text == '{' ? memchr(template_text, '}', strlen(template_text)) : NULL;
        if (end == NULL) {
            put(&w, template_text, 1);
            template_text++;
            continue;
        }
        put_fact(&w, f, template_text + 1, (size_t)(end - template_text - 1));
        template_text = end + 1;
    }
    buf[w.len] = '\0';
    return w.len;
}

size_t fsc_finding_summary(const struct fsc_finding *finding, char *buf, size_t cap)
{
    return fsc_template_fill(finding->cause, finding, buf, cap);
}

size_t fsc_finding_advice(const struct fsc_finding *finding, char *buf, size_t cap)
{
    return fsc_template_fill(finding->advice, finding, buf, cap);
}
