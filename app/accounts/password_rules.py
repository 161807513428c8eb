"""Whether a password is too easy to guess, by the library zxcvbn. Pure.

It carries the 30,000 passwords that leaked most often, and knows names, words of English, rows of the
keyboard, dates and repeats, also with signs for letters. We add the words of the office, and what
others know of the person. Whoever stole the database tries some ten thousand passwords a second
against its slow hashes; a password that falls within `LEAST_GUESSES` of them falls within days.
That is the highest of zxcvbn's five steps, which it calls safe against exactly that.
"""

import re
from collections.abc import Iterator

from zxcvbn import matching, scoring

from app.accounts.password_words import NEIGHBORHOODS, OFFICE_WORDS

LEAST_GUESSES = 10**10
LETTERS_READ = 24
"""So many letters at the beginning have to be hard enough by themselves. zxcvbn would take 72, but its time
grows with their square and with each sign that could stand for a letter: nine seconds for 72 such signs."""
_LEAST_LETTERS = 3


def is_easy(password: str, known: list[str]) -> bool:
    """Whether somebody who knows these words finds the password in too few tries."""
    begin = password[:LETTERS_READ]
    # Not zxcvbn(), which keeps the words of one person where another's request would read them.
    words = {**matching.RANKED_DICTIONARIES, "user_inputs": matching.build_ranked_dict(known)}
    found = scoring.most_guessable_match_sequence(begin, matching.omnimatch(begin, words))
    return bool(found["guesses"] < LEAST_GUESSES)


def words_for(*about: str) -> list[str]:
    """What others know: these words about a person and a place, then those of the office."""
    every = (word for phrase in (*about, *OFFICE_WORDS, *NEIGHBORHOODS) for word in _forms(phrase))
    return list(dict.fromkeys(every))


def _forms(phrase: str) -> Iterator[str]:
    """A phrase as people write it into a password: each word, and all in one."""
    parts = re.findall(r"[^\W_]+", phrase.lower())
    for form in (*parts, "".join(parts), phrase.lower()):
        if len(form) >= _LEAST_LETTERS:
            yield form
