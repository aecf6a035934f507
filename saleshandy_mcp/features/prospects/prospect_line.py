"""A stored person as a line of an answer."""

from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.core.view import View
from saleshandy_mcp.untrusted.one_line import one_line


class ProspectLine(View):
    id: str
    email: str
    name: str = ""
    company: str = ""
    job_title: str = ""
    verification: str = ""

    def line(self) -> str:
        """The person in a list. Its first line says that addresses are valid unless said."""
        return self._joined(f"{one_line(self.name, 60)} <{one_line(self.email)}>", valid="")

    def line_without_address(self) -> str:
        """The person as written after the address that was checked."""
        return self._joined(one_line(self.name, 60), valid="valid")

    def _joined(self, who: str, *, valid: str) -> str:
        role = ", ".join(one_line(part, 60) for part in (self.job_title, self.company) if part)
        verification = {"skip": "not verified", "valid": valid}.get(self.verification, self.verification)
        named = f"{who} [{self.id}]" if self.id else who
        return " · ".join(part for part in (named.strip(), role, verification) if part)


def prospect_line(prospect: Prospect) -> ProspectLine:
    return ProspectLine(
        id=prospect.id,
        email=prospect.email,
        name=f"{prospect.value('First Name')} {prospect.value('Last Name')}".strip(),
        company=prospect.value("Company"),
        job_title=prospect.value("Job Title"),
        verification=prospect.verification_status or "",
    )
