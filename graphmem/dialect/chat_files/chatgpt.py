"""ChatGPT's export (conversations.json): each conversation is a tree of messages, of which one branch is what was last shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# What somebody said or wrote; other kinds of content are code, results of tools, thoughts and settings.
_SAID = ("text", "multimodal_text")


def messages(conversation: Mapping[str, Any]) -> Iterator[Any]:
    """The messages of the branch that was shown last, the first one first; None for what is passed over."""
    nodes = conversation["mapping"]
    for id in _branch(nodes, conversation.get("current_node")):
        message = nodes[id].get("message")
        # The root, and edits that were left, have none.
        if message is not None:
            yield _read(message, conversation.get("create_time"))


def _branch(nodes: Mapping[str, Any], last: Any) -> list[str]:
    """The ids from the root to the node shown last; if that is not told, to the end of the newest answers."""
    found: dict[str, None] = {}
    if not _is_node(nodes, last):
        parents = [
            id for id, node in nodes.items() if isinstance(node, Mapping) and not _is_node(nodes, node.get("parent"))
        ]
        last = parents[0] if parents else next(iter(nodes), None)
        walked: set[Any] = set()
        while _is_node(nodes, last) and last not in walked:
            walked.add(last)
            children = nodes[last].get("children")
            further = [each for each in children if _is_node(nodes, each)] if isinstance(children, list) else []
            if not further:
                break
            last = further[-1]
    # A chain that leads back to itself ends there.
    while _is_node(nodes, last) and last not in found:
        found[last] = None
        last = nodes[last].get("parent")
    return list(reversed(found))


def _is_node(nodes: Mapping[str, Any], id: Any) -> bool:
    return isinstance(id, str) and isinstance(nodes.get(id), Mapping)


def _read(message: Any, started: Any) -> Any:
    if not isinstance(message, Mapping):
        return message
    author, content, metadata = (message.get(name) for name in ("author", "content", "metadata"))
    role = author.get("role") if isinstance(author, Mapping) else None
    if not isinstance(content, Mapping):
        return {"role": role, "content": content}
    hidden = isinstance(metadata, Mapping) and bool(metadata.get("is_visually_hidden_from_conversation"))
    # What goes to a tool is no answer to the user.
    if hidden or content.get("content_type") not in _SAID or message.get("recipient", "all") not in ("all", None):
        return None
    parts = content.get("parts")
    texts = (
        [part if isinstance(part, str) else _transcript(part) for part in parts] if isinstance(parts, list) else [parts]
    )
    said = "\n".join(text for text in texts if isinstance(text, str) and text.strip())
    time = message.get("create_time")
    return {"role": role, "content": said, "timestamp": started if time is None else time} if said else None


def _transcript(part: Any) -> Any:
    """What was spoken, of a part of audio; None for pictures and files."""
    return part.get("text") if isinstance(part, Mapping) and part.get("content_type") == "audio_transcription" else None
