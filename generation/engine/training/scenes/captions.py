"""Captions in English and Chinese: a grammar that says some of a picture's facts in many ways.

Every word it uses is in `concepts.CONCEPTS`, so what the captions teach and what the prompt check knows are the same.
What a picture shows only if it is said (a palette that is unusual for its scene, an unusual time) is always said.
"""

import numpy as np

from generation.engine.training.scenes.concepts import TIMELESS
from generation.engine.training.scenes.facts import SceneFacts

_QUALITY_EN = (
    "beautiful",
    "lovely",
    "peaceful",
    "quiet",
    "calm",
    "stunning",
    "serene",
    "gorgeous",
    "wonderful",
    "tranquil",
)
_QUALITY_ZH = ("美丽的", "漂亮的", "宁静的", "壮丽的", "优美的", "唯美的", "安静的")
_KIND_EN = ("picture", "painting", "image", "illustration", "artwork", "view", "scene", "print")
_KIND_ZH = ("画", "图画", "风景", "插画", "作品", "画作", "场景", "图片", "景色")

_SCENE_EN = {
    "sea": ("the sea", "the ocean", "a seascape", "the waves", "the shore", "the coast", "the water"),
    "mountains": (
        "mountains",
        "the mountains",
        "mountain peaks",
        "a mountain range",
        "mountain ridges",
        "distant hills",
        "a mountain landscape",
    ),
    "forest": ("a forest", "the forest", "the woods", "a woodland", "tall trees", "a quiet grove"),
    "city": (
        "a city",
        "the city",
        "a city skyline",
        "a cityscape",
        "skyscrapers",
        "city lights",
        "a skyline",
        "downtown towers",
    ),
    "desert": ("the desert", "a desert", "sand dunes", "desert dunes", "the dunes", "a sandy desert"),
    "snow": ("snow", "a snowy landscape", "a winter landscape", "snowy hills", "a snowscape", "snowy fields", "winter"),
    "night_sky": (
        "a night sky",
        "a starry sky",
        "the starry night",
        "the night sky",
        "stars",
        "a sky of stars",
        "space",
        "the cosmos",
    ),
    "geometry": (
        "abstract geometry",
        "geometric shapes",
        "a geometric composition",
        "geometric abstraction",
        "abstract shapes",
    ),
    "flow_field": ("a flow field", "flowing lines", "swirling lines", "swirls", "flowing currents", "streamlines"),
    "ink_wash": (
        "an ink wash",
        "an ink wash painting",
        "an ink landscape",
        "an ink painting of mountains",
        "ink wash mountains",
        "chinese ink landscape",
        "an ink wash landscape",
    ),
    "watercolour": (
        "a watercolour wash",
        "a watercolour",
        "watercolor",
        "watercolour blots",
        "a watercolour painting",
        "watercolor washes",
    ),
}
_SCENE_ZH = {
    "sea": ("大海", "海洋", "海面", "海景", "海边", "海上", "海浪"),
    "mountains": ("群山", "山脉", "高山", "山峰", "山景", "远山", "山"),
    "forest": ("森林", "树林", "密林", "丛林", "林间"),
    "city": ("城市", "都市", "城市夜景", "高楼", "摩天楼", "都市夜景", "夜景"),
    "desert": ("沙漠", "沙丘", "大漠", "荒漠", "沙海"),
    "snow": ("雪景", "雪地", "雪原", "冬日雪景", "冬景", "冬天的雪"),
    "night_sky": ("星空", "夜空", "繁星", "星夜", "满天星斗", "宇宙星云"),
    "geometry": ("抽象几何", "几何图形", "几何构成", "抽象图形", "几何抽象"),
    "flow_field": ("流场", "流线", "漩涡", "流动的线条", "旋转的线条"),
    "ink_wash": ("水墨", "水墨画", "水墨山水", "国画山水", "山水画", "水墨远山"),
    "watercolour": ("水彩", "水彩画", "水彩晕染", "水彩渲染"),
}
_PALETTE_EN = {
    "crimson": ("crimson", "red", "scarlet", "ruby"),
    "orange": ("orange", "amber", "tangerine"),
    "golden": ("golden", "gold", "yellow"),
    "green": ("green", "emerald", "jade"),
    "turquoise": ("turquoise", "teal", "cyan"),
    "blue": ("blue", "azure", "cobalt"),
    "violet": ("violet", "purple", "lilac"),
    "pink": ("pink", "rose", "rosy"),
    "monochrome": ("monochrome", "black and white", "grey", "gray"),
}
_PALETTE_ZH = {
    "crimson": ("红色", "深红", "绯红", "赤红"),
    "orange": ("橙色", "橘色", "橘红"),
    "golden": ("金色", "金黄", "黄色"),
    "green": ("绿色", "翠绿", "碧绿"),
    "turquoise": ("青色", "青绿", "蓝绿"),
    "blue": ("蓝色", "蔚蓝", "湛蓝"),
    "violet": ("紫色", "紫罗兰色"),
    "pink": ("粉色", "粉红", "玫瑰色"),
    "monochrome": ("黑白", "灰色", "单色"),
}
_TIME_EN = {
    "dawn": ("at sunrise", "at dawn", "in the morning", "at daybreak"),
    "day": ("by day", "in daylight", "at noon", "in sunlight"),
    "dusk": ("at sunset", "at dusk", "in the evening", "at twilight", "under a setting sun"),
    "night": ("at night", "by moonlight", "under the moon", "at midnight"),
}
_TIME_ZH = {
    "dawn": ("日出", "黎明", "清晨", "拂晓", "朝阳下"),
    "day": ("白天", "正午", "阳光下", "白昼"),
    "dusk": ("日落", "黄昏", "傍晚", "夕阳下", "晚霞", "落日"),
    "night": ("夜晚", "深夜", "月夜", "月光下", "夜里"),
}
_WEATHER_EN = {
    "clear": ("under a clear sky", "in clear weather", "under a cloudless sky"),
    "cloudy": ("under clouds", "under an overcast sky", "under a cloudy sky"),
    "misty": ("in mist", "in the fog", "in haze", "with mist"),
    "rainy": ("in the rain", "with rain", "in a drizzle"),
    "snowy": ("with falling snow", "in snowfall", "with snowflakes"),
}
_WEATHER_ZH = {
    "clear": ("晴朗", "晴空下", "晴天"),
    "cloudy": ("多云", "阴天", "云层下"),
    "misty": ("薄雾", "雾中", "云雾笼罩", "雾气"),
    "rainy": ("雨中", "下雨", "细雨"),
    "snowy": ("下雪", "飘雪", "大雪"),
}
_OBJECT_EN = {
    "boat": ("a boat", "a sailing boat", "a sailboat", "a small boat"),
    "birds": ("birds", "a few birds", "a flock of birds"),
    "lighthouse": ("a lighthouse",),
    "lake": ("a lake", "a calm lake"),
    "pines": ("pine trees", "pines", "fir trees"),
    "path": ("a path", "a trail"),
    "river": ("a river", "a river and its reflections"),
    "bridge": ("a bridge", "a large bridge"),
    "cactus": ("a cactus", "cacti"),
    "cabin": ("a cabin", "a small cottage", "a hut"),
    "lone_tree": ("a lone tree", "a single tree"),
    "milky_way": ("the milky way", "a galaxy"),
    "circles": ("circles", "rings and circles"),
    "triangles": ("triangles",),
    "squares": ("squares",),
    "flowers": ("flowers", "blossoms"),
    "bamboo": ("bamboo", "bamboo stalks"),
}
_OBJECT_ZH = {
    "boat": ("小船", "帆船", "一艘船", "孤舟"),
    "birds": ("飞鸟", "几只飞鸟", "鸟群"),
    "lighthouse": ("灯塔", "一座灯塔"),
    "lake": ("湖泊", "湖水", "湖面"),
    "pines": ("松树", "几棵松树", "松林"),
    "path": ("小路", "一条小径"),
    "river": ("河流", "一条河", "江水"),
    "bridge": ("大桥", "一座桥"),
    "cactus": ("仙人掌",),
    "cabin": ("小屋", "木屋", "一座小木屋"),
    "lone_tree": ("孤树", "一棵树"),
    "milky_way": ("银河", "星河"),
    "circles": ("圆形", "圆环"),
    "triangles": ("三角形",),
    "squares": ("方形", "方块"),
    "flowers": ("花朵", "鲜花"),
    "bamboo": ("竹子", "翠竹"),
}
_COMPOSITION_EN = {
    "left": ("on the left", "at the left side"),
    "right": ("on the right", "at the right side"),
    "centre": ("in the centre", "in the middle", "centred"),
    "big_sky": ("under a vast sky", "with a low horizon"),
    "high_horizon": ("with a high horizon", "seen from above"),
}
_COMPOSITION_ZH = {
    "left": ("偏左", "位于左侧", "在左边"),
    "right": ("偏右", "位于右侧", "在右边"),
    "centre": ("居中", "位于中央", "在正中"),
    "big_sky": ("天空辽阔", "低地平线"),
    "high_horizon": ("高地平线", "俯瞰"),
}
_STYLE_EN = {
    "vivid": ("vivid", "vibrant", "bright"),
    "soft": ("soft", "pastel", "gentle"),
    "moody": ("moody", "dark", "dramatic"),
}
_STYLE_ZH = {
    "vivid": ("鲜艳的", "浓烈的", "绚丽的"),
    "soft": ("柔和的", "淡雅的", "轻柔的"),
    "moody": ("暗调的", "深沉的", "阴郁的"),
}
_USUAL_TIME = {"sea": "dusk", "city": "night", "night_sky": "night"}


def _one(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _article(phrase: str) -> str:
    return f"an {phrase}" if phrase[0] in "aeiou" else f"a {phrase}"


def _says_time(rng: np.random.Generator, facts: SceneFacts) -> bool:
    if facts.scene in TIMELESS:
        return False
    return facts.time != _USUAL_TIME.get(facts.scene, "day") or rng.random() < 0.55


def _says_palette(rng: np.random.Generator, facts: SceneFacts) -> bool:
    return (
        not facts.palette_is_natural or facts.scene in ("geometry", "flow_field", "watercolour") or rng.random() < 0.6
    )


def caption_en(facts: SceneFacts, rng: np.random.Generator) -> str:
    """One English caption."""
    scene = _one(rng, _SCENE_EN[facts.scene])
    says_time, says_palette = _says_time(rng, facts), _says_palette(rng, facts)
    if says_time and facts.time in ("dawn", "dusk") and rng.random() < (0.6 if facts.scene == "sea" else 0.3):
        event = "sunset" if facts.time == "dusk" else "sunrise"
        alone = facts.scene == "sea" and rng.random() < 0.15
        scene = event if alone else f"{event} {_one(rng, ('over', 'above', 'at', 'over', 'over'))} {scene}"
        says_time = False
    adjectives = [_one(rng, _QUALITY_EN)] if rng.random() < 0.4 else []
    if facts.style != "plain":
        adjectives.append(_one(rng, _STYLE_EN[facts.style]))
    palette = _one(rng, _PALETTE_EN[facts.palette])
    lot = rng.random()
    if says_palette and lot < 0.45:
        adjectives.append(palette)
        says_palette = False
    bare = scene.removeprefix("a ").removeprefix("an ").removeprefix("the ")
    if rng.random() < 0.5:
        text = f"{_article(' '.join([*adjectives, _one(rng, _KIND_EN)]))} of {scene}"
    elif adjectives:
        text = _article(" ".join([*adjectives, bare]))
    else:
        text = scene
    tail = [_one(rng, _TIME_EN[facts.time])] if says_time else []
    if (facts.weather != "clear" and rng.random() < 0.85) or (
        facts.weather == "clear" and facts.scene not in TIMELESS and rng.random() < 0.15
    ):
        tail.append(_one(rng, _WEATHER_EN[facts.weather]))
    if rng.random() < 0.35:
        tail.append(_one(rng, _COMPOSITION_EN[facts.composition]))
    if says_palette:
        tail.append(
            _one(rng, (f"in {palette}", f"in {palette} tones", f"in shades of {palette}", f"with {palette} colours"))
        )
    order = rng.permutation(len(tail))
    text = " ".join([text, *(tail[i] for i in order)])
    things = [_one(rng, _OBJECT_EN[name]) for name in facts.objects if rng.random() < 0.7]
    return f"{text}{_one(rng, (', with ', ' with ', ', '))}{' and '.join(things)}" if things else text


def caption_zh(facts: SceneFacts, rng: np.random.Generator) -> str:
    """One Chinese caption."""
    scene = _one(rng, _SCENE_ZH[facts.scene])
    says_time, says_palette = _says_time(rng, facts), _says_palette(rng, facts)
    time = _one(rng, _TIME_ZH[facts.time])
    if says_time:
        if facts.scene == "sea" and facts.time in ("dusk", "dawn") and rng.random() < 0.35:
            event = _one(rng, ("日落", "落日", "夕阳", "晚霞") if facts.time == "dusk" else ("日出", "朝阳"))
            scene = event if rng.random() < 0.4 else _one(rng, (f"海上{event}", f"大海{event}", f"海边{event}"))
        else:
            scene = time + _one(rng, ("的", "时分的", "") if not time.endswith("下") else ("的", "")) + scene
    front = [_one(rng, _QUALITY_ZH)] if rng.random() < 0.4 else []
    if facts.style != "plain":
        front.append(_one(rng, _STYLE_ZH[facts.style]))
    palette = _one(rng, _PALETTE_ZH[facts.palette])
    if says_palette and rng.random() < 0.5:
        front.append(palette + "的")
        says_palette = False
    tail = []
    if (facts.weather != "clear" and rng.random() < 0.85) or (
        facts.weather == "clear" and facts.scene not in TIMELESS and rng.random() < 0.15
    ):
        weather = _one(rng, _WEATHER_ZH[facts.weather])
        if rng.random() < 0.5:
            scene = f"{weather}的{scene}"
        else:
            tail.append(weather)
    opening = _one(rng, ("一幅", "一张", "", "", ""))
    text = opening + "".join(front) + scene
    if opening or rng.random() < 0.25:
        text += _one(rng, ("", "的")) + _one(rng, _KIND_ZH)
    if says_palette:
        stem = palette.removesuffix("色")
        tail.append(_one(rng, (f"{palette}", f"{stem}色调", f"以{palette}为主", f"{stem}色彩")))
    if rng.random() < 0.35:
        tail.append(_one(rng, _COMPOSITION_ZH[facts.composition]))
    things = [_one(rng, _OBJECT_ZH[name]) for name in facts.objects if rng.random() < 0.7]
    if things:
        tail.append(_one(rng, ("有", "还有", "")) + _one(rng, ("和", "与")).join(things))
    order = rng.permutation(len(tail))
    return _one(rng, ("，", "，", "")).join([text, *(tail[i] for i in order)])


def caption(facts: SceneFacts, language: str, variant: int) -> str:
    """Caption number `variant` of a picture in "en" or "zh"; the same arguments give the same words."""
    rng = np.random.default_rng((facts.seed, 3 if language == "en" else 4, variant))
    return caption_en(facts, rng) if language == "en" else caption_zh(facts, rng)
