"""What clients of the demo company do with its instruments, and what is said about them, by industry.

Every list holds sentences for one place in the product. `{contact}` is a person there, `{rep}` is ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Industry:
    title: str  # as a CRM writes it
    quality: str  # who answers for measurements there: a job title
    operations: str
    user: str
    product: str
    background: tuple[str, ...]
    goals: tuple[str, ...]
    work: tuple[str, ...]
    first: tuple[str, ...]  # the things to know first
    never: tuple[str, ...]  # the one thing not to do
    health: tuple[str, ...]
    opportunity: tuple[str, ...]
    requests: tuple[tuple[str, str], ...]  # title, detail
    promises: tuple[str, ...]
    talks: tuple[str, ...]  # subjects of touchpoints
    better: str  # what a change of rep makes better, in the client's words


INDUSTRIES = {
    "pharma": Industry(
        "Pharmaceuticals",
        "Head of Quality Assurance",
        "Director of Manufacturing",
        "Validation Engineer",
        "ThermoGuard loggers",
        (
            "They fill and finish injectables in two clean-room suites and ship to forty countries. They "
            "came to us "
            "after an inspector found gaps in the paper records of their previous supplier.",
            "A family of biologics made in single-use bioreactors. They chose us because our loggers "
            "arrive validated, "
            "which saves their engineers about three weeks per cold room.",
        ),
        (
            "“Not one batch held back for want of a temperature record.” Last year there were two; the "
            "goal is none.",
            "Pass the inspection in the autumn without an observation on environmental monitoring.",
        ),
        (
            "Mapping study of the new cold room: nine of sixteen loggers placed, report due at the end of "
            "next month.",
            "Move of the old paper charts into Watch; the audit trail is being tested by their computer "
            "validation team.",
        ),
        (
            "Every change needs a change-control form on their side; allow ten working days before "
            "anything is touched.",
            "{contact} reads every calibration certificate in person and remembers the numbers.",
            "Deliveries are refused without the certificate of conformity in the box.",
        ),
        (
            "Never send a replacement logger with another firmware version, however small the difference.",
            "Never call the production floor during a fill; write to {contact} and wait.",
        ),
        (
            "Contented, but watchful since the delayed calibration in spring. A competitor was on site in "
            "the summer.",
            "Good. They renewed early last year and gave us two references.",
        ),
        ("The second site will be equipped next year; {contact} would like us to bid for all of it.",),
        (
            (
                "Certificates for the February calibration",
                "Three of twelve certificates have not reached their quality "
                "system; the batch release of the stability chamber waits for them.",
            ),
            (
                "Alarm at night without a text message",
                "The alarm of freezer 4 was recorded but nobody was called. They "
                "want to know why, and that it cannot happen again.",
            ),
            (
                "Audit trail shows the wrong time zone",
                "Exported reports show UTC; their inspector expects local time.",
            ),
        ),
        (
            "Two spare loggers on loan until the mapping study is signed off",
            "A written answer to the deviation report, with the root cause",
            "The validation documents for the new firmware before anything is installed",
        ),
        (
            "Walked through the calibration plan for the coming quarter",
            "Call about the alarm settings of the cold rooms",
            "Visit to the filling suite with the validation team",
            "Agreed on how deviations are reported to us",
        ),
        "One person who knows our validation files and can be reached during a release.",
    ),
    "food": Industry(
        "Food & Beverage",
        "Food Safety Manager",
        "Plant Manager",
        "Line Supervisor",
        "FlowSense meters",
        (
            "A plant that runs six days a week and cleans its lines every night. They bought our flow "
            "meters because "
            "the old ones drifted after each cleaning and cost them product.",
            "Family-owned, proud of its recipes, careful with money. They started with one meter on the "
            "pasteuriser and "
            "added a line each year since.",
        ),
        (
            "Cut product loss at changeover from 2.1 to 1.2 per cent by the end of the season.",
            "“I want to see on one screen that every batch was hot enough for long enough.”",
        ),
        (
            "Meters for the third filling line are ordered; the mechanics can fit them only in the "
            "maintenance week.",
            "Trial of Watch on the pasteuriser; the operators like it, the office has not decided.",
        ),
        (
            "The season starts in April: from then on nobody has time for us before two in the afternoon.",
            "The plant manager decides, but asks the shift leaders first. Win them and you have won.",
            "They pay on the day, and expect deliveries on the day as well.",
        ),
        (
            "Never arrive on site with open shoes or a wristwatch; the last visitor was sent home.",
            "Never speak of a product recall in front of others; the one three years ago still hurts.",
        ),
        (
            "Friendly. Prices are raised at every meeting, but they have never asked anyone else for a "
            "quotation.",
            "At some risk: the new owner looks at all contracts, and ours runs out this year.",
        ),
        ("Steam metering in the boiler house: {contact} asked twice what it would cost.",),
        (
            (
                "Meter on line 2 shows flow when the valve is shut",
                "Since the last cleaning the totals no longer match "
                "the tank. They lose about forty litres a day, or believe that they do.",
            ),
            (
                "Quotation for six more meters",
                "They need it before the budget meeting, with fitting included.",
            ),
            ("Training for the new shift leaders", "Four people, half a day, on site, not on a Monday."),
        ),
        (
            "A replacement meter at no cost if the fault on line 2 comes back",
            "The price list of last year for everything ordered before the season",
            "Half a day of training for each new shift leader",
        ),
        (
            "Looked at the losses of last month together with the shift leaders",
            "Call about spare seals for the cleaning circuit",
            "Lunch with the plant manager; talked about the coming season",
            "Helped the night shift to reset a meter by phone",
        ),
        "Somebody who comes before the season starts, and who speaks with the shift leaders.",
    ),
    "hospital": Industry(
        "Healthcare",
        "Chief Pharmacist",
        "Director of Facilities",
        "Biomedical Technician",
        "ThermoGuard loggers",
        (
            "A teaching hospital with nineteen medication refrigerators on the wards and a blood bank "
            "that must never "
            "warm up. They replaced clipboards with our loggers four years ago.",
            "A regional hospital under constant pressure to save. Our contract came through the pharmacy, "
            "not through "
            "purchasing, and purchasing has not forgotten.",
        ),
        (
            "No vaccine thrown away for want of a temperature record. Last winter it was nine thousand "
            "dollars' worth.",
            "Nurses should spend no time at all on temperature lists.",
        ),
        (
            "Thirty loggers for the new emergency wing; the network department has still to open the ports.",
            "Move of the alarms from pagers to telephones, ward by ward; four of nine wards are done.",
        ),
        (
            "The chief pharmacist signs, the facilities department installs, and the network department "
            "can stop both.",
            "Anything that touches a ward needs to be agreed with the head nurse a week before.",
            "Invoices go to a service centre that returns them without an order number.",
        ),
        (
            "Never call a ward directly; even when a nurse gave you the number.",
            "Never suggest that an alarm was ignored. It usually was, and they know.",
        ),
        (
            "Satisfied with the instruments, tired of our invoices. The tender is due within the year.",
            "Good since {rep} moved the alarms to telephones; the night staff thanked us in writing.",
        ),
        (
            "The outpatient clinics keep vaccines in household refrigerators; {contact} is collecting "
            "arguments.",
        ),
        (
            (
                "False alarms on ward 6 at night",
                "Between two and four in the morning the refrigerator alarm sounds "
                "almost every night. The nurses have begun to switch it off.",
            ),
            (
                "Blood bank report for the accreditation",
                "They need twelve months of data in one document, signed.",
            ),
            (
                "Invoice without an order number",
                "Returned for the third time; their service centre is polite but firm.",
            ),
        ),
        (
            "A technician on site within four hours if the blood bank alarm fails",
            "Loan refrigerator sensors while the emergency wing is being built",
            "One invoice a year instead of twelve",
        ),
        (
            "Walked through the wards with the head nurse and looked at each refrigerator",
            "Call with the network department about the new wing",
            "Meeting with purchasing on the coming tender",
            "Went through the alarms of the last month with the pharmacy",
        ),
        "One telephone number that is answered at night, and a person who knows our wards.",
    ),
    "utilities": Industry(
        "Utilities",
        "Compliance Manager",
        "Head of Network Operations",
        "Control Room Engineer",
        "FlowSense meters",
        (
            "A public utility with long memories and longer procurement. They measure flow at sixty-two "
            "places, a third "
            "of them with our meters.",
            "Owned by the municipalities that it serves. The board meets four times a year, and no "
            "contract above fifty "
            "thousand is signed between meetings.",
        ),
        (
            "Bring losses in the network below nine per cent; the regulator publishes the figure every "
            "March.",
            "“Fewer drives at night.” They want to see from the control room whether a meter or a pipe "
            "has failed.",
        ),
        (
            "Replacement of the meters in the western zone: fourteen of twenty are in, the rest wait for "
            "road works.",
            "Connection of Watch to their control system; their supplier has promised the interface for "
            "next month.",
        ),
        (
            "Everything is decided in committee. Send papers ten days ahead or the item moves to the next "
            "quarter.",
            "{contact} began as a fitter and respects people who have been down a manhole.",
            "Data may not leave the country, not even for support.",
        ),
        (
            "Never promise anything by phone that is not in the framework contract.",
            "Never speak to the press; a friendly quotation once cost us a year.",
        ),
        (
            "Stable. They complain about prices in every meeting and extend the contract in every third.",
            "Some worry: the new head of procurement wants one supplier for everything.",
        ),
        (
            "Pressure loggers for the eastern zone could be added under the framework contract without a "
            "tender.",
        ),
        (
            (
                "Two meters read seven per cent too high",
                "The control room trusts neither ours nor theirs, and the "
                "monthly balance is due on the tenth.",
            ),
            (
                "Batteries at the reservoir",
                "They last eleven months instead of five years; the road is closed in winter.",
            ),
            ("Papers for the board meeting", "A two-page summary of the first year, with the savings."),
        ),
        (
            "Batteries replaced at our cost until the cause is found",
            "A comparison measurement at the reservoir, witnessed by both sides",
            "An engineer in the control room on the day when the interface goes live",
        ),
        (
            "Quarterly review in the control room",
            "Drove to the reservoir with the fitters",
            "Call about the figures for the regulator",
            "Presented the western zone to the committee",
        ),
        "Someone who will still be there in five years, and who reads our rules.",
    ),
    "logistics": Industry(
        "Logistics",
        "Quality Manager",
        "Fleet Manager",
        "Dispatcher",
        "ThermoGuard loggers",
        (
            "Two hundred refrigerated trailers and a margin of three per cent. Our loggers ride in every "
            "trailer; a claim "
            "that cannot be disproved costs them more than a year of our service.",
            "They carry vaccines by day and strawberries by night. They came to us when their largest "
            "customer asked for "
            "temperature records with every delivery.",
        ),
        (
            "Answer every temperature claim within one hour, with the curve.",
            "“Drivers should not have to do anything.” No buttons, no cables, no excuses.",
        ),
        (
            "Fitting of the newest forty trailers, eight each Saturday.",
            "Portal for their customers: the first three see live temperatures since last month.",
        ),
        (
            "Dispatch works around the clock; the best hour to call is six in the morning.",
            "Their largest customer audits them in autumn, and then they audit us.",
            "They change the telephone contract every year, and the SIM cards with it.",
        ),
        (
            "Never take a trailer out of service without a word from the dispatcher of that day.",
            "Never answer a claim to their customer directly.",
        ),
        (
            "Good, and loud about it when it is not. {contact} calls first and writes later.",
            "At risk since the gateway failures in the heat of summer; they keep a list.",
        ),
        ("Door sensors for the pharma trailers: their customer has asked for them already.",),
        (
            (
                "Gateway lost contact on the northern route",
                "Six trailers without data for two hours on three nights. "
                "Their customer was told that it was a tunnel; it was not.",
            ),
            (
                "Report for a claim of 48,000",
                "Curve of trailer 117, with the calibration of its sensor, by Thursday.",
            ),
            ("New SIM cards for all trailers", "Their contract changes at the end of the month."),
        ),
        (
            "A spare gateway at each of the three depots",
            "The calibration certificate within an hour whenever a claim comes in",
            "Fitting on Saturdays at the weekday price",
        ),
        (
            "Went through the open claims with the quality manager",
            "Early call with dispatch about the northern route",
            "Rode along on the night tour to see the logger at work",
            "Agreed on the order in which trailers are fitted",
        ),
        "A person who answers at six in the morning and knows our routes.",
    ),
    "manufacturing": Industry(
        "Manufacturing",
        "Quality Director",
        "Works Manager",
        "Maintenance Foreman",
        "FlowSense meters",
        (
            "They harden gears for half of the industry, and the quench oil is measured by us at every "
            "furnace.",
            "A foundry that modernised late and then all at once. Their coolant circuits were our first "
            "order; the "
            "energy meters followed when prices rose.",
        ),
        (
            "Scrap below one per cent at every furnace, shown per shift.",
            "Save a tenth of the energy in two years; half of it is done.",
        ),
        (
            "Energy metering in hall 3: cables are laid, meters come with the next delivery.",
            "Replacement of the sensors at furnaces 5 to 8 during the summer shutdown.",
        ),
        (
            "The works manager started here as an apprentice; the managing director comes from a bank. "
            "Prepare for both.",
            "The shutdown is the last week of July and the first of August; outside of it, nothing is "
            "fitted.",
            "A drawing says more to them than three pages of text.",
        ),
        (
            "Never quote a delivery date that the factory has not confirmed.",
            "Never go to the managing director before you have spoken with the foreman.",
        ),
        (
            "Solid. They grumble about the price of spare parts and order them all the same.",
            "Cooler since the sensor failure at furnace 6, which cost them a weekend.",
        ),
        ("Compressed air: {contact} believes that a fifth of it is lost, and nobody has measured it.",),
        (
            (
                "Sensor at furnace 6 fails again",
                "The third in a year. They want an engineer who stays until it is "
                "understood, not another sensor.",
            ),
            ("Spare parts held on site", "They propose a small store in their own hall, paid when used."),
            ("Data export for the energy audit", "Every fifteen minutes, twelve months, as a table."),
        ),
        (
            "An engineer at furnace 6 during a whole production week",
            "Spare sensors in their store, invoiced only when taken",
            "The energy report in their own layout, every quarter",
        ),
        (
            "Stood at furnace 6 with the foreman and looked at the curve",
            "Planned the work of the summer shutdown",
            "Call about prices of spare parts for next year",
            "Showed the energy figures to the management",
        ),
        "Somebody technical, who stands at the furnace with us and not only in the office.",
    ),
    "chemicals": Industry(
        "Chemicals",
        "Head of Process Safety",
        "Site Director",
        "Process Engineer",
        "FlowSense meters",
        (
            "A site with four hundred measuring points in areas where a spark is not allowed. We supply "
            "the meters in the "
            "dosing plant and the loggers in the warehouse.",
            "They make resins to order, thirty recipes a week. What they value is that our meters survive "
            "the solvents "
            "that ate the previous ones.",
        ),
        (
            "Dose within half a per cent on every recipe; today it is just under one.",
            "No unplanned stop because of an instrument for a whole year. The record so far is 214 days.",
        ),
        (
            "New dosing line: factory acceptance test is planned, two meters still need their approval "
            "papers.",
            "Exchange of all loggers in the solvent warehouse for the intrinsically safe version.",
        ),
        (
            "Nobody enters without the safety instruction, which is valid for a year. Check the date "
            "before you travel.",
            "They ask hard questions because they have had an accident; answer with data or say that you "
            "do not know.",
            "Purchasing sits in another country and has never seen the site.",
        ),
        (
            "Never bring a mobile telephone beyond the second gate, not even switched off.",
            "Never alter a limit value on request by phone.",
        ),
        (
            "Trusting, as long as documents are complete. Two approvals are overdue from our side.",
            "Good. {contact} recommended us to the sister site.",
        ),
        ("The sister site has the same dosing plant, of the same year, with our competitor's meters.",),
        (
            (
                "Approval papers for two meters",
                "Without them the acceptance test cannot take place, and the test team is booked.",
            ),
            (
                "Drift in the dosing of recipe 12",
                "About 0.8 per cent, always in the same direction, only in cold weather.",
            ),
            (
                "Safety data for the new seals",
                "Their laboratory needs the composition before it releases them.",
            ),
        ),
        (
            "The approval papers two weeks before the acceptance test",
            "A measurement in cold weather together with their process engineers",
            "A named engineer for the start of the dosing line, day and night",
        ),
        (
            "Safety instruction renewed and walk through the dosing plant",
            "Call about the approval papers",
            "Workshop on recipe 12 with the process engineers",
            "Looked at the warehouse loggers with the fire officer",
        ),
        "A contact who has been in the plant and can read our flow sheets.",
    ),
    "education": Industry(
        "Education",
        "Laboratory Safety Officer",
        "Director of Campus Services",
        "Laboratory Manager",
        "ThermoGuard loggers",
        (
            "Forty laboratories, each with its own ideas, and one safety officer who holds them together. "
            "Our loggers "
            "watch the freezers with samples that cannot be replaced.",
            "They bought through a research grant, and every grant ends. What stays is the collection of "
            "samples from "
            "thirty years.",
        ),
        (
            "No sample lost. The freezer that failed over Christmas some years ago is still told to every "
            "new student.",
            "One list of all freezers on campus, with the person who answers for each.",
        ),
        (
            "Inventory of freezers: three of seven buildings are done; students help in the holidays.",
            "Move from grant money to a campus contract; the paper is with the chancellor.",
        ),
        (
            "Money comes in March and October; in between there is goodwill.",
            "Professors ask for everything, {contact} decides, and campus services pays.",
            "In August nobody is there, and nobody answers.",
        ),
        (
            "Never remove a logger because nobody seems to use it. Somebody does.",
            "Never quote to a professor directly; the campus contract would be void.",
        ),
        (
            "Warm. They like us, and have little money.",
            "Uncertain: two departments were offered free loggers by a newcomer.",
        ),
        ("The museum has the same freezers and the same worries; {contact} sits on its board.",),
        (
            (
                "Freezer alarm reached a student who had left",
                "The list of people to call is out of date. They ask for a way to keep it themselves.",
            ),
            (
                "Quotation for the life sciences building",
                "Twenty-two freezers, with and without installation.",
            ),
            (
                "Data of the minus-eighty freezers for a publication",
                "Three years, hourly, by the end of the month.",
            ),
        ),
        (
            "Free calibration for the teaching laboratories until the campus contract is signed",
            "A guest lecture on measurement for the second-year students",
            "Help with the freezer inventory for two days in the holidays",
        ),
        (
            "Went through the freezer list building by building",
            "Call with campus services about the contract",
            "Guest lecture for the second-year students",
            "Coffee with the laboratory manager after the safety meeting",
        ),
        "A person who has the patience to know all our laboratories.",
    ),
}
