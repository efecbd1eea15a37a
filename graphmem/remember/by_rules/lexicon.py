"""Word lists that several rules share."""

from __future__ import annotations

from graphmem.model.topics import PEOPLE, PETS


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


ENGLISH = vocabulary("""
a an the and or but if so because of in on at to from for with about by as into than then i you he she it we they me him her us them my
your his its our their mine am is are was were be been have has had do does did don't can can't could will would should not no yes this
that these those there here what who how when where why which just like love want go got get i'm i've it's that's im dont ive all some any
too also very
""")

# May stand between subject and verb, or before a statement, without changing what it says.
ADVERBS = vocabulary("""
already also always actually absolutely basically currently constantly daily definitely either eventually even ever finally first
frequently fully generally genuinely hardly honestly initially just kinda lately literally mainly mostly never normally not nowadays now
often once only originally particularly personally presently pretty primarily probably quite rarely rather really recently regularly
seldom simply sometimes soon specifically still strictly strongly successfully then together too totally truly typically usually very
completely both absolutely extremely incredibly super so certainly obviously seriously sorta almost much long
""") | {"no longer"}
# Adverbs that add nothing to a fact: left out.
EMPTY_ADVERBS = vocabulary("""
actually basically honestly literally kinda sorta obviously definitely genuinely certainly seriously also even too totally absolutely
""")

# Words that carry no content of their own.
FUNCTION = (
    ENGLISH
    | ADVERBS
    | vocabulary("""
across after again against ago along although among another aren't around away back before behind being beside between beyond bit came
come coming couldn't didn't doing done down during each enough every feel feels felt few find found gave gets getting give gives going
gone haven't having hers herself himself inside isn't it'd it'll itself keep keeping kept knew know last later least less let lets little
look looked looking lot lots made make makes making many more most myself near next off one ones onto other others ours ourselves out
outside over own per put said same saw say see seeing several since start started starting such take takes taking that'll theirs
themselves think though thought through till today tomorrow tonight took toward towards tried try trying under unless until up via wasn't
whenever whereas while whom whose within without won't yesterday yet yours yourself
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

BEINGS = PEOPLE | PETS
