"""Facts by rules, without a language model: English sentences in, facts in the third person out."""
