"""How well search finds what was said, measured on conversations and labelled questions that were all written for this project.

conversations/*.json: `turns` are messages as `add` takes them, each with an id. Where they have `facts`, those are what a
language model would find in the message; one with the id of its message is the message itself, word for word.
questions.jsonl: `evidence` names the turns or facts that hold the answer.
`python -m tests.search.corpus.measure` prints the figures. With --write it also writes bar.json and golden.json, to be read by you.
"""
