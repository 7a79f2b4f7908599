"""XMP packets: what EXIF has no field for, under Baryta's own namespace.

Written as RDF attributes (XMP specification part 1). Reading takes only Baryta's own properties,
as attributes or as elements (other programs rewrite one into the other).
"""

import html
import re
from collections.abc import Mapping
from datetime import datetime

NAMESPACE = "urn:baryta:xmp:1.0:"

# Every alternative ends where its value does and is then a match, so that no text is read twice.
PROPERTY = re.compile(
    r'(?<!/)\bbaryta:(?P<name>\w+)\s*(?:=\s*"(?P<quoted>[^"]*)(?P<end>"?)'
    r"|=\s*'(?P<single>[^']*)(?P<close>'?)|>(?P<element>[^<]*)(?P<next><?))"
)
_LONGEST = 1000  # characters of a value
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0


def encode_xmp(
    software: str,
    taken: datetime | None,
    properties: Mapping[str, str],
    namespaces: Mapping[str, str] | None = None,
    foreign: Mapping[str, str] | None = None,
    elements: str = "",
) -> bytes:
    """A packet.

    Args:
        software: xmp:CreatorTool.
        taken: xmp:CreateDate.
        properties: by name in Baryta's namespace.
        namespaces: more of them, by prefix.
        foreign: attributes in those, by prefix and name.
        elements: XML to stand in the description.
    """
    attributes = {"xmp:CreatorTool": software}
    if taken is not None:
        attributes["xmp:CreateDate"] = taken.isoformat()
    attributes |= {f"baryta:{name}": value for name, value in properties.items()}
    attributes |= foreign or {}
    spaces = "".join(
        f"\n   xmlns:{prefix}={quoted(uri)}" for prefix, uri in (namespaces or {}).items()
    )
    end = f">{elements}\n  </rdf:Description>" if elements else "/>"
    lines = "".join(
        f"\n   {name}={quoted(_FORBIDDEN.sub(' ', value))}" for name, value in attributes.items()
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about=""\n'
        '   xmlns:xmp="http://ns.adobe.com/xap/1.0/"\n'
        f'   xmlns:baryta="{NAMESPACE}"{spaces}{lines}{end}\n'
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n"
        '<?xpacket end="w"?>'
    ).encode()


def quoted(value: str) -> str:
    """An attribute's value between quotes; a reader would make blanks of raw line ends."""
    escaped = html.escape(value, quote=False).replace('"', "&quot;")
    return f'"{escaped}"'.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def read_xmp(packet: bytes) -> dict[str, str]:
    """Baryta's own properties in a packet; empty for foreign or damaged ones."""
    text = packet.decode("utf-8", "replace")
    properties: dict[str, str] = {}
    for match in PROPERTY.finditer(text):
        value = match["quoted"] or match["single"] or match["element"] or ""
        ended = match["end"] or match["close"] or match["next"]
        if ended and len(value) < _LONGEST:
            properties[match["name"]] = html.unescape(value)
    return properties
