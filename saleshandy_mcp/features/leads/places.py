"""Names of countries that people write, as the Lead Finder is assumed to write them: in English, and in full. Pure."""

_OTHER_NAMES = {
    "United States": "usa, us, u.s., u.s.a., america, united states, united states of america, vereinigte staaten",
    "United Kingdom": "uk, u.k., gb, great britain, britain, united kingdom",
    "United Arab Emirates": "uae, u.a.e., emirates",
    "Netherlands": "netherlands, holland, nederland, niederlande",
    "Czech Republic": "czechia, czech, cesko",
    "South Korea": "korea, republic of korea",
    "Germany": "deutschland, ger, allemagne",
    "Austria": "österreich, osterreich",
    "Switzerland": "schweiz, suisse, svizzera",
    "Denmark": "danmark, dänemark",
    "Sweden": "sverige, schweden",
    "Norway": "norge, norwegen",
    "Finland": "suomi, finnland",
    "France": "frankreich",
    "Spain": "españa, espana, spanien",
    "Italy": "italia, italien",
    "Belgium": "belgië, belgique, belgien",
    "Poland": "polska, polen",
    "Portugal": "pt",
    "Ireland": "éire, eire, republic of ireland, irland",
    "Turkey": "türkiye, turkiye, türkei",
    "Brazil": "brasil, brasilien",
    "Mexico": "méxico",
}
_COUNTRIES = {name: country for country, names in _OTHER_NAMES.items() for name in names.split(", ")}


def in_full(place: str) -> str:
    """``United States`` for ``USA``; every other place as it is."""
    return _COUNTRIES.get(" ".join(place.casefold().split()).removeprefix("the "), place)
