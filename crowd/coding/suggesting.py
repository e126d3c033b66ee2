"""Which themes a text is likely to get, learnt from what the host's own coders gave: they order a list, never count.

Each text as its character n-grams weighed by their rarity (TF-IDF), one logistic regression for each theme against all
others. Needs scikit-learn, which an instance may lack."""

from collections.abc import Mapping, Sequence
from typing import Any

FEWEST = 30  # coded texts, below which nothing is suggested
LEARNT = 1500  # the newest coded texts that are learnt from: more would take longer than five seconds
GIVEN = 5  # suggestions for each text
AGAIN = 25  # newly coded texts after which it learns anew
QUICK: dict[str, Any] = {"solver": "liblinear", "dual": True, "tol": 1e-3}  # 30 times as quick as its primal form
VERSION = "suggestions 1"
SEED = 0


def likely(
    coded: Sequence[tuple[str, Sequence[int]]], texts: Mapping[int, str], most: int = GIVEN
) -> dict[int, list[int]]:
    """The likeliest themes of each text, the likeliest first, learnt from coded texts and their themes; the same input
    gives the same output. Below FEWEST coded texts none. Raises ImportError without scikit-learn."""
    themes = sorted({theme for _text, given in coded for theme in given})
    if len(coded) < FEWEST or not themes or not texts:
        return {}
    import numpy  # extras: late, so that all else works without
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, strip_accents="unicode")
    learnt = grams.fit_transform([text for text, _given in coded])
    asked = grams.transform(list(texts.values()))
    chances = numpy.zeros((len(texts), len(themes)))
    for n, theme in enumerate(themes):
        has = [theme in given for _text, given in coded]
        if all(has):
            chances[:, n] = 1.0
            continue
        model = LogisticRegression(C=5.0, class_weight="balanced", random_state=SEED, **QUICK)
        chances[:, n] = model.fit(learnt, has).predict_proba(asked)[:, 1]
    order = numpy.argsort(-chances, axis=1, kind="stable")[:, :most]
    return {number: [themes[n] for n in row] for number, row in zip(texts, order.tolist(), strict=True)}
