"""Titles for the demo's works, in English and Chinese, by scene, time and palette."""

import numpy as np

from generation.engine.training.scenes.facts import SceneFacts

_NOUNS_EN = {
    "sea": ("Tide", "Harbour", "Last Ferry", "Low Water", "Long Swell", "Salt Road", "Quiet Bay", "Open Water"),
    "mountains": (
        "High Pass",
        "Ridge Line",
        "Far Range",
        "Seven Peaks",
        "Thin Air",
        "Stone Choir",
        "Watershed",
        "Old Giants",
    ),
    "forest": (
        "Undergrowth",
        "Tall Company",
        "Clearing",
        "Leaf Light",
        "Deep Wood",
        "Moss Hour",
        "Canopy",
        "Green Room",
    ),
    "city": (
        "Late Windows",
        "Last Train",
        "Rooftops",
        "Ten Thousand Rooms",
        "Overtime",
        "Skyline",
        "Night Shift",
        "Uptown",
    ),
    "desert": (
        "Dune Sea",
        "Dry Season",
        "Long Shadow",
        "Sand Script",
        "Empty Quarter",
        "Caravan Road",
        "Heat",
        "Drift",
    ),
    "snow": ("First Snow", "Winter House", "White Silence", "Frost Line", "Snowbound", "January", "Soft Drift", "Thaw"),
    "night_sky": (
        "Starfall",
        "Old Light",
        "Zenith",
        "River of Stars",
        "Deep Field",
        "Star Map",
        "Perihelion",
        "Nightwatch",
    ),
    "geometry": ("Interval", "Counterweight", "Theorem", "Balance", "Concord", "Equation", "Fugue", "Proportion"),
    "flow_field": ("Undertow", "Murmur", "Current", "Eddy", "Turbulence", "Slow Spiral", "Wind Map", "Vortex Song"),
    "ink_wash": (
        "Empty Mountain",
        "Brush and Fog",
        "River Hermit",
        "Distant Bell",
        "Paper Peaks",
        "Unsaid",
        "Ink Season",
        "Ferry in Fog",
    ),
    "watercolour": (
        "Bloom",
        "Wet on Wet",
        "Garden Note",
        "Petal Study",
        "Pale Weather",
        "Spill",
        "Spring Draft",
        "Wash",
    ),
}
_NOUNS_ZH = {
    "sea": ("潮声", "归帆", "沧海", "远航", "海岸线", "浪的信", "渡口", "潮汐"),
    "mountains": ("远山", "千峰", "云岭", "山脊", "空谷", "重峦", "山外", "登高"),
    "forest": ("林深", "叶影", "苔径", "空林", "密林", "树语", "林间", "青荫"),
    "city": ("万家灯火", "末班车", "不眠城", "高楼", "霓夜", "窗", "城的呼吸", "夜归"),
    "desert": ("大漠", "沙之书", "孤烟", "沙海", "长风", "驼铃远", "流沙", "热浪"),
    "snow": ("初雪", "雪夜", "寒枝", "白屋", "雪国", "冬眠", "霜晨", "归雪"),
    "night_sky": ("星河", "观星", "天幕", "银汉", "星雨", "旧光", "守夜", "北辰"),
    "geometry": ("平衡", "定理", "间隔", "方圆", "对位", "秩序", "比例", "构成"),
    "flow_field": ("暗流", "回旋", "风之图", "涡", "低语", "湍流", "漫游", "流年"),
    "ink_wash": ("空山", "墨痕", "江雪", "云深", "远钟", "渔隐", "留白", "听松"),
    "watercolour": ("绽放", "晕", "春信", "花事", "淡彩", "雨后", "花笺", "浅梦"),
}
_TIMES_EN = {
    "dawn": ("at First Light", "at Dawn"),
    "day": ("by Day", "at Noon"),
    "dusk": ("at Dusk", "at Sundown"),
    "night": ("after Midnight", "by Night"),
}
_TIMES_ZH = {"dawn": ("晨", "破晓"), "day": ("昼", "晴"), "dusk": ("暮", "黄昏"), "night": ("夜", "子夜")}
_COLOURS_EN = {
    "crimson": ("Crimson", "Scarlet"),
    "orange": ("Amber", "Ember"),
    "golden": ("Golden", "Honey"),
    "green": ("Emerald", "Jade"),
    "turquoise": ("Teal", "Turquoise"),
    "blue": ("Blue", "Cobalt"),
    "violet": ("Violet", "Lilac"),
    "pink": ("Rose", "Blush"),
    "monochrome": ("Grey", "Silver"),
}
_COLOURS_ZH = {
    "crimson": ("绯", "丹"),
    "orange": ("橙", "琥珀"),
    "golden": ("金", "鎏金"),
    "green": ("翠", "碧"),
    "turquoise": ("青", "黛青"),
    "blue": ("蓝", "蔚蓝"),
    "violet": ("紫", "藤紫"),
    "pink": ("粉", "桃色"),
    "monochrome": ("灰", "素"),
}
_TIMELESS = frozenset({"geometry", "flow_field", "ink_wash", "watercolour"})


def _one(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(rng.integers(len(choices)))]


def title_en(facts: SceneFacts, rng: np.random.Generator) -> str:
    """An English title."""
    noun, colour = _one(rng, _NOUNS_EN[facts.scene]), _one(rng, _COLOURS_EN[facts.palette])
    forms = [
        f"{colour} {noun}",
        f"{noun} in {colour}",
        f"{noun}, {colour}",
        f"Study of {noun}",
        f"{noun} No. {int(rng.integers(2, 30))}",
    ]
    if facts.scene not in _TIMELESS:
        time = _one(rng, _TIMES_EN[facts.time])
        forms += [f"{noun} {time}", f"{noun} {time}", f"{colour} {noun} {time}"]
    return _one(rng, tuple(forms))


def title_zh(facts: SceneFacts, rng: np.random.Generator) -> str:
    """A Chinese title."""
    noun, colour = _one(rng, _NOUNS_ZH[facts.scene]), _one(rng, _COLOURS_ZH[facts.palette])
    forms = [
        f"{colour}·{noun}",
        f"{noun}（{colour}）",
        f"{noun}之{_one(rng, ('一', '二', '三', '四', '五'))}",
        f"{colour}色{noun}".replace("色色", "色"),
    ]
    if facts.scene not in _TIMELESS:
        time = _one(rng, _TIMES_ZH[facts.time])
        forms += [f"{time}·{noun}", f"{noun}，{time}"]
    return _one(rng, tuple(forms))
