"""One table: what each design makes of texts that none of them saw, clean and with words wrong."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score
from transformers import AutoModel

from triage.call import rules_say
from triage.learned.encoder import INTENTS, Encoder, prepare
from triage.learned.ensemble import Ensemble
from triage.learned.linear import LinearClassifier
from triage.learning.encoder import THREADS, base_folder, load_tokenizer
from triage.learning.train import Part
from triage.scoring.run import spoken
from triage.texts import LabelledText
from triage.triage import Triage
from triage.turns import Utterance
from triage.words.noise import Sounds
from triage.words.normalise import words_of

NOISES = (0.0, 0.1, 0.25)
SEED = 20
SPACY_EPOCHS = 8
EMERGENCY = INTENTS.index("emergency")

Predict = Callable[[LabelledText, str], str]
"""A labelled text (for its question and context) and the words as heard, to an intent."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One design at one share of wrong words. `milliseconds` of processor time a text."""

    design: str
    noise: float
    macro_f1: float
    recall: float
    precision: float
    milliseconds: float


def compare(texts: Sequence[LabelledText], said: Callable[[str], None]) -> list[Measured]:
    """Every design on the texts, at every share of wrong words. `said` is told which design is at work."""
    known = Part.load("train").texts
    measured = []
    for name, make in DESIGNS.items():
        said(name)
        predict = make(known)
        measured += [_measure(name, predict, texts, noise) for noise in NOISES]
    return measured


def _measure(name: str, predict: Predict, texts: Sequence[LabelledText], noise: float) -> Measured:
    heard = list(spoken(texts, noise))
    start = time.process_time()
    answers = [INTENTS.index(predict(text, words)) for text, words in zip(texts, heard, strict=True)]
    took = (time.process_time() - start) * 1000 / len(texts)
    right = [INTENTS.index(text.intent.value) for text in texts]
    emergency = {"labels": [EMERGENCY], "average": "micro", "zero_division": 0.0}
    return Measured(
        name,
        noise,
        float(f1_score(right, answers, average="macro", zero_division=0.0)),
        float(recall_score(right, answers, **emergency)),
        float(precision_score(right, answers, **emergency)),
        took,
    )


def noisy(texts: Sequence[LabelledText], copies: Sequence[float] = (0.0, 0.1, 0.2, 0.3)) -> list[tuple[str, str]]:
    """The texts with noisy copies: words as heard, and the intent."""
    plain = [(" ".join(words_of(text.text)), text.intent.value) for text in texts]
    sounds = Sounds([word for words, _ in plain for word in words.split()])
    chance = random.Random(SEED)
    return [(sounds.misheard(words, rate, chance), intent) for rate in copies for words, intent in plain]


def _rules(_: Sequence[LabelledText]) -> Predict:
    return lambda text, heard: rules_say(Utterance(heard, text.light.asked), text.light)[0].intent or "other"


def _linear(_: Sequence[LabelledText]) -> Predict:
    model = LinearClassifier.load()
    return lambda _, heard: INTENTS[int(model.logits(words_of(heard)).argmax())]


def _frozen(known: Sequence[LabelledText]) -> Predict:
    """Logistic regression over the mean of the pretrained encoder's pieces."""
    torch.set_num_threads(THREADS)
    tokenizer, model = load_tokenizer(), AutoModel.from_pretrained(base_folder()).eval()

    @torch.inference_mode()
    def vector(words: str) -> NDArray[np.float32]:
        ids = torch.tensor([prepare(tokenizer, words.split(), None).ids])
        mean = model(input_ids=ids).last_hidden_state.mean(1)[0].numpy()
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    heard = noisy(known, (0.0, 0.2))
    head = LogisticRegression(C=30.0, max_iter=400).fit(np.stack([vector(w) for w, _ in heard]), [i for _, i in heard])
    return lambda _, words: str(head.predict([vector(" ".join(words_of(words)))])[0])


def _spacy(known: Sequence[LabelledText]) -> Predict:
    """spaCy's text classifier, a bag of words and their pairs."""
    import spacy
    from spacy.training import Example

    spacy.util.fix_random_seed(SEED)  # type: ignore[attr-defined]
    nlp = spacy.blank("en")
    model = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": True,
        "ngram_size": 2,
        "no_output_layer": False,
    }
    nlp.add_pipe("textcat", config={"model": model})
    heard = noisy(known)
    examples = [
        Example.from_dict(nlp.make_doc(words), {"cats": {one: float(one == intent) for one in INTENTS}})
        for words, intent in heard
    ]
    nlp.initialize(lambda: examples)
    chance = random.Random(SEED)
    for _ in range(SPACY_EPOCHS):
        chance.shuffle(examples)
        for batch in spacy.util.minibatch(examples, 64):  # type: ignore[no-untyped-call]
            nlp.update(batch)

    def predict(_: LabelledText, words: str) -> str:
        cats = nlp(" ".join(words_of(words))).cats
        return max(cats, key=lambda one: cats[one])

    return predict


def _encoder(_: Sequence[LabelledText]) -> Predict:
    model = Encoder.load()
    return lambda text, heard: INTENTS[int(model.read(words_of(heard), text.light.asked).logits["intent"].argmax())]


def _ensemble(_: Sequence[LabelledText]) -> Predict:
    models = Ensemble.load()

    def predict(text: LabelledText, heard: str) -> str:
        says, own = rules_say(Utterance(heard, text.light.asked), text.light)
        return models.judge(own, text.light.asked, says).best()[0]

    return predict


def _whole(_: Sequence[LabelledText]) -> Predict:
    engine = Triage.load()
    return lambda text, heard: engine.assess([Utterance(heard, text.light.asked)], text.light).intent


DESIGNS: dict[str, Callable[[Sequence[LabelledText]], Predict]] = {
    "rules alone": _rules,
    "TF-IDF + logistic regression": _linear,
    "frozen MiniLM + logistic regression": _frozen,
    "spaCy text classifier, bag of words": _spacy,
    "MiniLM fine-tuned, 8 bits": _encoder,
    "fusion of the three": _ensemble,
    "what ships: fusion, and what rules may not lose": _whole,
}
