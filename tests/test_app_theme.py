"""The look: readable, told apart by the colour-blind, the same in Streamlit's own elements, and nothing fetched for it."""

import itertools
import math
import tomllib
from pathlib import Path

import numpy as np
import pytest

from app import theme
from app.theme import DARK, LIGHT, Theme
from tension.taxonomy import FAMILIES

APP = Path(theme.__file__).parent
CONFIG = tomllib.loads((APP / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
#: Simulation of missing cones in linear RGB (Machado, Oliveira, Fernandes 2009, severity 1.0).
BLINDNESS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
LEAST_DISTANCE = {"light": 14.0, "dark": 11.0}


def linear(colour: str) -> np.ndarray:
    """Return a colour as linear RGB."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Return relative luminance as WCAG defines it."""
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    """Return the contrast of two colours as WCAG defines it."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return linear RGB as CIELAB under D65."""
    to_xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(first: np.ndarray, second: np.ndarray) -> float:
    """Return the CIEDE2000 difference of two colours in CIELAB."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean_c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean_c**7 / (mean_c**7 + 25**7)))
    (c1, h1), (c2, h2) = (
        (math.hypot(a * (1 + g), b), math.degrees(math.atan2(b, a * (1 + g))) % 360) for a, b in ((a1, b1), (a2, b2))
    )
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    d_h = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    mean_l, mean_cp = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + h2 if not c1 * c2 else ((h1 + h2) / 2 + (180 if abs(h1 - h2) > 180 else 0)) % 360
    t = (
        1
        - 0.17 * math.cos(math.radians(mean_h - 30))
        + 0.24 * math.cos(math.radians(2 * mean_h))
        + 0.32 * math.cos(math.radians(3 * mean_h + 6))
        - 0.20 * math.cos(math.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_cp, 1 + 0.015 * mean_cp * t
    r_c = 2 * math.sqrt(mean_cp**7 / (mean_cp**7 + 25**7))
    r_t = -r_c * math.sin(math.radians(60 * math.exp(-(((mean_h - 275) / 25) ** 2))))
    x, y, z = (l2 - l1) / s_l, (c2 - c1) / s_c, d_h / s_h
    return math.sqrt(x * x + y * y + z * z + r_t * y * z)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_distance_is_that_of_the_published_test_data(first, second, expected):
    """The distance used here reproduces rows of the published CIEDE2000 test data (Sharma, Wu, Dalal 2005)."""
    assert ciede2000(np.array(first), np.array(second)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
@pytest.mark.parametrize("kind", ["normal", *BLINDNESS])
def test_families_are_told_apart_by_everybody(look: Theme, kind: str):
    """No two families come nearer than the stated distance, whichever cones are missing."""
    seen = np.array(BLINDNESS[kind]) if kind in BLINDNESS else np.eye(3)

    nearest = min(
        ciede2000(lab(seen @ linear(look.family[a])), lab(seen @ linear(look.family[b])))
        for a, b in itertools.combinations(FAMILIES, 2)
    )

    assert nearest >= LEAST_DISTANCE[look.name]


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_words_are_readable(look: Theme):
    """Every colour that words are written in has a contrast of 4.5 on page, panel and shade."""
    inks = {"ink": look.ink, "muted": look.muted, "warning": look.warning, **look.family_text}
    grounds = {"page": look.page, "panel": look.panel, "shade": look.shade}

    weak = [(ink, ground) for ink in inks for ground in grounds if contrast(inks[ink], grounds[ground]) < 4.5]

    assert weak == []


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_dots_stand_out_from_the_map(look: Theme):
    """Every family's colour has a contrast of 3 on land, and names on the map one of 4.5."""
    assert min(contrast(look.family[family], look.land) for family in FAMILIES) >= 3
    assert contrast(look.ink, look.land) >= 4.5


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_streamlit_wears_the_same_colours(look: Theme):
    """The theme tables of the configuration are the tokens of `app.theme`."""
    table = CONFIG["theme"][look.name]

    assert (look.page, look.panel, look.ink, look.line) == (
        table["backgroundColor"], table["secondaryBackgroundColor"], table["textColor"], table["borderColor"],
    )  # fmt: skip
    assert [look.family[family] for family in FAMILIES] == table["chartCategoricalColors"]
    assert (look.muted, look.warning) == (table["grayTextColor"], table["orangeTextColor"])


def test_fonts_are_ours_and_cover_the_scripts():
    """Every face lies in the static folder with its licence; Latin, Cyrillic and Greek are among them."""
    faces = CONFIG["theme"]["fontFaces"]

    files = [face["url"].removeprefix("app/static/") for face in faces]

    assert all((APP / "static" / name).read_bytes()[:4] == b"wOF2" for name in files)
    assert {"inter-latin.woff2", "inter-latin-ext.woff2", "inter-cyrillic.woff2", "inter-greek.woff2"} <= set(files)
    assert "SIL OPEN FONT LICENSE" in (APP / "static" / "INTER-LICENSE.txt").read_text(encoding="utf-8").upper()


def test_server_listens_on_loopback_and_tells_nobody():
    """Unless told otherwise the dashboard is for this machine alone, and no usage is reported."""
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False


def test_blend_lies_between_its_colours():
    """A blend of nothing is the back, of all the front."""
    assert theme.blend("#A50F15", "#FFFFFF", 0) == "#FFFFFF"
    assert theme.blend("#A50F15", "#FFFFFF", 1) == "#A50F15"
    assert theme.blend("#000000", "#FFFFFF", 0.5) == "#808080"


def test_unknown_appearance_is_light():
    """A browser that says nothing of its appearance gets the light one."""
    assert theme.themed(None) is LIGHT
    assert theme.themed("dark") is DARK
