"""Given names and places common enough to be recognised without context."""

from __future__ import annotations

from graphmem.remember.by_rules.lexicon import vocabulary

GIVEN_NAMES = vocabulary("""
aaron abdul abigail adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alexis ali alice alicia
alina amanda amelia amir amy ana andre andrea andreas andrei andrew andy angela anika anita ann anna anne anthony
antonio anya aria arjun arthur asha ashley audrey ava barbara beatrice ben benjamin beth betty bianca bill billy bob
boris brandon brian bruno caleb calvin camila carl carla carlos carmen carol caroline catherine cecilia charles
charlie charlotte chen chloe chris christian christina christine christopher claire clara claudia connor craig
cristina daisy dan daniel daniela danny dave david deborah deepak denise dennis diana diego dmitri dominic donald
dorothy doug dylan eddie edward elena eli elijah elizabeth ella ellen ellie emily emma emmanuel eric erik erin ethan
eva evan evelyn farah fatima felix fernando fiona florian frances francesca francisco frank fred frida gabriel
gabriela gary george gina giovanni giulia gloria greg gustavo hana hannah harold harry hassan heather heidi helen
helena henry hiroshi hugo ian ibrahim ingrid irene iris isaac isabel isabella ivan jack jackie jacob jake james
jamie jan jane janet jason javier jay jean jeff jennifer jenny jeremy jerry jesse jessica jill jim jimmy joan joanna
joe joel johan john johnny jon jonas jonathan jordan jorge jose joseph josh joshua juan judy julia julian julie
justin kai karen karim karl kate katherine kathy katie keiko keith kelly ken kevin khalid kim kyle lara larry laura
lauren lea leah lena leo leon leonard li liam lily linda lisa liz lucas lucia lucy luis luka lukas luke maggie maja
manuel marco marcus margaret maria marie mario marina mark marta martha martin mary mateo matt matthew max maya
megan mei mel melanie melissa mia michael michelle miguel mike mila milan mohamed mohammed molly monica nadia nancy
naomi natalia natalie natasha nate nathan nicholas nick nicole nikhil nina noah nora oliver olivia olga omar oscar
owen pablo pamela patricia patrick paul paula pedro peter petra phil philip pierre piotr priya rachel rafael rahul
raj ralph ravi ray raymond rebecca ricardo richard rick rita robert roberto robin roger rohan ron rosa rose roy ruby
russell ruth ryan sally salma sam samantha samir samuel sandra sanjay sara sarah sasha scott sean sebastian sergei
sergio shaun sharon simon simone sofia sonia sophia sophie stefan stephanie stephen steve steven sue susan svetlana
sven sylvia tamara tanya tara ted teresa theo theresa thomas tim tina toby todd tom tomas tommy tony tracy ursula
valentina vanessa vera veronica victor victoria vijay vincent viktor walter wei wendy will william xavier yan yasmin
yuki yusuf zachary zoe
""")

# Also everyday words: a capital alone does not make them a name.
ALSO_WORDS = vocabulary(
    "will mark rose may bill ray ruby daisy lily iris sue rick jay grace hope joy faith jack frank rob art max dan pat"
)

PLACES = vocabulary("""
africa america asia europe australia argentina austria bangladesh belgium brazil bulgaria canada chile china
colombia croatia cuba denmark egypt england ethiopia finland france germany ghana greece hungary iceland india
indonesia iran iraq ireland israel italy japan jordan kenya korea lebanon malaysia mexico morocco nepal netherlands
nigeria norway pakistan peru philippines poland portugal romania russia scotland serbia singapore slovakia slovenia
spain sweden switzerland syria taiwan thailand tunisia turkey uganda ukraine usa uk vietnam wales zimbabwe amsterdam
athens atlanta auckland austin baghdad bangalore bangkok barcelona beijing beirut belfast berlin birmingham bogota
boston brisbane bristol brooklyn brussels bucharest budapest cairo calgary california casablanca chicago cologne
copenhagen dallas delhi denver detroit dubai dublin edinburgh florida florence frankfurt geneva glasgow hamburg
hanoi havana hawaii helsinki houston istanbul jakarta jerusalem johannesburg karachi kyiv kyoto lagos leeds leipzig
lima lisbon liverpool london lyon madrid manchester manhattan manila marseille melbourne miami milan minneapolis
montreal moscow mumbai munich nairobi naples nashville nyc ohio oregon osaka oslo oxford paris philadelphia phoenix
portland prague rome rotterdam salzburg seattle seoul shanghai stockholm stuttgart sydney taipei tehran texas tokyo
toronto valencia vancouver venice vienna vermont warsaw washington zurich
""")

# Adjectives and languages: capitalised, but not entities by themselves.
DEMONYMS = vocabulary("""
african american arab arabic argentinian asian australian austrian belgian bengali brazilian british bulgarian
canadian catalan chilean chinese colombian croatian cuban czech danish dutch egyptian english ethiopian european
finnish french german greek hebrew hindi hungarian indian indonesian iranian iraqi irish israeli italian jamaican
japanese korean latin lebanese malay mandarin mediterranean mexican moroccan nepali nigerian norwegian pakistani
persian peruvian polish portuguese punjabi romanian russian scottish serbian spanish swahili swedish swiss syrian
tamil thai tibetan turkish ukrainian urdu vietnamese welsh christian muslim jewish buddhist hindu catholic western
eastern
""")
LANGUAGES = vocabulary("""
arabic bengali bulgarian catalan cantonese chinese croatian czech danish dutch english finnish french german greek
hebrew hindi hungarian indonesian irish italian japanese korean latin mandarin nepali norwegian persian polish
portuguese punjabi romanian russian serbian spanish swahili swedish tamil thai turkish ukrainian urdu vietnamese
welsh
""")
