/* findings.c - see findings.h. */
#include "plugin/findings.h"

#include "plugin/fields.h"
#include "plugin/info.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"

static void show_expert(tvbuff_t *tvb, packet_info *pinfo, proto_tree *branch, proto_item *item,
                        const struct finding *finding)
{
    const struct fsc_finding *f = &finding->finding;
    expert_field *info = fields_finding(f->id, f->severity);

    expert_add_info_format(pinfo, item, info, "%s", finding->summary);
    if (info->hf != fields_finding_hf(f->id)) /* who filters by the name finds it all the same */
        proto_item_set_hidden(proto_tree_add_item(branch, fields_finding_hf(f->id), tvb, 0, 0, ENC_NA));
}

static void show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct finding *finding)
{
    const struct fsc_finding *f = &finding->finding;
    proto_item *item = proto_tree_add_item(tree, proto_ftpscope, tvb, 0, 0, ENC_NA);
    proto_tree *branch = proto_item_add_subtree(item, fields_tree());

    proto_item_set_text(item, "FTP finding: %s", fsc_finding_info(f->id)->name);
    proto_item_set_generated(item);
    proto_item *id = field_words(branch, FIELD_FINDING, tvb, fsc_finding_info(f->id)->name);
    field_words(branch, FIELD_FINDING_SEVERITY, tvb, fsc_severity_name(f->severity));
    field_words(branch, FIELD_FINDING_CONFIDENCE, tvb, fsc_confidence_name(f->confidence));
    field_words(branch, FIELD_FINDING_ROLE, tvb, fsc_role_name(f->role));
    field_paragraph(branch, FIELD_FINDING_SUMMARY, tvb, finding->summary);
    field_paragraph(branch, FIELD_FINDING_ADVICE, tvb, finding->advice);
    for (uint32_t i = 0; i < f->evidence_count; i++)
        field_frame(branch, FIELD_FINDING_EVIDENCE, tvb, f->evidence[i]);
    if (f->tx != 0)
        field_number(branch, FIELD_FINDING_TX, tvb, f->tx);
    packets_show_session(branch, tvb, finding->session);
    show_expert(tvb, pinfo, branch, id, finding);
}

unsigned findings_show(const struct store *store, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, unsigned shown)
{
    unsigned number = 0;
    const char *protocol = pinfo->current_proto; /* stands in the table of expert infos */

    pinfo->current_proto = "FTP";
    for (const struct finding *f = store_findings(store, pinfo->num); f != NULL; f = f->next)
        if (info_is_known(pinfo, f->known_frame) && number++ >= shown)
            show(tvb, pinfo, tree, f);
    pinfo->current_proto = protocol;
    return number;
}
