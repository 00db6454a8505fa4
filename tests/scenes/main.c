/*
 * main.c - plays the scenes of the files given and compares what the pipeline says with what each scene expects.
 *
 * usage: scenes [--print] [--pcap FOLDER] FILE...   (language: README.md)
 */
#include <stdio.h>
#include <string.h>

#include "pipeline/pipeline.h"
#include "tests/scenes/records.h"
#include "tests/scenes/script.h"

struct options {
    bool print;       /* only show what comes */
    const char *pcap; /* write a capture file for each scene here */
};

struct scene {
    char *name;
    struct script script;
    GString *expected;
    bool in_records;
};

static void scene_begin(struct scene *scene, const char *name)
{
    *scene = (struct scene){.name = g_strdup(name), .expected = g_string_new(NULL)};
    scene->script = (struct script){.stage = stage_new(), .snap = SIZE_MAX};
}

static void scene_free(struct scene *scene)
{
    stage_free(scene->script.stage);
    g_string_free(scene->expected, TRUE);
    g_free(scene->script.broken);
    g_free(scene->script.error);
    g_free(scene->name);
    *scene = (struct scene){.name = NULL};
}

static GString *run(const struct scene *scene)
{
    const struct stage *stage = scene->script.stage;
    struct records *records = records_new(stage, scene->script.show);
    struct sink sink = records_sink(records);
    struct pipeline_config config = {.ports = {21, 990, scene->script.port},
                                     .port_count = scene->script.port != 0 ? 3 : 0};
    struct pipeline *pipeline = pipeline_new(&config, &sink, NULL);

    for (guint i = 0; i < stage->frames->len; i++) {
        const struct stage_frame *frame = stage->frames->pdata[i];
        size_t n = MIN(frame->bytes->len, scene->script.snap);
        /* A block of exactly its size: the address sanitizer sees a read of one byte too many. */
        uint8_t *bytes = g_memdup2(frame->bytes->data, n);
        pipeline_push(pipeline, STAGE_LINKTYPE, (struct fsc_span){bytes, n}, frame->bytes->len, i + 1, frame->time_ns);
        g_free(bytes);
    }
    pipeline_end(pipeline);
    pipeline_free(&pipeline);
    GString *text = g_string_new(records->text->str);
    records_free(records);
    return text;
}

static void append32(GByteArray *out, uint32_t value)
{
    g_byte_array_append(out, (const uint8_t *)&value, sizeof(value));
}

/* Host byte order, nanoseconds: the magic number tells both. */
static bool write_pcap(const struct scene *scene, const char *folder)
{
    GByteArray *out = g_byte_array_new();
    char *name = g_strdup_printf("%s/%s.pcap", folder, scene->name);
    const GPtrArray *frames = scene->script.stage->frames;
    GError *error = NULL;

    const uint32_t header[] = {0xa1b23c4d, 2u | 4u << 16, 0, 0, 262144, STAGE_LINKTYPE};
    for (size_t i = 0; i < G_N_ELEMENTS(header); i++)
        append32(out, header[i]);
    for (guint i = 0; i < frames->len; i++) {
        const struct stage_frame *frame = frames->pdata[i];
        uint32_t n = (uint32_t)MIN(frame->bytes->len, scene->script.snap);
        append32(out, (uint32_t)(frame->time_ns / 1000000000));
        append32(out, (uint32_t)(frame->time_ns % 1000000000));
        append32(out, n);
        append32(out, frame->bytes->len);
        g_byte_array_append(out, frame->bytes->data, n);
    }
    bool ok = g_file_set_contents(name, (const char *)out->data, out->len, &error);
    if (!ok)
        fprintf(stderr, "%s: %s\n", name, error->message);
    g_clear_error(&error);
    g_byte_array_free(out, TRUE);
    g_free(name);
    return ok;
}

static void print_difference(const char *expected, const char *got)
{
    char **want = g_strsplit(expected, "\n", -1), **have = g_strsplit(got, "\n", -1);

    for (char **line = want; *line != NULL; line++)
        if (!g_strv_contains((const char *const *)have, *line))
            printf("  - %s\n", *line);
    for (char **line = have; *line != NULL; line++)
        if (!g_strv_contains((const char *const *)want, *line))
            printf("  + %s\n", *line);
    if (g_strv_length(want) == g_strv_length(have))
        printf("  (got, in order)\n%s", got);
    g_strfreev(want);
    g_strfreev(have);
}

/* A scene marked as broken must still be wrong: once mended, the mark has to go. */
static bool judge(const struct scene *scene, const struct options *options)
{
    if (scene->script.stage->late != NULL)
        stage_tick(scene->script.stage);
    if (options->pcap != NULL && !write_pcap(scene, options->pcap))
        return false;
    GString *got = run(scene);
    bool same = strcmp(got->str, scene->expected->str) == 0, broken = scene->script.broken != NULL;
    if (options->print)
        printf("== %s\n%s", scene->name, got->str);
    else if (!same && !broken) {
        printf("%s: not what was expected (- missing, + surplus)\n", scene->name);
        print_difference(scene->expected->str, got->str);
    } else if (same && broken)
        printf("%s: works now, remove its line \"broken: %s\"\n", scene->name, scene->script.broken);
    else if (broken)
        printf("%s: known to be wrong: %s\n", scene->name, scene->script.broken);
    g_string_free(got, TRUE);
    return options->print || same != broken;
}

/* "== name" begins a scene, "--" its expected records. */
static bool play_line(struct scene *scene, const char *line)
{
    if (strcmp(line, "--") == 0) {
        scene->in_records = true;
        return true;
    }
    if (scene->in_records) {
        g_string_append_printf(scene->expected, "%s\n", line);
        return true;
    }
    return script_line(&scene->script, line);
}

static bool play_file(const char *file, const struct options *options)
{
    char *text = NULL;
    struct scene scene = {.name = NULL};
    bool ok = g_file_get_contents(file, &text, NULL, NULL);
    char **lines = g_strsplit(ok ? text : "", "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++) {
        const char *line = g_strchomp(lines[i]);
        if (line[0] == '\0' || line[0] == '#')
            continue;
        if (strncmp(line, "== ", 3) == 0) {
            if (scene.name != NULL) {
                ok = judge(&scene, options) && ok;
                scene_free(&scene);
            }
            scene_begin(&scene, line + 3);
        } else if (scene.name == NULL || !play_line(&scene, line)) {
            printf("%s:%u: %s: %s\n", file, i + 1, line, scene.name != NULL ? scene.script.error : "no scene yet");
            ok = false;
        }
    }
    if (scene.name != NULL) {
        ok = judge(&scene, options) && ok;
        scene_free(&scene);
    }
    g_strfreev(lines);
    g_free(text);
    return ok;
}

int main(int argc, char **argv)
{
    struct options options = {.print = false};
    bool ok = true;
    int files = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--print") == 0) {
            options.print = true;
        } else if (strcmp(argv[i], "--pcap") == 0 && i + 1 < argc) {
            options.pcap = argv[++i];
        } else {
            ok = play_file(argv[i], &options) && ok;
            files++;
        }
    }
    if (files == 0)
        fprintf(stderr, "usage: scenes [--print] [--pcap FOLDER] FILE...\n");
    return ok && files > 0 ? 0 : 1;
}
