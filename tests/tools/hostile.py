"""Texts made to break out of a query, an index or a page. A store must treat them as text and nothing else."""

from __future__ import annotations

_CYPHER = (
    "' OR 1=1 //", "'}) DETACH DELETE n //", "`) MATCH (n) DETACH DELETE n //", "}) RETURN 1 UNION MATCH (n) RETURN n //",
    "$f0", "$set", "${f0}", "{f0}", "{m}", "{v}", "{0}", "%s", "%(f0)s", ":param x", "CALL dbms.shutdown()", "/*filter m*/", "true /*filter m*/",
    "// comment", "/* comment */", "*/ RETURN 1 /*", "\\u0027 OR true", "\\' OR true //", "`Memory`", "``", "a`b", ":Memory", "[:HAS_MEMORY]",
    "LOAD CSV FROM 'file:///etc/passwd' AS x", "apoc.util.sleep(1000)", "CYPHER 25 RETURN 1", "EXPLAIN", "PROFILE RETURN 1", "null", "NULL",
)  # fmt: skip
_SQL = (
    "'; DROP TABLE memory; --", "' OR '1'='1", '" OR ""="', "1; DELETE FROM memory", "?", "?1", ":f0", "@f0", "); ATTACH 'x' AS y; --",
    "' UNION SELECT sql FROM sqlite_master --", "%", "_", "\\%", "GLOB *", "x' || (SELECT 1) || 'y", "0x27", "CAST(1 AS TEXT)", "--", ";",
)  # fmt: skip
_FULL_TEXT = (
    "scopes:u1", "+scopes:x", "text:*", "*:*", "*", "**", "a*", "?a", "a~2", "a^100", "[a TO z]", "{a TO z}", "(a", "a)", "((", "AND", "OR",
    "NOT", "AND AND", "a AND", "NOT a", "a NEAR b", "NEAR(a b)", '"a', '"', '""', "'", "a:b:c", "-a", "+a", "!a", "&&", "||", "\\", "\\\\", "/a/",
    "/.*/", "^a", "a OR (b AND", "{scopes text} : a", "scopes : a", "rank MATCH 'bm25(1)'", "a\"b", "<a>", "#", "a=b",
)  # fmt: skip
_UNICODE = (
    "\x00", "a\x00b", "\x01\x02", "\x1b[31mred", "\x7f", "\x85", "\u2028", "\u2029", "a\u2028b", "\ufeff", "\u200b", "\u202eabc", "\u0301", "é", "e\u0301",
    "İ", "ı", "ß", "ẞ", "ſ", "ﬁ", "Σς", "ΑΣ", "用户", "日本語のテキスト", "العربية", "עברית", "हिन्दी", "🙂", "👩‍👩‍👧‍👦", "\U0010ffff", "\uffff", "\ufffe", "𝒜", "Ⅷ", "①",
    "\u00a0", "\u3000", "\t", "\n", "\r", "\r\n", "\v", "\f", " a ", "a  b", "\u2003a\u2003",
)  # fmt: skip
_SHAPES = (
    "{}", "[]", "[1]", '{"a": 1}', '{"$ne": null}', "{{", "}}", "{{7*7}}", "${7*7}", "#{7*7}", "<script>alert(1)</script>", "&lt;", "%00", "..",
    "../../etc/passwd", "a/b", "a//b", "~0", "~1", "~2", "/~2", "/~3", "metadata/a", "a.b", "a..b", ".", "$.a", '$."a"', "$[0]", "['a']", "a\\b", "NaN",
    "Infinity", "-0", "1e308", "1e999", "9223372036854775808", "0x10", "true", "false", "True", "user_id", "id", "embedding", "identity", "labels",
    "__proto__", "constructor", "__class__", "self", "in", "eq", "OR", "categories",
)  # fmt: skip
_LONG = ("x" * 10_000, "ab " * 5_000, "'" * 5_000, "(" * 5_000, "🙂" * 3_000)

HOSTILE: tuple[str, ...] = tuple(dict.fromkeys((*_CYPHER, *_SQL, *_FULL_TEXT, *_UNICODE, *_SHAPES, *_LONG)))
MEGABYTE = "one megabyte of it' OR 1=1 // " * 35_000
