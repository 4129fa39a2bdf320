"""Templates are quick because texts, addresses and parts of pages are kept, and are never those of another page."""

from flask import Flask, render_template_string, url_for
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from shop import i18n
from shop.rendering import address

CARD = '{% kept name, level %}{{ seen.append(name) or "" }}<h{{ level }}>{{ name }} {{ _("Cart") }}</h{{ level }}>{% endkept %}'


def test_a_part_is_made_once_for_what_it_shows_in_a_language(app: Flask) -> None:
    seen: list[str] = []

    def part(name: str, level: int) -> str:
        return render_template_string(CARD, name=name, level=level, seen=seen)

    with i18n.in_locale("id"):
        first, second = part("<b>Tas</b>", 2), part("<b>Tas</b>", 2)
        other = part("<b>Tas</b>", 3)
    with i18n.in_locale("en"):
        english = part("<b>Tas</b>", 2)

    assert first == second == "<h2>&lt;b&gt;Tas&lt;/b&gt; Keranjang</h2>"
    assert other == "<h3>&lt;b&gt;Tas&lt;/b&gt; Keranjang</h3>"
    assert english == "<h2>&lt;b&gt;Tas&lt;/b&gt; Cart</h2>"
    assert len(seen) == 3


def test_texts_fill_in_and_escape_in_html_and_stay_plain_in_letters(app: Flask) -> None:
    with i18n.in_locale("en"):
        page = render_template_string('{{ _("To %(name)s", name=name) }}', name="<i>Sari</i>")
        many = render_template_string('{{ ngettext("%(num)d piece", "%(num)d pieces", 2) }}')
        letter = app.jinja_env.from_string(
            '{% autoescape false %}{{ _("To %(name)s", name=name) }}{% endautoescape %}'
        )

        assert page == "To &lt;i&gt;Sari&lt;/i&gt;"
        assert many == "2 pieces"
        assert letter.render(name="<i>Sari</i>") == "To <i>Sari</i>"


def test_what_a_person_wrote_is_shown_as_it_was_written_and_words_of_ours_in_the_language(app: Flask) -> None:
    with i18n.in_locale("id"):
        page = render_template_string(
            "{{ ours|said }}, {{ theirs|said }}", ours="Cart", theirs="<b>10% dari</b>"
        )

    assert page == "Keranjang, &lt;b&gt;10% dari&lt;/b&gt;"


def test_addresses_keep_the_language_of_the_page(app: Flask) -> None:
    source = '{{ url_for("search.results", q=words) }}'
    for _again in range(2):
        with i18n.in_locale("id"):
            assert render_template_string(source, words="a b") == "/search?q=a+b"
        with i18n.in_locale("en"):
            assert render_template_string(source, words="a b") == "/en/search?q=a+b"
            assert render_template_string(source, words=["a", "b"]) == "/en/search?q=a&amp;q=b"


def test_values_and_calls_are_put_out_as_jinja_puts_them_out(app: Flask) -> None:
    @pass_context
    def said(context: Context, name: str) -> str:
        return f"{context['greeting']} {name}"

    source = (
        "{% macro bold(word, times=1) %}<b>{{ word * times }}</b>{% endmacro %}"
        "{% for one in values %}{{ bold(one, times=2) }}|{{ one }}|{{ said(one) }}|{{ greeting.upper() }};{% endfor %}"
        "{{ none }}{{ 3 }}{{ true }}{{ html }}{{ '<i>'|safe }}"
    )
    values = {"greeting": "<p>", "values": ["&"], "said": said, "html": Markup("<u>")}
    with i18n.in_locale("en"):
        ours = render_template_string(source, **values)
        theirs = Environment(autoescape=True).from_string(source).render(**values)

    assert ours == theirs == "<b>&amp;&amp;</b>|&amp;|&lt;p&gt; &amp;|&lt;P&gt;;None3True<u><i>"


def test_an_address_with_a_slug_is_the_one_that_flask_builds(app: Flask) -> None:
    for slug in ("kain-besurek-2", "any-slug-at-all", "songkèt", "a b/c"):
        for locale in ("id", "en"):
            with i18n.in_locale(locale):
                assert address("products.show", slug=slug) == url_for("products.show", slug=slug)
                assert address("products.label", slug=slug) == url_for("products.label", slug=slug)
