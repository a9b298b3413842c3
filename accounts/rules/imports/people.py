"""Our own people and their teams, from a list of reps with managers and offices, or of persons with teams."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.rules.imports.changes import (
    NEW,
    UNCHANGED,
    Change,
    Known,
    KnownTeam,
    Note,
    Path,
    TeamChange,
    World,
)
from accounts.rules.imports.matching import Ambiguous, Directory, ambiguous, compared, fault, name_key, twice
from accounts.rules.imports.readings import Read, Reading
from accounts.rules.imports.shapes import BadCell
from accounts.rules.imports.tables import TEAMS
from accounts.rules.text import Message, gettext_noop

# Numbers of new persons who have no record of their own: managers whom only their reps' records name.
FIRST_MANAGER = -1_000_000

PERSON_FIELDS = ("email", "phone", "title", "tz", "country", "language", "external_id")
REP_FIELDS = (
    "seniority",
    "capacity",
    "joined_on",
    "industries",
    "products",
    "languages",
    "working_styles",
    "selling_styles",
    "style",
)


@dataclass(slots=True)
class Tree:
    """The team tree as it would be: stored teams, and those that a file asks for."""

    world: World
    first: str = ""  # into an empty tree: the one name with which every path of the file begins
    wanted: dict[Path, TeamChange] = field(default_factory=dict)
    _stored: dict[Path, KnownTeam] = field(default_factory=dict)
    _external: dict[str, KnownTeam] = field(default_factory=dict)
    _single: dict[str, list[Path]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for team in self.world.teams:
            self._stored[keys(team.path)] = team
            self._single.setdefault(name_key(team.path[-1]), []).append(team.path)
            if team.external_id:
                self._external[team.external_id] = team

    @property
    def top(self) -> Path:
        roots = [team.path for team in self.world.teams if len(team.path) == 1]
        return roots[0] if roots else (self.first or self.world.company,)

    def ask(self, path: Path, *, external_id: str = "", lead: int | None = None) -> Path:
        """Note that a team is needed, with all above it, and return its path as it is stored or will be."""
        known = self._external.get(external_id) if external_id else None
        known = known or self._stored.get(keys(path))
        if known is not None:
            path = known.path
        elif len(path) > 1:
            path = (*self.ask(path[:-1]), path[-1])
        earlier = self.wanted.get(keys(path))
        self.wanted[keys(path)] = TeamChange(
            earlier.path if earlier else path,
            external_id or (earlier.external_id if earlier else ""),
            lead if lead is not None else (earlier.lead if earlier else None),
            known.pk if known else None,
        )
        return self.wanted[keys(path)].path

    def place(self, path: Path) -> Path:
        """Return where a team that a cell names belongs: as written from the top, or below our top team."""
        if keys(path) in self._stored or name_key(path[0]) == name_key(self.top[0]):
            return self.ask(path)
        named = self._single.get(name_key(path[0]), []) if len(path) == 1 else []
        return self.ask(named[0] if len(named) == 1 else (*self.top, *path))

    def changes(self) -> tuple[TeamChange, ...]:
        """The teams to make or to give a lead, those above before those below."""
        stored = {team.pk: team for team in self.world.teams}
        needed = [
            team
            for team in self.wanted.values()
            if team.pk is None or (team.lead is not None and team.lead != stored[team.pk].lead)
        ]
        return tuple(sorted(needed, key=lambda team: len(team.path)))


@dataclass(slots=True)
class People:
    directory: Directory
    tree: Tree
    changes: list[Change] = field(default_factory=list)
    bad: dict[int, tuple[BadCell, ...]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    team_of: dict[int, Path | None] = field(default_factory=dict)
    manager_of: dict[int, int | None] = field(default_factory=dict)
    office_of: dict[int, str] = field(default_factory=dict)
    names_teams: bool = False  # the file has a column for teams: who has none there belongs to none


def keys(path: Path) -> Path:
    return tuple(name_key(name) for name in path)


def compare_people(read: Read | None, world: World) -> People:
    directory = Directory(world.source)
    directory.know(world.people)
    result = People(directory, Tree(world))
    for person in world.people:
        team = person.values.get("team")
        result.team_of[person.pk] = team if isinstance(team, tuple) else None
    if read is None:
        return result
    firsts = {name_key(path[0]): path[0] for row in read.rows for path in paths_in(row)}
    if not world.teams and len(firsts) == 1:
        result.tree.first = next(iter(firsts.values()))
    result.names_teams = "team" in read.mapping
    rows = identified(read, result)
    for number, row in rows:
        result.manager_of[number] = manager_of(row, result)
        result.office_of[number] = row.text("office")
    result.changes.extend(person_change(number, row, result) for number, row in rows)
    add_managers(result)
    return result


def paths_in(row: Reading) -> list[Path]:
    found: list[Path] = []
    team, leads = row.values.get("team"), row.values.get("leads")
    if isinstance(team, tuple):
        found.append(team)
    if isinstance(leads, tuple):
        found.extend(leads)
    return found


def identified(read: Read, result: People) -> list[tuple[int, Reading]]:
    """Give each record the number of the person that it describes; refuse doubles."""
    directory = result.directory
    lines: dict[int, int] = {}
    rows = []
    for row in read.rows:
        source = row.source(directory.source)
        email = row.text("email")
        try:
            number = directory.same(row, source)
        except Ambiguous:
            result.bad[row.record] = (ambiguous(row, read.heading("name"), row.text("name")),)
            continue
        if number is not None and number in lines:
            result.bad[row.record] = (twice(row, read.heading("name"), row.text("name"), lines[number]),)
            continue
        holder = directory.by_email.get(email.casefold()) if email else None
        if holder is not None and holder != number:
            result.bad[row.record] = (
                fault(
                    row,
                    read.heading("email"),
                    email,
                    gettext_noop("This address belongs to %(name)s."),
                    gettext_noop("Give each person an address of their own."),
                    name=directory.names[holder],
                ),
            )
            continue
        if number is None:
            number = -row.record
            directory.add(
                number,
                row.text("name"),
                source,
                uuid=row.text("uuid"),
                external_id=row.text("external_id"),
                email=email,
            )
        lines[number] = row.line
        rows.append((number, row))
    return rows


def manager_of(row: Reading, result: People) -> int | None:
    """Return the manager whom a record names; one whom nobody knows yet becomes a new person."""
    name, email = row.text("manager"), row.text("manager_email")
    if not name and not email:
        return None
    directory = result.directory
    try:
        found = directory.find(email=email, name=name)
    except Ambiguous:
        message = Message(
            gettext_noop("Several people are called “%(name)s”; the manager is left out."), {"name": name}
        )
        result.notes.append(Note("teams", message, (row.line,), 1))
        return None
    if found is not None:
        return found
    number = FIRST_MANAGER - len(result.changes)
    directory.add(number, name or email, directory.source, email=email)
    values = {"name": name or email, "source": directory.source, **({"email": email} if email else {})}
    result.changes.append(Change(number, 0, 0, name or email, NEW, values))
    return number


def person_change(number: int, row: Reading, result: People) -> Change:
    """Compare one person with what is stored, and find the team that the record puts them in."""
    known = result.directory.stored.get(number)
    if known is not None and known.archived:
        left = Message(gettext_noop("%(name)s has left; the record changes nothing."), {"name": known.name})
        result.notes.append(Note("teams", left, (row.line,), 1))
        return Change(number, known.version, row.line, known.name, UNCHANGED)
    wanted: dict[str, object] = {key: row.values[key] for key in PERSON_FIELDS if key in row.values}
    wanted["name"] = row.text("name")
    if path := team_for(row, number, result):
        wanted["team"] = result.team_of[number] = path
    wanted["rep"] = owns_accounts(number, row, known, result)
    if wanted["rep"]:
        wanted |= {key: row.values[key] for key in REP_FIELDS if key in row.values}
    if known is None:
        wanted["source"] = row.source(result.directory.source)
        if "uuid" in row.values:
            wanted["uuid"] = row.values["uuid"]
    leads = row.values.get("leads")
    for led in leads if isinstance(leads, tuple) else ():
        result.tree.ask(result.tree.place(led), lead=number)
    return compared(number, known, row, TEAMS, wanted)


def owns_accounts(number: int, row: Reading, known: Known | None, result: People) -> bool:
    """Whether someone has a profile as a rep: for good once given, else as the record says, else by default
    everyone who manages nobody."""
    if known is not None and known.values.get("rep"):
        return True
    if "rep" in row.values:
        return bool(row.values["rep"])
    return known is None and number not in result.manager_of.values()


def team_for(row: Reading, number: int, result: People) -> Path | None:
    """Return the team of a record: as its team column says, else office, then the manager's team below it."""
    tree, directory = result.tree, result.directory
    team, office, manager = row.values.get("team"), row.text("office"), result.manager_of[number]
    if isinstance(team, tuple):
        return tree.place(team)
    if manager is not None and manager != number:
        return team_led(manager, office, result, below=(number,))
    if office:
        return office_team(office, result)
    known = directory.stored.get(number)
    placed = result.names_teams or (known is not None and known.values.get("team"))
    return None if placed else tree.ask(tree.top)


def office_team(office: str, result: People) -> Path:
    tree = result.tree
    mark = f"{tree.world.source}/office/{name_key(office)}"
    return tree.ask((*tree.ask(tree.top), office), external_id=mark)


def team_led(manager: int, office: str, result: People, *, below: tuple[int, ...]) -> Path:
    """Return the team that `manager` leads: in the office, or below the team of the manager's own manager."""
    tree, name = result.tree, result.directory.names[manager]
    above = result.manager_of.get(manager)
    if office:
        parent = office_team(office, result)
    elif above is not None and above not in (manager, *below):
        parent = team_led(above, result.office_of.get(manager, ""), result, below=(*below, manager))
    else:
        parent = tree.ask(tree.top)
    path = tree.ask(
        (*parent, tree.world.team_of % {"name": name}),
        external_id=f"{tree.world.source}/manager/{name_key(office)}/{name_key(name)}",
        lead=manager,
    )
    if result.team_of.get(manager) is None:
        result.team_of[manager] = path
    return path


def add_managers(result: People) -> None:
    """Managers without a record of their own belong to the team that they lead."""
    for at, change in enumerate(result.changes):
        team = result.team_of.get(change.id)
        if change.id <= FIRST_MANAGER and team is not None:
            values: Mapping[str, object] = {**change.values, "team": team, "rep": False}
            result.changes[at] = Change(change.id, 0, 0, change.name, NEW, values)
