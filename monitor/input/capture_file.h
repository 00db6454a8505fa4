/* capture_file.h - one capture file, frame by frame: pcap and pcapng, also compressed, from a path or from standard
 * input
 * ("-"). */
#ifndef MONITOR_INPUT_CAPTURE_FILE_H
#define MONITOR_INPUT_CAPTURE_FILE_H

#include "core/ftpscope.h"

struct byte_wait;
struct capture_file;

/* Where a frame was captured; one for each Interface Description Block of pcapng, one for all of a pcap file. */
struct capture_interface {
    int linktype;      /* LINKTYPE_ number, as the file has it */
    uint32_t snap_len; /* 0: not limited */
    char *name;        /* NULL: not known */
};

/* Keys that decrypt what is captured, as Wireshark keeps them (Decryption Secrets Block). */
struct capture_secrets {
    uint32_t type;
    uint8_t *bytes;
    size_t n;
};

struct capture_frame {
    struct fsc_span captured; /* valid until the next call */
    size_t wire_len;
    uint64_t number;                           /* from 1 */
    int64_t time_ns;                           /* since 1970, UTC */
    const struct capture_interface *interface; /* valid until the file is closed */
    struct fsc_span options;                   /* of a pcapng packet, see pcapng_option_next; else empty */
    bool options_big_endian;
    const struct capture_secrets *secrets; /* those before this frame; valid until the next call */
    size_t secrets_count;
    uint64_t secrets_hash; /* of all of them: another one means that there are others to write */
};

enum capture_result { CAPTURE_FRAME, CAPTURE_END, CAPTURE_BROKEN };

/* NULL when the file cannot be read as a capture at all; *message (g_free) then says why, with file and offset. */
struct capture_file *capture_file_open(const char *path, char **message);

/* The same for a stream that grows: see byte_source.h. The frames that were read wholly are handed out before it waits.
 * Where it is told to stop, also within a record, is CAPTURE_END; NULL with a message where the capture had not begun.
 */
struct capture_file *capture_file_open_waiting(const char *path, const struct byte_wait *wait, char **message);

/* Could a capture, perhaps compressed, begin with these bytes? Four are enough to say no. */
bool capture_file_may_begin(struct fsc_span first);

/* CAPTURE_BROKEN: the file breaks off or is damaged here; *message (g_free) says where. */
enum capture_result capture_file_next(struct capture_file *file, struct capture_frame *out, char **message);

/* Frames that the capturing program says it lost, as far as was read. */
uint64_t capture_file_dropped(const struct capture_file *file);

/* True when it can be opened again and gives the same frames: a regular file. */
bool capture_file_is_regular(const struct capture_file *file);

void capture_file_close(struct capture_file **file);

#endif
