"""Word lists that several rules share."""

from __future__ import annotations

from graphmem.model.topics import PEOPLE, PETS
from graphmem.model.words import STOP_WORDS
from graphmem.remember.diets import DIETS


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


ENGLISH = vocabulary("""
a an the and or but if so because of in on at to from for with about by as into than then i you he she it we they me him her us them my
your his its our their mine am is are was were be been have has had do does did don't can can't could will would should not no yes this
that these those there here what who how when where why which just like love want go got get i'm i've it's that's im dont ive all some any
too also very
""")
# Words that carry no content of their own.
FUNCTION = (
    ENGLISH
    | STOP_WORDS
    | vocabulary("""
again already always another away back been before being bit came come coming definitely didn't doing done down even ever every feel felt
few find first found gave get getting give going gone haven't having just keep know last let little look looked looking lot made make making
many more most much myself never next now off one other others out over own pretty put quite really said say see since something soon
started still such take taking think though through time today together tomorrow too took totally tried try trying under until up while
yesterday yet
""")
)
# Too vague, or too much of an opinion, to make a fact by themselves.
VAGUE = vocabulary("""
thing things stuff something anything everything nothing someone anyone everyone somebody anybody everybody somewhere anywhere everywhere
way ways time times day days week weeks moment moments minute while part parts point kind kinds sort type types place places people person
guys man idea ideas word words deal case fact reason reasons matter great good nice amazing awesome cool fun funny interesting lovely
beautiful wonderful fantastic incredible super perfect special important crazy wild best better bad worse worst hard tough easy difficult
new old big small real sure happy glad excited excitedly proud sorry right wrong true okay ok fine well lucky ready worth possible
different similar feeling feelings emotions thoughts mind joy happiness inspiration inspiring memories vibe vibes energy experience
experiences journey goal goals dream dreams passion love loved loving enjoy enjoyed liked blast ride bunch ton tons couple update
difference impact support progress step steps help helped helps worked happen happened happens news pic pics photo photos picture pictures
shot video look looks total totally super whole full awesome cute pretty rewarding fulfilling challenging hope plan plans wait effort
efforts setback rookie advice tips chance life world exciting thrilling options option possibilities purpose sense enthusiasm motivation
positivity confidence potential destination meaningful impressive memorable unforgettable remarkable extraordinary terrible positive
""")
TIME_NOUNS = vocabulary("""
week weekend month year morning afternoon evening night summer winter spring fall autumn semester season time century decade term day hour
minute monday tuesday wednesday thursday friday saturday sunday christmas easter holiday holidays birthday
""")
# What holds for long: such a verb makes a fact with nothing but an object.
LASTING = vocabulary("""
love like hate prefer enjoy adore have own live speak want need eat drink play study work teach use read dislike avoid collect watch wear
drive volunteer practice practise dance sing keep garden attend worship run lead coach learn train detest fly swim weigh
""")
# What somebody is for long.
STATES = DIETS | vocabulary("""
allergic intolerant married engaged born based diabetic retired divorced single widowed separated unemployed pregnant blind deaf disabled
left-handed gluten-free lactose homeless adopted bilingual fluent afraid
""")
BEINGS = PEOPLE | PETS
