/* limits.h - the bounds inside the core that ftpscope.h does not name, each with its reason. */
#ifndef FTPSCOPE_LIMITS_H
#define FTPSCOPE_LIMITS_H

enum {
    FSC_SIZES_MAX = 8, /* answers to SIZE remembered for a later RETR; a mirror asks for one file at a time */
};

#endif
