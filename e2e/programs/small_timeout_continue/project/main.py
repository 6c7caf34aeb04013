import eventlet
from eventlet.timeout import Timeout


def ask(question, latency):
    print("asking", question)
    eventlet.sleep(latency)
    print("answer to", question)
    return question.upper()


def interview(questions, budget):
    """One budget for the whole interview. When it is exceeded the current
    question is skipped and the rest are answered from the cheat sheet; the
    timeout does not fire a second time."""
    answers = []
    with Timeout(budget) as budget_timeout:
        for q, latency in questions:
            try:
                answers.append(ask(q, latency))
            except Timeout as t:
                print("over budget at", q, t is budget_timeout, str(t))
                answers.append(None)
        print("still inside the block")
        eventlet.sleep(0.15)
        print("left normally")
    return answers


def patient(q, latency):
    "Gives up after one try of its own but keeps the outer limit alive."
    own = Timeout(0.1)
    try:
        return ask(q, latency)
    except Timeout as t:
        if t is not own:
            raise
        print("own limit for", q)
        return "?"
    finally:
        own.cancel()


def main():
    print(interview([("name", 0.03), ("quest", 0.5), ("colour", 0.05)], 0.12))
    try:
        with Timeout(0.16):
            got = [patient(q, s) for q, s in
                   (("a", 0.01), ("b", 0.3), ("c", 0.3))]
            print("finished", got)
    except Timeout as t:
        print("outer limit", t)


main()
