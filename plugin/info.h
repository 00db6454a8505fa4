/* info.h - the words of the Info column and of the trees, and the fields that several trees share. */
#ifndef FTPSCOPE_PLUGIN_INFO_H
#define FTPSCOPE_PLUGIN_INFO_H

#include "plugin/store/store.h"

/* One line each, in pinfo->pool. */
char *info_of_command(packet_info *pinfo, const struct fsc_line *text, const struct line *line);
/* `text`: the first of so many lines; `line`: the last. */
char *info_of_reply(packet_info *pinfo, struct fsc_span text, unsigned lines, const struct line *line);
char *info_of_data(packet_info *pinfo, struct flow *flow, size_t bytes);

/* Of a command, whatever letters it was written in: in capitals, or <hidden>. In pinfo->pool or as long as the file. */
struct fsc_span info_verb(packet_info *pinfo, const struct exchange *exchange);
/* By what the session told of it, or by its own words. */
bool info_has_secret(const struct exchange *exchange, const struct fsc_command *command);
/* The same of one whose secret is to be hidden; NULL: it has none. */
char *info_without_secret(packet_info *pinfo, struct fsc_span text, const struct line *line);
/* "RETR big.bin", with the passwords hidden that preferences hide. */
char *info_whole_command(packet_info *pinfo, const struct exchange *exchange);

const char *info_of_flow(packet_info *pinfo, struct flow *flow); /* the transfer command */

/* One more of them into the column. */
void info_append(packet_info *pinfo, const char *words);

void info_command_fields(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, int offset, const struct fsc_line *line,
                         const struct fsc_command *command, bool secret);
/* Of a transfer: where it was set up, its frames, its outcome as far as this pass may know it. */
void info_transfer_fields(proto_tree *tree, tvbuff_t *tvb, const packet_info *pinfo, const struct exchange *exchange);

/* Is what became known in `frame` known when this packet is dissected? Later passes know everything. */
bool info_is_known(const packet_info *pinfo, uint32_t frame);

#endif
