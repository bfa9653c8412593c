// The reference of the package comes after every page: who searches for "overlap" asks what it is. Names of the package
// are still found, below. Sphinx reads this behind its own Scorer.
Scorer.score = ([page, , , , score]) => page.endsWith("book/api") ? score - 1000 : score;
