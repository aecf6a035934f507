"""Full names under headers that say that the last name stands first, in eight languages."""

from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.mapping.columns import map_columns
from tests.import_engine.cases.kit import planned

LABELS = ["First Name", "Last Name", "Email", "Company"]
HEADERS = [
    "Last Name, First Name", "Surname, Given Name", "Last name First name",
    "Name, Vorname", "Nachname, Vorname", "Nachname und Vorname", "Familienname Vorname",
    "Nom et prénom", "Nom, Prénom", "NOM Prénom", "Nom & prénom",
    "Apellidos y nombre", "Apellidos, Nombre", "Apellido y nombre",
    "Achternaam, voornaam", "Naam, voornaam", "Achternaam en voornaam",
    "Nazwisko i imię", "Nazwisko, imię", "Nazwisko Imię",
    "Sobrenome e nome", "Apelido, Nome", "Sobrenome, Nome",
    "Cognome e nome", "Cognome, Nome", "Cognome Nome",
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_such_a_header_is_a_full_name_and_the_last_name_is_taken_from_its_start(header: str) -> None:
    mapping = map_columns([header, "Email"], LABELS)
    assert mapping.columns[0].label == "First Name + Last Name"
    assert mapping.row({header: "Kestrel Ida"}) == {"First Name": "Ida", "Last Name": "Kestrel"}
    assert mapping.row({header: "Kestrel, Ida"}) == {"First Name": "Ida", "Last Name": "Kestrel"}


@pytest.mark.parametrize(
    ("header", "name", "first", "last"),
    [
        ("Nazwisko i imię", "Brzoza-Lipska Ida", "Ida", "Brzoza-Lipska"),
        ("Nazwisko i imię", "Brzoza Ida Maria", "", "Brzoza Ida Maria"),
        ("Nazwisko i imię", "BRZOZA Ida Maria", "Ida Maria", "BRZOZA"),
        ("Nazwisko i imię", "BRZOZA IDA", "IDA", "BRZOZA"),
        ("Nom et prénom", "Dr. BOIS Zoé", "Zoé", "BOIS"),
        ("Nom et prénom", "Zoé BOIS", "Zoé", "BOIS"),
        ("Nom et prénom", "de la Rive Zoé", "Zoé", "de la Rive"),
        ("Nom et prénom", "Mme Bois Zoé", "Zoé", "Bois"),
        ("Nom et prénom", "Atelier Bois SARL", "", "Atelier Bois SARL"),
        ("Achternaam, voornaam", "van den Berg Fenna", "Fenna", "van den Berg"),
        ("Achternaam, voornaam", "Berg, Fenna van den", "Fenna", "van den Berg"),
        ("Apellidos y nombre", "Luna Ríos Eva", "Eva", "Luna Ríos"),
        ("Apellidos y nombre", "Luna de la Torre Eva", "Eva", "Luna de la Torre"),
        ("Apellidos y nombre", "Luna Ríos, Eva María", "Eva María", "Luna Ríos"),
        ("Apellidos y nombre", "Luna Eva", "Eva", "Luna"),
        ("Cognome e nome", "Di Bosco Lia", "Lia", "Di Bosco"),
        ("Name, Vorname", "Tann", "", "Tann"),
        ("Name, Vorname", "Tann Uwe (Einkauf)", "Uwe", "Tann"),
        ("Name, Vorname", "Tann Uwe und Lea", "Uwe", "Tann"),
        ("Name, Vorname", "王小明", "", "王小明"),
    ],
)
def test_nobody_is_greeted_with_a_last_name(header: str, name: str, first: str, last: str) -> None:
    row = map_columns([header, "Email"], LABELS).row({header: name})
    assert (row.get("First Name", ""), row.get("Last Name", "")) == (first, last)


def test_an_ordinary_header_keeps_the_first_name_first() -> None:
    for header in ("Name", "Imię i nazwisko", "Prénom et nom", "Nombre y apellidos", "Nome e cognome", "Full Name"):
        row = map_columns([header, "Email"], LABELS).row({header: "Ida Kestrel"})
        assert (row["First Name"], row["Last Name"]) == ("Ida", "Kestrel")


def test_of_two_columns_each_is_read_in_its_own_order() -> None:
    given = {"Name, Vorname": "First Name + Last Name", "Kontakt": "First Name + Last Name"}
    mapping = map_columns(["Name, Vorname", "Kontakt", "Email"], LABELS, given=given)
    assert mapping.row({"Kontakt": "Uwe Tann"}) == {"First Name": "Uwe", "Last Name": "Tann"}
    assert mapping.row({"Name, Vorname": "Tann Uwe"}) == {"First Name": "Uwe", "Last Name": "Tann"}


async def test_the_order_is_told(tmp_path: Path) -> None:
    found = await planned("E-Mail;Nachname, Vorname\nuwe@tann.example.com;Tann Uwe\n", tmp_path)
    told = '"Nachname, Vorname" → First Name + Last Name (last name first; without titles and degrees)'
    assert told in "\n".join(found.view.mapping)
    assert found.stored == [{"Email": "uwe@tann.example.com", "First Name": "Uwe", "Last Name": "Tann"}]
