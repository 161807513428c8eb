"""Calls, imports and words of code that open a way in: found in the source, not by running it."""

import ast
import re
from collections.abc import Iterator, Mapping

CRYPTO = {"hashlib", "hmac", "secrets", "ssl", "cryptography", "argon2", "webauthn", "pyotp", "bcrypt"}
NETWORK = {"httpx", "httpcore", "requests", "urllib3", "aiohttp", "socket", "smtplib", "ftplib", "paramiko"}
NETWORK_PARTS = {"urllib.request", "http.client", "http.server"}
UNSAFE = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "ctypes", "pty", "lxml"}
STARTS_PROGRAMS = {"subprocess"}
RENDERERS = {"weasyprint", "pdfkit", "reportlab", "xhtml2pdf", "fpdf", "pyppeteer", "playwright", "ldap"}
WEAK_HASHES = {"md5", "sha1", "new"}
CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "render_template_string", "from_string"}
UPLOADS = re.compile(r"FileField|request\.files|multipart/form-data|type=[\"']file[\"']")
SCRIPT = re.compile(
    r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\bpostMessage|"
    r"createContextualFragment|setHTMLUnsafe|\bsrcdoc\b|addEventListener\([\"']message|JSONP|"
    r"new WebSocket|__proto__|prototype\[|Object\.assign\(\w+, JSON"
)
GIVEN_UP = re.compile(r"<(object|embed|applet|marquee|frameset)\b|\.swf\b|execCommand")
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")


def imports_of(source: str) -> set[str]:
    """The modules that this source takes in, whole names and their first parts."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return names | {name.partition(".")[0] for name in names}


def who_imports(modules: Mapping[str, str], wanted: set[str]) -> list[str]:
    """Modules of ours that take in one of these."""
    return [name for name, source in modules.items() if imports_of(source) & wanted]


def called(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call, by the last part of what is called."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            what = node.func
            name = what.attr if isinstance(what, ast.Attribute) else getattr(what, "id", "")
            yield name, node


def builds_code(source: str) -> list[str]:
    """Calls that run what they are given as code. A pattern may be compiled; text may not."""
    return [
        name
        for name, node in called(source)
        if name in CALLS
        and not (isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in {"re", "app"})
    ]


def builds_sql(source: str) -> bool:
    """Whether a statement is put together from parts, or is anything but words that stand there."""
    takes_words = {"text", "exec_driver_sql", "literal_column", "DDL"}
    takes_statements = {"execute", "scalar", "scalars"}
    return any(
        not isinstance(node.args[0], ast.Constant)
        if name in takes_words
        else name in takes_statements and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        for name, node in called(source)
        if node.args
    )


def weak_hashes(source: str) -> list[str]:
    """Hashes of hashlib that nobody should use any more."""
    return [
        name
        for name, node in called(source)
        if name in WEAK_HASHES
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "hashlib"
    ]


def unpinned(requirements: str) -> list[str]:
    """Requirements that are not one version with its hashes, and anything that is no requirement."""
    whole = requirements.replace("\\\n", " ")
    lines = [
        line.strip() for line in whole.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    pinned = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+( *; .*?)?( +--hash=sha256:[0-9a-f]{64})+")
    return [line[:60] for line in lines if not pinned.fullmatch(line)]
