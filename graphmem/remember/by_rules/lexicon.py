"""Word lists that several rules share."""

from __future__ import annotations

from graphmem.model.topics import PEOPLE, PETS
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
# Too vague, or too much of an opinion, to make a fact by themselves.
VAGUE = vocabulary("""
now again thing stuff something anything everything nothing someone anyone everyone somewhere way time moment minute while part point kind
sort type place people person guys man idea word deal reason matter great good nice amazing awesome cool fun funny interesting lovely
beautiful wonderful fantastic incredible super perfect special important crazy wild best better bad hard tough easy difficult new old big
small real sure happy glad excited proud sorry right wrong true ok well lucky ready worth possible different similar feeling emotions mind
joy happiness inspiration inspiring vibe energy experience journey goal dream passion love enjoy blast ride bunch ton tons couple update
difference impact support progress step help happen news pic photo picture shot video look totally whole full cute pretty rewarding
fulfilling challenging hope plan wait effort setback advice tips chance life world exciting thrilling option purpose sense enthusiasm
motivation positivity confidence potential meaningful impressive memorable unforgettable positive
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
