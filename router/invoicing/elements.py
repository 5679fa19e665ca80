"""XML by nested values, with what a text may not hold taken out.

XML 1.0 section 2.2 forbids most control characters, and a lone surrogate has no bytes at all.
"""

import re
from xml.etree import ElementTree as ET

NOT_XML = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")

Node = tuple[str, "str | list[Node] | None", dict[str, str]]


def node(name: str, content: "str | list[Node] | list[Node | None] | None", **attributes: str) -> "Node | None":
    """An element with a text or with others in it; None, and thus nothing, when it has neither."""
    if isinstance(content, list):
        inner: list[Node] = [each for each in content if each]
        return (name, inner, attributes) if inner else None
    return (name, content, attributes) if content else None


def document(root: "Node | None", namespaces: dict[str, str]) -> bytes:
    """The bytes of a file: UTF-8, the prefixes as given (the empty one is the default)."""
    if root is None:
        raise ValueError("a document has at least one element")
    element = _element(root)
    for prefix, uri in namespaces.items():
        element.set(f"xmlns:{prefix}" if prefix else "xmlns", uri)
    ET.indent(element)
    written: bytes = ET.tostring(element, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def sound(text: str) -> str:
    """The text without what XML cannot hold."""
    return NOT_XML.sub("\ufffd", text)


def _element(made: Node) -> ET.Element:
    name, content, attributes = made
    element = ET.Element(name, attributes)
    if isinstance(content, list):
        element.extend([_element(each) for each in content])
    else:
        element.text = sound(content or "")
    return element
