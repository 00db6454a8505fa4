/* ways.c - see ways.h: what the built-in dissector would conclude is followed line by line, in the first pass. */
#include "plugin/builtin/ways.h"

#include <string.h>

#include "plugin/builtin/builtin_fields.h"

static bool is_change_of_folder(enum fsc_verb verb)
{
    return verb == FSC_VERB_CWD || verb == FSC_VERB_XCWD || verb == FSC_VERB_CDUP || verb == FSC_VERB_XCUP;
}

static bool is_setup(enum fsc_verb verb)
{
    return (fsc_verb_info(verb)->traits & (FSC_TRAIT_PASSIVE | FSC_TRAIT_ACTIVE)) != 0;
}

/* It compares only as many letters as the word has. */
static bool is_beginning(struct fsc_span word)
{
    static const char *const words[] = {"PORT", "EPRT", "USER", "PASS"};

    for (size_t i = 0; i < array_length(words); i++)
        if (word.n > 0 && word.n < strlen(words[i]) && memcmp(word.p, words[i], word.n) == 0)
            return true;
    return false;
}

static bool has_small_letters(struct fsc_span word)
{
    for (size_t i = 0; i < word.n; i++)
        if (g_ascii_islower((gchar)word.p[i]))
            return true;
    return false;
}

/* Mostly the pipeline has taken it apart already. */
static struct fsc_command command_of(const struct builtin_unit *unit)
{
    const struct exchange *exchange = unit->first->exchange;
    struct fsc_command command = {0};

    if (exchange == NULL) {
        fsc_command_parse(unit->text, &command);
    } else {
        command.verb = exchange->verb;
        command.verb_text = exchange->verb_text;
        command.arg = exchange->argument;
    }
    return command;
}

enum { DEEPEST = 4096 };

/* It puts the folders together, and keeps the whole path with every packet: more than a path may have would take
 * memory with the square of their number. */
static bool is_too_deep(struct session *session, struct fsc_span folder)
{
    if (folder.n > 0 && folder.p[0] == '/')
        session->folder_bytes = 0;
    session->folder_bytes = (uint32_t)MIN(session->folder_bytes + folder.n + 1, UINT32_MAX);
    return session->folder_bytes > DEEPEST;
}

static struct fsc_span parent_of(struct fsc_span path)
{
    size_t n = path.n;

    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return (struct fsc_span){path.p, n > 1 ? n - 1 : n};
}

struct fsc_span builtin_folder_behind(const struct line *line)
{
    bool up = line->verb == FSC_VERB_CDUP || line->verb == FSC_VERB_XCUP;
    return up ? parent_of(line->cwd) : line->path;
}

/* Can a 257 tell it? */
static bool is_tellable(struct fsc_span path)
{
    return builtin_fields_folder(path).n > 0 && path.n <= DEEPEST;
}

/* It takes CWD between PASV and the transfer command for what the data connection brings. */
static bool is_skipped_folder(const struct line *line, bool waits)
{
    return waits && is_change_of_folder(line->verb) && line->exchange != NULL &&
           is_tellable(builtin_folder_behind(line));
}

static bool asks(const struct session *session)
{
    return session->folder_asked != NULL || session->folder_asked_in != 0;
}

static void note_asked(struct session *session, const struct exchange *folder, uint32_t untold_in)
{
    session->folder_asked = folder;
    session->folder_asked_in = untold_in;
    session->folder_seen = asks(session);
}

static void note_answered(struct session *session)
{
    session->folder_frame =
        session->folder_asked != NULL ? session->folder_asked->command_frame : session->folder_asked_in;
    session->folder_asked = NULL;
    session->folder_asked_in = 0;
}

/* Is it this CWD that it would take a 250 for? */
static bool has_asked(const struct session *session, const struct exchange *exchange)
{
    return session->folder_asked != NULL ? session->folder_asked == exchange
                                         : exchange != NULL && session->folder_asked_in == exchange->command_frame;
}

static enum builtin_way way_of_command(const struct builtin_unit *unit)
{
    struct session *session = unit->session;
    struct fsc_command command = command_of(unit);

    bool waits = session->setup_waits;
    if (builtin_is_transfer(command.verb))
        session->setup_waits = false;
    else if (is_setup(command.verb))
        session->setup_waits = true;
    if (is_beginning(command.verb_text) || (unit->line_flags & FSC_LINE_TELNET) != 0 ||
        (unit->first->flags & FSC_NOTE_EXPECT_BAD) != 0)
        return BUILTIN_WAY_OURS;
    if (waits && !builtin_is_transfer(command.verb) && !is_setup(command.verb) && !is_change_of_folder(command.verb))
        return BUILTIN_WAY_OURS;
    if (is_skipped_folder(unit->first, waits))
        return BUILTIN_WAY_OURS;
    unit->first->taken_for_transfer = waits && !builtin_is_transfer(command.verb) && !is_setup(command.verb);
    note_asked(session, NULL, 0);
    if (is_change_of_folder(command.verb) && is_too_deep(session, command.arg))
        return BUILTIN_WAY_OURS;
    if (is_change_of_folder(command.verb))
        note_asked(session, unit->first->exchange, unit->first->frame);
    if (builtin_is_transfer(command.verb)) /* in any letters: what it says of the transfer, it says of this line */
        return BUILTIN_WAY_WHOLE;
    if (has_small_letters(command.verb_text) || command.verb == FSC_VERB_XCWD || command.verb == FSC_VERB_XCUP)
        return BUILTIN_WAY_OTHER_WORDS;
    return BUILTIN_WAY_WHOLE;
}

static enum builtin_way way_of_folder(struct session *session, const struct line *line, enum builtin_way otherwise)
{
    struct fsc_span folder = builtin_folder_behind(line);

    if (!is_tellable(folder))
        return otherwise;
    session->folder_frame = line->exchange != NULL ? line->exchange->command_frame : 0;
    session->folder_bytes = (uint32_t)folder.n;
    return BUILTIN_WAY_FOLDER;
}

/* It takes every one for the answer of the CWD that it saw last, however often that was answered. */
static enum builtin_way way_of_250(struct session *session, const struct line *line)
{
    if (asks(session) && has_asked(session, line->exchange)) {
        note_answered(session);
        return BUILTIN_WAY_WHOLE;
    }
    if (!is_change_of_folder(line->verb))
        return session->folder_seen ? BUILTIN_WAY_OURS : BUILTIN_WAY_WHOLE;
    return way_of_folder(session, line, BUILTIN_WAY_OURS);
}

/* One that comes late may be older than the last change of folder. */
static bool tells_folder(const struct session *session, const struct line *line)
{
    bool by_verb = line->verb == FSC_VERB_NONE || line->verb == FSC_VERB_PWD || line->verb == FSC_VERB_XPWD;
    return by_verb && (line->exchange == NULL || line->exchange->command_frame == 0 ||
                       line->exchange->command_frame >= session->folder_frame);
}

static enum builtin_way way_of_reply(const struct builtin_unit *unit)
{
    const struct line *last = unit->last;
    struct fsc_reply reply;

    fsc_reply_parse(unit->text, &reply);
    if ((reply.flags & FSC_REPLY_ILLEGAL) != 0 || (last->flags & FSC_NOTE_EXPECT_BAD) != 0 ||
        (unit->line_flags & FSC_LINE_TELNET) != 0)
        return BUILTIN_WAY_OURS;
    if (reply.code == 257 && !tells_folder(unit->session, last))
        return BUILTIN_WAY_OURS;
    if (reply.code == 257)
        unit->session->folder_bytes = 0;
    if (reply.code == 250)
        return way_of_250(unit->session, last);
    bool changed = reply.code >= 200 && reply.code <= 299 && is_change_of_folder(last->verb);
    return changed ? way_of_folder(unit->session, last, BUILTIN_WAY_WHOLE) : BUILTIN_WAY_WHOLE;
}

/* By what came before it; what the first pass did not show has nothing before it, and of what it showed before the
 * pipeline told of it nothing was known. */
static enum builtin_way find_way(const packet_info *pinfo, const struct builtin_unit *unit)
{
    if (!PINFO_FD_VISITED(pinfo))
        return unit->from_server ? way_of_reply(unit) : way_of_command(unit);
    if (!unit->late)
        return BUILTIN_WAY_WHOLE;
    struct session begun = {.number = 0};
    struct builtin_unit first = *unit;
    first.session = &begun;
    enum builtin_way way = unit->from_server ? way_of_reply(&first) : way_of_command(&first);
    return way == BUILTIN_WAY_WHOLE ? BUILTIN_WAY_LATE : way;
}

/* The pipeline tells of it later, as it waits for bytes that are missing. */
static enum builtin_way way_of_untold(const packet_info *pinfo, const struct builtin_unit *unit)
{
    struct fsc_command command;
    struct fsc_reply reply;

    if (PINFO_FD_VISITED(pinfo) || unit->session == NULL)
        return BUILTIN_WAY_WHOLE;
    if (!unit->from_server) {
        fsc_command_parse(unit->text, &command);
        note_asked(unit->session, NULL, is_change_of_folder(command.verb) ? pinfo->num : 0);
        return BUILTIN_WAY_WHOLE;
    }
    fsc_reply_parse(unit->text, &reply);
    if (reply.code != 250 || !unit->session->folder_seen)
        return BUILTIN_WAY_WHOLE;
    if (!asks(unit->session))
        return BUILTIN_WAY_OURS;
    note_answered(unit->session);
    return BUILTIN_WAY_WHOLE;
}

enum builtin_way builtin_way_of(const packet_info *pinfo, const struct builtin_unit *unit)
{
    if (unit->session == NULL || unit->first == NULL || unit->last == NULL)
        return way_of_untold(pinfo, unit);
    if (unit->first->way == BUILTIN_WAY_OPEN)
        unit->first->way = (uint8_t)find_way(pinfo, unit);
    return (enum builtin_way)unit->first->way;
}
