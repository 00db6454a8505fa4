/* commands.h - the commands of the program: each takes its own argument vector and returns the exit code. */
#ifndef MONITOR_COMMANDS_H
#define MONITOR_COMMANDS_H

#include <stdbool.h>

/* Exit codes of the output contract. */
enum { EXIT_CLEAN = 0, EXIT_FINDINGS = 1, EXIT_UNREADABLE = 2, EXIT_INCOMPLETE = 3 };

int command_read(int argc, char **argv);
int command_check(int argc, char **argv);
int command_explain(int argc, char **argv);

/* "auto", "always" or "never" (NULL is "auto"): colour on standard output? NO_COLOR and a dumb terminal say no to
 * "auto". False when the word is none of these. */
bool command_color(const char *word, bool *color);

/* Parses "21,2121"; false when one of them is no port. */
struct pipeline_config;
bool command_ports(char *const *words, struct pipeline_config *config);

#endif
