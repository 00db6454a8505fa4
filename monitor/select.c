/* select.c - the sessions that match every given option. */
#include "monitor/select.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <string.h>

struct session_facts {
    bool path, code, failed;
};

struct selection {
    const struct select_options *options;
    struct sink target;
    GHashTable *open;   /* session number -> struct session_facts, while it runs */
    GHashTable *wanted; /* session number */
};

bool select_is_active(const struct select_options *o)
{
    return o->session != NULL || o->user != NULL || o->host != NULL || o->path != NULL || o->code != NULL ||
           o->failed || o->numbers != NULL;
}

/* "550", "5xx", "55x" */
static bool code_word_valid(const char *word)
{
    if (strlen(word) != 3 || word[0] < '1' || word[0] > '6')
        return false;
    for (int i = 1; i < 3; i++)
        if (!g_ascii_isdigit(word[i]) && word[i] != 'x' && word[i] != 'X')
            return false;
    return true;
}

static bool each_word(const char *list, bool (*valid)(const char *))
{
    char **words = g_strsplit(list, ",", -1);
    bool good = words[0] != NULL;

    for (char **w = words; *w != NULL; w++)
        good = valid(*w) && good;
    g_strfreev(words);
    return good;
}

static bool number_valid(const char *word)
{
    return g_ascii_string_to_unsigned(word, 10, 1, G_MAXUINT32, NULL, NULL);
}

/* In any spelling: "2001:DB8:0::1" is "2001:db8::1". */
static bool parse_host(const char *text, struct fsc_addr *out)
{
    *out = (struct fsc_addr){.kind = FSC_ADDR_V4};
    if (inet_pton(AF_INET, text, out->bytes) == 1)
        return true;
    out->kind = FSC_ADDR_V6;
    return inet_pton(AF_INET6, text, out->bytes) == 1;
}

bool select_valid(const struct select_options *o, const char **complaint)
{
    struct fsc_addr host;

    if (o->session != NULL && !each_word(o->session, number_valid))
        *complaint = "--session takes numbers, as in --session 3 or --session 1,4";
    else if (o->code != NULL && !each_word(o->code, code_word_valid))
        *complaint = "--code takes codes or classes, as in --code 550 or --code 4xx,5xx";
    else if (o->host != NULL && !parse_host(o->host, &host))
        *complaint = "--host takes an IPv4 or IPv6 address";
    return *complaint == NULL;
}

struct selection *selection_new(const struct select_options *options)
{
    struct selection *s = g_new0(struct selection, 1);

    s->options = options;
    s->open = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    s->wanted = g_hash_table_new(NULL, NULL);
    return s;
}

void selection_free(struct selection **selection)
{
    if (*selection == NULL)
        return;
    g_hash_table_destroy((*selection)->open);
    g_hash_table_destroy((*selection)->wanted);
    g_free(*selection);
    *selection = NULL;
}

static struct session_facts *facts_of(struct selection *s, uint32_t session)
{
    struct session_facts *facts = g_hash_table_lookup(s->open, GUINT_TO_POINTER(session));

    if (facts == NULL) {
        facts = g_new0(struct session_facts, 1);
        g_hash_table_insert(s->open, GUINT_TO_POINTER(session), facts);
    }
    return facts;
}

static bool code_matches(const char *list, uint16_t code)
{
    char **words = g_strsplit(list, ",", -1);
    char digits[8];
    bool found = false;

    g_snprintf(digits, sizeof(digits), "%03u", (unsigned)code);
    for (char **w = words; *w != NULL; w++) {
        bool same = true;
        for (int i = 0; i < 3; i++)
            same = same && ((*w)[i] == digits[i] || (*w)[i] == 'x' || (*w)[i] == 'X');
        found = found || same;
    }
    g_strfreev(words);
    return found;
}

/* What was never sent matches no glob, not even "*". */
static bool glob_matches(const char *glob, struct fsc_span text)
{
    if (text.p == NULL)
        return false;
    char *copy = g_strndup((const char *)text.p, text.n);
    bool matches = fnmatch(glob, copy, 0) == 0;

    g_free(copy);
    return matches;
}

static void look_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct selection *s = state;

    if (s->options->code == NULL)
        return;
    for (size_t i = 0; i < record->reply_count; i++)
        if (code_matches(s->options->code, record->replies[i].code))
            facts_of(s, envelope->session)->code = true;
}

bool select_data_fails(const struct record_data *record)
{
    return record->status != FSC_STATUS_COMPLETE && record->status != FSC_STATUS_UNKNOWN;
}

bool select_finding_fails(const struct record_finding *record)
{
    return record->finding->severity == FSC_SEVERITY_ERROR || record->finding->id == FSC_FINDING_LOGIN_FAILED;
}

static void look_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct selection *s = state;

    if (s->options->path != NULL &&
        (glob_matches(s->options->path, record->path) || glob_matches(s->options->path, record->filename)))
        facts_of(s, envelope->session)->path = true;
    if (select_data_fails(record))
        facts_of(s, envelope->session)->failed = true;
}

static void look_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    if (select_finding_fails(record))
        facts_of(state, envelope->session)->failed = true;
}

static bool host_matches(const char *host, const struct record_envelope *envelope)
{
    struct fsc_addr wanted;

    return parse_host(host, &wanted) &&
           (fsc_addr_equal(&wanted, &envelope->client.addr) || fsc_addr_equal(&wanted, &envelope->server.addr));
}

static bool number_listed(const char *list, uint32_t number)
{
    char **words = g_strsplit(list, ",", -1);
    bool found = false;

    for (char **w = words; *w != NULL; w++)
        found = found || g_ascii_strtoull(*w, NULL, 10) == number;
    g_strfreev(words);
    return found;
}

static void look_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct selection *s = state;
    const struct select_options *o = s->options;
    struct session_facts *facts = facts_of(s, envelope->session);
    bool wanted = (o->session == NULL || number_listed(o->session, envelope->session)) &&
                  (o->user == NULL || glob_matches(o->user, record->user)) &&
                  (o->host == NULL || host_matches(o->host, envelope)) && (o->path == NULL || facts->path) &&
                  (o->code == NULL || facts->code) && (!o->failed || facts->failed) &&
                  (o->numbers == NULL || g_hash_table_contains(o->numbers, GUINT_TO_POINTER(envelope->session)));

    if (wanted)
        g_hash_table_add(s->wanted, GUINT_TO_POINTER(envelope->session));
    g_hash_table_remove(s->open, GUINT_TO_POINTER(envelope->session));
}

bool selection_has(const struct selection *selection, uint32_t session)
{
    return g_hash_table_contains(selection->wanted, GUINT_TO_POINTER(session));
}

uint64_t selection_count(const struct selection *selection)
{
    return g_hash_table_size(selection->wanted);
}

struct sink selection_collector(struct selection *selection)
{
    return (struct sink){
        .state = selection, .ftp = look_ftp, .data = look_data, .finding = look_finding, .session = look_session};
}

static bool is_wanted(const struct selection *s, const struct record_envelope *envelope)
{
    return g_hash_table_contains(s->wanted, GUINT_TO_POINTER(envelope->session));
}

static void pass_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct selection *s = state;
    if (is_wanted(s, envelope) && s->target.ftp != NULL)
        s->target.ftp(s->target.state, envelope, record);
}

static void pass_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct selection *s = state;
    if (is_wanted(s, envelope) && s->target.data != NULL)
        s->target.data(s->target.state, envelope, record);
}

static void pass_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct selection *s = state;
    if (is_wanted(s, envelope) && s->target.finding != NULL)
        s->target.finding(s->target.state, envelope, record);
}

static void pass_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct selection *s = state;
    if (is_wanted(s, envelope) && s->target.session != NULL)
        s->target.session(s->target.state, envelope, record);
}

struct sink selection_filter(struct selection *selection, const struct sink *target)
{
    selection->target = *target;
    return (struct sink){
        .state = selection, .ftp = pass_ftp, .data = pass_data, .finding = pass_finding, .session = pass_session};
}
