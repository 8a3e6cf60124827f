"""`kind: moderation`: what happens to what people write, what is protected, and how sure a machine has to be.

Three laws stand above every rule of such a policy. What is `protected` stays: a certain yes silences the rules, and
where it is not certain either way a person looks. Hiding, removing and restricting need certainty throughout: a fact
that is not told leads to a person's queue. And a person's decision on the record is never contradicted by a rule.

A rule is one of the two shapes of every policy, or a band of a score that another system computed: from `hide_at` on
the machine hides, though only in the languages for which its scores were validated; from `queue_at` on, and everywhere
else, a person looks (governance map, G5.1 and G5.2).
"""

from __future__ import annotations

from policyengine.kinds.moderation.compiling import compile_moderation
from policyengine.kinds.moderation.document import Moderation
from policyengine.shapes.contract import Kind

EXAMPLE = """\
kind: moderation
id: moderation.comments
title: What happens to hostile comments
owner: community
applies_to: comment
protected:
  - {id: criticism, title: Criticism of a product or the company stays, when: {target.about: [product, company]}}
rules:
  - {id: shouting, title: A person looks at shouting, when: {text: {contains: "!!!!"}}, then: hold, do: [warn]}
  - id: toxic
    title: Machines hide only what they are sure of
    score: scores.toxicity
    hide_at: 0.95
    queue_at: 0.60
    languages: [en, de, es]
"""

KIND = Kind(
    name="moderation",
    document=Moderation,
    meaning="what happens to what people write: what is protected, rules, and bands of scores",
    example=EXAMPLE,
    compile=compile_moderation,
    own_rules=True,
)
