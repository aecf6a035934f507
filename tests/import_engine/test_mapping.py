"""Which column is stored in which field, how that is told, and what rows become."""

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.mapping.columns import Column, map_columns
from saleshandy_mcp.import_engine.mapping.presets import FULL_NAME

LABELS = ["First Name", "Last Name", "Email", "Company", "Phone Number", "Job Title", "Country", "LinkedIn", "Why Now"]


def stored(
    *columns: str, given: dict[str, str] | None = None, remembered: dict[str, str] | None = None
) -> dict[str, str]:
    """Column to label, of those that are stored."""
    mapping = map_columns(list(columns), LABELS, given=given, remembered=remembered)
    return {it.name: it.label for it in mapping.columns if it.label}


@pytest.mark.parametrize("column", ["Why Now", "why now", "WhyNow", "why_now", "WHY-NOW", " Why  Now "])
def test_case_and_separators_make_no_difference_to_a_label(column: str) -> None:
    assert map_columns(["Email", column], LABELS).columns[1] == Column(column, "Why Now", "exact")


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("Title", "Job Title"),
        ("Organization", "Company"),
        ("Account Name", "Company"),
        ("Vorname", "First Name"),
        ("prenom", "First Name"),
        ("Apellidos", "Last Name"),
        ("Sobrenome", "Last Name"),
        ("Achternaam", "Last Name"),
        ("Cognome", "Last Name"),
        ("Firma", "Company"),
        ("Imię", "First Name"),
        ("Nazwisko", "Last Name"),
        ("Stanowisko", "Job Title"),
        ("Numer telefonu", "Phone Number"),
        ("Cargo", "Job Title"),
        ("Téléphone", "Phone Number"),
        ("País", "Country"),
        ("LinkedIn Profile URL", "LinkedIn"),
        ("Why Now?", "Why Now"),
    ],
)
def test_other_names_of_a_field_are_known_in_other_languages_too(column: str, label: str) -> None:
    mapping = map_columns(["Email", column], LABELS)
    assert (mapping.columns[1].label, mapping.columns[1].how, mapping.guessed) == (label, "known", True)


@pytest.mark.parametrize(
    "column", ["E-mail 1 - Value", "Work Email", "E-Mail-Adresse", "Courriel", "Correo electrónico"]
)
def test_an_address_is_known_by_many_names(column: str) -> None:
    assert stored(column) == {column: "Email"}


def test_what_the_user_says_goes_before_everything() -> None:
    assert stored("Email", "Title", "Job Title", given={"Title": "Job Title"}) == {
        "Email": "Email",
        "Title": "Job Title",
    }


def test_the_user_may_leave_a_column_out() -> None:
    mapping = map_columns(["Email", "Company"], LABELS, given={"Company": ""})
    assert (mapping.left_out, mapping.guessed) == (["Company"], False)
    assert mapping.sentences() == ["As they are: Email", 'Left out: "Company" (as you said)']


def test_the_user_may_have_a_field_created() -> None:
    mapping = map_columns(["Email", "Score"], LABELS, given={"Score": "+Lead Score"})
    assert mapping.creates == ("Lead Score",)
    assert mapping.row({"Email": "a@x.example.com", "Score": "7"}) == {"Email": "a@x.example.com", "Lead Score": "7"}
    assert mapping.sentences()[1] == '"Score" → Lead Score (a new field)'


def test_a_new_field_is_told_as_one_though_its_column_is_called_so() -> None:
    mapping = map_columns(["Email", "Score"], LABELS, given={"Score": "+Score"})
    assert mapping.sentences() == ["As they are: Email", '"Score" → Score (a new field)']


def test_a_field_is_not_created_twice() -> None:
    mapping = map_columns(["Email", "A", "B"], LABELS, given={"A": "+Lead Score", "B": "+lead score"})
    assert mapping.creates == ("Lead Score",)
    assert mapping.row({"Email": "a@x.example.com", "B": "7"})["Lead Score"] == "7"


def test_of_columns_that_the_user_gives_to_one_field_the_first_that_is_filled_wins_in_the_order_said() -> None:
    given = {"Work Email": "Email", "Email 1": "Email"}
    mapping = map_columns(["Email 1", "Private Email", "Work Email"], LABELS, given=given)
    assert mapping.row({"Email 1": "one@x.example.com", "Work Email": "w@x.example.com"})["Email"] == "w@x.example.com"
    assert mapping.row({"Email 1": "one@x.example.com"})["Email"] == "one@x.example.com"
    assert "Email" not in mapping.row({"Private Email": "home@x.example.com"})
    assert mapping.sentences()[0] == '"Work Email", else "Email 1" → Email'


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (("Email", "Email Address", "Work Email"), '"Email", else "Email Address", else "Work Email" → Email'),
        (("Private Email", "Email 1", "Work Email"), '"Work Email", else "Email 1", else "Private Email" → Email'),
        (("E-mail 2 - Value", "E-mail 1 - Value"), '"E-mail 1 - Value", else "E-mail 2 - Value" → Email'),
        (("E-mail 2 Address", "E-mail Address"), '"E-mail Address", else "E-mail 2 Address" → Email'),
        (("Additional email addresses", "Email"), '"Email", else "Additional email addresses" → Email'),
    ],
)
def test_an_empty_column_never_takes_a_field_from_a_filled_one(columns: tuple[str, ...], sentence: str) -> None:
    mapping = map_columns([*columns, "Why Now"], LABELS)
    assert sentence in mapping.sentences()
    for column in columns:
        assert mapping.row({column: "a@x.example.com"}) == {"Email": "a@x.example.com"}


def test_a_title_is_no_job_where_the_job_has_a_column() -> None:
    mapping = map_columns(["Email", "Title", "Job Title"], LABELS)
    assert mapping.row({"Title": "Dr."}) == {}
    assert map_columns(["Email", "Title"], LABELS).row({"Title": "CTO"}) == {"Job Title": "CTO"}


def test_a_field_that_is_there_is_not_created_again() -> None:
    mapping = map_columns(["Email", "Score"], LABELS, given={"Score": "+why now"})
    assert (mapping.creates, mapping.columns[1].label) == ((), "Why Now")


def test_the_user_need_not_write_a_column_letter_by_letter() -> None:
    assert stored("Email", "Lead Note", given={"lead_note": "why now"})["Lead Note"] == "Why Now"


@pytest.mark.parametrize(
    ("given", "wrong", "remedy"),
    [
        ({"Titel": "Job Title"}, 'map: there is no column "Titel"', "Nearest: Title"),
        ({"Title": "Job Titel"}, 'map: "Job Titel" is no field of this account', "Nearest: Job Title."),
        ({"Title": "+"}, 'map: "+" without the name of a field', "Write it so"),
        ({"Title": "Company", "title": "Country"}, 'map: "Title" is there twice', "Keep one"),
    ],
)
def test_what_the_user_says_has_to_be_there(given: dict[str, str], wrong: str, remedy: str) -> None:
    with pytest.raises(Mistake) as refusal:
        map_columns(["Email", "Title", "Firm"], LABELS, given=given)
    assert refusal.value.wrong == wrong
    assert refusal.value.remedy.startswith(remedy)


def test_what_was_agreed_to_holds_again() -> None:
    first = map_columns(["Email", "Note", "Firma", "Score"], LABELS, given={"Note": "Why Now", "Score": ""})
    again = map_columns(["Email", "Note", "Firma", "Score"], LABELS, remembered=first.memory())
    assert first.memory() == {"Note": "Why Now", "Firma": "Company", "Score": ""}
    assert [(it.label, it.how) for it in again.columns] == [
        ("Email", "exact"),
        ("Why Now", "remembered"),
        ("Company", "remembered"),
        (None, "remembered"),
    ]
    assert not again.guessed
    assert again.memory() == first.memory()
    assert again.sentences()[-1] == 'Left out: "Score" (as before)'


def test_a_field_that_is_gone_is_not_remembered() -> None:
    assert stored("Email", "Firma", remembered={"Firma": "Lead Score"}) == {"Email": "Email", "Firma": "Company"}


def test_what_was_agreed_to_for_another_table_does_not_displace_a_column_of_that_name() -> None:
    mapping = map_columns(["Email", "Title", "Job Title"], LABELS, remembered={"Title": "Job Title"})
    assert mapping.left_out == ["Title"]
    assert mapping.sentences()[-1] == 'Left out: "Title" (Job Title comes from "Job Title")'


def test_an_address_that_was_left_out_beside_a_better_one_is_used_where_it_is_the_only_one() -> None:
    assert stored("E-mail", remembered={"E-mail": ""}) == {"E-mail": "Email"}
    assert stored("Email", "E-mail", remembered={"E-mail": ""}) == {"Email": "Email"}


def test_a_word_with_two_meanings_is_not_remembered_for_the_other() -> None:
    alone = map_columns(["Email", "Name"], LABELS)
    beside = map_columns(["Email", "Name", "Vorname"], LABELS)
    assert stored("Email", "Name", remembered=beside.memory()) == {"Email": "Email", "Name": FULL_NAME}
    assert stored("Email", "Name", "Vorname", remembered=alone.memory())["Name"] == "Last Name"
    assert not map_columns(["Email", "Name"], LABELS, remembered=alone.memory()).guessed


def test_a_column_named_like_the_field_beats_one_that_only_means_it() -> None:
    mapping = map_columns(["Email", "Firma", "Company"], LABELS)
    assert mapping.columns[1] == Column("Firma", "Company", "known", place=1)
    assert (mapping.guessed, mapping.row({"Firma": "B", "Company": "C"})) == (True, {"Company": "C"})
    assert mapping.row({"Firma": "B"}) == {"Company": "B"}
    assert mapping.sentences()[-1] == '"Company", else "Firma" → Company'


def test_of_two_columns_that_mean_the_same_the_better_name_goes_first() -> None:
    mapping = map_columns(["Mobile", "Personal", "Work Email", "Mail", "Phone"], LABELS)
    assert [it.label for it in mapping.columns] == ["Phone Number", None, "Email", "Email", "Phone Number"]
    assert mapping.sentences()[:2] == ['"Phone", else "Mobile" → Phone Number', '"Work Email", else "Mail" → Email']


@pytest.mark.parametrize("where", ["file", "rows"])
def test_two_columns_of_one_field_are_refused_for_one_of_them_would_be_lost(where: str) -> None:
    with pytest.raises(Mistake) as refusal:
        map_columns(["Email", "First Name", "first_name"], LABELS, where=where)
    assert refusal.value.wrong == (
        f'{where}: "First Name" and "first_name" are both First Name, and only one can be stored'
    )
    assert refusal.value.remedy == 'Say which one to leave out: map ["first_name="].'
    assert stored("Email", "First Name", "first_name", given={"first_name": ""})["First Name"] == "First Name"


@pytest.mark.parametrize("where", ["file", "rows"])
def test_without_an_email_column_nothing_goes(where: str) -> None:
    with pytest.raises(Mistake) as refusal:
        map_columns(["Vorname", "Kontakt", ""], LABELS, where=where)
    assert refusal.value.wrong == f"{where}: there is no Email column"
    assert refusal.value.remedy == (
        'There is: "Vorname", "Kontakt", (a column without a name). Say which one it is: map ["<column>=Email"].'
    )


def test_of_very_many_columns_the_first_are_named() -> None:
    with pytest.raises(Mistake) as refusal:
        map_columns([f"c{number}" for number in range(200)], LABELS)
    assert '"c29" and 170 more.' in refusal.value.remedy


def test_a_column_without_a_field_names_the_nearest_that_is_free() -> None:
    mapping = map_columns(["Email", "Contry", "Mailing", "Score", ""], LABELS)
    assert [it.near for it in mapping.columns] == ["", "Country", "", "", ""]
    assert mapping.sentences()[-1] == (
        'Left out, no such field: "Contry" (nearest: Country), "Mailing", "Score", (a column without a name)'
    )
    assert mapping.left_out == ["Contry", "Mailing", "Score", "(a column without a name)"]


@pytest.mark.parametrize("column", ["Name", "Full Name", "Contact Name", "Nom", "Nome completo", "Ansprechpartner"])
def test_a_full_name_is_split(column: str) -> None:
    mapping = map_columns([column, "Email"], LABELS)
    assert (mapping.columns[0].how, mapping.guessed, mapping.labels) == (
        "part",
        True,
        ["First Name", "Last Name", "Email"],
    )
    assert mapping.row({column: "Anna van der Berg", "Email": "a@x.example.com"}) == {
        "First Name": "Anna",
        "Last Name": "van der Berg",
        "Email": "a@x.example.com",
    }
    assert mapping.row({column: "Anna"}) == {"First Name": "Anna"}
    assert mapping.sentences()[0] == "As they are: Email"
    assert mapping.sentences()[1] == f'"{column}" → First Name + Last Name (without titles and degrees)'


def test_a_full_name_is_not_split_where_the_names_have_columns() -> None:
    mapping = map_columns(["Name", "First Name", "Nachname", "Email"], LABELS)
    assert mapping.left_out == ["Name"]
    assert mapping.sentences()[-1] == 'Left out: "Name" (the name has columns of its own)'


def test_a_full_name_is_not_split_into_fields_that_are_not_there() -> None:
    assert map_columns(["Name", "Email"], ["Email", "First Name"]).left_out == ["Name"]


def test_a_field_of_the_account_that_is_called_name_is_filled_and_not_split() -> None:
    assert map_columns(["Name", "Email"], [*LABELS, "Name"]).columns[0] == Column("Name", "Name", "exact")


def test_the_user_may_have_any_column_split() -> None:
    mapping = map_columns(["Who", "First Name", "Email"], LABELS, given={"Who": "first name + last name"})
    assert mapping.row({"Who": "Ann Doe", "First Name": "A."}) == {"First Name": "Ann", "Last Name": "Doe"}
    assert mapping.sentences()[-1] == 'Left out: "First Name" (First Name comes from "Who")'


@pytest.mark.parametrize(
    ("columns", "labels"),
    [
        (("Vorname", "Name"), {"Vorname": "First Name", "Name": "Last Name"}),
        (("Nom", "Prénom"), {"Prénom": "First Name", "Nom": "Last Name"}),
        (("Nombre", "Apellidos"), {"Nombre": "First Name", "Apellidos": "Last Name"}),
        (("Nome", "Cognome"), {"Nome": "First Name", "Cognome": "Last Name"}),
        (("Voornaam", "Naam"), {"Voornaam": "First Name", "Naam": "Last Name"}),
    ],
)
def test_a_word_for_a_name_is_one_part_of_it_beside_the_word_for_the_other(
    columns: tuple[str, str], labels: dict[str, str]
) -> None:
    assert stored("Email", *columns) == {"Email": "Email"} | labels
