"""Which predicates a question's words ask for, and which words say what somebody is to somebody else."""

from __future__ import annotations

# Words of a question: words of the predicates that it asks for, beside those of the same stem. Irregular forms are listed.
RELATIONS = """
visit travel trip journey tour holiday go went been : visit travel trip go goes went been fly flew flies tour stay been drove
stay guest sleep slept : stay guest visit slept
attend concert gig event go went been : attend went
live reside home move address based : live reside move home based
born birthplace : born
work job employ employer company career profession living occupation : work employ job hired profession occupation
profession occupation : occupation profession
project task busy : work project
study studied university degree subject graduate : study graduate degree major
course class lesson workshop training : course class enroll attend workshop train lesson
school university college : study school attend goes
learn : learn study take
speak language fluent : speak spoke language fluent
like love enjoy favourite favorite prefer fond adore interest : like love enjoy prefer fond adore favourite favorite fan interest
dislike hate detest loathe : dislike hate detest loathe avoid stand
avoid : avoid dislike allergic intolerant
allergy allergic intolerant intolerance tolerate : allergic allergy intolerant intolerance sensitive
eat ate food diet : eat ate diet like love allergic intolerant intolerance avoid
drink drank : drink drank avoid
cook bake dish recipe : cook bake prepare make
vegetarian vegan diet : diet
stop quit give gave given drop abandon : stop quit gave give longer drop abandon ended former
start begin began begun : start began begin took
collect collection : collect save gather
play instrument music : play
sport exercise : sport practise practice play train
club team belong member group : member join belong
read book novel : read
watch film movie cinema series see saw seen : watch saw see seen
listen music song band : listen like love heard
win won prize award medal : won win award receive
race marathon run ran : ran run race took finish complete compete
paint picture painting draw drew : paint drew draw made
build built make made : built build made make construct
knit sew : knit made sew
grow grew plant garden : grow grew plant
own possess gadget : own bought possess got use keep
buy bought purchase : bought buy purchase order
bike bicycle car vehicle : own bought rid drive
sell sold : sold sell
medicine medication drug pill tablet prescription : take took medicine prescribed
ill illness sick disease condition health suffer : suffer diagnosed allergic intolerant
afraid scared fear frightened phobia terrified : afraid fear scared dread phobia
lend lent borrow : lent lend borrow
promise : promise
teach taught : teach taught teacher tutor
marry married wedding spouse : married marry wed spouse husband wife
engage engaged fiance fiancee fiancé fiancée : engage fiance
date dating : dating date
pet animal dog cat : pet dog cat adopt
use : use
owe debt : owe
want wish hope dream : want wish hope dream plan intend would
plan intend : plan intend want hope go
name called : named name called nickname
old age : age born
"""

# The same, where a question asks for advice: what whoever gives it must heed, and what would please.
HEED = """
cook eat food meal dinner lunch breakfast recipe restaurant dish snack menu bake dessert cake : allergic allergy intolerant intolerance
cook eat food meal dinner lunch breakfast recipe restaurant dish snack menu bake dessert cake : diet avoid
drink wine : avoid allergic allergy intolerant intolerance
visit travel trip go holiday vacation weekend : want hope plan dream intend
"""
TASTE = """
cook eat food meal dinner lunch breakfast recipe restaurant dish snack menu bake dessert cake : like love hate dislike
drink wine : drink like love hate dislike
gift present : like love want collect
visit travel trip go holiday vacation weekend : like
watch film movie series read book music listen play concert : like love favourite enjoy
"""
# Words of a question that asks for advice.
ADVISING = (
    "should shall could can may might must recommend suggest suggestion idea ideas advice advise supposed allowed"
)

# What a predicate wants, plans or ends: another thing than the relation itself.
MODES = (
    "want wish hope dream plan intend would",
    "stop quit gave give given longer drop former ended",
)

# Words for what somebody is to somebody: words of predicates that say so.
ROLES = """
mother mum mom mummy mama : mother mum mom parent
father dad daddy papa : father dad parent
parent : parent mother father mum mom dad
sister : sister sibling
brother : brother sibling
sibling : sibling sister brother
daughter : daughter child
son : son child
child children kid : child kid son daughter
wife husband spouse : married wife husband spouse
partner : partner married girlfriend boyfriend wife husband
girlfriend : girlfriend partner dating
boyfriend : boyfriend partner dating
fiance fiancee fiancé fiancée : engaged fiance
cousin : cousin
aunt : aunt
uncle : uncle
niece : niece
nephew : nephew
grandmother grandma granny : grandmother grandma granny grandparent
grandfather grandpa : grandfather grandpa grandparent
grandparent : grandparent grandmother grandma granny grandfather grandpa
grandson : grandson grandchild
granddaughter : granddaughter grandchild
grandchild grandchildren : grandchild grandson granddaughter
student pupil : student pupil
godmother : godmother
godfather : godfather
twin : twin
family relative : mother father parent sister brother sibling daughter son child married wife husband cousin aunt uncle
friend buddy pal : friend
colleague coworker workmate : colleague coworker
boss manager supervisor : boss manager supervisor report
neighbour neighbor : neighbour neighbor
flatmate roommate : flatmate roommate
teacher tutor : teacher tutor taught teach
coach trainer : coach trainer
doctor : doctor
dentist : dentist
landlord : landlord
"""

# The same seen from the other end: words of predicates that say what one is to somebody of the role that is asked for. "Father of" leads
# to a child, and "friend of" to a friend, whichever of the two is asked about.
TURNED = """
mother mum mom mummy mama father dad daddy papa parent : child son daughter kid
daughter son child children kid : parent mother mum mom father dad
sister brother sibling twin : sister brother sibling twin
wife husband spouse : husband wife spouse
partner girlfriend boyfriend fiance fiancee fiancé fiancée : partner girlfriend boyfriend fiance
cousin : cousin
aunt uncle : niece nephew
niece nephew : aunt uncle
grandmother grandma granny grandfather grandpa grandparent : grandchild grandson granddaughter
grandson granddaughter grandchild grandchildren : grandparent grandmother grandma granny grandfather grandpa
godmother godfather : godchild godson goddaughter
family relative : parent mother father child son daughter sister brother sibling husband wife spouse cousin aunt uncle niece nephew
friend buddy pal : friend
colleague coworker workmate : colleague coworker
boss manager supervisor : employee assistant report
neighbour neighbor : neighbour neighbor
flatmate roommate : flatmate roommate
teacher tutor : student pupil
student pupil : teacher tutor
doctor dentist : patient
landlord : tenant
"""
# What is asked of somebody by such a word where nothing else is: who they are.
NAMING = "name names named called"

# Words of a question about what is, and about what was.
PRESENT = "do does is are am now currently today still"
PAST = "did was were used past before former formerly previous previously ago once"
