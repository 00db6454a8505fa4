/*
 * transcripts.c - plays transcripts through the monitor's own line splitting and compares the notes with the golden
 * ones: as delivered, cut at every byte, byte by byte, with every line twice, and with a session block that moves.
 *
 * usage: transcripts [--update] FILE...
 *
 * The calls that monitor/conversation.c makes to the session are recorded on their way (the linker's --wrap), so that
 * the same lines can be given to other sessions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/internal.h"
#include "tests/transcripts/note_text.h"
#include "tests/transcripts/script.h"

/* ---- recording ---- */

enum event_kind { EVENT_STEP, EVENT_GAP, EVENT_CLEAR };

struct event {
    enum event_kind kind;
    struct fsc_input in; /* EVENT_STEP; its text is in `bytes` */
    enum fsc_dir dir;
    uint64_t pos;
    GString *bytes;
};

static GPtrArray *recorded;

static void event_free(gpointer data)
{
    struct event *event = data;

    if (event->bytes != NULL)
        g_string_free(event->bytes, TRUE);
    g_free(event);
}

static struct event *record(enum event_kind kind, enum fsc_dir dir, uint64_t pos)
{
    struct event *event = g_new0(struct event, 1);

    event->kind = kind;
    event->dir = dir;
    event->pos = pos;
    g_ptr_array_add(recorded, event);
    return event;
}

/* Reserved names, but they are the linker's. */
enum fsc_step __real_fsc_session_step(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note);
enum fsc_step __wrap_fsc_session_step(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note);
void __real_fsc_session_gap(struct fsc_session *session, enum fsc_dir dir, uint64_t pos);
void __wrap_fsc_session_gap(struct fsc_session *session, enum fsc_dir dir, uint64_t pos);
void __real_fsc_session_clear(struct fsc_session *session, enum fsc_dir dir, uint64_t pos);
void __wrap_fsc_session_clear(struct fsc_session *session, enum fsc_dir dir, uint64_t pos);

enum fsc_step __wrap_fsc_session_step(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note)
{
    struct event *event = record(EVENT_STEP, in->dir, in->pos);

    event->in = *in;
    event->in.command = NULL;
    event->bytes = g_string_new_len((const gchar *)in->text.p, (gssize)in->text.n);
    event->in.text = (struct fsc_span){(const uint8_t *)event->bytes->str, in->text.n};
    return __real_fsc_session_step(session, in, note);
}

void __wrap_fsc_session_gap(struct fsc_session *session, enum fsc_dir dir, uint64_t pos)
{
    record(EVENT_GAP, dir, pos);
    __real_fsc_session_gap(session, dir, pos);
}

void __wrap_fsc_session_clear(struct fsc_session *session, enum fsc_dir dir, uint64_t pos)
{
    record(EVENT_CLEAR, dir, pos);
    __real_fsc_session_clear(session, dir, pos);
}

/* ---- the monitor ---- */

static const char *current_path;
static unsigned failures;

static void fail(const char *what, size_t at)
{
    if (++failures <= 20)
        fprintf(stderr, "%s: %s (at byte %zu)\n", current_path, what, at);
}

static bool holds(const char *text, size_t len, const GPtrArray *secrets)
{
    for (guint i = 0; i < secrets->len; i++) {
        const GString *secret = secrets->pdata[i];
        for (size_t k = 0; k + secret->len <= len; k++)
            if (memcmp(text + k, secret->str, secret->len) == 0)
                return true;
    }
    return false;
}

/* An output shows what is not marked as secret; of a secret with an unknown word, not even the word. */
static void check_record(void *state, const struct record_envelope *envelope, const struct record_ftp *record_ftp)
{
    const struct script *script = state;
    struct fsc_span shown[] = {record_ftp->user, record_ftp->cwd, record_ftp->verb_text, record_ftp->argument};
    size_t count = !record_ftp->secret ? 4 : record_ftp->verb == FSC_VERB_UNKNOWN ? 2 : 3;

    (void)envelope;
    for (size_t i = 0; i < count; i++)
        if (holds((const char *)shown[i].p, shown[i].n, script->secrets))
            fail("a record shows a secret", record_ftp->tx);
    for (size_t i = 0; i < record_ftp->reply_count; i++)
        if (holds((const char *)record_ftp->replies[i].text.p, record_ftp->replies[i].text.n, script->secrets))
            fail("a reply of a record shows a secret", record_ftp->tx);
}

static struct fsc_session_config config_of(const struct script *script)
{
    return (struct fsc_session_config){
        .client = {{FSC_ADDR_V4, {198, 51, 100, 10}}, 40000},
        .server = {{FSC_ADDR_V4, {203, 0, 113, 21}}, script->server_port},
        .saw_start = script->saw_start,
        .implicit_tls = script->server_port == 990,
    };
}

struct cutter {
    struct conversation *conversation;
    size_t cut; /* offset in all bytes where a segment ends; 0: none */
    bool every_byte;
    size_t seen; /* bytes given so far */
    struct net_packet packet;
};

static void give(struct cutter *cutter, const struct chunk *chunk, size_t from, size_t to)
{
    /* A copy of the exact size, so that the address sanitizer sees a read past its end. */
    uint8_t *exact = g_malloc(to - from + 1);

    memcpy(exact, chunk->bytes->str + from, to - from);
    exact = g_realloc(exact, MAX(to - from, 1));
    conversation_bytes(cutter->conversation, (int)chunk->dir, chunk->pos + from, (struct fsc_span){exact, to - from},
                       chunk->ack, &cutter->packet);
    g_free(exact);
}

static void give_chunk(struct cutter *cutter, const struct chunk *chunk)
{
    size_t len = chunk->bytes->len;

    if (cutter->every_byte) {
        for (size_t i = 0; i < len; i++)
            give(cutter, chunk, i, i + 1);
    } else if (cutter->cut > cutter->seen && cutter->cut < cutter->seen + len) {
        give(cutter, chunk, 0, cutter->cut - cutter->seen);
        give(cutter, chunk, cutter->cut - cutter->seen, len);
    } else {
        give(cutter, chunk, 0, len);
    }
    cutter->seen += len;
}

static GPtrArray *play(struct script *script, size_t cut, bool every_byte)
{
    struct pipeline_config pipeline_config = {.hash_seed = 1};
    struct sink sink = {.state = script, .ftp = check_record};
    struct pipeline *pipeline = pipeline_new(&pipeline_config, &sink, NULL);
    struct fsc_session_config config = config_of(script);
    struct net_flow flow = {.id = 1, .first_half_certain = script->saw_start, .first_fin = -1, .first_rst = -1};
    struct cutter cutter = {.cut = cut, .every_byte = every_byte};

    flow.half[0].from = config.client;
    flow.half[1].from = config.server;
    recorded = g_ptr_array_new_with_free_func(event_free);
    cutter.conversation = conversation_open(pipeline, &flow);
    for (guint i = 0; i < script->chunks->len; i++) {
        const struct chunk *chunk = script->chunks->pdata[i];
        cutter.packet.frame = i + 1;
        cutter.packet.time_ns = (int64_t)(i + 1) * 1000000;
        if (chunk->bytes != NULL)
            give_chunk(&cutter, chunk);
        else
            conversation_gap(cutter.conversation, (int)chunk->dir, chunk->pos, chunk->gap_len, &cutter.packet);
    }
    conversation_end(cutter.conversation, "capture_end");
    conversation_free(cutter.conversation);
    pipeline_free(&pipeline);
    GPtrArray *events = recorded;
    recorded = NULL;
    return events;
}

/* ---- notes ---- */

enum manner {
    MANNER_PLAIN,  /* a block that is large enough from the start */
    MANNER_MOVING, /* the smallest block, before each line a new one of just the room needed */
    MANNER_TWICE,  /* every line again right behind itself, and behind the next one */
};

struct player {
    enum manner manner;
    struct fsc_session *session;
    struct note_memory memory;
    GString *out;
    const struct event *before;
};

/* The old place is filled with rubbish: a pointer into it would show. */
static void move(struct player *player, size_t text_len)
{
    size_t capacity = fsc_session_capacity(player->session), room = fsc_session_room(player->session, text_len);
    size_t size = MAX(capacity, room);
    struct fsc_session *fresh = fsc_session_move(g_malloc(size), size, player->session);

    memset(player->session, 0xa5, capacity);
    g_free(player->session);
    player->session = fresh;
}

static void again(struct player *player, const struct event *event)
{
    struct fsc_note note;

    if (event != NULL && __real_fsc_session_step(player->session, &event->in, &note) != FSC_STEP_LATE)
        fail("a line given twice is not late", (size_t)event->in.pos);
}

static void play_event(struct player *player, const struct event *event)
{
    struct fsc_note note;

    if (player->manner == MANNER_MOVING)
        move(player, event->in.text.n);
    switch (event->kind) {
    case EVENT_GAP:
        __real_fsc_session_gap(player->session, event->dir, event->pos);
        return;
    case EVENT_CLEAR:
        __real_fsc_session_clear(player->session, event->dir, event->pos);
        player->before = NULL; /* positions begin anew */
        return;
    case EVENT_STEP:
        break;
    }
    __real_fsc_session_step(player->session, &event->in, &note);
    note_text(player->session, &event->in, &note, &player->memory, player->out);
    if (player->manner == MANNER_TWICE) {
        again(player, event);
        again(player, player->before);
        player->before = event;
    }
}

static GString *notes_of(const struct script *script, const GPtrArray *events, enum manner manner)
{
    size_t size = manner == MANNER_MOVING ? fsc_session_size() : 1u << 20;
    struct fsc_session_config config = config_of(script);
    struct player player = {.manner = manner, .out = g_string_new(NULL)};
    struct fsc_note note;

    player.session = fsc_session_init(g_malloc(size), size, &config);
    note_memory_init(&player.memory);
    player.memory.phase = script->saw_start ? FSC_PHASE_GREETING : FSC_PHASE_UNKNOWN;
    for (guint i = 0; i < events->len; i++)
        play_event(&player, events->pdata[i]);
    if (manner == MANNER_MOVING)
        move(&player, 0);
    while (fsc_session_unanswered(player.session, &note))
        note_text(player.session, NULL, &note, &player.memory, player.out);
    g_free(player.session);
    note_memory_free(&player.memory);
    if (holds(player.out->str, player.out->len, script->secrets))
        fail("a note shows a secret", 0);
    return player.out;
}

/* ---- comparing ---- */

/* The first line that differs tells more than both texts. */
static void compare(const char *what, size_t at, const char *golden, const GString *notes)
{
    const char *a = golden, *b = notes->str;
    size_t i = 0, line = 0;

    if (strcmp(a, b) == 0)
        return;
    fail(what, at);
    if (failures > 20)
        return;
    for (; a[i] != '\0' && a[i] == b[i]; i++)
        if (a[i] == '\n')
            line = i + 1;
    fprintf(stderr, "  expected: %.*s\n  got:      %.*s\n", (int)strcspn(a + line, "\n"), a + line,
            (int)strcspn(b + line, "\n"), b + line);
}

static void try_cut(struct script *script, size_t cut, bool every_byte)
{
    GPtrArray *events = play(script, cut, every_byte);
    GString *notes = notes_of(script, events, MANNER_PLAIN);

    compare(every_byte ? "other notes when delivered byte by byte" : "other notes when cut", cut, script->golden,
            notes);
    g_string_free(notes, TRUE);
    g_ptr_array_free(events, TRUE);
}

static size_t size_of(const struct script *script)
{
    size_t sum = 0;

    for (guint i = 0; i < script->chunks->len; i++) {
        const struct chunk *chunk = script->chunks->pdata[i];
        sum += chunk->bytes != NULL ? chunk->bytes->len : 0;
    }
    return sum;
}

/* Every byte; of a very large transcript those near the limits of a line, and a sample. */
static bool is_cut(size_t cut, size_t total)
{
    size_t off = cut % FSC_LINE_MAX;

    return total < 10000 || cut < 200 || total - cut < 200 || off < 100 || off > FSC_LINE_MAX - 100 || cut % 997 == 0;
}

static void check(struct script *script)
{
    GPtrArray *events = play(script, 0, false);
    GString *plain = notes_of(script, events, MANNER_PLAIN);
    GString *moving = notes_of(script, events, MANNER_MOVING);
    GString *twice = notes_of(script, events, MANNER_TWICE);
    size_t total = size_of(script);

    compare("other notes", 0, script->golden, plain);
    compare("other notes when the block moves", 0, plain->str, moving);
    compare("other notes when every line comes twice", 0, plain->str, twice);
    g_string_free(moving, TRUE);
    g_string_free(twice, TRUE);
    g_ptr_array_free(events, TRUE);
    if (strcmp(plain->str, script->golden) == 0) {
        for (size_t cut = 1; cut < total; cut++)
            if (is_cut(cut, total))
                try_cut(script, cut, false);
        try_cut(script, 0, true);
    }
    g_string_free(plain, TRUE);
}

static void update(struct script *script)
{
    GPtrArray *events = play(script, 0, false);
    GString *notes = notes_of(script, events, MANNER_PLAIN);

    if (!script_update(script, current_path, notes->str))
        fail("cannot be written", 0);
    g_string_free(notes, TRUE);
    g_ptr_array_free(events, TRUE);
}

int main(int argc, char **argv)
{
    bool rewrite = argc > 1 && strcmp(argv[1], "--update") == 0;

    if (argc < (rewrite ? 3 : 2)) {
        fprintf(stderr, "usage: transcripts [--update] FILE...\n");
        return 2;
    }
    for (int i = rewrite ? 2 : 1; i < argc; i++) {
        current_path = argv[i];
        struct script *script = script_read(current_path);
        if (script == NULL) {
            failures++;
            continue;
        }
        if (rewrite)
            update(script);
        else
            check(script);
        script_free(script);
    }
    printf("%d transcripts, %u failures\n", argc - (rewrite ? 2 : 1), failures);
    return failures == 0 ? 0 : 1;
}
