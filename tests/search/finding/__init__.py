"""What a search must find, by questions that were all written for this project; `python -m tests.benchmarks.finding` prints how well.

facts.txt: 500 facts that a language model found in what Ruth told over the years, each with the relations between those whom it
names. questions.json: questions about them, each with the facts that answer it; the answer of a `set` is several facts,
and `reworded` asks for some of these sets with words for which the tables of the search were not made.
queries.json: `nonsense` that no store here knows anything of; `exact` queries, most of whose words stand in one memory; and
`paraphrase`, which hardly share a word with their answer. They are asked of three stores: these facts, the messages of the corpus
beside this folder as they were said, and what the command `demo` remembers.
"""
