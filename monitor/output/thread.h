/* thread.h - threads of the outputs. They get no signals: those belong to the main loop, and SIGPIPE is an errno. */
#ifndef MONITOR_OUTPUT_THREAD_H
#define MONITOR_OUTPUT_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* `name` is what top and /proc show, 15 characters at most, a constant. Ends the program when there can be no thread.
 */
void thread_start(pthread_t *thread, const char *name, void *(*run)(void *state), void *state);

/* False when it has not ended by then: it hangs in the kernel, and what it uses must stay. */
bool thread_join(pthread_t thread, int64_t within_ms);

int64_t thread_now_ms(void); /* of a clock that nobody sets */

#endif
