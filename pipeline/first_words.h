/*
 * first_words.h - do the first lines of a connection sound like FTP? Pure: bytes in, an answer out, the same for every
 * way in which they were cut into segments.
 *
 * The greeting is that of RFC 959 section 5.4: replies 120 as many as there are, then 220, each of one line or more.
 * SMTP, LMTP, SNPP, DICT and HylaFAX greet with 220 too, so the client's first line decides: USER with a name, AUTH
 * with a mechanism of FTP (RFC 2228, 4217; SMTP's and DICT's are others), FEAT, HOST with a name (RFC 7151), OPTS UTF8,
 * which ftp.exe of Windows 10 sends before USER, or SYST, with which the client of GNU inetutils begins.
 */
#ifndef FTPSCOPE_PIPELINE_FIRST_WORDS_H
#define FTPSCOPE_PIPELINE_FIRST_WORDS_H

#include "core/ftpscope.h"

enum { FIRST_COMMAND_MAX = 1024 /* bytes of the first command: twice the longest user name that the core keeps */ };

enum first_answer { FIRST_MORE /* bytes are needed */, FIRST_YES, FIRST_NO };

/* How far a greeting was read; zeroed at the beginning. */
struct first_greeting {
    size_t seen, line; /* bytes looked at; start of the line whose end has not come */
    uint16_t open;     /* code of a reply of several lines that has not ended; 0 none */
    enum first_answer answer;
};

/* `all` is the direction of the server from its first byte on and grows from call to call; work is linear in it. */
enum first_answer first_greeting(struct first_greeting *greeting, struct fsc_span all);

/* `all` is the direction of the client from its first byte on. */
enum first_answer first_command(struct fsc_span all);

#endif
