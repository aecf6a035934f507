"""The people of the demo workspace, combined from short lists. None of them exists."""

from collections.abc import Iterator
from dataclasses import dataclass

from saleshandy_mcp.sandbox.world.rows import in_ascii

COUNT = 400


@dataclass(frozen=True)
class Region:
    country: str
    cities: str
    first: str
    last: str


REGIONS = (
    Region(
        "Germany",
        "Berlin Hamburg Leipzig",
        "Mira Jonas Lena Felix Clara Moritz Greta Anton Paula Emil",
        "Keller Brandt Vogel Lorenz Winter Sommer Albrecht Hagen Seidel Arnold",
    ),
    Region(
        "Spain",
        "Madrid Valencia Bilbao",
        "Lucía Mateo Carmen Hugo Elena Pablo Inés Diego Nuria Álvaro",
        "Romero Iglesias Navarro Campos Vidal Herrero Molina Peña Soler Cano",
    ),
    Region(
        "Denmark",
        "Copenhagen Aarhus Odense",
        "Freja Søren Ida Mads Astrid Rasmus Karen Nikolaj Signe Emil",
        "Holm Bech Lund Krogh Dahl Skov Bjerre Friis Toft Østergaard",
    ),
    Region(
        "United States",
        "Austin Denver Boston",
        "Maya Caleb Naomi Ethan Grace Marcus Hazel Owen Tessa Julian",
        "Whitfield Barnes Okafor Delgado Prescott Lindqvist Hale Monroe Castillo Weaver",
    ),
    Region(
        "India",
        "Pune Bengaluru Jaipur",
        "Ananya Rohan Kavya Arjun Meera Vikram Isha Nikhil Tara Dev",
        "Iyer Menon Kulkarni Bose Chawla Rao Desai Sethi Nair Joshi",
    ),
    Region(
        "Poland",
        "Kraków Gdańsk Poznań",
        "Zofia Jakub Hanna Michał Maja Piotr Alicja Tomasz Julia Adam",
        "Nowak Zieliński Wójcik Mazur Krawczyk Dudek Pawlak Sikora Baran Lis",
    ),
    Region(
        "Brazil",
        "Recife Curitiba Campinas",
        "Beatriz Rafael Camila Thiago Larissa Caio Júlia Bruno Helena Davi",
        "Moreira Teixeira Barbosa Cardoso Pinto Freitas Ramos Azevedo Duarte Nunes",
    ),
    Region(
        "United Kingdom",
        "Bristol Leeds Glasgow",
        "Imogen Callum Priya Rhys Eleanor Tunde Fiona Idris Harriet Kwame",
        "Ashworth Bennett Mensah Pryce Sinclair Adeyemi Fletcher Rowe Hussain Drummond",
    ),
)
COMPANIES = (
    "Brightforge Quillstone Marrowby Fennelgate Tidewick Ostrellis Copperlane Pebblewise Halcyard Novantree "
    "Larkmoor Velmora Thistledown Zephrine Oakhollow Sundrake Mirelle Glassmere Hearthly Pinnadore "
    "Rookfield Amberlyn Driftwell Kestrova Inkberry Morningdew Cindervale Willowtech Brambleco Starquay"
)
INDUSTRIES = ("Software", "Retail", "Logistics", "Consulting", "Education")
TITLES = (
    "Head of Support",
    "Customer Success Manager",
    "Founder",
    "Operations Lead",
    "Managing Director",
    "VP Customer Experience",
    "Support Engineer",
)
REASONS = (
    "Opened a second office",
    "Hiring three support agents",
    "Moved to a new help context",
    "Launched a new product",
)
PLANS = ("Starter", "Team", "Business")


def people() -> Iterator[dict[str, str]]:
    """The field values of each person by label, Email included. Some people have fewer fields than others."""
    for number in range(COUNT):
        values = _person(number)
        if number % 9 == 4:
            del values["Job Title"]
        if number % 23 == 7:
            del values["First Name"]
        if number % 14 == 3:
            del values["City"]
        yield values


def _person(number: int) -> dict[str, str]:
    region = REGIONS[number % len(REGIONS)]
    place = number // len(REGIONS)
    # No pair of names comes twice, as long as a region has fewer than a hundred people.
    first = region.first.split()[place % 10]
    last = region.last.split()[(place // 10 + 3 * place) % 10]
    companies = COMPANIES.split()
    company = companies[number * 7 % len(companies)]
    domain = f"{company.lower()}.example.com"
    values = {
        "First Name": first,
        "Last Name": last,
        "Email": f"{in_ascii(first)}.{in_ascii(last)}@{domain}",
        "Company": company,
        "Job Title": TITLES[number * 5 % len(TITLES)],
        "City": region.cities.split()[place % 3],
        "Country": region.country,
        "Company Domain": domain,
        "Industry": INDUSTRIES[number % len(INDUSTRIES)],
    }
    if number % 6 == 1:
        values["Why Now"] = REASONS[number % len(REASONS)]
    if number % 5 == 2:
        values["Plan"] = PLANS[number % len(PLANS)]
    return values
