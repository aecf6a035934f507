"""Whatever is in a file, its rows are all told, and what is told is what the sandbox holds."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.features.imports.check_import_status import CheckImportStatus
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.imports.import_report import ImportReport
from tests.import_engine.engine import BOUNCED, TITLE, UNSUBSCRIBED, people, people_at, place
from tests.kit import adds_up, context_over, new_box, posts

DEMO = new_box()
BLOCKED = ["stop@saltmeadow.example.com", "anybody@pinewharf.example.com"]
KNOWN = [UNSUBSCRIBED, BOUNCED, *BLOCKED, *people_at(DEMO, TITLE, 1)[:3], *people_at(DEMO, TITLE, 2)[:3]]
addresses = st.one_of(
    st.sampled_from([*KNOWN, *map(str.upper, KNOWN), *people(5), "", "no", "a@b", "jörg@x.example.com"]),
    st.builds("{}@n.example.com".format, st.from_regex(r"[a-z.]{1,3}", fullmatch=True)),
)
# Letters of western names: of signs that no language puts together no encoding can be told.
values = st.text("abcdeé öüñçßÅ", max_size=12) | st.sampled_from(
    ["", "a,b", 'say "hi"', "two\nlines", "semi;colon", "=1+1", "  blanks  "]
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
dialects = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    }
)


@given(st.lists(st.tuples(addresses, values), min_size=1, max_size=30), encodings, dialects, st.sampled_from([1, 2, 3]))
@settings(max_examples=15, deadline=None, derandomize=True, database=None)
async def test_the_counts_add_up_to_the_rows_and_are_those_of_the_sandbox(
    rows: list[tuple[str, str]], encoding: str, dialect: dict[str, str | int], step: int
) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, **dialect)  # pyright: ignore[reportArgumentType] - keywords of the csv module
    table.writerows([("Email", "First Name"), *rows])
    there = [email for email, value in rows if email.strip() or value.strip()]
    box = new_box()
    sequence_id, _ = place(box, TITLE, step)
    before = set(box.world.enrolments[sequence_id])
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.csv").write_bytes(text.getvalue().encode(encoding, "replace"))
        async with context_over(box, folder=Path(folder)) as context:
            if not there:
                return
            told = await ImportProspects(sequence=TITLE, step=str(step), file="a.csv").run(context)
            assert isinstance(told, ImportReport)
            assert adds_up(told)
            assert (told.rows, told.unknown, told.not_sent, told.in_progress) == (len(there), 0, 0, 0)
            imported = await CheckImportStatus(job=told.job, state="imported").run(context)
            assert isinstance(imported, ImportReport)
    jobs = box.state()["imports"]
    assert told.imported == sum(job["imported"] + job["updated"] for job in jobs)
    assert told.refused == sum(job["refused"] for job in jobs)
    assert told.skipped == len(there) - sum(job["rows"] for job in jobs)
    assert posts(box) <= 1
    ids = {(box.world.prospect(key(it.email)) or {"id": ""})["id"] for it in imported.trouble}
    assert ids <= set(box.world.enrolments[sequence_id])
    assert set(box.world.enrolments[sequence_id]) - before <= ids or told.imported > len(imported.trouble)
