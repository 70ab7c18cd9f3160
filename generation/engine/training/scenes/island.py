"""A tropical beach: palms on sand, a lagoon, far islands."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.backdrop import far_ranges
from generation.engine.training.scenes.broadleaf import draw_palm
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.water import reflect


def draw_island(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A beach with its palms."""
    view = sky.make_view(rng, facts)
    focus = st.focal_x(facts)
    picture = np.asarray(sky.paint_sky(rng, facts, palette, view), np.float32)
    if rng.random() < 0.7:
        picture = far_ranges(rng, facts, picture, palette, view, layers=2, height=rng.uniform(0.04, 0.10), sharp=0.4)
        picture = _open_sea(rng, facts, picture, palette, view, focus)
    picture = reflect(rng, picture, view.horizon, palette, ripple=0.02, depth=0.35)
    picture = _glitter(rng, facts, picture, palette, view)
    picture, shore = _beach(rng, facts, picture, palette, view, focus)
    if facts.counted == "palm":
        picture = _palms(rng, facts, picture, palette, view, shore, focus)
    else:
        picture = _rocks(rng, facts, picture, palette, view, focus)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.08), 0.1, max(0.14, view.horizon - 0.18))
    return sky.add_weather(rng, facts, picture, palette, view)


def _open_sea(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View, focus: float
) -> Field:
    """Takes the far land away again beside the islands: pale sky down to the sea's edge."""
    y, x = cv.grid()
    gap = np.exp(-(((x - (1 - focus if focus != 0.5 else float(rng.choice((0.15, 0.85))))) / 0.33) ** 4))
    pale = {"dawn": 0.95, "day": 0.9, "dusk": 0.85, "night": 0.34}[facts.time]
    return cv.blend(picture, palette.at(pale), gap * np.exp(-(((y - view.horizon) / 0.10) ** 2)) * 0.6)


def _glitter(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View) -> Field:
    """Small waves: dark backs and lit crests, and the light's path over them."""
    y, x = cv.grid()
    far = np.clip((y - view.horizon) / (1 - view.horizon), 0, 1)
    waves = st.perspective(cv.noise(rng, 9, 42, 3, 0.6), view.horizon)
    land = st.LAND_TONE[facts.time]
    # The lagoon grows paler where it is shallow, towards the beach.
    picture = cv.blend(
        picture, palette.at(0.35 + 0.42 * land), 0.55 * cv.smoothstep(0.1, 0.75, far) * (y > view.horizon)
    )
    picture = cv.blend(picture, palette.at(0.30 * land), cv.smoothstep(0.5, 0.25, waves) * 0.35 * (y > view.horizon))
    path = np.exp(-(((x - view.light_x) / (0.05 + 0.16 * far)) ** 2)) * (y > view.horizon)
    strength = 0.35 if st.heavy_sky(facts) else {"dusk": 0.95, "dawn": 0.85, "day": 0.45, "night": 0.7}[facts.time]
    sparkle = cv.smoothstep(0.48, 0.66, waves)
    picture = cv.blend(picture, palette.light, path * (0.15 + 0.85 * sparkle) * strength)
    return cv.blend(picture, palette.at(0.55 + 0.43 * land), sparkle * 0.30 * (y > view.horizon))


def _beach(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View, focus: float
) -> tuple[Field, Field]:
    """Sand in front with a line of foam; gives the shore line (side,) too."""
    y, x = cv.grid()
    land = st.LAND_TONE[facts.time]
    swell = np.exp(-(((x[0] - focus) / 0.42) ** 2))
    depth = 1 - view.horizon
    if rng.random() < 0.5:
        # A bay: the beach comes down from the far end of the shore in a long curve.
        way = 1.0 if focus < 0.5 else -1.0 if focus > 0.5 else float(rng.choice((-1, 1)))
        run = x[0] if way > 0 else 1 - x[0]
        curve = view.horizon + depth * (0.10 + rng.uniform(0.42, 0.6) * np.clip(run, 0, 1) ** rng.uniform(0.8, 1.5))
        curve = curve + 0.03 * np.sin(run * rng.uniform(5, 8))
    else:
        curve = view.horizon + depth * (0.66 - 0.26 * swell) + 0.03 * np.sin(x[0] * 5 + rng.uniform(0, 6))
    shore = (curve + 0.012 * (cv.line_noise(rng, 6, 4) - 0.5)).astype(np.float32)
    under = y - shore[None, :]
    shallow = np.exp(-np.clip(-under, 0, 1) * 16) * (under < 0) * (y > view.horizon)
    picture = cv.blend(picture, palette.at(0.32 + 0.52 * land), shallow * 0.7)
    grain = cv.noise(rng, 90, 120, 2) - 0.5
    dunes = st.perspective(cv.noise(rng, 10, 30, 3), view.horizon) - 0.5
    wet = np.exp(-np.clip(under, 0, 1) * 26)
    tone = (0.93 - 0.22 * np.clip(under * 2.2, 0, 1) + 0.09 * grain + 0.16 * dunes) * (
        0.12 + 0.85 * land
    ) - 0.26 * land * wet
    picture = cv.blend(picture, palette.paint(tone), cv.below(shore, 2.5))
    edge = under + 0.014 * (cv.noise(rng, 16, 16, 3) - 0.5)
    foam = np.exp(-((edge / 0.006) ** 2)) + 0.55 * np.exp(-(((edge + 0.03) / 0.005) ** 2))
    lace = 0.4 + 0.6 * cv.smoothstep(0.4, 0.6, cv.noise(rng, 30, 40, 2))
    return cv.blend(picture, palette.at(0.45 + 0.55 * land), np.clip(foam * lace, 0, 1) * (y > view.horizon)), shore


def _palms(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: sky.View,
    shore: Field,
    focus: float,
) -> Field:
    land = st.LAND_TONE[facts.time]
    low = 0.16 if facts.time in ("dusk", "night") else 0.42
    ramp = st.inks(palette.paint(np.linspace(0.02, 0.02 + low, 256, dtype=np.float32)))
    wood = [st.ink(palette.at(0.06)), st.ink(palette.at(0.10 + 0.35 * land))]
    sheet = st.Sheet()
    tall = {1: 0.66, 2: 0.48, 3: 0.38, 5: 0.27}[facts.count]
    for index, x in enumerate(st.spread_x(rng, facts, focus, 0.03 + 0.36 * tall if facts.count > 1 else 0.2)):
        height = tall * rng.uniform(0.88, 1.08)
        foot = min(max(float(shore[int(x * 511)]) + rng.uniform(0.05, 0.10), height * 0.95 + 0.03), 0.95)
        lean = rng.uniform(0.08, 0.26) * (1 if (index % 2 == 0) == (x < 0.5) else -1)
        if facts.count > 2:
            lean *= 0.5
        side = 1.0 if view.light_x > x else -1.0
        at, v, u = st.window(x - side * height * 0.22, foot + 0.006, height * 0.34, height * 0.035)
        st.lay_part(picture, at, palette.at(0.16 * land), st.soft_spot(v, u) * 0.6)
        draw_palm(rng, sheet, x - lean * height * 0.5, foot, height, wood=wood, leaves=ramp, lean=lean, light_x=side)
        for _ in range(14):
            gx, tip = x - lean * height * 0.5 + rng.normal(0, height * 0.05), rng.normal(0, 0.018)
            shade = ramp[int(rng.uniform(30, 220))]
            sheet.polygon(
                [(gx - 0.004, foot + 0.008), (gx + tip, foot - rng.uniform(0.02, 0.05)), (gx + 0.004, foot + 0.008)],
                shade,
            )
    return sheet.lay_on(picture)


def _rocks(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View, focus: float
) -> Field:
    """A rocky islet in the lagoon, with its reflection: the focal subject where no palm stands."""
    y, x = cv.grid()
    land = st.LAND_TONE[facts.time]
    foot = view.horizon + 0.035
    rough = cv.line_noise(rng, 7, 5)
    crag = 0.20 * np.exp(-(np.abs((x[0] - focus) / 0.10) ** 2.4)) * (0.55 + 0.75 * rough)
    crag = crag + 0.11 * np.exp(-(np.abs((x[0] - focus - float(rng.choice((-0.17, 0.17)))) / 0.05) ** 2.4)) * (
        0.5 + 0.8 * rough
    )
    ridge = (foot - crag).astype(np.float32)
    strata = cv.noise(rng, 16, 40, 4, 0.6) - 0.5
    slope = np.clip(np.gradient(ridge) * -9 * np.sign(view.light_x - x[0] + 1e-3), -1, 1)[None, :]
    tone = (0.30 + 0.30 * strata + 0.16 * slope + 0.16 * np.exp(-(y - ridge[None, :]) * 30)) * (0.3 + 0.7 * land)
    mask = cv.below(ridge) * np.clip((foot - y) * cv.SIDE_PX, 0, 1) * (crag > 0.004)[None, :]
    picture = cv.blend(picture, palette.paint(tone), mask)
    first = int(foot * cv.SIDE_PX)
    rows = min(cv.SIDE_PX - first, first, 110)
    mirror = np.zeros_like(mask)
    mirror[first : first + rows] = (
        mask[first - rows : first][::-1] * np.linspace(0.6, 0.1, rows, dtype=np.float32)[:, None]
    )
    broken = 0.55 + 0.45 * cv.smoothstep(0.35, 0.6, cv.noise(rng, 6, 60, 2))
    return cv.blend(picture, palette.at(0.16 * land), mirror * broken)
