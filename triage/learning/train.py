"""From the texts to the shipped models: linear, encoder, then the fusion of both with the rules."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.call import rules_say
from triage.learned.encoder import ENCODER_FILE, HEADS, PIECES_FILE, Encoder
from triage.learned.ensemble import FUSION_FILE, features_of, ruled
from triage.learned.linear import MODEL_FILE, LinearClassifier
from triage.learning import encoder, fusion, linear
from triage.learning.augment import Example
from triage.learning.examples import example_of
from triage.texts import TEXTS, LabelledText, load_texts
from triage.turns import Utterance
from triage.words.noise import Sounds

EPOCHS = 8
"""More gives no more on the tuning texts."""

NOISES = (0.0, 0.0, 0.1, 0.25)
"""Shares of wrong words at which the fusion hears each tuning text."""

SEED = 20

Told = Callable[[str, int, int, float], None]
"""Is told the stage, the step, the number of steps and the loss."""


@dataclass(frozen=True, slots=True)
class Part:
    """The texts of one part (train, tune or test)."""

    texts: tuple[LabelledText, ...]

    @classmethod
    def load(cls, name: str, folder: Path = TEXTS) -> "Part":
        """Read a part. Raises BadTextError and OSError."""
        return cls(tuple(load_texts(folder / f"{name}.jsonl")))

    def examples(self) -> list[Example]:
        """The texts as they are learnt."""
        return [example_of(text) for text in self.texts]


def train(output: Path, *, folder: Path = TEXTS, epochs: int = EPOCHS, told: Told = lambda *_: None) -> None:
    """Write the models to `output`, an existing folder. The same texts give the same models.

    Raises WrongBaseError when the pretrained encoder is missing, BadTextError when a text cannot be read.
    """
    encoder.base_folder()
    known = Part.load("train", folder).examples()
    told("linear", 0, 1, 0.0)
    linear.fit(known).write(output / MODEL_FILE)
    told("linear", 1, 1, 0.0)
    model = encoder.fit(known, epochs=epochs, told=lambda step, steps, loss: told("encoder", step, steps, loss))
    (output / PIECES_FILE).write_text(encoder.load_tokenizer().to_str())
    encoder.write(model, output / ENCODER_FILE)
    fuse(output, Part.load("tune", folder).texts, told)


def fuse(output: Path, texts: Sequence[LabelledText], told: Told = lambda *_: None) -> None:
    """Learn the fusion of the models in `output` on the tuning texts, and write it beside them."""
    reader = Encoder((output / ENCODER_FILE).read_bytes(), (output / PIECES_FILE).read_bytes())
    words = LinearClassifier.load((output / MODEL_FILE).read_bytes())
    heard = []
    spoken = list(misheard(texts, NOISES))
    for number, (text, said) in enumerate(spoken):
        says, own = rules_say(Utterance(said, text.light.asked), text.light)
        if own:
            scored = reader.read(own, text.light.asked)
            example = example_of(text)
            labels = {head: label for head in HEADS if (label := getattr(example, head)) is not None}
            features = features_of(scored, words.logits(own), says)
            heard.append(fusion.Heard(features, scored.logits, ruled(says.rows), labels))
        told("fusion", number + 1, len(spoken), 0.0)
    fusion.fit(heard, output / FUSION_FILE)


def misheard(texts: Sequence[LabelledText], rates: Iterable[float]) -> Iterable[tuple[LabelledText, str]]:
    """Each text at each share of wrong words."""
    sounds = Sounds([word for text in texts for word in text.text.split()])
    for rate in rates:
        chance = random.Random(f"{SEED}:{rate}")
        for text in texts:
            yield text, sounds.misheard(text.text, rate, chance)
