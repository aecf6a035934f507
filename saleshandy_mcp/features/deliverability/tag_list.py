"""Records that are lists of tags, as DKIM and DMARC have them: ``v=DKIM1; k=rsa; p=…``. Pure."""


def tags(record: str) -> dict[str, str]:
    """The tags, by name in small letters; the first of one name counts."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().casefold(), value.strip())
    return found
