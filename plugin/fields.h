/* fields.h - the fields, trees and expert infos of the plugin: their numbers, once registered. */
#ifndef FTPSCOPE_PLUGIN_FIELDS_H
#define FTPSCOPE_PLUGIN_FIELDS_H

#include "core/ftpscope.h"
#include "plugin/compat.h"

enum field {
#define FIELD(id, name, title, type, what) FIELD_##id,
#include "plugin/fields.def"
#undef FIELD
    FIELD_COUNT
};

void fields_register(int proto);
int field_hf(enum field field);
int fields_tree(void); /* the ett of every tree */

/* Does anybody look at fields of this protocol? epan makes whole trees for a filter on another one. */
bool fields_wanted(proto_tree *tree, int protocol);

/* The expert info of a finding, which may be milder than its kind: then a common one, without the name. */
expert_field *fields_finding(enum fsc_finding_id id, enum fsc_severity severity);
int fields_finding_hf(enum fsc_finding_id id); /* of the one with the name */
expert_field *fields_kept_back(void);          /* that of FIELD_KEPT_BACK */

/* Text from the wire, as the field with this number: what is no UTF-8 becomes U+FFFD, as in the records of the command
 * line. */
proto_item *fields_add_text(proto_tree *tree, int number, tvbuff_t *tvb, int start, int length, struct fsc_span text);

/* What a field holds, added to a tree as something computed. Empty texts add nothing. */
proto_item *field_text(proto_tree *tree, enum field field, tvbuff_t *tvb, int start, int length, struct fsc_span text);
proto_item *field_words(proto_tree *tree, enum field field, tvbuff_t *tvb, const char *words); /* NULL or "": nothing */
/* The same, with the whole text in rows below when it is longer than a row shows. */
void field_paragraph(proto_tree *tree, enum field field, tvbuff_t *tvb, const char *words);
proto_item *field_number(proto_tree *tree, enum field field, tvbuff_t *tvb, uint64_t number);
proto_item *field_frame(proto_tree *tree, enum field field, tvbuff_t *tvb, uint64_t frame); /* 0: nothing */
proto_item *field_seconds(proto_tree *tree, enum field field, tvbuff_t *tvb, int64_t ns);   /* below 0: nothing */
proto_item *field_percent(proto_tree *tree, enum field field, tvbuff_t *tvb, double percent);
void field_flag(proto_tree *tree, enum field field, tvbuff_t *tvb, bool set); /* unset flags are not shown */

#endif
