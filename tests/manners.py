"""What every answer of the shop must hold, checked by `tests.pages.Page` on every page it is shown."""

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
    found = _broken_html(html, fragment) + _ids(soup) + _labels(soup) + _scripts(soup) + _forms(soup)
    found += _pictures(soup) + _links(soup)
    return found if fragment else found + _document(soup, path)


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


def _ids(soup: BeautifulSoup) -> list[str]:
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    found = [f"id {name} stands twice" for name in {name for name in ids if ids.count(name) > 1}]
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list"):
        for tag in soup.select(f"[{attribute}]"):
            missing = [name for name in str(tag.get(attribute)).split() if name not in ids]
            found += [f'{attribute}="{name}" names nothing on the page' for name in missing]
    return found


def _labels(soup: BeautifulSoup) -> list[str]:
    labelled = {str(label["for"]) for label in soup.select("label[for]") if label.get_text(strip=True)}
    found = []
    for field in soup.select("input, select, textarea"):
        if field.get("type") in {"hidden", "submit", "button", "image", "reset"}:
            continue
        named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        if not named and not field.find_parent("label"):
            found.append(f"no label: {field}")
    found += [f"a button without a name: {tag}" for tag in soup.select("button") if not _name(tag)]
    return found


def _scripts(soup: BeautifulSoup) -> list[str]:
    found = [f"inline script: {tag}" for tag in soup.select("script:not([src])") if not _is_data(tag)]
    found += [f"inline style: {tag}"[:200] for tag in soup.select("style, [style]")]
    found += [
        f"handler {name} in <{tag.name}>"
        for tag in soup.find_all(True)
        for name in tag.attrs
        if name.lower().startswith("on")
    ]
    found += [f"a javascript: address in {tag}" for tag in soup.select('[href^="javascript:" i]')]
    return found


def _is_data(script: Tag) -> bool:
    return script.get("type") in {"application/ld+json", "application/json"}


def _forms(soup: BeautifulSoup) -> list[str]:
    found = []
    for form in soup.select("form"):
        action = str(form.get("action", ""))
        if not action:
            found.append(f"a form without action: {str(form)[:120]}")
        if str(form.get("method", "get")).lower() == "get":
            if form.select("input[name=csrf_token]"):
                found.append(f"a token in the address: {action}")
        elif not form.select("input[name=csrf_token]") and not action.endswith(OWN_GUARD):
            found.append(f"a form without token: {action}")
    return found


def _pictures(soup: BeautifulSoup) -> list[str]:
    return [
        f"{missing} is missing: {picture}"
        for picture in soup.select("img")
        for missing in ("alt", "width", "height")
        if picture.get(missing) is None
    ]


def _links(soup: BeautifulSoup) -> list[str]:
    return [f"a link without words: {tag}"[:200] for tag in soup.select("a[href]") if not _name(tag)]


def _name(tag: Tag) -> str:
    pictures = " ".join(str(picture.get("alt", "")) for picture in tag.select("img"))
    title = tag.select_one("svg title")
    return (
        tag.get_text(strip=True)
        or str(tag.get("aria-label") or tag.get("title") or "")
        or pictures.strip()
        or (title.get_text(strip=True) if title else "")
    )
