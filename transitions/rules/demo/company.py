"""The demo company: Larkfield, a maker of measuring instruments, its people, and its clients by name.

All of it is invented. Larkfield sells sensors, loggers and the software that watches them, with
calibration and service contracts: so every client has somebody who looks after them for years.
"""

from dataclasses import dataclass

NAME = "Larkfield Instruments"
CURRENCY = "USD"
COUNTRY = "US"
ZONE = "America/New_York"
DOMAIN = "larkfield.example"
PASSWORD = "throughline-demo"
SOURCE = "Larkfield CRM"

AMERICAS, EUROPE, NORTH = "Americas", "Central Europe", "UK and Nordics"


@dataclass(frozen=True, slots=True)
class Member:
    """One of our people. `team`: the region they work in, "" for head office; `leads`: the one they lead."""

    name: str
    title: str
    team: str = ""
    leads: str = ""
    zone: str = ZONE
    country: str = COUNTRY
    seniority: str = ""  # a rep's; empty for everyone else
    capacity: int = 40
    languages: tuple[str, ...] = ("en",)
    style: str = ""
    joined: int = 0  # year

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{DOMAIN}"


# Who reads what a client is told before the client hears it.
DEPARTMENTS = (("Accounting", "Carla Mendes"), ("Service", "Ben Carter"), ("Support", "Mei Tanaka"))

_BERLIN, _LONDON, _STOCKHOLM = "Europe/Berlin", "Europe/London", "Europe/Stockholm"

MEMBERS = (
    Member("Helena Marsh", "Chief Executive Officer"),
    Member("Tomas Lindgren", "Chief Operating Officer", zone=_STOCKHOLM, country="SE"),
    Member("Priya Raman", "Chief Technology Officer"),
    Member("Nadia Petrov", "Head of Sales Operations"),
    Member("Grace Okafor", "VP Americas", AMERICAS, AMERICAS),
    Member("Jonas Weber", "VP Central Europe", EUROPE, EUROPE, _BERLIN, "DE"),
    Member("Fiona Campbell", "VP UK and Nordics", NORTH, NORTH, _LONDON, "GB"),
    Member("Ben Carter", "Service Engineer", AMERICAS),
    Member("Mei Tanaka", "Service Coordinator"),
    Member("Carla Mendes", "Accounts Receivable"),
    Member(
        "Laura Kim",
        "Senior Account Manager",
        AMERICAS,
        seniority="senior",
        capacity=48,
        languages=("en", "ko"),
        style="Prepares every visit in writing and follows up the same day.",
        joined=2017,
    ),
    Member(
        "Daniel Reyes",
        "Account Manager",
        AMERICAS,
        seniority="mid",
        languages=("en", "es"),
        style="Spends time on the shop floor; knows the operators by name.",
        joined=2020,
    ),
    Member(
        "Marcus Bell",
        "Principal Account Manager",
        AMERICAS,
        seniority="principal",
        capacity=52,
        style="Calm with difficult clients; likes to settle things by phone.",
        joined=2012,
    ),
    Member(
        "Sofia Alvarez",
        "Account Manager",
        AMERICAS,
        zone="America/Mexico_City",
        country="MX",
        seniority="mid",
        languages=("es", "en"),
        style="Warm and direct; introduces people to each other.",
        joined=2021,
    ),
    Member(
        "Anna Schneider",
        "Senior Account Manager",
        EUROPE,
        zone=_BERLIN,
        country="DE",
        seniority="senior",
        capacity=48,
        languages=("de", "en"),
        style="Thorough on validation and documents; never promises a date she cannot keep.",
        joined=2015,
    ),
    Member(
        "Pavel Novak",
        "Account Manager",
        EUROPE,
        zone="Europe/Prague",
        country="CZ",
        seniority="mid",
        languages=("cs", "de", "en"),
        style="An engineer by training; explains with drawings.",
        joined=2019,
    ),
    Member(
        "Chiara Rossi",
        "Account Manager",
        EUROPE,
        zone="Europe/Rome",
        country="IT",
        seniority="senior",
        languages=("it", "fr", "en"),
        style="Builds close relationships; visits rather than writes.",
        joined=2016,
    ),
    Member(
        "Lukas Huber",
        "Junior Account Manager",
        EUROPE,
        zone="Europe/Vienna",
        country="AT",
        seniority="junior",
        capacity=24,
        languages=("de", "en"),
        style="Quick to answer and keen to learn.",
        joined=2025,
    ),
    Member(
        "Oliver Grant",
        "Senior Account Manager",
        NORTH,
        zone=_LONDON,
        country="GB",
        seniority="senior",
        capacity=48,
        style="Good with public bodies and long tenders.",
        joined=2014,
    ),
    Member(
        "Emma Nilsson",
        "Account Manager",
        NORTH,
        zone=_STOCKHOLM,
        country="SE",
        seniority="mid",
        languages=("sv", "en"),
        style="Organised; sends a one-page summary every month.",
        joined=2019,
    ),
    Member(
        "Rhys Morgan",
        "Account Manager",
        NORTH,
        zone=_LONDON,
        country="GB",
        seniority="mid",
        style="Practical; solves problems on site.",
        joined=2018,
    ),
    Member(
        "Ingrid Solberg",
        "Principal Account Manager",
        NORTH,
        zone="Europe/Oslo",
        country="NO",
        seniority="principal",
        capacity=52,
        languages=("no", "sv", "en"),
        style="Thinks in years; trusted by boards.",
        joined=2010,
    ),
    Member(
        "Ewan Fraser",
        "Account Manager",
        NORTH,
        zone=_LONDON,
        country="GB",
        seniority="mid",
        style="Keeps much in his head and little in the records.",
        joined=2018,
    ),
)
LEAVER = "Ewan Fraser"
# Whose departure is being prepared, by whom, and what clients will hear.
LEAVES_NEXT = "Marcus Bell"
LEADER = "Grace Okafor"
WHY_LEAVES = "Marcus is moving back to Chicago to run the family firm."
# Those who can sign in to the demo: name, role, and what one sees first.
SIGN_INS = (
    ("Laura Kim", "account_manager", "account manager"),
    ("Grace Okafor", "leader", "VP of a team"),
    ("Tomas Lindgren", "executive", "executive"),
    ("Nadia Petrov", "administrator", "administrator"),
)


def member(name: str) -> Member:
    return next(one for one in MEMBERS if one.name == name)


def reps(team: str) -> tuple[Member, ...]:
    return tuple(one for one in MEMBERS if one.team == team and one.seniority)


# region | industry | name | country | employees | founded
CLIENTS = """
Americas|pharma|Halden Biologics|US|1850|1994
Americas|pharma|Crestmoor Therapeutics|US|420|2008
Americas|pharma|Farmacia Delmonte Labs|MX|960|1979
Americas|pharma|Tallgrass Vaccines|US|640|2011
Americas|food|Brightwater Dairies|US|2300|1951
Americas|food|Sierra Verde Foods|MX|1450|1968
Americas|food|Old Mill Bakery Group|US|780|1932
Americas|food|Maple Hollow Creamery|CA|310|1987
Americas|hospital|St. Bernadette Medical Center|US|5200|1898
Americas|hospital|Lakeshore Children's Hospital|CA|3100|1926
Americas|hospital|Clinica San Rafael|MX|890|1974
Americas|utilities|Two Rivers Water District|US|410|1946
Americas|utilities|Prairie Light Power|US|1980|1938
Americas|utilities|Aguas del Norte|MX|730|1989
Americas|logistics|Coldline Freight|US|2650|1983
Americas|logistics|Harbor Point Logistics|US|1120|1999
Americas|logistics|Boreal Cold Storage|CA|540|1991
Americas|manufacturing|Ironvale Castings|US|860|1947
Americas|manufacturing|Keystone Precision Parts|US|1240|1961
Americas|manufacturing|Motores Altamira|MX|3400|1972
Americas|chemicals|Gulfside Polymers|US|1560|1966
Americas|chemicals|Redstone Coatings|US|470|1985
Americas|chemicals|Quimica Atlas|MX|680|1970
Americas|education|Northgate State University|US|6100|1889
Americas|education|Whitlock Institute of Technology|US|2400|1911
Americas|education|Universite de la Vallee|CA|3300|1952
Americas|manufacturing|Sawyer and Sons Tooling|US|190|1958
Central Europe|pharma|Rheinquell Pharma|DE|2750|1956
Central Europe|pharma|Alpengold Arzneimittel|AT|610|1971
Central Europe|pharma|Vaccini Toscani|IT|1320|1963
Central Europe|food|Molkerei Sonnenhof|DE|940|1929
Central Europe|food|Pekarna Zlaty Klas|CZ|520|1993
Central Europe|food|Salumificio Bentivoglio|IT|380|1948
Central Europe|food|Brauerei Drei Linden|DE|290|1872
Central Europe|hospital|Klinikum am Stadtwald|DE|4300|1907
Central Europe|hospital|Ospedale Santa Chiara|IT|2900|1885
Central Europe|hospital|Nemocnice Lipova|CZ|1750|1934
Central Europe|utilities|Stadtwerke Hohenfels|DE|1130|1924
Central Europe|utilities|Acquedotto Padano|IT|860|1957
Central Europe|utilities|Voda Morava|CZ|690|1993
Central Europe|logistics|Frischdienst Berger|DE|1480|1975
Central Europe|logistics|Transalpina Spedizioni|IT|720|1982
Central Europe|manufacturing|Maschinenfabrik Obermeier|DE|3900|1919
Central Europe|manufacturing|Getriebewerk Steyrtal|AT|1270|1938
Central Europe|manufacturing|Kovarna Hradek|CZ|450|1950
Central Europe|manufacturing|Officine Bertolini|IT|330|1965
Central Europe|chemicals|Lackwerke Neuenburg|DE|1640|1931
Central Europe|chemicals|Chemia Vltava|CZ|810|1958
Central Europe|chemicals|Donau Harze|AT|590|1974
Central Europe|education|Technische Hochschule Falkenberg|DE|2800|1868
Central Europe|education|Universita di Monteluce|IT|3600|1591
Central Europe|education|Institut Svobody|CZ|640|1954
Central Europe|chemicals|Kunststoffwerk Aller|DE|720|1969
Central Europe|food|Feinkost Haberland|DE|410|1961
UK and Nordics|pharma|Ashdown Pharmaceuticals|GB|1980|1962
UK and Nordics|pharma|Fjordlab Biotech|NO|350|2005
UK and Nordics|pharma|Malmo Serum|SE|720|1988
UK and Nordics|food|Dunmore Foods|GB|1650|1944
UK and Nordics|food|Nordhavn Seafood|NO|1210|1969
UK and Nordics|food|Skaraborg Mejeri|SE|870|1936
UK and Nordics|hospital|Royal Thornbury Infirmary|GB|4700|1817
UK and Nordics|hospital|Bergslagen Hospital|SE|2600|1941
UK and Nordics|hospital|Sorland Hospital Trust|NO|3200|1955
UK and Nordics|utilities|Severn Vale Water|GB|1490|1974
UK and Nordics|utilities|Vasterbotten Energi|SE|930|1951
UK and Nordics|utilities|Fjellkraft|NO|580|1964
UK and Nordics|logistics|Pennine Chilled Distribution|GB|2150|1981
UK and Nordics|logistics|Oresund Frakt|SE|760|1996
UK and Nordics|logistics|Highland Haulage|GB|340|1973
UK and Nordics|manufacturing|Calder Valley Engineering|GB|1380|1936
UK and Nordics|manufacturing|Norrland Stal|SE|2900|1906
UK and Nordics|manufacturing|Brookfield Bearings|GB|520|1953
UK and Nordics|chemicals|Teesmouth Chemicals|GB|1760|1949
UK and Nordics|chemicals|Gota Kemi|SE|640|1972
UK and Nordics|chemicals|Severnside Resins|GB|280|1984
UK and Nordics|education|University of Ashcombe|GB|4100|1909
UK and Nordics|education|Lindesnes University College|NO|1500|1967
UK and Nordics|education|Halland Technical University|SE|2200|1961
UK and Nordics|education|Carrick College|GB|380|1926
UK and Nordics|logistics|Nordkyst Cold Chain|NO|610|1994
"""


@dataclass(frozen=True, slots=True)
class Client:
    region: str
    industry: str  # a key of industries.INDUSTRIES
    name: str
    country: str
    employees: int
    founded: int


def clients() -> tuple[Client, ...]:
    rows = (line.split("|") for line in CLIENTS.strip().splitlines())
    return tuple(
        Client(region, industry, name, country, int(employees), int(founded))
        for region, industry, name, country, employees, founded in rows
    )


# First and last names of people at clients, by country: plausible there, and nobody's in particular.
GIVEN = {
    "US": "Karen David Michelle Robert Angela James Teresa Kevin Monica Steven Denise Brian",
    "CA": "Chantal Gordon Heather Etienne Nicole Bruce Sylvie Malcolm Joanne Luc",
    "MX": "Alejandra Ricardo Mariana Hector Lucia Javier Paola Ernesto Veronica Raul",
    "DE": "Katrin Thomas Birgit Stefan Monika Andreas Sabine Jens Claudia Matthias",
    "AT": "Barbara Florian Eva Georg Martina Robert",
    "CZ": "Jana Petr Lenka Martin Hana Tomas Ivana Jiri",
    "IT": "Giulia Marco Francesca Paolo Elena Stefano Silvia Andrea Roberta Matteo",
    "GB": "Alison Simon Gillian Andrew Hannah Martin Judith Colin Rachel Neil",
    "SE": "Karin Mats Ulrika Johan Annika Per Malin Fredrik",
    "NO": "Marit Kjell Hilde Lars Turid Magnus Silje Geir",
}
FAMILY = {
    "US": "Whitaker Delgado Morrison Huang Patterson Briggs Castellano Freeman Sheridan Lawson Ibarra",
    "CA": "Tremblay MacLeod Gagnon Sinclair Bouchard Fraser-Hill Pelletier Doyle",
    "MX": "Villarreal Castaneda Ibarra Montoya Fuentes Salgado Carrillo Barragan",
    "DE": "Brandt Keller Lorenz Vogt Seidel Hartmann Reuter Winkler Albrecht Thiele",
    "AT": "Gruber Wimmer Leitner Auer Koller Pichler",
    "CZ": "Dvorak Kucera Vesela Marek Pokorna Benes Kralova Sedlak",
    "IT": "Ferrari Colombo Marchetti Galli Conti Rinaldi Moretti Gatti",
    "GB": "Hargreaves Whitfield Pemberton Aldridge Crossley Blackwood Fairclough Ramsay Thwaite Osborne",
    "SE": "Bergstrom Lundqvist Ekberg Sandell Hedlund Wallin Aberg",
    "NO": "Haugland Bakken Rognstad Tveit Nygard Lie Myhre",
}
