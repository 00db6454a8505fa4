/* sandbox_attempts.h - what sandbox_try tries. */
#ifndef TESTS_LIVE_SANDBOX_ATTEMPTS_H
#define TESTS_LIVE_SANDBOX_ATTEMPTS_H

#include <netinet/in.h>

/* What is open before. */
struct prepared {
    int terminal, stream, listener;
    struct sockaddr_in here;
};

/* Tries "read:/etc/passwd", and prints "read:/etc/passwd EACCES", or "... ok". */
void attempt(const struct prepared *prepared, const char *word);

#endif
