"""The file's own metadata (XMP): identity, PDF/A-3a and PDF/UA-1 claims, and the retention block.

The retention properties stand in a namespace of ours; PDF/A asks that such a namespace is described in the
file itself (ISO 19005-3, 6.6.2.3), as is the one of PDF/UA.
"""

from xml.sax.saxutils import escape

from tieout.domain.retention import NONE_CONFIGURED, NOT_RECORDED, RetentionBlock
from tieout.kernel.ids import stable_uuid
from tieout.render.model import PacketView
from tieout.render.text import shown

NAMESPACE = "https://tieout.dev/ns/retention/1.0/"
_LENGTH = 1000

#: Our properties in the order in which they are written, each with the description that the file carries.
PROPERTIES: dict[str, str] = {
    "recordId": "Stable id of this record",
    "recordSeries": "Record series it belongs to",
    "retentionSchedule": "Ids of the retention rules that were chosen",
    "dispositionAuthority": "Authority of the retention rules that count",
    "retentionPeriod": "ISO 8601 periods of the rules that count",
    "retentionTrigger": "Events that start the periods, with their dates or pending",
    "retainUntil": "Day through which the record is kept at least",
    "dispositionDate": "Day at whose end the record is or may be destroyed",
    "dispositionAction": "What the rules ask for when their periods end: keep, destroy, transfer",
    "legalHold": "Hold that stops any disposal",
    "vitalRecord": "Whether it is a vital record",
    "classification": "Marking of the record",
    "custodian": "Who keeps the record",
    "recordsOfficer": "Who decides on its disposal",
    "systemName": "Name of the assessed system",
    "releaseId": "Assessed release",
    "sourceCommit": "Assessed commit",
    "catalogSha256": "SHA-256 of catalog and rules",
    "evidenceIndexSha256": "SHA-256 of the evidence index",
}


def retention_properties(view: PacketView, retention: RetentionBlock) -> dict[str, str]:
    """The values of `PROPERTIES`, in their order."""
    lines = dict(retention.lines())
    values = {
        "recordId": retention.record_id,
        "recordSeries": lines["Record series"],
        "retentionSchedule": lines["Schedule"],
        "dispositionAuthority": lines["Authority"],
        "retentionPeriod": lines["Period"],
        "retentionTrigger": lines["Trigger"],
        "retainUntil": lines["Keep at least until"],
        "dispositionDate": lines["Destroy after"],
        "dispositionAction": lines["Disposition"],
        "legalHold": lines["Hold"],
        "vitalRecord": NOT_RECORDED,
        "classification": retention.marking or NONE_CONFIGURED,
        "custodian": lines["Custodian"],
        "recordsOfficer": lines["Records officer"],
        "systemName": view.system,
        "releaseId": _release_of(view),
        "sourceCommit": view.commit,
        "catalogSha256": view.controls_sha256,
        "evidenceIndexSha256": view.evidence_index_sha256,
    }
    return {name: shown(values[name], face="sans", length=_LENGTH) for name in PROPERTIES}


def xmp_packet(view: PacketView, retention: RetentionBlock, *, author: str, producer: str, when: str) -> bytes:
    """The whole metadata stream.

    Args:
        view: What the file shows.
        retention: The record's retention block.
        author: Who prepared it.
        producer: Name and version of what wrote the file, as in its document information.
        when: RFC 3339 time of creation and change: the as-of time.
    """
    identifier = f"uuid:{stable_uuid('report', view.packet_id, view.evidence_index_sha256, view.controls_sha256)}"
    own = "".join(
        f"<tieout:{name}>{escape(value)}</tieout:{name}>\n"
        for name, value in retention_properties(view, retention).items()
    )
    description = f"{view.framework}, as of {when}"
    body = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title>{_alternative(view.title)}</dc:title>
<dc:creator>{_list("Seq", author)}</dc:creator>
<dc:description>{_alternative(description)}</dc:description>
<dc:language>{_list("Bag", view.language)}</dc:language>
<dc:rights>{_alternative(retention.marking or "no marking")}</dc:rights>
<dc:identifier>{escape(view.packet_id)}</dc:identifier>
<dc:relation>{_list("Bag", f"{view.system_id} {_release_of(view)} {view.commit}")}</dc:relation>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
<xmp:CreatorTool>{escape(producer_of(view))}</xmp:CreatorTool>
<xmp:CreateDate>{when}</xmp:CreateDate><xmp:ModifyDate>{when}</xmp:ModifyDate><xmp:MetadataDate>{when}</xmp:MetadataDate>
<pdf:Producer>{escape(producer)}</pdf:Producer>
<xmpMM:DocumentID>{identifier}</xmpMM:DocumentID>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:tieout="{NAMESPACE}">
{own}</rdf:Description>
{_extension_schemas()}
</rdf:RDF>"""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{body}</x:xmpmeta>\n<?xpacket end="r"?>'
    ).encode()


def producer_of(view: PacketView) -> str:
    """Name and version of this tool, as the cover says it."""
    return next(fact.value for fact in view.identity if fact.name == "Made with")


def _release_of(view: PacketView) -> str:
    """The release as its tag names it."""
    return next(fact.value for fact in view.identity if fact.name == "Release")


def _alternative(text: str) -> str:
    plain = escape(shown(text, face="sans", length=_LENGTH))
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{plain}</rdf:li></rdf:Alt>'


def _list(kind: str, text: str) -> str:
    return f"<rdf:{kind}><rdf:li>{escape(shown(text, face='sans', length=_LENGTH))}</rdf:li></rdf:{kind}>"


def _extension_schemas() -> str:
    schemas = (
        (
            "PDF/UA identification schema",
            "http://www.aiim.org/pdfua/ns/id/",
            "pdfuaid",
            (("part", "Integer", "internal", "Part of ISO 14289 that the file follows"),),
        ),
        (
            "tieout retention schema",
            NAMESPACE,
            "tieout",
            tuple((name, "Text", "external", description) for name, description in PROPERTIES.items()),
        ),
    )
    entries = "".join(
        f"""<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{title}</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI><pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{"".join(_property(*parts) for parts in properties)}</rdf:Seq></pdfaSchema:property>
</rdf:li>"""
        for title, uri, prefix, properties in schemas
    )
    return f"""<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag>{entries}</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""


def _property(name: str, type_: str, category: str, description: str) -> str:
    return (
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
        f"<pdfaProperty:valueType>{type_}</pdfaProperty:valueType>"
        f"<pdfaProperty:category>{category}</pdfaProperty:category>"
        f"<pdfaProperty:description>{escape(description)}</pdfaProperty:description></rdf:li>\n"
    )
