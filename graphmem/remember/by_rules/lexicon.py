"""Word lists that several rules share."""

from __future__ import annotations


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Phrases, separated by line breaks or bars, each as its words; the longest first."""
    return tuple(
        sorted(
            (tuple(phrase.split()) for phrase in text.replace("\n", "|").split("|") if phrase), key=len, reverse=True
        )
    )


ENGLISH = vocabulary("""
a an the and or but if so because of in on at to from for with about by as into than then i you he she it we they me
him her us them my your his its our their mine am is are was were be been have has had do does did don't can can't
could will would should not no yes this that these those there here what who how when where why which just like love
want go got get i'm i've it's that's im dont ive all some any too also very
""")

# May stand between subject and verb, or before a statement, without changing what it says.
ADVERBS = vocabulary("""
already also always actually absolutely basically currently constantly daily definitely either eventually even ever
finally first frequently fully generally genuinely hardly honestly initially just kinda lately literally mainly
mostly never normally not nowadays now often once only originally particularly personally presently pretty primarily
probably quite rarely rather really recently regularly seldom simply sometimes soon specifically still strictly
strongly successfully then together too totally truly typically usually very completely both absolutely extremely
incredibly super so certainly obviously seriously sorta almost much long
""") | {"no longer"}
# Adverbs that add nothing to a fact: left out.
EMPTY_ADVERBS = vocabulary("""
actually basically honestly literally kinda sorta obviously definitely genuinely certainly seriously also even too
totally absolutely
""")

SUBORDINATORS = vocabulary("""
because since when while whenever although though as after before until till once where whereas if unless that who
which whose whom
""")
PREPOSITIONS = vocabulary("""
in on at of for with about to from by into onto over under near through during between among without within around
across against like towards toward after before since off out up down behind beside beyond along inside outside via
per than
""")
DETERMINERS = vocabulary("""
a an the my our their his her its this that these those some any no every each both all another
""")
POSSESSIVES = vocabulary("my our your his her its their")
# Words that carry no content of their own.
FUNCTION = (
    ENGLISH
    | ADVERBS
    | SUBORDINATORS
    | PREPOSITIONS
    | DETERMINERS
    | vocabulary("""
i'm myself yourself ourselves themselves himself herself itself yours hers theirs ours it'll it'd that'll being
having doing going gone been does did done made make makes making take takes took taking get gets getting give gives
gave keep kept keeping let lets put see seeing saw say said come came coming try tried trying start started starting
feel feels felt think thought know knew find found look looked looking one ones other others such same own more most
less least many few lot lots bit little much enough several again back away ago next last today yesterday tomorrow
tonight now later soon yet while up own can't won't didn't wasn't couldn't isn't aren't haven't
""")
)
# Too vague, or too much of an opinion, to make a fact by themselves.
VAGUE = vocabulary("""
thing things stuff something anything everything nothing someone anyone everyone somebody anybody everybody
somewhere anywhere everywhere way ways time times day days week weeks moment moments minute while part parts point
kind kinds sort type types place places people person guys man idea ideas word words deal case fact reason reasons
matter great good nice amazing awesome cool fun funny interesting lovely beautiful wonderful fantastic incredible
super perfect special important crazy wild best better bad worse worst hard tough easy difficult new old big small
real sure happy glad excited excitedly proud sorry right wrong true okay ok fine well lucky ready worth possible
different similar feeling feelings emotions thoughts mind joy happiness inspiration inspiring memories vibe vibes
energy experience experiences journey goal goals dream dreams passion love loved loving enjoy enjoyed liked blast
ride bunch ton tons couple update difference impact support progress step steps help helped helps worked happen
happened happens news pic pics photo photos picture pictures shot video look looks total totally super whole full
awesome cute pretty rewarding fulfilling challenging hope plan plans wait effort efforts setback rookie advice tips
chance life world exciting thrilling options option possibilities purpose sense enthusiasm motivation positivity
confidence potential destination meaningful impressive memorable unforgettable remarkable extraordinary terrible
positive
""")

KIN = vocabulary("""
mother mom mum mama father dad papa parent sister brother sibling son daughter child kid baby wife husband spouse
partner girlfriend boyfriend fiance fiancee fiancé fiancée aunt auntie uncle cousin niece nephew grandmother grandma
granny grandfather grandpa grandson granddaughter stepmother stepfather stepmom stepdad stepson stepdaughter
stepsister stepbrother twin godmother godfather mother-in-law father-in-law sister-in-law brother-in-law ex ex-wife
ex-husband
""")
KNOWN_PEOPLE = KIN | vocabulary("""
friend buddy roommate flatmate neighbor neighbour colleague coworker co-worker boss manager teacher tutor professor
coach mentor doctor dentist therapist landlord classmate teammate assistant client student trainer supervisor
bandmate
""")
PETS = vocabulary("""
dog puppy pup cat kitten parrot hamster rabbit bunny horse pony turtle tortoise snake lizard guinea goldfish pet
bird
""")
NEED_OF_SUBJECT = vocabulary("i we my our mine")

TIME_NOUNS = vocabulary("""
week weekend month year morning afternoon evening night summer winter spring fall autumn semester season time
century decade term day hour minute monday tuesday wednesday thursday friday saturday sunday christmas easter
holiday holidays birthday
""")

BEINGS = KNOWN_PEOPLE | PETS
