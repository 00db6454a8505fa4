/* capture_file.c - capture files through libpcap. */
#include "monitor/input/capture_file.h"

#include <errno.h>
#include <glib.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct capture_file {
    pcap_t *pcap;
    FILE *stream; /* owned by pcap once that is open */
    char *name;
    uint64_t frames;
};

/* "offset 1234", or nothing where the input has no position (a pipe). */
static char *place(FILE *stream, uint64_t frames)
{
    off_t offset = ftello(stream);

    if (offset < 0)
        return g_strdup_printf("after frame %" G_GUINT64_FORMAT, frames);
    return g_strdup_printf("offset %lld, after frame %" G_GUINT64_FORMAT, (long long)offset, frames);
}

static FILE *open_named(const char *path)
{
    if (strcmp(path, "-") != 0)
        return fopen(path, "rb");
    int copy = dup(STDIN_FILENO);
    return copy < 0 ? NULL : fdopen(copy, "rb");
}

static FILE *open_stream(const char *path, char **message)
{
    struct stat status;
    FILE *stream = open_named(path);

    if (stream == NULL) {
        *message = g_strdup_printf("%s: %s", path, g_strerror(errno));
        return NULL;
    }
    if (fstat(fileno(stream), &status) == 0 && S_ISDIR(status.st_mode)) {
        *message = g_strdup_printf("%s: is a folder", path);
        fclose(stream);
        return NULL;
    }
    return stream;
}

struct capture_file *capture_file_open(const char *path, char **message)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    FILE *stream = open_stream(path, message);

    if (stream == NULL)
        return NULL;
    int first = getc(stream);
    if (first == EOF) {
        *message = g_strdup_printf("%s: offset 0: the file is empty", name);
        fclose(stream);
        return NULL;
    }
    ungetc(first, stream);
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error);
    if (pcap == NULL) {
        *message = g_strdup_printf("%s: offset 0: not a capture file that can be read: %s", name, error);
        fclose(stream);
        return NULL;
    }
    struct capture_file *file = g_new0(struct capture_file, 1);
    file->pcap = pcap;
    file->stream = stream;
    file->name = g_strdup(name);
    return file;
}

enum capture_result capture_file_next(struct capture_file *file, struct capture_frame *out, char **message)
{
    struct pcap_pkthdr *header;
    const unsigned char *bytes;
    int result = pcap_next_ex(file->pcap, &header, &bytes);

    if (result == PCAP_ERROR_BREAK)
        return CAPTURE_END;
    if (result != 1) {
        char *where = place(file->stream, file->frames);
        *message = g_strdup_printf("%s: %s: %s", file->name, where, pcap_geterr(file->pcap));
        g_free(where);
        return CAPTURE_BROKEN;
    }
    out->captured = (struct fsc_span){bytes, header->caplen};
    out->wire_len = MAX(header->len, header->caplen);
    out->number = ++file->frames;
    out->time_ns = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec; /* nanoseconds: asked for at open */
    return CAPTURE_FRAME;
}

int capture_file_linktype(const struct capture_file *file)
{
    return pcap_datalink(file->pcap);
}

const char *capture_file_linktype_name(const struct capture_file *file)
{
    const char *name = pcap_datalink_val_to_name(pcap_datalink(file->pcap));
    return name != NULL ? name : "unnamed";
}

void capture_file_close(struct capture_file **file)
{
    if (*file == NULL)
        return;
    pcap_close((*file)->pcap);
    g_free((*file)->name);
    g_free(*file);
    *file = NULL;
}
