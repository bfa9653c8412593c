"""What a training with a method would cost before it is run: coefficients of each method, and the bill they make.

The coefficients come from the policies' own floors and, where the losses decide, from records. The book's page of it
(book/_static/calculator.js) does arithmetic on them alone.
"""

from dietsb_core.evidence.calculator.bill import FIELDS, Bill, Field, Settings, bill
from dietsb_core.evidence.calculator.matches import Match, matches, nearest
from dietsb_core.evidence.calculator.rules import VARIANTS, Rule, Scoring, rule, rules

__all__ = ["FIELDS", "VARIANTS", "Bill", "Field", "Match", "Rule", "Scoring", "Settings", "bill", "matches", "nearest",
           "rule", "rules"]
