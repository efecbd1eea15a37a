"""Which words speak for which category."""

from __future__ import annotations

from graphmem.remember.by_rules.lexicon import KNOWN_PEOPLE, PETS, vocabulary

# By default category. A word stands for all forms of the same stem.
KEYWORDS = {
    "personal_details": vocabulary("""
name nickname age old born birthday nationality hometown married single divorced pregnant height from grew family
"""),
    "relationships": vocabulary("family fam relative date dating marry wedding engaged divorce gf bf folk")
    | KNOWN_PEOPLE,
    "food_preferences": vocabulary("""
food eat cook cooking cuisine meal recipe vegetarian vegan diet dish dinner lunch breakfast snack drink tea coffee wine beer milk cheese
meat chicken fish seafood pizza pasta sushi nut peanut gluten lactose dairy spicy dessert cake cookie ice-cream chocolate fruit vegetable
bake baking bread restaurant allergic allergy pescatarian kosher halal burger soup salad rice egg cream pie sauce
"""),
    "health": vocabulary("""
health allergic allergy doctor medicine medication therapy therapist hospital surgery injury injure ill sick disease diabetes diabetic
asthma pain ankle knee yoga gym workout exercise fitness diet sleep insomnia anxiety depression stress recover recovery migraine pregnant
vaccine intolerant meditate meditation physio checkup symptom blood smoke
"""),
    "work": vocabulary("""
work job career company office boss colleague coworker client project manager employ employer business startup profession nurse engineer
teacher lawyer developer designer banker doctor accountant freelance salary promote promotion intern internship interview meeting studio
store shop sponsor endorsement hire fired team launch market marketing customer investor
"""),
    "education": vocabulary("""
school college university course class study student degree exam thesis teacher tutor learn learning lesson graduate semester scholarship
homework professor phd master bachelor language training workshop major
"""),
    "travel": vocabulary("""
travel trip visit vacation holiday flight fly abroad country tour hotel passport visa roadtrip cruise beach backpack camp camping hike
hiking mountain went city journey airport europe asia
"""),
    "home": vocabulary("""
live house home apartment flat room garden kitchen neighbor neighborhood neighbourhood roommate rent landlord move backyard furniture
lease mortgage car
""")
    | PETS,
    "hobbies": vocabulary("""
hobby play game gaming sport football soccer basketball tennis baseball golf chess swim swimming run running jog surf surfing ski skiing
climb climbing cycle cycling bike paint painting draw drawing knit knitting garden gardening photography dance dancing sing fish fishing
hike hiking collect collection craft pottery yoga skate snowboard guitar piano violin tournament write writing read volunteer
"""),
    "entertainment": vocabulary("""
music movie film book novel series show song album band concert theater theatre musical podcast tv cinema actor author singer anime comic
netflix screenplay festival gig read watch rock jazz
"""),
    "technology": vocabulary("""
computer laptop phone software app website code coding program programming python javascript linux android iphone mac server internet
online device gadget tablet camera ai database
"""),
    "finance": vocabulary("""
money budget buy bought sell sold price salary debt loan mortgage bank save saving invest investment investor stock tax rent cost pay paid
purchase dollar euro insurance afford
"""),
    "events": vocabulary("""
yesterday tomorrow tonight ago wedding party birthday festival ceremony meeting graduation concert conference last next appointment
anniversary
"""),
    "instructions": vocabulary("answer respond reply concise polite formal tone"),
}
# These mean little by themselves: they count less than other words.
WEAK = vocabulary("last next from old went run book read live")
# The category that a relation speaks for; "has_sister" and the like speak for "relationships".
PREDICATES = {
    predicate: name
    for name, predicates in {
        "home": "lives_in lived_in moved_to plans_to_move_to has_pet had_pet",
        "food_preferences": "follows_diet gave_up_diet",
        "personal_details": "is_from born_in grew_up_in is_named speaks",
        "work": "works_at worked_at works_as",
        "education": "studies_at studied_at studies learns",
        "relationships": "married_to engaged_to",
        "travel": "visited wants_to_visit plans_to_visit",
    }.items()
    for predicate in predicates.split()
}
