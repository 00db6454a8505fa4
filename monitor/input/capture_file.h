/* capture_file.h - capture files through libpcap: pcap and pcapng, from a path or from standard input ("-"). */
#ifndef MONITOR_INPUT_CAPTURE_FILE_H
#define MONITOR_INPUT_CAPTURE_FILE_H

#include "core/ftpscope.h"

struct capture_file;

struct capture_frame {
    struct fsc_span captured; /* valid until the next call */
    size_t wire_len;
    uint64_t number; /* from 1 */
    int64_t time_ns; /* since 1970, UTC */
};

enum capture_result { CAPTURE_FRAME, CAPTURE_END, CAPTURE_BROKEN };

/* NULL when the file cannot be read as a capture at all; *message (g_free) then says why, with file and offset. */
struct capture_file *capture_file_open(const char *path, char **message);

/* CAPTURE_BROKEN: the file breaks off or is damaged here; *message (g_free) says where. */
enum capture_result capture_file_next(struct capture_file *file, struct capture_frame *out, char **message);

int capture_file_linktype(const struct capture_file *file);
const char *capture_file_linktype_name(const struct capture_file *file);
void capture_file_close(struct capture_file **file);

#endif
