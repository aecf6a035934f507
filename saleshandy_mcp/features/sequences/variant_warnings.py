"""Checks new texts of a step against the fields of the account."""

from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.features.sequences.channels import VariantText
from saleshandy_mcp.features.sequences.copywriting import text_warnings


async def variant_warnings(api: Api, variants: list[VariantText]) -> list[str]:
    """Merge tags that are not fields, and wrong spintax, a sentence each. A text without braces costs no call."""
    text = "\n".join(part for variant in variants for part in (variant.subject, variant.content) if part)
    if "{" not in text:
        return []
    return text_warnings(text, [field.label for field in await api.recent(ListFields())])
