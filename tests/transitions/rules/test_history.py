from datetime import date

from accounts.rules.text import Message
from transitions.rules.history import message_of, told


def test_a_sentence_of_ours_is_kept_whole_and_read_again():
    sentence = Message.counted(
        ("%(n)d day from %(day)s: %(what)s", "%(n)d days from %(day)s: %(what)s"),
        {"n": 2, "day": date(2027, 3, 2), "what": Message("Renewal")},
        count="n",
    )

    assert message_of(told(sentence)) == sentence


def test_words_of_somebody_stay_their_words():
    assert told("Call us") == {"said": "Call us"}
    assert message_of({"said": "Call us"}) is None
