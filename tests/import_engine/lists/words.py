"""Words of lists in eight languages: headers, and how a list says that somebody must not be written to."""

from typing import NamedTuple


class OptOut(NamedTuple):
    """A column that says who is out.

    Attributes:
        header: its name.
        out: words in the row of somebody who is out.
        fine: words in the rows of the others.
    """

    header: str
    out: tuple[str, ...]
    fine: tuple[str, ...]


class Language(NamedTuple):
    """Headers of a language, and its columns that say who is out."""

    email: tuple[str, ...]
    first: str
    last: str
    company: str
    title: str
    outs: tuple[OptOut, ...]
    names: tuple[str, ...]


_DATES = ("2026-03-14", "2025-11-02 09:30:00")


def _flag(header: str, yes: str, no: str) -> OptOut:
    return OptOut(header, (yes, yes.upper(), "1", "x"), (no, "", "0"))


def _date(header: str) -> OptOut:
    return OptOut(header, _DATES, ("",))


def _status(header: str, out: tuple[str, ...], fine: tuple[str, ...]) -> OptOut:
    return OptOut(header, out, fine)


LANGUAGES: dict[str, Language] = {
    "English": Language(
        ("Email", "E-mail", "Email Address", "Work Email"),
        "First Name",
        "Last Name",
        "Company",
        "Job Title",
        (
            _flag("Unsubscribed", "yes", "no"),
            _flag("Do Not Contact", "true", "false"),
            _flag("Email Opt Out", "TRUE", "FALSE"),
            _flag("Bounced", "yes", "no"),
            _date("Unsubscribed At"),
            _status("Status", ("unsubscribed", "Bounced", "Cleaned", "Complained"), ("subscribed", "active")),
        ),
        ("Ann", "Zoë", "Conor", "Renée", "José"),
    ),
    "German": Language(
        ("E-Mail", "E-Mail-Adresse", "Mail"),
        "Vorname",
        "Nachname",
        "Firma",
        "Position",
        (
            _flag("Abgemeldet", "ja", "nein"),
            _flag("Nicht kontaktieren", "ja", "nein"),
            _flag("Werbewiderspruch", "ja", "nein"),
            _date("Abgemeldet am"),
            _status("Status", ("abgemeldet", "Abgemeldet"), ("aktiv", "angemeldet")),
        ),
        ("Jörg", "Käthe", "Günter", "Änne", "Björn"),
    ),
    "French": Language(
        ("E-mail", "Adresse e-mail", "Courriel"),
        "Prénom",
        "Nom",
        "Société",
        "Fonction",
        (
            _flag("Désabonné", "oui", "non"),
            _flag("Ne pas contacter", "oui", "non"),
            _date("Date de désinscription"),
            _status("Statut", ("désabonné", "désinscrit"), ("abonné", "actif")),
        ),
        ("Élodie", "François", "Zoé", "Benoît", "Anaïs"),
    ),
    "Spanish": Language(
        ("Correo electrónico", "Correo", "Email"),
        "Nombre",
        "Apellidos",
        "Empresa",
        "Cargo",
        (
            _flag("Dado de baja", "sí", "no"),
            _flag("No contactar", "sí", "no"),
            _date("Fecha de baja"),
            _status("Estado", ("dado de baja", "Baja"), ("activo", "suscrito")),
        ),
        ("Íñigo", "Begoña", "Andrés", "María", "Núria"),
    ),
    "Dutch": Language(
        ("E-mailadres", "E-mail"),
        "Voornaam",
        "Achternaam",
        "Bedrijf",
        "Functie",
        (
            _flag("Afgemeld", "ja", "nee"),
            _flag("Niet benaderen", "ja", "nee"),
            _date("Uitgeschreven op"),
            _status("Status", ("afgemeld", "uitgeschreven"), ("actief", "ingeschreven")),
        ),
        ("Daniël", "Chloé", "Loïs", "Jan", "Sjoerd"),
    ),
    "Polish": Language(
        ("Adres e-mail", "E-mail"),
        "Imię",
        "Nazwisko",
        "Firma",
        "Stanowisko",
        (
            _flag("Wypisany", "tak", "nie"),
            _flag("Nie kontaktować", "tak", "nie"),
            _date("Data wypisania"),
            _status("Status", ("wypisany", "Wypisany"), ("aktywny", "zapisany")),
        ),
        ("Łukasz", "Żaneta", "Michał", "Grażyna", "Jędrzej"),
    ),
    "Portuguese": Language(
        ("E-mail", "Endereço de e-mail"),
        "Nome",
        "Sobrenome",
        "Empresa",
        "Cargo",
        (
            _flag("Descadastrado", "sim", "não"),
            _flag("Não contatar", "sim", "não"),
            _status("Status", ("descadastrado", "desinscrito"), ("ativo", "inscrito")),
        ),
        ("João", "Conceição", "Luís", "Inês", "Antônio"),
    ),
    "Italian": Language(
        ("Indirizzo e-mail", "E-mail"),
        "Nome",
        "Cognome",
        "Azienda",
        "Ruolo",
        (
            _flag("Disiscritto", "sì", "no"),
            _flag("Non contattare", "sì", "no"),
            _date("Data disiscrizione"),
            _status("Stato", ("disiscritto", "Disiscritto"), ("attivo", "iscritto")),
        ),
        ("Niccolò", "Noè", "Giosuè", "Anna", "Luca"),
    ),
}

PRIVATE = {
    "English": "Personal Email",
    "German": "E-Mail privat",
    "French": "E-mail personnel",
    "Spanish": "Correo personal",
    "Dutch": "E-mail privé",
    "Polish": "E-mail prywatny",
    "Portuguese": "E-mail pessoal",
    "Italian": "E-mail personale",
}
"""The column of private addresses, which counts where the other one is empty."""

AROUND = (
    "{}",
    " {} ",
    "<{}>",
    "Somebody <{}>",
    "mailto:{}",
    "{};",
    "{}.",
    "({})",
    "\u200b{}",
    "{}\u00a0",
    "[{0}](mailto:{0})",
    "'{}'",
    "E-mail: {}",
    '"{}"',
    "{}, office@shared.example.com",
    "\ufeff{}",
    "{} (work)",
)
"""What people leave around an address."""

STYLES = (str, str.upper, str.lower, "{} *".format, "{}:".format, " {} ".format)
"""How the words of a header are written."""

NOTES = ("", "met at the fair; call back", "two\nlines", 'says "not now"', "a, b | c", "=1+1", "7,5 %")
"""What stands in a column of notes."""

ABOVE = (
    "Contacts",
    "Exported on 14 March 2026",
    "",
    "Confidential - internal use only",
    "Total: 41",
)
"""Lines that stand above a table."""
