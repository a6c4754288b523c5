"""Lines by which a program or a script fetches a model from a store or a hub: what a check would have to follow."""

import re
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.source_code import programs, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_FETCHES: Final = compile_bytes(
    r"\baws\b[\"', \t]{1,6}s3\b[\"', \t]{1,6}(?:cp|sync)\b|\b(?:gsutil|azcopy|rclone)\b[^\n]{0,10}\b(?:cp|copy|sync)\b"
    r"|\.download_(?:file|fileobj|blob|to_filename|artifacts)\("
    r"|\b(?:hf_hub_download|snapshot_download|cached_download|urlretrieve|load_state_dict_from_url)\("
    r"|\btorch\.hub\.(?:load|download)\w*\(|\bwget\b|\bcurl\b[^\n]{0,30} -[LoO]"
)
_OF_A_MODEL: Final = re.compile(
    r"model|weight|checkpoint|ckpt|mlflow|\.(?:pt|pth|pkl|onnx|gguf|safetensors|joblib|bin)\b|hub", re.IGNORECASE
)
_MOST: Final = 4


def fetched(repository: Repository) -> list[InspectedPlace]:
    """A few lines of programs in use that fetch a model, one of each file."""
    found = (
        source.text.place(hit.line, "fetches a model, and compares nothing", counts=False)
        for source in searched(repository, programs(repository), _FETCHES)
        if (hit := next((hit for hit in source.hits(_FETCHES) if _OF_A_MODEL.search(hit.text)), None)) is not None
    )
    return list(islice(found, _MOST))
