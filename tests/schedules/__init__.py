"""Issue 5 played with seeded dice: the real web side, use-cases, store, relay and jobs, in one thread under a virtual clock.

network.py     requests between us and the vendors, without sockets: lost, doubled, late, refused
house.py       the product: web and workers, each with its clock; workers that die, a database that goes away
people.py      callers and doctors, and what they do with their phones
schedule.py    one seed, from the first ring until nothing is left to happen
safety.py      what must hold after every commit (routing.md 9, S1 to S12); sight.py is what it looks at
liveness.py    what must have come about (L1 to L8)
verdict.py     who asks all that, and when
rigs.py        defects, one for each: the verdict is to see them
many.py        seeds by the thousand, for `make soak`
"""
