#include "monitor/output/json.h"

#include "monitor/output/utf8.h"

static const char hex_digits[] = "0123456789abcdef";

void json_free(struct json *json)
{
    buf_free(&json->out);
    *json = (struct json){0};
}

void json_reset(struct json *json)
{
    json->out.len = 0;
    json->comma = false;
}

/* Comma, key and colon: everything that stands before a value. */
static void put_key(struct json *json, const char *key, const char *suffix)
{
    if (json->comma)
        buf_char(&json->out, ',');
    json->comma = true;
    if (!key)
        return;
    buf_char(&json->out, '"');
    buf_string(&json->out, key);
    buf_string(&json->out, suffix);
    buf_bytes(&json->out, "\":", 2);
}

static void open_with(struct json *json, const char *key, char bracket)
{
    put_key(json, key, "");
    buf_char(&json->out, bracket);
    json->comma = false;
}

static void close_with(struct json *json, char bracket)
{
    buf_char(&json->out, bracket);
    json->comma = true;
}

void json_object(struct json *json, const char *key)
{
    open_with(json, key, '{');
}

void json_object_end(struct json *json)
{
    close_with(json, '}');
}

void json_array(struct json *json, const char *key)
{
    open_with(json, key, '[');
}

void json_array_end(struct json *json)
{
    close_with(json, ']');
}

void json_uint(struct json *json, const char *key, uint64_t value)
{
    put_key(json, key, "");
    buf_uint(&json->out, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
    put_key(json, key, "");
    buf_string(&json->out, value ? "true" : "false");
}

void json_ms(struct json *json, const char *key, int64_t ns)
{
    uint64_t us = ((uint64_t)ns + 500) / 1000;
    char digits[4] = {'.', (char)('0' + us / 100 % 10), (char)('0' + us / 10 % 10), (char)('0' + us % 10)};
    size_t len = us % 1000 == 0 ? 0 : us % 100 == 0 ? 2 : us % 10 == 0 ? 3 : 4;

    put_key(json, key, "");
    buf_uint(&json->out, us / 1000);
    buf_bytes(&json->out, digits, len);
}

void json_time(struct json *json, const char *key, int64_t time_ns)
{
    char text[STAMP_LEN];

    stamp_write(&json->stamp, time_ns, text);
    put_key(json, key, "");
    buf_char(&json->out, '"');
    buf_bytes(&json->out, text, sizeof text);
    buf_char(&json->out, '"');
}

/* Bytes that are copied in runs, unseen. */
static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void put_escape(struct buf *out, uint32_t code)
{
    static const char letters[] = "btn\0fr"; /* 0x08 to 0x0d */

    buf_char(out, '\\');
    if (code >= 0x08 && code <= 0x0d && code != 0x0b) {
        buf_char(out, letters[code - 0x08]);
    } else if (code == '"' || code == '\\') {
        buf_char(out, (char)code);
    } else {
        char escape[5] = {'u', hex_digits[code >> 12 & 15], hex_digits[code >> 8 & 15], hex_digits[code >> 4 & 15],
                          hex_digits[code & 15]};
        buf_bytes(out, escape, sizeof escape);
    }
}

static bool needs_escape(uint32_t code)
{
    if (code < 0xa0)
        return code >= 0x7f || code < 0x20 || code == '"' || code == '\\';
    return code == 0x61c || code == 0x200e || code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

/* One character that is not plain; returns the bytes it took. */
static size_t put_special(struct buf *out, const uint8_t *p, size_t n, bool *valid)
{
    uint32_t code = 0;
    size_t len = utf8_length(p, n, &code);

    if (len == 0) {
        *valid = false;
        buf_bytes(out, "\xef\xbf\xbd", 3);
        return 1;
    }
    if (needs_escape(code))
        put_escape(out, code);
    else
        buf_bytes(out, p, len);
    return len;
}

bool json_wire(struct json *json, const char *key, struct fsc_span text)
{
    bool valid = true;
    size_t at = 0;

    put_key(json, key, "");
    buf_char(&json->out, '"');
    while (at < text.n) {
        size_t run = at;

        while (run < text.n && is_plain(text.p[run]))
            run++;
        buf_bytes(&json->out, text.p + at, run - at);
        at = run;
        if (at < text.n)
            at += put_special(&json->out, text.p + at, text.n - at, &valid);
    }
    buf_char(&json->out, '"');
    return valid;
}

bool json_valid(struct fsc_span text)
{
    uint32_t code;

    for (size_t at = 0, len = 0; at < text.n; at += len) {
        len = utf8_length(text.p + at, text.n - at, &code);
        if (len == 0)
            return false;
    }
    return true;
}

void json_string(struct json *json, const char *key, const char *text)
{
    json_wire(json, key, (struct fsc_span){(const uint8_t *)text, strlen(text)});
}

static void put_hex(struct json *json, const char *key, const char *suffix, struct fsc_span bytes)
{
    put_key(json, key, suffix);
    buf_char(&json->out, '"');
    for (size_t i = 0; i < bytes.n; i++) {
        buf_char(&json->out, hex_digits[bytes.p[i] >> 4]);
        buf_char(&json->out, hex_digits[bytes.p[i] & 15]);
    }
    buf_char(&json->out, '"');
}

void json_hex(struct json *json, const char *key, struct fsc_span bytes)
{
    put_hex(json, key, "", bytes);
}

void json_text(struct json *json, const char *key, struct fsc_span text)
{
    if (text.n > 0 && !json_wire(json, key, text))
        put_hex(json, key, "_hex", text);
}
