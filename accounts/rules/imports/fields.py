"""The fields of each kind of table, and the headings by which CRMs call them.

Headings as `tables.heading_key` writes them. Our own exports use a field's title as its heading, so each
field recognises itself.
"""

from dataclasses import dataclass

from accounts.rules.imports import cells
from accounts.rules.people import SELLING_STYLES, WORKING_STYLES
from accounts.rules.text import gettext_noop


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    title: str  # a msgid; in English also the heading of our own exports
    parse: cells.Parser
    headings: tuple[str, ...] = ()  # as `heading_key` writes them
    multiline: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    title: str  # a msgid
    tells: str  # a msgid: what such a file holds
    fields: tuple[Field, ...]
    needs: tuple[tuple[str, ...], ...]  # of each group at least one field must have a column

    def field(self, key: str) -> Field:
        return next(field for field in self.fields if field.key == key)


TIERS = {
    "strategic": "strategic",
    "tier 1": "strategic",
    "1": "strategic",
    "a": "strategic",
    "enterprise": "strategic",
    "standard": "standard",
    "tier 2": "standard",
    "2": "standard",
    "b": "standard",
    "mid market": "standard",
    "small": "small",
    "tier 3": "small",
    "3": "small",
    "c": "small",
    "smb": "small",
}
LEVELS = {
    "executive": "executive",
    "c level": "executive",
    "board": "executive",
    "senior": "senior",
    "senior leader": "senior",
    "vp": "senior",
    "director": "senior",
    "manager": "manager",
    "staff": "staff",
}
CONTACT_ROLES = {
    "sponsor": "sponsor",
    "executive sponsor": "sponsor",
    "decision maker": "decision_maker",
    "economic buyer": "decision_maker",
    "economic decision maker": "decision_maker",
    "champion": "champion",
    "detractor": "detractor",
    "blocker": "detractor",
    "day to day": "day_to_day",
    "business user": "day_to_day",
    "end user": "day_to_day",
    "influencer": "influencer",
    "evaluator": "influencer",
}
CHANNELS = {
    "face to face": "face_to_face",
    "video": "video",
    "video call": "video",
    "phone": "phone",
    "email": "email",
    "e mail": "email",
    "chat": "chat",
    "any": "email",
}
SENIORITIES = {
    "junior": "junior",
    "mid": "mid",
    "experienced": "mid",
    "senior": "senior",
    "principal": "principal",
    "lead": "principal",
}

_line = cells.line()
_id = cells.line(200)

ACCOUNTS = Kind(
    "accounts",
    gettext_noop("Accounts"),
    gettext_noop("One client company per record."),
    (
        Field(
            "name",
            gettext_noop("Account"),
            _line,
            (
                "account",
                "account name",
                "company",
                "company name",
                "client",
                "client name",
                "customer",
                "name",
            ),
        ),
        Field("uuid", gettext_noop("Throughline id"), cells.unique_id),
        Field(
            "external_id",
            gettext_noop("External id"),
            _id,
            (
                "account id",
                "accountid",
                "id",
                "record id",
                "company id",
                "account number",
                "customer number",
                "case safe id",
                "do not modify account",
            ),
        ),
        Field("source", gettext_noop("Source"), cells.line(100)),
        Field(
            "industry",
            gettext_noop("Industry"),
            cells.line(100),
            ("industry", "sector", "industry sector", "branch", "vertical"),
        ),
        Field(
            "country",
            gettext_noop("Country"),
            cells.country,
            (
                "country",
                "billing country",
                "billingcountry",
                "billing country code",
                "country region",
                "country code",
                "address 1 country region",
                "shipping country",
                "office location",
                "location",
            ),
        ),
        Field(
            "tier",
            gettext_noop("Tier"),
            cells.choice(TIERS),
            ("tier", "account tier", "customer tier", "target account tier"),
        ),
        Field(
            "yearly_value",
            gettext_noop("Yearly value"),
            cells.money(),
            (
                "yearly value",
                "annual contract value",
                "acv",
                "arr",
                "annual recurring revenue",
                "contract value",
                "annual value",
                "recurring revenue",
            ),
        ),
        Field(
            "turnover",
            gettext_noop("The client's own turnover"),
            cells.money(below=cells.MOST_TURNOVER),
            ("annual revenue", "annualrevenue", "turnover", "annual turnover", "company revenue"),
        ),
        Field(
            "turnover_millions",
            gettext_noop("The client's own turnover, in millions"),
            cells.money(1_000_000, cells.MOST_TURNOVER),
            ("revenue", "revenue in millions", "revenue m", "turnover in millions"),
        ),
        Field(
            "employees",
            gettext_noop("Employees"),
            cells.whole_number(0, 2_000_000_000),
            (
                "employees",
                "number of employees",
                "numberofemployees",
                "no of employees",
                "headcount",
                "staff",
            ),
        ),
        Field(
            "founded",
            gettext_noop("Founded in"),
            cells.whole_number(1000, 2100),
            ("year established", "year founded", "founded", "yearstarted", "year started", "established"),
        ),
        Field(
            "renewal_on",
            gettext_noop("Renewal"),
            cells.day,
            ("renewal date", "contract end date", "contract end", "renews on", "renewal on", "end date"),
        ),
        Field("tz", gettext_noop("Time zone"), cells.zone, ("timezone", "time zone", "tz")),
        Field(
            "parent",
            gettext_noop("Parent account"),
            _line,
            ("parent", "parent company", "parent account", "subsidiary of", "parent account name"),
        ),
        Field(
            "owner",
            gettext_noop("Owner"),
            _line,
            (
                "account owner",
                "company owner",
                "owner name",
                "sales rep",
                "account manager",
                "rep",
                "sales agent",
            ),
        ),
        Field("owner_id", gettext_noop("Throughline id of the owner"), cells.unique_id),
        Field(
            "owner_email", gettext_noop("Owner's email"), cells.email, ("owner email", "account owner email")
        ),
        Field("owner_since", gettext_noop("Owner since"), cells.day),
        Field(
            "team", gettext_noop("Team"), cells.path, ("team", "owning team", "territory", "business unit")
        ),
    ),
    (("name",),),
)

TEAMS = Kind(
    "teams",
    gettext_noop("People and teams"),
    gettext_noop("One of our own people per record, with their manager and office or team."),
    (
        Field(
            "name",
            gettext_noop("Name"),
            _line,
            (
                "sales agent",
                "rep",
                "sales rep",
                "full name",
                "user",
                "user name",
                "agent",
                "employee",
                "employee name",
                "person",
            ),
        ),
        Field("uuid", gettext_noop("Throughline id"), cells.unique_id),
        Field(
            "external_id",
            gettext_noop("External id"),
            _id,
            ("user id", "userid", "id", "owner id", "employee id", "employee number", "do not modify user"),
        ),
        Field("source", gettext_noop("Source"), cells.line(100)),
        Field(
            "email",
            gettext_noop("Email"),
            cells.email,
            ("email address", "e mail", "primary email", "work email", "mail"),
        ),
        Field(
            "phone",
            gettext_noop("Phone"),
            cells.line(50),
            ("phone number", "mobile", "main phone", "telephone"),
        ),
        Field("title", gettext_noop("Job title"), _line, ("title", "position", "job")),
        Field(
            "manager",
            gettext_noop("Manager"),
            _line,
            ("manager name", "team lead", "supervisor", "reports to", "sales manager"),
        ),
        Field("manager_email", gettext_noop("Manager's email"), cells.email, ("manager email",)),
        Field(
            "office",
            gettext_noop("Office"),
            _line,
            ("regional office", "region", "office", "branch", "division", "business unit", "department"),
        ),
        Field("team", gettext_noop("Team"), cells.path, ("team", "teams", "main team")),
        Field("leads", gettext_noop("Leads"), cells.paths),
        Field("rep", gettext_noop("Owns accounts"), cells.truth),
        Field(
            "seniority",
            gettext_noop("Seniority"),
            cells.choice(SENIORITIES),
            ("level", "grade"),
        ),
        Field("capacity", gettext_noop("Capacity"), cells.whole_number(1, 10_000)),
        Field("joined_on", gettext_noop("Joined on"), cells.day, ("hire date", "start date", "joined")),
        Field("industries", gettext_noop("Industries"), cells.words),
        Field("products", gettext_noop("Products"), cells.words),
        Field("languages", gettext_noop("Languages"), cells.words),
        Field("working_styles", gettext_noop("Working style"), cells.some_of(WORKING_STYLES)),
        Field("selling_styles", gettext_noop("Selling style"), cells.some_of(SELLING_STYLES)),
        Field(
            "style",
            gettext_noop("More about their style"),
            cells.prose,
            ("working and selling style", "style"),
            multiline=True,
        ),
        Field("tz", gettext_noop("Time zone"), cells.zone, ("timezone", "time zone", "tz")),
        Field("country", gettext_noop("Country"), cells.country, ("country region", "country code")),
        Field("language", gettext_noop("Language"), cells.language, ("locale", "preferred language")),
    ),
    (("name",),),
)

CONTACTS = Kind(
    "contacts",
    gettext_noop("Contacts"),
    gettext_noop("One person at a client per record, with the account's name or id."),
    (
        Field(
            "name",
            gettext_noop("Name"),
            _line,
            ("contact name", "full name", "contact", "contact full name"),
        ),
        Field("first_name", gettext_noop("First name"), _line, ("given name", "firstname", "forename")),
        Field("last_name", gettext_noop("Last name"), _line, ("surname", "lastname", "family name")),
        Field(
            "account",
            gettext_noop("Account"),
            _line,
            (
                "account name",
                "company",
                "company name",
                "associated company",
                "client",
                "customer",
                "organization",
            ),
        ),
        Field(
            "account_external_id",
            gettext_noop("External id of the account"),
            _id,
            ("account id", "accountid", "company id", "associated company id", "associated company ids"),
        ),
        Field("account_id", gettext_noop("Throughline id of the account"), cells.unique_id),
        Field("uuid", gettext_noop("Throughline id"), cells.unique_id),
        Field(
            "external_id",
            gettext_noop("External id"),
            _id,
            ("contact id", "contactid", "id", "record id", "do not modify contact"),
        ),
        Field("source", gettext_noop("Source"), cells.line(100)),
        Field("email", gettext_noop("Email"), cells.email, ("email address", "e mail", "work email")),
        Field(
            "phone",
            gettext_noop("Phone"),
            cells.line(50),
            ("phone number", "business phone", "mobile", "mobile phone", "telephone"),
        ),
        Field("title", gettext_noop("Job title"), _line, ("title", "position", "job")),
        Field("level", gettext_noop("Level"), cells.choice(LEVELS), ("seniority", "management level")),
        Field(
            "role",
            gettext_noop("Role"),
            cells.choice(CONTACT_ROLES),
            ("buying role", "contact role", "contact roles"),
        ),
        Field(
            "channel",
            gettext_noop("Preferred channel"),
            cells.choice(CHANNELS),
            ("preferred method of contact", "preferred channel", "contact method"),
        ),
        Field(
            "last_touch_on",
            gettext_noop("Last touch"),
            cells.day,
            ("last activity", "last activity date", "last contacted", "last contact", "last touch"),
        ),
        Field(
            "dos_and_donts",
            gettext_noop("Personal dos and don'ts"),
            cells.prose,
            multiline=True,
        ),
    ),
    (("name", "first_name", "last_name"), ("account", "account_external_id", "account_id")),
)

PIPELINE = Kind(
    "pipeline",
    gettext_noop("Deals"),
    gettext_noop("One deal per record: who sold what to whom, how it ended, and for how much."),
    (
        Field(
            "external_id",
            gettext_noop("Deal id"),
            _id,
            ("opportunity id", "opportunityid", "deal id", "id", "record id"),
        ),
        Field(
            "agent",
            gettext_noop("Sold by"),
            _line,
            ("sales agent", "opportunity owner", "deal owner", "owner", "sales rep", "rep", "agent"),
        ),
        Field("agent_external_id", gettext_noop("External id of who sold it"), _id, ("owner id", "ownerid")),
        Field("product", gettext_noop("Product"), _line, ("product name", "products")),
        Field(
            "account",
            gettext_noop("Account"),
            _line,
            (
                "account name",
                "company",
                "company name",
                "associated company",
                "client",
                "customer",
                "potential customer",
            ),
        ),
        Field(
            "account_external_id",
            gettext_noop("External id of the account"),
            _id,
            ("account id", "accountid", "company id", "associated company id", "associated company ids"),
        ),
        Field(
            "stage",
            gettext_noop("Deal stage"),
            _line,
            ("deal stage", "stage", "status", "sales stage", "stage name", "stagename"),
        ),
        Field(
            "opened_on",
            gettext_noop("Opened on"),
            cells.day,
            ("engage date", "created date", "create date", "created on", "open date", "start date"),
        ),
        Field(
            "closed_on",
            gettext_noop("Closed on"),
            cells.day,
            ("close date", "closed date", "closedate", "actual close date", "est close date"),
        ),
        Field(
            "value",
            gettext_noop("Deal value"),
            cells.money(),
            ("close value", "amount", "deal value", "value", "actual revenue", "est revenue", "amount won"),
        ),
    ),
    (("agent", "agent_external_id"), ("account", "account_external_id"), ("stage",)),
)

PRODUCTS = Kind(
    "products",
    gettext_noop("Products"),
    gettext_noop("One product per record. It is used to find products that deals misspell."),
    (
        Field("name", gettext_noop("Product"), _line, ("product name", "name")),
        Field("series", gettext_noop("Series"), _line, ("product family", "family", "line")),
        Field(
            "price",
            gettext_noop("Price"),
            cells.money(),
            ("sales price", "list price", "unit price", "standard price"),
        ),
    ),
    (("name",),),
)
