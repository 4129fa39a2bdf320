"""What every answer of the shop must hold, checked by `tests.pages.Page` on every page it is shown."""

from collections import Counter

import html5lib
from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

OWN_GUARD = "/cart/lines"
"""The form on cacheable pages that has no token: its view checks where the request comes from."""


def check(response: TestResponse, path: str, soup: BeautifulSoup | None, fragment: bool) -> None:
    """Assert what every answer must hold; `fragment` is a piece of a page, asked for by a script."""
    where = f"{response.request.method} {path} ({response.status_code})"
    assert response.status_code < 500, f"{where}: {response.get_data(as_text=True)[-3000:]}"
    assert response.headers.get("X-Request-ID"), f"{where}: no X-Request-ID"
    assert "default-src 'self'" in response.headers.get("Content-Security-Policy", ""), where
    assert "unsafe" not in response.headers["Content-Security-Policy"], where
    if "public" in response.headers.get("Cache-Control", ""):
        assert "Set-Cookie" not in response.headers, f"{where}: a page for everyone sets a cookie"
    if soup is not None:
        problems = list(_problems(soup, response.get_data(as_text=True), path, fragment))
        assert not problems, "\n  ".join([where, *problems])


def _problems(soup: BeautifulSoup, html: str, path: str, fragment: bool) -> list[str]:
    fragment = fragment and not html.lstrip().lower().startswith("<!doctype")  # an error is a whole page
    tags = list(soup.find_all(True))  # walked once: a CSS selector for each question costs far more
    found = _broken_html(html, fragment) + _ids(tags) + _labels(tags) + _scripts(tags) + _forms(tags)
    found += _pictures(tags) + _links(tags)
    return found if fragment else found + _document(soup, path)


def _tags(tags: list[Tag], *names: str) -> list[Tag]:
    return [tag for tag in tags if tag.name in names]


def _broken_html(html: str, fragment: bool) -> list[str]:
    parser = html5lib.HTMLParser()
    if fragment:
        parser.parseFragment(html)
    else:
        parser.parse(html)
    lines = html.splitlines()

    def line(position: tuple[int, int]) -> str:
        return lines[min(position[0], len(lines)) - 1].strip()[:160] if lines else ""

    return [f"HTML: {code} {data} at: {line(position)}" for position, code, data in parser.errors]


def _document(soup: BeautifulSoup, path: str) -> list[str]:
    found = []
    language = soup.html.get("lang") if soup.html else None
    if language != ("en" if path == "/en" or path.startswith("/en/") else "id"):
        found.append(f"lang is {language}")
    if len(soup.find_all("h1")) != 1:
        found.append(f"{len(soup.find_all('h1'))} h1")
    if len(soup.find_all("main")) != 1:
        found.append(f"{len(soup.find_all('main'))} main")
    if not soup.title or len(soup.title.get_text().strip(" ·")) < len("Kriya x"):
        found.append("no title of its own")
    level = 0
    for heading in soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6"]):
        rank = int(heading.name[1])
        if level and rank > level + 1:
            found.append(f"h{rank} follows h{level}: {heading.get_text(strip=True)[:60]}")
        level = rank
    return found


def _ids(tags: list[Tag]) -> list[str]:
    ids = Counter(str(tag["id"]) for tag in tags if tag.has_attr("id"))
    found = [f"id {name} stands {count} times" for name, count in ids.items() if count > 1]
    for tag in tags:
        for attribute in {"for", "aria-describedby", "aria-labelledby", "aria-controls", "list"} & set(
            tag.attrs
        ):
            missing = [name for name in str(tag[attribute]).split() if name not in ids]
            found += [f'{attribute}="{name}" names nothing on the page' for name in missing]
    return found


def _labels(tags: list[Tag]) -> list[str]:
    labels = _tags(tags, "label")
    labelled = {str(label.get("for")) for label in labels if label.get_text(strip=True)}
    found = []
    for field in _tags(tags, "input", "select", "textarea"):
        if field.get("type") in {"hidden", "submit", "button", "image", "reset"}:
            continue
        named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        if not named and not field.find_parent("label"):
            found.append(f"no label: {field}")
    return found + [f"a button without a name: {tag}" for tag in _tags(tags, "button") if not _name(tag)]


def _scripts(tags: list[Tag]) -> list[str]:
    found = [
        f"inline script: {tag}"
        for tag in _tags(tags, "script")
        if not tag.get("src") and tag.get("type") not in {"application/ld+json", "application/json"}
    ]
    found += [f"inline style: {tag}"[:200] for tag in tags if tag.name == "style" or tag.has_attr("style")]
    found += [
        f"handler {name} in <{tag.name}>"
        for tag in tags
        for name in tag.attrs
        if name.lower().startswith("on")
    ]
    addresses = [(tag, str(tag.get("href", "")).strip().lower()) for tag in _tags(tags, "a")]
    return found + [
        f"a script as address: {tag}" for tag, href in addresses if href.startswith("javascript:")
    ]


def _forms(tags: list[Tag]) -> list[str]:
    found = []
    for form in _tags(tags, "form"):
        action = str(form.get("action", ""))
        token = form.find("input", attrs={"name": "csrf_token"})
        if not action:
            found.append(f"a form without action: {str(form)[:120]}")
        if str(form.get("method", "get")).lower() == "get":
            if token:
                found.append(f"a token in the address: {action}")
        elif not token and not action.endswith(OWN_GUARD):
            found.append(f"a form without token: {action}")
    return found


def _pictures(tags: list[Tag]) -> list[str]:
    return [
        f"{missing} is missing: {picture}"
        for picture in _tags(tags, "img")
        for missing in ("alt", "width", "height")
        if picture.get(missing) is None
    ]


def _links(tags: list[Tag]) -> list[str]:
    links = [tag for tag in _tags(tags, "a") if tag.has_attr("href")]
    return [f"a link without words: {tag}"[:200] for tag in links if not _name(tag)]


def _name(tag: Tag) -> str:
    words = tag.get_text(strip=True) or str(tag.get("aria-label") or tag.get("title") or "")
    if words:
        return words
    return " ".join(str(picture.get("alt", "")) for picture in tag.find_all("img")).strip()
