/*
 * fuzz_pipeline.c - connections between a few hosts, from frames to records in both output formats. The frames are well
 * formed, so that the fuzzer's bytes reach the lines, TLS records, announcements and data connections.
 *
 * Input: records of [connection and flags][length][bytes]. Bits 0-2 choose the connection: 0 control, 1 to port 2121, 2
 * to 6 data connections on ports 256 to 260 (from the client or, with 6, from the server), 7 control of another client.
 * Bit 3: the server sends. Bits 4-6: 0 data, 1 SYN, 2 FIN, 3 RST, 4 a hole before the data, 5 the data once more, 6 cut
 * by the snap length, 7 ten seconds later.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/output/ndjson.h"
#include "monitor/output/text.h"
#include "pipeline/pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONNECTIONS = 8, HEADERS = 40, LINK_RAW = 101 };
enum { ACT_DATA, ACT_SYN, ACT_FIN, ACT_RST, ACT_HOLE, ACT_AGAIN, ACT_CUT, ACT_LATER };
enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_RST = 4, FLAG_ACK = 16 };

struct stage {
    struct pipeline *pipeline;
    uint32_t next[CONNECTIONS][2]; /* sequence numbers by sender: 0 initiator's side, 1 the other */
    uint64_t frame;
    int64_t time_ns;
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

static void put_addresses(uint8_t *ip, unsigned connection, bool server_sends)
{
    const uint8_t client[4] = {10, 0, 0, connection == 7 ? 3 : 1}, server[4] = {10, 0, 0, 2};

    memcpy(ip + 12, server_sends ? server : client, 4);
    memcpy(ip + 16, server_sends ? client : server, 4);
}

static void put_ports(uint8_t *tcp, unsigned connection, bool server_sends)
{
    bool control = connection < 2 || connection == 7;
    unsigned server = connection == 1 ? 2121 : control ? 21 : connection == 6 ? 20 : 254 + connection;
    unsigned client = connection == 6 ? 260 : 1024 + connection;

    put16(tcp, server_sends ? server : client);
    put16(tcp + 2, server_sends ? client : server);
}

static void push(struct stage *stage, unsigned connection, bool server_sends, unsigned act, struct fsc_span bytes)
{
    uint8_t frame[HEADERS + 256] = {0x45};
    uint8_t *tcp = frame + 20;
    uint32_t *own = &stage->next[connection][server_sends], peer = stage->next[connection][!server_sends];
    unsigned flags = act == ACT_SYN ? FLAG_SYN : act == ACT_FIN ? FLAG_FIN : act == ACT_RST ? FLAG_RST : 0;

    if (act == ACT_HOLE)
        *own += 100;
    put16(frame + 2, (unsigned)(HEADERS + bytes.n));
    frame[8] = 64;
    frame[9] = 6;
    put_addresses(frame, connection, server_sends);
    put_ports(tcp, connection, server_sends);
    put32(tcp + 4, act == ACT_AGAIN ? *own - (uint32_t)bytes.n : act == ACT_SYN ? *own - 1 : *own);
    put32(tcp + 8, peer);
    tcp[12] = 0x50;
    tcp[13] = (uint8_t)(flags | (act == ACT_SYN && !server_sends ? 0 : FLAG_ACK));
    if (bytes.n > 0)
        memcpy(frame + HEADERS, bytes.p, bytes.n);
    if (act != ACT_AGAIN)
        *own += (uint32_t)bytes.n + (act == ACT_FIN);
    stage->time_ns += act == ACT_LATER ? INT64_C(10000000000) : 1000000;
    size_t captured = HEADERS + bytes.n - (act == ACT_CUT ? bytes.n / 2 : 0);
    uint8_t *exact = malloc(captured);
    if (exact == NULL)
        return;
    memcpy(exact, frame, captured);
    pipeline_push(stage->pipeline, LINK_RAW, (struct fsc_span){exact, captured}, HEADERS + bytes.n, ++stage->frame,
                  stage->time_ns);
    free(exact);
}

static void play(const struct sink *sink, const uint8_t *data, size_t size)
{
    static const struct pipeline_config config = {.hash_seed = 1};
    struct stage stage = {.pipeline = pipeline_new(&config, sink, "fuzz"), .time_ns = INT64_C(1000000000000)};

    for (unsigned i = 0; i < CONNECTIONS; i++)
        stage.next[i][0] = stage.next[i][1] = 1000;
    while (size >= 2) {
        size_t n = data[1] < size - 2 ? data[1] : size - 2;
        push(&stage, data[0] & 7, (data[0] & 8) != 0, data[0] >> 4 & 7, (struct fsc_span){data + 2, n});
        data += 2 + n;
        size -= 2 + n;
    }
    pipeline_end(stage.pipeline);
    pipeline_free(&stage.pipeline);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    struct text_options options = {.color = true, .columns = 60};

    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "w");
    if (nowhere == NULL)
        return 0;
    struct ndjson *ndjson = ndjson_new(nowhere, false);
    struct sink records = ndjson_sink(ndjson);
    play(&records, data, size);
    ndjson_free(&ndjson);
    struct text *text = text_new(nowhere, &options);
    struct sink lines = text_sink(text);
    play(&lines, data, size);
    text_finish(text);
    text_free(&text);
    return 0;
}
