/* explain.h - `ftpscope explain`: what a reply code, a command or a finding means, from the tables of the core. */
#ifndef MONITOR_EXPLAIN_H
#define MONITOR_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

/* Writes everything known about `name` ("425", "4yz", "pasv", "passive-timeout", "530 Login incorrect."), wrapped at
 * `columns`. False, and nothing written, when nothing is known. */
bool explain_write(FILE *out, const char *name, int columns, bool color);

/* The same about a code or reply as the answer to a command; false when they are not that. */
bool explain_answer(FILE *out, const char *reply, const char *command, int columns, bool color);

/* Writes every code, command and finding with one line or two. */
void explain_list(FILE *out, int columns, bool color);

#endif
