/* capture_file.c - finds the format, numbers the frames, and says where a file is wrong. */
#include "monitor/input/capture_file.h"

#include <glib.h>
#include <string.h>

#include "monitor/input/record_format.h"
#include "monitor/input/unpack.h"

struct capture_file {
    struct byte_source *source;
    const struct record_format *format;
    void *state;
    char *name;
    uint64_t frames;
};

/* What people take for a capture, and what helps. */
static const struct foreign {
    const char *magic;
    size_t len;
    const char *what, *help;
} foreign[] = {
    {"\xfd"
     "7zXZ",
     5, "compressed with xz", "unpack it first: xz -d"},
    {"BZh", 3, "compressed with bzip2", "unpack it first: bzip2 -d"},
    {"PK\3\4", 4, "a zip archive", "unpack it first"},
    {"7z\xbc\xaf", 4, "a 7-Zip archive", "unpack it first"},
    {"Rar!", 4, "a RAR archive", "unpack it first"},
    {"\x02\x21\x4c\x18", 4, "in the old format of lz4", "unpack it first: lz4 -d"},
    {"snoop\0", 6, "a snoop capture", "convert it: editcap -F pcapng IN OUT"},
    {"GMBU", 4, "a capture of Microsoft Network Monitor", "convert it: editcap -F pcapng IN OUT"},
    {"RTSS", 4, "a capture of Microsoft Network Monitor", "convert it: editcap -F pcapng IN OUT"},
    {"XCP\0", 4, "a NetXray or Sniffer capture", "convert it: editcap -F pcapng IN OUT"},
    {"TRSNIFF", 7, "a Sniffer capture", "convert it: editcap -F pcapng IN OUT"},
    {"iptrace ", 8, "an iptrace of AIX", "convert it: editcap -F pcapng IN OUT"},
    {"{", 1, "JSON", "a capture is wanted: pcap or pcapng"},
};

static char *not_a_capture(struct byte_source *source, const char *name)
{
    struct fsc_span first = byte_source_peek(source, 8);
    const char *compression = byte_source_compression(source);

    if (byte_source_error(source) != NULL)
        return g_strdup_printf("%s: offset 0: %s", name, byte_source_error(source));
    if (first.n == 0)
        return g_strdup_printf("%s: offset 0: the file is empty", name);
    for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++)
        if (first.n >= foreign[i].len && memcmp(first.p, foreign[i].magic, foreign[i].len) == 0)
            return g_strdup_printf("%s: offset 0: not a pcap or pcapng file, but %s (%s)", name, foreign[i].what,
                                   foreign[i].help);
    return g_strdup_printf("%s: offset 0: not a pcap or pcapng file%s%s", name,
                           compression != NULL ? " inside the compression of " : "",
                           compression != NULL ? compression : "");
}

static const struct record_format *const formats[] = {&format_pcap, &format_pcapng};

bool capture_file_may_begin(struct fsc_span first)
{
    bool may = unpacker_for(first) != NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        may = may || formats[i]->begins(first);
    return may;
}

static bool find_format(struct capture_file *file, char **why)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats) && file->state == NULL && *why == NULL; i++) {
        file->format = formats[i];
        file->state = formats[i]->open(file->source, why);
    }
    return file->state != NULL;
}

struct capture_file *capture_file_open(const char *path, char **message)
{
    return capture_file_open_waiting(path, NULL, message);
}

struct capture_file *capture_file_open_waiting(const char *path, const struct byte_wait *wait, char **message)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    struct byte_source *source = byte_source_open(path, wait, message);
    char *why = NULL;

    if (source == NULL)
        return NULL;
    struct capture_file *file = g_new0(struct capture_file, 1);
    file->source = source;
    file->name = g_strdup(name);
    if (find_format(file, &why))
        return file;
    *message = why != NULL ? g_strdup_printf("%s: offset 0: %s", name, why) : not_a_capture(source, name);
    g_free(why);
    capture_file_close(&file);
    return NULL;
}

/* The offset is that of the record that cannot be read. */
static char *complaint(const struct capture_file *file, const char *why)
{
    const char *compression = byte_source_compression(file->source), *error = byte_source_error(file->source);
    const char *in = compression != NULL ? " of what it unpacks to" : "";

    return g_strdup_printf("%s: offset %" G_GUINT64_FORMAT "%s, after frame %" G_GUINT64_FORMAT ": %s%s%s%s",
                           file->name, byte_source_offset(file->source), in, file->frames, why,
                           error != NULL ? " (" : "", error != NULL ? error : "", error != NULL ? ")" : "");
}

enum capture_result capture_file_next(struct capture_file *file, struct capture_frame *out, char **message)
{
    char *why = NULL;
    enum capture_result result = file->format->next(file->state, file->source, out, &why);

    if (result == CAPTURE_BROKEN && byte_source_stopped(file->source))
        result = CAPTURE_END;
    if (result == CAPTURE_FRAME)
        out->number = ++file->frames;
    if (result == CAPTURE_BROKEN)
        *message = complaint(file, why);
    g_free(why);
    return result;
}

uint64_t capture_file_dropped(const struct capture_file *file)
{
    return file->format->dropped(file->state);
}

bool capture_file_is_regular(const struct capture_file *file)
{
    return byte_source_is_file(file->source);
}

void capture_file_close(struct capture_file **file)
{
    struct capture_file *f = *file;

    if (f == NULL)
        return;
    if (f->state != NULL)
        f->format->close(f->state);
    byte_source_close(&f->source);
    g_free(f->name);
    g_free(f);
    *file = NULL;
}
