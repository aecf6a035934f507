"""CSS as a person's eye takes it: each way to hide a text is known, and honest styles hide nothing."""

import colorsys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.untrusted.css_visibility import BLACK, WHITE, Colour, Style, StyleSheet, colour_of, is_dot, style_of

CHANNEL = st.integers(0, 255)
RED, NAVY, GREY = Colour(255, 0, 0), Colour(0, 0, 128), Colour(128, 128, 128)

HIDES = [
    *("display:none", "DISPLAY : None", "display:none !important", "color:red;display:none", "display:none;color:red"),
    *("visibility:hidden", "visibility:collapse", "content-visibility:hidden", "mso-hide:all"),
    *("opacity:0", "opacity:.1", "opacity:0.1", "opacity:10%", "opacity:0%"),
    *("font-size:0", "font-size:2px", "font-size:2pt", "font-size:15%", "font-size:.15em", "font-size:0.15rem"),
    *("font-size:0.3ex", "font:0/1.5 Arial", "font:2px/20px Arial", "font:italic 1px Arial"),
    *("max-height:0", "max-width:0", "max-height:1px", "max-width:0.5px"),
    *("height:0;overflow:hidden", "width:0;overflow:clip", "overflow:hidden;height:1px", "overflow:hidden;width:1px"),
    *("left:-9999px", "top:-200px", "right:-200px", "bottom:-300px", "text-indent:-500px", "margin:0 0 0 -400px"),
    *("margin-left:-999em", "margin-top:-201px", "margin-right:-1000px"),
    *("transform:translate(-500px)", "transform:scale(0)", "transform:scaleX(0)", "scale:0", "filter:opacity(0)"),
    *("clip:rect(0,0,0,0)", "clip:rect(1px,1px,1px,1px)", "clip-path:inset(50%)", "clip-path:inset(100%)"),
    *("clip-path:circle(0)", "clip-path:polygon(0 0)", "clip-path:ellipse(0 0)"),
    *("color:transparent", "-webkit-text-fill-color:transparent", "color:rgba(0,0,0,0)", "color:rgba(0,0,0,0.1)"),
    *("color:rgba(0,0,0,10%)", "color:hsla(0,0%,0%,0)", "color:#0000", "color:#0001", "color:#00000000"),
    *("color:#00000019", "-webkit-text-fill-color:rgba(9,9,9,0.05)"),
    *("di/* a */splay:none", r"d\69splay:n\6f ne", r"disp\lay:none"),
]
SHOWS = [
    *("", "display:block", "display:inline-block", "visibility:visible", "content-visibility:auto", "mso-hide:screen"),
    *("opacity:1", "opacity:0.2", "opacity:.11", "opacity:11%", "opacity:100%"),
    *("font-size:12px", "font-size:2.1px", "font-size:3pt", "font-size:16%", "font-size:0.2em", "font-size:1rem"),
    *("font-size:0.4ex", "font:12px/0 Arial", "font:bold 11px Arial"),
    *("max-height:2px", "max-width:600px", "max-height:none", "height:0", "width:1px", "overflow:hidden"),
    *("height:2px;overflow:hidden", "width:100%;overflow:hidden", "height:0;overflow:visible"),
    *("left:-199px", "left:0", "margin:-8px 0 0", "text-indent:20px", "top:9999px", "transform:rotate(-270deg)"),
    *("transform:scale(0.5)", "transform:scale(1)", "scale:1", "filter:opacity(1)", "clip:auto"),
    *("clip-path:inset(10%)", "clip-path:inset(0.5px)", "clip-path:circle(40%)"),
    *("color:#333", "color:rgb(0,0,0)", "color:rgba(0,0,0,1)", "color:rgba(0,0,0,0.2)", "color:rgba(0,0,0,11%)"),
    *("color:hsla(0,0%,0%,0.5)", "color:#000f", "color:#0002", "color:#000000ff", "color:#0000001a"),
    *("color:#000000", "colour:none", "x-display:none", "background:none", "background:transparent"),
    *("background-image:url(http://x.example/none)", "list-style:none", "text-decoration:none", "border:0", "margin:0"),
]


@pytest.mark.parametrize("css", HIDES)
def test_each_way_to_hide_a_text_is_known(css: str) -> None:
    assert style_of(css).hidden
    assert style_of(css).unseen


@pytest.mark.parametrize("css", SHOWS)
def test_what_honest_mails_say_hides_nothing(css: str) -> None:
    assert not style_of(css).hidden
    assert not style_of(css).unseen


@given(st.permutations(["color:#000080", "background:#ff0000", "border:0", "line-height:1"]), st.booleans())
@settings(deadline=None, derandomize=True, database=None)
def test_the_order_and_the_spaces_of_declarations_change_nothing(parts: list[str], spaced: bool) -> None:  # noqa: FBT001 - drawn
    text = (" ; " if spaced else ";").join(it.replace(":", " :  ") if spaced else it for it in parts)
    assert style_of(text) == Style(colour=NAVY, background=RED)
    assert style_of(text.upper()) == style_of(f"{text};") == style_of(f";{text}") == style_of(text)


@pytest.mark.parametrize(
    ("css", "colour", "background"),
    [
        ("color:navy", NAVY, None),
        ("background:navy", None, NAVY),
        ("background-color:#000080", None, NAVY),
        ("-webkit-text-fill-color:navy", NAVY, None),
        ("color:red;color:navy", NAVY, None),
        ("color:navy;color:nonsense", NAVY, None),
        ("background:red;background-color:navy", None, NAVY),
        ("background:navy;background:nonsense", None, NAVY),
        ("background:url(http://x.example/a.png) navy no-repeat", None, NAVY),
        ("border-color:navy", None, None),
    ],
)
def test_the_last_colour_that_can_be_read_counts(css: str, colour: Colour | None, background: Colour | None) -> None:
    assert style_of(css) == Style(colour=colour, background=background)


@given(CHANNEL, CHANNEL, CHANNEL)
@settings(deadline=None, derandomize=True, database=None)
def test_a_colour_is_the_same_however_it_is_written(red: int, green: int, blue: int) -> None:
    wanted = Colour(red, green, blue)
    assert colour_of(f"#{red:02x}{green:02X}{blue:02x}") == wanted
    assert colour_of(f" #{red:02x}{green:02x}{blue:02x}80 ") == wanted
    assert colour_of(f"rgb({red}, {green}, {blue})") == wanted
    assert colour_of(f"RGB({red} {green} {blue} / 0.5)") == wanted
    assert colour_of(f"rgba({red},{green},{blue},0.5)") == wanted
    hue, light, full = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    for name in ("hsl", "hsla"):
        there = colour_of(f"{name}({360 * hue:.6f}, {100 * full:.6f}%, {100 * light:.6f}%)")
        assert there is not None
        assert max(abs(one - two) for one, two in zip(there, wanted, strict=True)) <= 1


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15))
@settings(deadline=None, derandomize=True, database=None)
def test_three_digits_are_a_short_form_of_six(red: int, green: int, blue: int) -> None:
    assert colour_of(f"#{red:x}{green:x}{blue:x}") == Colour(17 * red, 17 * green, 17 * blue)
    assert colour_of(f"#{red:x}{green:x}{blue:x}8") == Colour(17 * red, 17 * green, 17 * blue)


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        ("rgb(100%, 0%, 0%)", RED),
        ("rgb(20%, 40%, 60%)", Colour(51, 102, 153)),
        ("rgb(300, -20, 0)", RED),
        ("hsl(120, 100%, 50%)", Colour(0, 255, 0)),
        ("White", WHITE),
        ("  black ", BLACK),
        ("grey", GREY),
        ("gray", GREY),
        ("silver", Colour(192, 192, 192)),
        ("green", Colour(0, 128, 0)),
        ("blue", Colour(0, 0, 255)),
        ("yellow", Colour(255, 255, 0)),
        ("snow", WHITE),
        ("rgb(1, 2)", None),
        ("rgb()", None),
        ("inherit", None),
        ("", None),
        ("#12", None),
        ("#xyz", None),
    ],
)
def test_colours_by_their_names_and_in_percent(value: str, colour: Colour | None) -> None:
    assert colour_of(value) == colour


@given(CHANNEL, st.integers(-60, 60))
@settings(deadline=None, derandomize=True, database=None)
def test_letters_are_seen_when_they_differ_enough_from_what_they_stand_on(ground: int, apart: int) -> None:
    letters = min(255, max(0, ground + apart))
    style = Style(colour=Colour(ground, letters, ground), background=Colour(ground, ground, ground))
    assert bool(style.unseen) == (abs(letters - ground) <= 24)


def test_letters_are_black_on_white_until_something_else_is_said() -> None:
    assert not Style().unseen
    assert Style(colour=WHITE).unseen
    assert Style(background=BLACK).unseen
    assert not Style(colour=WHITE, background=BLACK).unseen


def test_inside_an_element_its_colours_win_and_hidden_stays_hidden() -> None:
    outer, inner = Style(colour=RED, background=WHITE), Style(colour=NAVY)
    assert outer.then(inner) == Style(colour=NAVY, background=WHITE)
    assert outer.then(Style(background=BLACK)) == Style(colour=RED, background=BLACK)
    assert Style(hidden="marked as hidden").then(Style()).hidden
    assert Style().then(Style(hidden="marked as hidden")).hidden
    assert not Style().then(Style()).hidden


@pytest.mark.parametrize(
    ("sheet", "name", "attributes"),
    [
        (".a{display:none}", "p", {"class": "b A c"}),
        ("p.a{display:none}", "div", {"class": "a"}),
        ("div .a > p.b{display:none}", "p", {"class": "b"}),
        (".x, .a ,.y{display:none}", "p", {"class": "a"}),
        ("#a{display:none}", "p", {"id": "A"}),
        ("[data-a]{display:none}", "p", {"data-a": None}),
        ("[ data-a = '1']{display:none}", "p", {"data-a": "2"}),
        ('[title="a > b, {c}] d"]{display:none}', "p", {"title": "x"}),
        ("[*|data-a]{display:none}", "p", {"data-a": "1"}),
        (".a:nth-child(2n + 1){display:none}", "p", {"class": "a"}),
        (".a:not( .x p, .y ){display:none}", "p", {"class": "a"}),
        (":is( .a ):not(:is( .b )) {display:none}", "p", {"class": "a"}),
        ("div > :first-child{display:none}", "p", {}),
        ("p{display:none}", "p", {}),
        ("*{display:none}", "i", {}),
        ("h1{display:none}", "h1", {}),
        ("div + p~b{display:none}", "b", {}),
        ("@media screen{.a{display:none}}", "p", {"class": "a"}),
        ("@media print{.b{color:red} .a{display:none}}", "p", {"class": "a"}),
        (".a{color:red}.a{display:none}", "p", {"class": "a"}),
        (".a{display:none}.a{display:block}", "p", {"class": "a"}),
        (".a{color:red;display:none}", "p", {"class": "a"}),
        ("<!-- .a{display:none} -->", "p", {"class": "a"}),
        (".a{display:none", "p", {"class": "a"}),
        ("/* } */.a{display:none}", "p", {"class": "a"}),
    ],
)
def test_a_rule_hides_what_it_may_fit(sheet: str, name: str, attributes: dict[str, str | None]) -> None:
    assert StyleSheet([".z{color:navy}", sheet]).style_of(name, attributes).hidden
    assert not StyleSheet([]).style_of(name, attributes).hidden


@pytest.mark.parametrize(
    ("sheet", "name", "attributes"),
    [
        (".a{display:none}", "p", {"class": "ab"}),
        (".a{display:none}", "a", {"id": "a"}),
        ("#a{display:none}", "p", {"class": "a"}),
        ("p{display:none}", "pre", {}),
        ("p.a{display:none}", "p", {}),
        ("[data-a]{display:none}", "p", {"data-ab": "1"}),
        (".a > p{display:none}", "i", {"class": "a"}),
        (".a{display:block}", "p", {"class": "a"}),
        ("/* .a{display:none} */", "p", {"class": "a"}),
        (".a{}.b{display:none}", "p", {"class": "a"}),
        ("::selection{color:white}", "p", {}),
        ("@keyframes x{0%{opacity:0}}", "p", {}),
    ],
)
def test_a_rule_that_cannot_fit_hides_nothing(sheet: str, name: str, attributes: dict[str, str | None]) -> None:
    assert not StyleSheet([sheet]).style_of(name, attributes).hidden


@pytest.mark.parametrize(
    ("name", "attributes", "style"),
    [
        ("p", {"hidden": None}, Style(hidden="marked as hidden")),
        ("p", {"hidden": "false"}, Style(hidden="marked as hidden")),
        ("p", {"aria-hidden": "True"}, Style(hidden="marked as hidden")),
        ("p", {"aria-hidden": "false"}, Style()),
        ("p", {"aria-hidden": None}, Style()),
        ("font", {"color": "navy"}, Style(colour=NAVY)),
        ("td", {"bgcolor": "navy"}, Style(background=NAVY)),
        ("td", {"bgcolor": None, "color": None, "style": None, "class": None}, Style()),
        ("font", {"color": "red", "style": "color:navy"}, Style(colour=NAVY)),
        ("p", {"class": "c", "style": "color:navy"}, Style(colour=NAVY, background=BLACK)),
        ("p", {"class": "c"}, Style(colour=RED, background=BLACK)),
        ("font", {"class": "c", "color": "navy"}, Style(colour=RED, background=BLACK)),
        ("p", {"class": "c", "id": "d"}, Style(colour=GREY, background=BLACK)),
    ],
)
def test_an_element_has_the_style_of_its_attributes_and_rules(
    name: str, attributes: dict[str, str | None], style: Style
) -> None:
    sheet = StyleSheet([".c{color:red;background:black}", "#d{color:gray}"])
    assert sheet.style_of(name, attributes) == style


@pytest.mark.parametrize("name", ["script", "style", "title", "textarea", "svg", "rp", "datalist", "template"])
def test_the_text_of_some_elements_is_never_shown(name: str) -> None:
    assert StyleSheet([]).style_of(name, {}).hidden


@pytest.mark.parametrize("name", ["p", "styled", "objects", "x-script", "span", "label", "strong"])
def test_the_text_of_all_other_elements_is(name: str) -> None:
    assert StyleSheet([]).style_of(name, {}) == Style()


@pytest.mark.parametrize("size", ["0", "1", "2", "1px", " 1 ", "0px"])
@pytest.mark.parametrize("side", ["width", "height"])
def test_an_image_of_one_dot_is_known_by_either_side(side: str, size: str) -> None:
    assert is_dot({side: size})
    assert is_dot({"width": "100", "height": "100", side: size})


@pytest.mark.parametrize(
    "attributes", [{}, {"width": "100"}, {"width": None}, {"height": "3"}, {"width": ""}, {"x": "1"}]
)
def test_other_images_are_no_dots(attributes: dict[str, str | None]) -> None:
    assert not is_dot(attributes)
