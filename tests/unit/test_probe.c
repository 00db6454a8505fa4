/* test_probe.c - what the pipeline takes for a control connection: bounds, and every way to cut the first words. */
#include "pipeline/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINK_RAW = 101, HEADERS = 40, FIRST_BYTE = 1001, CLIENT = 0, SERVER = 1 };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

/* A client of many ports, a server on port 2121, and what the sink heard. */
struct stage {
    struct pipeline *pipeline;
    struct sink sink;
    uint64_t frame;
    uint16_t client_port;
    uint32_t sent[2]; /* of the current connection */
    unsigned sessions, greetings;
    uint64_t greeting_frame, command_frame;
    char answer[32]; /* to USER */
};

static void put16(uint8_t *p, unsigned value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static void put32(uint8_t *p, uint32_t value)
{
    put16(p, value >> 16);
    put16(p + 2, value & 0xffff);
}

static void send_bytes(struct stage *s, int from, unsigned flags, const void *bytes, size_t n)
{
    uint8_t *frame = g_malloc0(HEADERS + n), *tcp = frame + 20;
    frame[0] = 0x45;
    put16(frame + 2, (unsigned)(HEADERS + n));
    frame[8] = 64;
    frame[9] = 6;
    memcpy(frame + 12, from == CLIENT ? "\x0a\0\0\1\x0a\0\0\2" : "\x0a\0\0\2\x0a\0\0\1", 8);
    put16(tcp, from == CLIENT ? s->client_port : 2121);
    put16(tcp + 2, from == CLIENT ? 2121 : s->client_port);
    put32(tcp + 4, FIRST_BYTE + s->sent[from] - ((flags & SYN) != 0 ? 1 : 0));
    put32(tcp + 8, FIRST_BYTE + s->sent[!from]);
    tcp[12] = 0x50;
    tcp[13] = (uint8_t)(flags | (flags == SYN && from == CLIENT ? 0 : ACK));
    if (n > 0)
        memcpy(frame + HEADERS, bytes, n);
    s->sent[from] += (uint32_t)n;
    s->frame++;
    pipeline_push(s->pipeline, LINK_RAW, (struct fsc_span){frame, HEADERS + n}, HEADERS + n, s->frame,
                  (int64_t)s->frame * 1000000);
    g_free(frame);
}

static void send_text(struct stage *s, int from, const char *text)
{
    send_bytes(s, from, 0, text, strlen(text));
}

static void connect_from(struct stage *s, unsigned client_port)
{
    s->client_port = (uint16_t)client_port;
    s->sent[0] = s->sent[1] = 0;
    send_bytes(s, CLIENT, SYN, NULL, 0);
    send_bytes(s, SERVER, SYN, NULL, 0);
    send_bytes(s, CLIENT, 0, NULL, 0);
}

static void hear_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct stage *s = state;
    (void)envelope;
    if (record->verb == FSC_VERB_USER && record->reply_count > 0) {
        s->command_frame = record->command_frame;
        fsc_text_printable(record->replies[0].text, s->answer, sizeof s->answer);
    }
    if (record->verb != FSC_VERB_NONE)
        return;
    s->greetings++;
    s->greeting_frame = record->replies[0].frame;
}

static void hear_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct stage *s = state;
    (void)envelope;
    (void)record;
    s->sessions++;
}

static void begin(struct stage *s)
{
    static const struct pipeline_config config = {.hash_seed = 1};
    *s = (struct stage){.sink = {.state = s, .ftp = hear_ftp, .session = hear_session}};
    s->pipeline = pipeline_new(&config, &s->sink, NULL);
}

static struct pipeline_totals end(struct stage *s)
{
    pipeline_end(s->pipeline);
    struct pipeline_totals totals = pipeline_totals(s->pipeline);
    pipeline_free(&s->pipeline);
    return totals;
}

static const char greeting[] = "120 Soon.\r\n220-Hello,\r\n 221 world\n220-\r\n220 Ready.\r\n";

/* The first words of both ends in random pieces, the client's before the server's, behind them, or between. */
static void send_in_pieces(struct stage *s, GRand *random, const char *command)
{
    const char *left[2] = {command, greeting};
    while (left[0][0] != '\0' || left[1][0] != '\0') {
        int from = left[1][0] == '\0' ? CLIENT : left[0][0] == '\0' ? SERVER : g_rand_int_range(random, 0, 2);
        size_t n = (size_t)g_rand_int_range(random, 1, 1 + (gint)MIN(strlen(left[from]), 12));
        send_bytes(s, from, 0, left[from], n);
        left[from] += n;
    }
}

static void how_words_are_cut_does_not_matter(void **state)
{
    (void)state;
    GRand *random = g_rand_new_with_seed(2121);
    for (int i = 0; i < 2000; i++) {
        struct stage s;
        bool ftp = i % 2 == 0;
        begin(&s);
        connect_from(&s, 1024);
        send_in_pieces(&s, random, ftp ? "\xff\xf1USER joe\r\nPASS x\r\n" : "EHLO joe\r\nUSER joe\r\n");
        end(&s);
        assert_int_equal(s.sessions, ftp ? 1 : 0);
    }
    g_rand_free(random);
}

/* Records tell the frames and the times of the wire, not those of the decision. */
static void lines_keep_the_frames_that_ended_them(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    connect_from(&s, 1024);
    send_text(&s, SERVER, "220-a\r\n220 R");
    send_text(&s, CLIENT, "US");
    send_text(&s, SERVER, "eady.\r\n"); /* frame 6 */
    send_text(&s, CLIENT, "E");
    send_text(&s, SERVER, "230 Earl");
    send_text(&s, CLIENT, "R joe\r\n"); /* frame 9 */
    assert_int_equal(s.greetings, 1);
    assert_int_equal(s.greeting_frame, 6);
    send_text(&s, SERVER, "y.\r\n");
    end(&s);
    assert_int_equal(s.command_frame, 9);
    assert_string_equal(s.answer, "Early.");
    assert_int_equal(s.sessions, 1);
}

/* Bytes one at a time cost no more than bytes at once: what is kept of a probe is bounded by its lines. */
static void the_longest_greeting_byte_by_byte(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    connect_from(&s, 1024);
    send_text(&s, SERVER, "220-");
    for (int i = 0; i < PROBE_BYTES_MAX - 16; i++)
        send_text(&s, SERVER, i % 64 == 63 ? "\n" : "x");
    send_text(&s, SERVER, "\n220 x\r\n");
    send_text(&s, CLIENT, "USER joe\r\n");
    assert_int_equal(s.greetings, 1);
    assert_int_equal(g_queue_get_length(s.pipeline->probes), 0);
    connect_from(&s, 1025);
    send_text(&s, SERVER, "220-");
    for (int i = 0; i < PROBE_BYTES_MAX; i++)
        send_text(&s, SERVER, i % 64 == 63 ? "\n" : "x");
    assert_int_equal(g_queue_get_length(s.pipeline->probes), 0);
    struct pipeline_totals totals = end(&s);
    assert_int_equal(s.sessions, 1);
    assert_int_equal(totals.evicted, 0);
}

/* More banners than are kept: the oldest goes, and the totals tell; not of one that is over. */
static void the_oldest_of_too_many_probes_goes(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    connect_from(&s, 1023);
    send_text(&s, SERVER, "220 Over.\r\n");
    send_bytes(&s, SERVER, RST, NULL, 0);
    for (unsigned i = 0; i <= PROBES_MAX; i++) {
        connect_from(&s, 1024 + i);
        send_text(&s, SERVER, "220 Ready.\r\n");
    }
    assert_int_equal(g_queue_get_length(s.pipeline->probes), PROBES_MAX);
    s.client_port = 1024;
    s.sent[0] = 0;
    send_text(&s, CLIENT, "USER joe\r\n");
    assert_int_equal(s.greetings, 0);
    s.client_port = 1025;
    s.sent[0] = 0;
    send_text(&s, CLIENT, "USER joe\r\n");
    assert_int_equal(s.greetings, 1);
    struct pipeline_totals totals = end(&s);
    assert_int_equal(s.sessions, 1);
    assert_int_equal(totals.evicted, 1);
}

static void named_ports_are_the_only_ones(void **state)
{
    (void)state;
    static const struct pipeline_config config = {.ports = {21}, .port_count = 1, .hash_seed = 1};
    const struct sink sink = {.state = NULL};
    struct stage s = {.pipeline = pipeline_new(&config, &sink, NULL)};
    connect_from(&s, 1024);
    send_text(&s, SERVER, "220 Ready.\r\n");
    send_text(&s, CLIENT, "USER joe\r\n");
    pipeline_end(s.pipeline);
    assert_int_equal(pipeline_totals(s.pipeline).sessions, 0);
    pipeline_free(&s.pipeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_words_are_cut_does_not_matter), cmocka_unit_test(lines_keep_the_frames_that_ended_them),
        cmocka_unit_test(the_longest_greeting_byte_by_byte), cmocka_unit_test(the_oldest_of_too_many_probes_goes),
        cmocka_unit_test(named_ports_are_the_only_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
