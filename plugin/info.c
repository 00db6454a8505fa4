/* info.c - see info.h. */
#include "plugin/info.h"

#include <inttypes.h>
#include <string.h>

#include "plugin/fields.h"
#include "plugin/plugin.h"

static const char separator[] = " | ", hidden[] = "<hidden>";

bool info_is_known(const packet_info *pinfo, uint32_t frame)
{
    return frame != 0 && (PINFO_FD_VISITED(pinfo) || frame <= pinfo->num);
}

static char *printable(packet_info *pinfo, struct fsc_span text)
{
    size_t cap = 4 * text.n + 1;
    char *out = wmem_alloc(pinfo->pool, cap);

    fsc_text_printable(text, out, cap);
    return out;
}

static struct fsc_span without_blanks(struct fsc_span text)
{
    while (text.n > 0 && text.p[text.n - 1] == ' ')
        text.n--;
    return text;
}

/* ---- words written from their end on: printf would be the dearest part of a packet ---- */

static char *put_before(char *end, const char *text, size_t n)
{
    return memcpy(end - n, text, n);
}

static char *put_words(char *end, const char *text)
{
    return put_before(end, text, strlen(text));
}

static char *put_number(char *end, uint64_t number)
{
    do
        *--end = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return end;
}

static char *put_tenths(char *end, uint64_t tenths)
{
    *--end = (char)('0' + tenths % 10);
    *--end = '.';
    return put_number(end, tenths / 10);
}

static char *put_bytes(char *end, uint64_t bytes)
{
    return put_number(put_words(end, bytes == 1 ? " byte" : " bytes"), bytes);
}

/* "999 bytes", "1.5 MB": as file managers say it, with 1000. */
static char *put_size(char *end, uint64_t bytes)
{
    static const char *const units[] = {" kB", " MB", " GB", " TB", " PB", " EB"};
    uint64_t tenth = 100;
    size_t unit = 0;

    if (bytes < 1000)
        return put_bytes(end, bytes);
    for (; bytes / tenth > 9999 || (bytes / tenth == 9999 && bytes % tenth >= tenth / 2); tenth *= 1000)
        unit++;
    return put_tenths(put_words(end, units[unit]), bytes / tenth + (bytes % tenth >= tenth / 2 ? 1 : 0));
}

static char *put_time(char *end, int64_t ns)
{
    uint64_t tenths = ((uint64_t)ns + 50000000) / 100000000;

    if (ns < 1000000000)
        return put_number(put_words(end, " ms"), ((uint64_t)ns + 500000) / 1000000);
    return put_tenths(put_words(end, " s"), tenths);
}

/* ---- one line ---- */

/* An unknown word may be the password itself. */
static struct fsc_span shown_verb(bool secret, enum fsc_verb verb, struct fsc_span verb_text)
{
    static const struct fsc_span nothing = {(const uint8_t *)hidden, sizeof(hidden) - 1};

    return secret && verb == FSC_VERB_UNKNOWN && !ftpscope_preferences.show_secrets ? nothing : verb_text;
}

static struct fsc_span in_capitals(packet_info *pinfo, struct fsc_span word)
{
    size_t at = 0;

    while (at < word.n && !g_ascii_islower((gchar)word.p[at]))
        at++;
    if (at == word.n)
        return word;
    uint8_t *upper = wmem_memdup(pinfo->pool, word.p, word.n);
    for (; at < word.n; at++)
        upper[at] = (uint8_t)g_ascii_toupper((gchar)upper[at]);
    return (struct fsc_span){upper, word.n};
}

struct fsc_span info_verb(packet_info *pinfo, const struct exchange *exchange)
{
    return shown_verb(exchange->secret, exchange->verb, in_capitals(pinfo, exchange->verb_text));
}

/* `whole`: with its argument. */
static char *command_words(packet_info *pinfo, bool secret, enum fsc_verb verb, struct fsc_span verb_text,
                           struct fsc_span whole)
{
    if (!secret || ftpscope_preferences.show_secrets)
        return printable(pinfo, without_blanks(whole));
    char *word = printable(pinfo, shown_verb(secret, verb, verb_text));
    bool more = verb != FSC_VERB_UNKNOWN && whole.n > verb_text.n;
    return more ? wmem_strdup_printf(pinfo->pool, "%s %s", word, hidden) : word;
}

bool info_has_secret(const struct exchange *exchange, const struct fsc_command *command)
{
    return (exchange != NULL && exchange->secret) || (command->flags & FSC_COMMAND_SECRET) != 0;
}

char *info_without_secret(packet_info *pinfo, struct fsc_span text, const struct line *line)
{
    const struct exchange *exchange = line != NULL ? line->exchange : NULL;
    bool read = exchange != NULL && (line->line_flags & FSC_LINE_UNTERMINATED) == 0; /* all of it, by the pipeline */
    struct fsc_command command;

    if (ftpscope_preferences.show_secrets || (read && !exchange->secret))
        return NULL;
    fsc_command_parse(text, &command);
    if (!info_has_secret(exchange, &command))
        return NULL;
    return command_words(pinfo, true, command.verb, command.verb_text, text);
}

char *info_of_command(packet_info *pinfo, const struct fsc_line *text, const struct line *line)
{
    char *words = info_without_secret(pinfo, text->text, line);
    return words != NULL ? words : printable(pinfo, without_blanks(text->text));
}

/* "1.5 MB from byte 4000 in 2.1 s"; what TLS adds is counted too. */
static char *amount_words(packet_info *pinfo, const struct record_data *data)
{
    enum { ROOM = 128 };
    char *end = (char *)wmem_alloc(pinfo->pool, ROOM) + ROOM;

    *--end = '\0';
    if (data->duration_ns >= 1000000)
        end = put_words(put_time(end, data->duration_ns), " in ");
    if (data->offset > 0)
        end = put_words(put_number(end, data->offset), " from byte ");
    if (data->tls)
        end = put_words(end, " of TLS");
    return put_size(end, data->bytes);
}

/* A whole transfer's is said without its verdict. */
static char *outcome_words(packet_info *pinfo, const struct record_data *data)
{
    const char *verdict = data->status == FSC_STATUS_UNKNOWN ? "outcome unknown" : fsc_status_name(data->status);

    if (!data->amount_known || (data->status == FSC_STATUS_FAILED && data->bytes == 0))
        return wmem_strdup(pinfo->pool, verdict);
    if (data->status == FSC_STATUS_COMPLETE)
        return amount_words(pinfo, data);
    return wmem_strdup_printf(pinfo->pool, "%s, %s", verdict, amount_words(pinfo, data));
}

static const struct transfer_result *known_result(const packet_info *pinfo, const struct exchange *exchange)
{
    const struct transfer_result *result = exchange != NULL ? exchange->transfer : NULL;
    return result != NULL && info_is_known(pinfo, result->known_frame) ? result : NULL;
}

char *info_whole_command(packet_info *pinfo, const struct exchange *exchange)
{
    bool bare = exchange->argument.n == 0, hides = exchange->secret && !ftpscope_preferences.show_secrets;
    const char *word = printable(pinfo, shown_verb(exchange->secret, exchange->verb, exchange->verb_text)),
               *argument = hides ? hidden : printable(pinfo, exchange->argument);

    if (bare || (hides && exchange->verb == FSC_VERB_UNKNOWN))
        return wmem_strdup(pinfo->pool, word);
    return wmem_strconcat(pinfo->pool, word, " ", argument, NULL);
}

/* Behind a reply a long name is told by its beginning: the command's own line has all of it. */
static char *brief_command(packet_info *pinfo, const struct exchange *exchange)
{
    enum { CHARACTERS = 100 };
    char *words = info_whole_command(pinfo, exchange);

    if (g_utf8_strlen(words, -1) <= CHARACTERS)
        return words;
    *g_utf8_offset_to_pointer(words, CHARACTERS) = '\0';
    return wmem_strdup_printf(pinfo->pool, "%s\xe2\x80\xa6", words);
}

/* STOU has no name before its reply. */
static char *given_name(packet_info *pinfo, struct fsc_span path)
{
    size_t folder = path.n;

    while (folder > 0 && path.p[folder - 1] != '/')
        folder--;
    return printable(pinfo, (struct fsc_span){path.p + folder, path.n - folder});
}

static char *transfer_words(packet_info *pinfo, const struct exchange *exchange, const struct record_data *data)
{
    const char *command = brief_command(pinfo, exchange), *outcome = outcome_words(pinfo, data);

    if (exchange->verb == FSC_VERB_STOU && data->path.n > 0)
        return wmem_strdup_printf(pinfo->pool, "%s as %s, %s", command, given_name(pinfo, data->path), outcome);
    return wmem_strconcat(pinfo->pool, command, ", ", outcome, NULL);
}

/* What a reply says, to be followed by `more`, if that is something. */
static char *reply_words(packet_info *pinfo, struct fsc_span text, unsigned lines, const char *more)
{
    const char *count = lines > 1 ? wmem_strdup_printf(pinfo->pool, " (%u lines)", lines) : "";
    bool more_follows = more[0] != '\0';

    text = without_blanks(text);
    if ((more_follows || lines > 1) && text.n > 1 && text.p[text.n - 1] == '.' && text.p[text.n - 2] != '.')
        text.n--;
    if (!more_follows && lines <= 1)
        return printable(pinfo, text);
    return wmem_strconcat(pinfo->pool, printable(pinfo, text), count, more_follows ? " \xe2\x86\x92 " : "", more, NULL);
}

/* The final reply of a transfer says what became of it; a refusal, of what. */
char *info_of_reply(packet_info *pinfo, struct fsc_span text, unsigned lines, const struct line *line)
{
    const struct exchange *exchange = line != NULL ? line->exchange : NULL;
    const struct transfer_result *result = known_result(pinfo, exchange);
    const char *more = "";

    if (exchange == NULL || exchange->verb == FSC_VERB_NONE || line->code < 200)
        return reply_words(pinfo, text, lines, more);
    if (result != NULL)
        more = transfer_words(pinfo, exchange, &result->record);
    else if (line->code >= 400)
        more = brief_command(pinfo, exchange);
    return reply_words(pinfo, text, lines, more);
}

/* Data packets are many: what all those of one connection share is made once. */
const char *info_of_flow(packet_info *pinfo, struct flow *flow)
{
    if (flow->words != NULL)
        return flow->words;
    const struct exchange *exchange = flow->session != NULL ? session_exchange(flow->session, flow->tx) : NULL;
    if (exchange == NULL)
        return "FTP data";
    flow->words = wmem_strdup(wmem_file_scope(), info_whole_command(pinfo, exchange));
    return flow->words;
}

char *info_of_data(packet_info *pinfo, struct flow *flow, size_t bytes)
{
    const char *what = info_of_flow(pinfo, flow);
    size_t n = strlen(what), room = n + 40;
    char *end = (char *)wmem_alloc(pinfo->pool, room) + room;

    *--end = '\0';
    return put_before(put_words(put_bytes(end, bytes), ", "), what, n);
}

void info_append(packet_info *pinfo, const char *words)
{
    const char *before = col_get_text(pinfo->cinfo, COL_INFO);
    size_t length = before != NULL ? strlen(before) : 0;
    bool ours = length > 0 && before[length - 1] != ' '; /* "[TCP Out-Of-Order] " is not */

    if (ours)
        col_append_str(pinfo->cinfo, COL_INFO, separator);
    col_append_str(pinfo->cinfo, COL_INFO, words);
}

/* ---- shared fields ---- */

/* With Telnet in it a line stands elsewhere than its text: then the field is the whole line. */
static void place_of(const struct fsc_line *line, struct fsc_span part, int *start, int *length)
{
    bool moved = (line->flags & FSC_LINE_TELNET) != 0;

    *start = moved ? 0 : (int)(part.p - line->text.p);
    *length = moved ? (int)line->wire_len : (int)part.n;
}

void info_command_fields(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, int offset, const struct fsc_line *line,
                         const struct fsc_command *command, bool secret)
{
    const struct fsc_verb_info *info = fsc_verb_info(command->verb);
    struct fsc_span verb = in_capitals(pinfo, command->verb_text);
    int start, length;

    place_of(line, command->verb_text, &start, &length);
    if (verb.n > 0)
        field_text(tree, FIELD_COMMAND, tvb, offset + start, length, shown_verb(secret, command->verb, verb));
    if (command->verb != FSC_VERB_NONE && command->verb != FSC_VERB_UNKNOWN)
        field_words(tree, FIELD_PURPOSE, tvb, info->what);
    struct fsc_span argument = command->arg;
    if (secret && !ftpscope_preferences.show_secrets && argument.n > 0)
        argument = (struct fsc_span){(const uint8_t *)hidden, sizeof(hidden) - 1};
    if (argument.n > 0)
        place_of(line, command->arg, &start, &length);
    field_text(tree, FIELD_ARGUMENT, tvb, offset + start, length, argument);
}

static void show_result(proto_tree *tree, tvbuff_t *tvb, const struct record_data *data)
{
    field_words(tree, FIELD_VERDICT, tvb, fsc_status_name(data->status));
    field_number(tree, FIELD_TRANSFER, tvb, data->transfer_id);
    if (data->verb != FSC_VERB_NONE)
        field_words(tree, FIELD_DIRECTION, tvb, data->upload ? "upload" : "download");
    if (data->amount_known)
        field_number(tree, FIELD_BYTES, tvb, data->bytes);
    if (data->expected_from != FSC_SIZE_NONE) {
        field_number(tree, FIELD_EXPECTED, tvb, data->expected_bytes);
        field_words(tree, FIELD_EXPECTED_FROM, tvb, fsc_size_from_name(data->expected_from));
    }
    if (data->missing_bytes > 0)
        field_number(tree, FIELD_MISSING, tvb, data->missing_bytes);
    if (data->retransmitted_bytes > 0)
        field_number(tree, FIELD_RETRANSMITTED, tvb, data->retransmitted_bytes);
    if (data->offset > 0)
        field_number(tree, FIELD_OFFSET, tvb, data->offset);
    field_seconds(tree, FIELD_DURATION, tvb, data->duration_ns);
    if (data->duration_ns > 0)
        field_number(tree, FIELD_RATE, tvb, (uint64_t)((double)data->bytes * 8e9 / (double)data->duration_ns + 0.5));
    field_flag(tree, FIELD_DATA_TLS, tvb, data->tls);
    field_words(tree, FIELD_CLOSED_BY, tvb, fsc_closer_name(data->closed_by));
}

/* Where nothing was announced, only the outcome tells that there was a data connection: by the default ports. */
static void show_setup(proto_tree *tree, tvbuff_t *tvb, const packet_info *pinfo, const struct exchange *exchange,
                       const struct transfer_result *result)
{
    const struct exchange *setup = session_exchange(exchange->session, exchange->setup_tx);

    if (setup != NULL && setup->announcement != NULL && info_is_known(pinfo, setup->announcement->frame)) {
        field_words(tree, FIELD_SETUP, tvb, fsc_form_name(setup->announcement->form));
        field_frame(tree, FIELD_SETUP_FRAME, tvb, setup->announcement->frame);
    } else if (result != NULL && result->record.setup == FSC_FORM_DEFAULT) {
        field_words(tree, FIELD_SETUP, tvb, fsc_form_name(FSC_FORM_DEFAULT));
    }
}

void info_transfer_fields(proto_tree *tree, tvbuff_t *tvb, const packet_info *pinfo, const struct exchange *exchange)
{
    const struct transfer_result *result = known_result(pinfo, exchange);

    if (fsc_verb_info(exchange->verb)->flow == FSC_FLOW_NONE)
        return;
    show_setup(tree, tvb, pinfo, exchange, result);
    if (exchange->command_frame != pinfo->num)
        field_frame(tree, FIELD_COMMAND_FRAME, tvb, exchange->command_frame);
    if (result == NULL)
        return;
    field_frame(tree, FIELD_FIRST_FRAME, tvb, result->record.first_frame);
    field_frame(tree, FIELD_LAST_FRAME, tvb, result->record.last_frame);
    show_result(tree, tvb, &result->record);
}
