/* limits.h - the bounds inside the core that ftpscope.h does not name, each with its reason. */
#ifndef FTPSCOPE_LIMITS_H
#define FTPSCOPE_LIMITS_H

/*
 * FSC_LINE_MAX 65536     RFC 959 sets no limit and RFC 2228 tokens are base64 of any length; servers cut at 512 to
 * 4096. FSC_PATH_MAX 4096      PATH_MAX of Linux; what does not fit is cut and flagged. FSC_USER_MAX 512       longer
 * than any account, host and proxy name in use ("user@realm@host"). FSC_PENDING_MAX 64     deepest pipelining seen in
 * clients is under 20; beyond it the oldest command is given up and flagged.
 */
enum {
    FSC_SIZES_MAX = 8, /* answers to SIZE remembered for a later RETR; a mirror asks for one file at a time */
};

#endif
