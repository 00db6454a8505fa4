/* fields.c - see fields.h. */
#include "plugin/fields.h"

#include <math.h>
#include <string.h>

enum value {
    T_FLAG,
    T_TEXT,
    T_BYTES,
    T_NUMBER,
    T_NUMBER64,
    T_SECONDS,
    T_PERCENT,
    T_FRAME,
    T_FRAME_REQUEST,
    T_FRAME_RESPONSE
};

static const struct {
    enum ftenum type;
    int display;
    const void *strings;
} values[] = {
    [T_FLAG] = {FT_BOOLEAN, BASE_NONE, NULL},
    [T_TEXT] = {FT_STRING, BASE_NONE, NULL},
    [T_BYTES] = {FT_BYTES, BASE_NONE, NULL},
    [T_NUMBER] = {FT_UINT32, BASE_DEC, NULL},
    [T_NUMBER64] = {FT_UINT64, BASE_DEC, NULL},
    [T_SECONDS] = {FT_RELATIVE_TIME, BASE_NONE, NULL},
    [T_PERCENT] = {FT_DOUBLE, BASE_NONE, NULL},
    [T_FRAME] = {FT_FRAMENUM, BASE_NONE, NULL},
    [T_FRAME_REQUEST] = {FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST)},
    [T_FRAME_RESPONSE] = {FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE)},
};

static const struct {
    const char *name, *title;
    enum value value;
    const char *what;
} fields[FIELD_COUNT] = {
#define FIELD(id, name, title, value, what) {name, title, value, what},
#include "plugin/fields.def"
#undef FIELD
};

static int hf[FIELD_COUNT];
static int ett, ett_paragraph;
static expert_field finding_infos[FSC_FINDING_COUNT], milder_infos[FSC_SEVERITY_ERROR], kept_back_info;

static int severity_of(enum fsc_severity severity)
{
    return severity == FSC_SEVERITY_ERROR ? PI_ERROR : severity == FSC_SEVERITY_WARNING ? PI_WARN : PI_NOTE;
}

static void register_kept_back(expert_module_t *module)
{
    static ei_register_info info = {
        &kept_back_info,
        {"ftpscope.expert.kept-back", PI_REASSEMBLE, PI_WARN, "Lines begin here that TCP did not hand on", EXPFILL}};

    kept_back_info = (expert_field)EI_INIT;
    expert_register_field_array(module, &info, 1);
}

/* epan knows one severity for each expert info. */
static void register_milder(expert_module_t *module)
{
    static const char *const summaries[] = {"A finding that is worse elsewhere, and a note here",
                                            "A finding that is worse elsewhere, and a warning here"};
    static ei_register_info infos[FSC_SEVERITY_ERROR];

    for (int i = 0; i < FSC_SEVERITY_ERROR; i++) {
        const char *name = fsc_severity_name((enum fsc_severity)i);
        milder_infos[i] = (expert_field)EI_INIT;
        infos[i].ids = &milder_infos[i];
        infos[i].eiinfo.name = wmem_strdup_printf(wmem_epan_scope(), "ftpscope.expert.only-%s", name);
        infos[i].eiinfo.group = PI_SEQUENCE;
        infos[i].eiinfo.severity = severity_of((enum fsc_severity)i);
        infos[i].eiinfo.summary = summaries[i];
    }
    expert_register_field_array(module, infos, FSC_SEVERITY_ERROR);
}

static void register_findings(int proto)
{
    static ei_register_info infos[FSC_FINDING_COUNT];

    for (int i = 0; i < FSC_FINDING_COUNT; i++) {
        const struct fsc_finding_info *info = fsc_finding_info((enum fsc_finding_id)i);
        finding_infos[i] = (expert_field)EI_INIT;
        infos[i].ids = &finding_infos[i];
        infos[i].eiinfo.name = wmem_strdup_printf(wmem_epan_scope(), "ftpscope.expert.%s", info->name);
        infos[i].eiinfo.group = PI_SEQUENCE;
        infos[i].eiinfo.severity = severity_of(info->severity);
        infos[i].eiinfo.summary = info->what;
    }
    expert_module_t *module = expert_register_protocol(proto);
    expert_register_field_array(module, infos, FSC_FINDING_COUNT);
    register_milder(module);
    register_kept_back(module);
}

void fields_register(int proto)
{
    static hf_register_info rows[FIELD_COUNT];
    static int *trees[] = {&ett, &ett_paragraph};

    for (int i = 0; i < FIELD_COUNT; i++) {
        hf[i] = -1;
        rows[i] = (hf_register_info){&hf[i],
                                     {fields[i].title, fields[i].name, values[fields[i].value].type,
                                      values[fields[i].value].display, values[fields[i].value].strings, 0,
                                      fields[i].what, HFILL}};
    }
    ett = ett_paragraph = -1;
    proto_register_field_array(proto, rows, array_length(rows));
    proto_register_subtree_array(trees, array_length(trees));
    register_findings(proto);
}

int field_hf(enum field field)
{
    return hf[field];
}

int fields_tree(void)
{
    return ett;
}

bool fields_wanted(proto_tree *tree, int protocol)
{
    return tree != NULL && proto_field_is_referenced(tree, protocol);
}

expert_field *fields_kept_back(void)
{
    return &kept_back_info;
}

expert_field *fields_finding(enum fsc_finding_id id, enum fsc_severity severity)
{
    return severity < fsc_finding_info(id)->severity ? &milder_infos[severity] : &finding_infos[id];
}

int fields_finding_hf(enum fsc_finding_id id)
{
    return finding_infos[id].hf;
}

proto_item *fields_add_text(proto_tree *tree, int number, tvbuff_t *tvb, int start, int length, struct fsc_span text)
{
    char copy[512], *made = NULL; /* epan wants an end, and allocates enough by itself */

    if (text.n < sizeof(copy) && g_utf8_validate_len((const char *)text.p, text.n, NULL)) {
        if (text.n > 0)
            memcpy(copy, text.p, text.n);
        copy[text.n] = '\0';
    } else {
        made = g_utf8_make_valid((const char *)text.p, (gssize)text.n);
    }
    proto_item *item = proto_tree_add_string(tree, number, tvb, start, length, made != NULL ? made : copy);
    g_free(made);
    return item;
}

proto_item *field_text(proto_tree *tree, enum field field, tvbuff_t *tvb, int start, int length, struct fsc_span text)
{
    if (tree == NULL || text.n == 0)
        return NULL;
    proto_item *item = fields_add_text(tree, hf[field], tvb, start, length, text);
    if (length == 0)
        proto_item_set_generated(item);
    return item;
}

static proto_item *generated(proto_item *item)
{
    proto_item_set_generated(item);
    return item;
}

proto_item *field_words(proto_tree *tree, enum field field, tvbuff_t *tvb, const char *words)
{
    if (words == NULL || words[0] == '\0')
        return NULL;
    return generated(proto_tree_add_string(tree, hf[field], tvb, 0, 0, words));
}

/* Where the next row ends: before a blank, if there is one. */
static size_t row_of(const char *words, size_t room)
{
    size_t n = strlen(words), end = room;

    if (n <= room)
        return n;
    while (end > 0 && words[end] != ' ')
        end--;
    return end > 0 ? end : room;
}

void field_paragraph(proto_tree *tree, enum field field, tvbuff_t *tvb, const char *words)
{
    enum { ROW = 110 }; /* characters; epan cuts the text of a row at 240, a window earlier */
    proto_item *item = field_words(tree, field, tvb, words);

    if (item == NULL || strlen(words) <= ROW)
        return;
    proto_tree *rows = proto_item_add_subtree(item, ett_paragraph);
    for (size_t n; *words != '\0'; words += n) {
        words += *words == ' ';
        n = row_of(words, ROW);
        proto_tree_add_subtree_format(rows, tvb, 0, 0, ett_paragraph, NULL, "%.*s", (int)n, words);
    }
}

proto_item *field_number(proto_tree *tree, enum field field, tvbuff_t *tvb, uint64_t number)
{
    if (fields[field].value == T_NUMBER64)
        return generated(proto_tree_add_uint64(tree, hf[field], tvb, 0, 0, number));
    return generated(proto_tree_add_uint(tree, hf[field], tvb, 0, 0, (guint32)number));
}

proto_item *field_frame(proto_tree *tree, enum field field, tvbuff_t *tvb, uint64_t frame)
{
    if (frame == 0)
        return NULL;
    return generated(proto_tree_add_uint(tree, hf[field], tvb, 0, 0, (guint32)frame));
}

proto_item *field_seconds(proto_tree *tree, enum field field, tvbuff_t *tvb, int64_t ns)
{
    if (ns < 0)
        return NULL;
    nstime_t time = {.secs = (time_t)(ns / 1000000000), .nsecs = (int)(ns % 1000000000)};
    return generated(proto_tree_add_time(tree, hf[field], tvb, 0, 0, &time));
}

proto_item *field_percent(proto_tree *tree, enum field field, tvbuff_t *tvb, double percent)
{
    double tenths = floor(percent * 10); /* never 100 before the end */
    return generated(proto_tree_add_double(tree, hf[field], tvb, 0, 0, tenths / 10));
}

void field_flag(proto_tree *tree, enum field field, tvbuff_t *tvb, bool set)
{
    if (set)
        generated(proto_tree_add_boolean(tree, hf[field], tvb, 0, 0, TRUE));
}
