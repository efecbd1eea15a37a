"""Chooses the store, the language model and the embedder, and gives the reason for each choice.

Arguments win over environment variables, and those win over defaults.
"""

from graphmem.settings.choices import (
    EMBEDDERS,
    MEMORY,
    Choice,
    EmbeddedSettings,
    Given,
    Neo4jSettings,
    Offline,
    OpenAISettings,
    Provider,
    Unavailable,
)
from graphmem.settings.models import (
    DEFAULT_EMBEDDER,
    DEFAULT_LLM,
    choose_embedder,
    choose_llm,
)
from graphmem.settings.store import choose_store, default_folder
from graphmem.settings.switches import choose_find_messages, choose_secrets

__all__ = [
    "DEFAULT_EMBEDDER",
    "DEFAULT_LLM",
    "EMBEDDERS",
    "MEMORY",
    "Choice",
    "EmbeddedSettings",
    "Given",
    "Neo4jSettings",
    "Offline",
    "OpenAISettings",
    "Provider",
    "Unavailable",
    "choose_embedder",
    "choose_find_messages",
    "choose_llm",
    "choose_secrets",
    "choose_store",
    "default_folder",
]
