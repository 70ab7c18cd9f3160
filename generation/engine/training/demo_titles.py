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
    "waterfall": ("White Thread", "Plunge", "Falling Water", "Veil", "Spray", "The Long Drop", "Source", "Cascade"),
    "meadow": ("Hay Weather", "Open Field", "Larksong", "Common Land", "Grass Sea", "Fallow", "Hedgerow", "Far Farm"),
    "harbour": (
        "Moorings",
        "Slack Tide",
        "Quay Light",
        "Home Port",
        "Nets Drying",
        "Ferry Steps",
        "Lee Side",
        "Anchorage",
    ),
    "temple": (
        "Evening Bell",
        "Nine Eaves",
        "Gate of Clouds",
        "Incense",
        "Quiet Court",
        "Old Pagoda",
        "Pilgrim Steps",
        "Stone Lantern",
    ),
    "underwater": (
        "Reef Hour",
        "Ten Fathoms",
        "Blue Room",
        "Slow Water",
        "Coral Town",
        "Drift Below",
        "Sunlit Zone",
        "Deep Garden",
    ),
    "island": ("Leeward", "Palm Hour", "Far Atoll", "Shoal", "White Sand", "Castaway", "Trade Wind", "Landfall"),
    "planet": ("Orbit", "Outer World", "Perigee", "Far Giant", "Terminator Line", "New World", "Ring Plane", "Transit"),
    "still_life": (
        "Table, Evening",
        "Windfall",
        "Pantry",
        "Two Shadows",
        "Harvest",
        "Kitchen Light",
        "Offering",
        "Noon Table",
    ),
    "volcano": (
        "Caldera",
        "Firemountain",
        "Ash Season",
        "Ember Peak",
        "Magma",
        "Sleeping Giant",
        "Red Vein",
        "Eruption",
    ),
    "botanical": (
        "Herbarium",
        "Specimen",
        "Leaf Study",
        "Garden Plate",
        "Stem and Shade",
        "Pressed Flower",
        "Root and Light",
        "Flora",
    ),
    "fractal": (
        "Self-Similar",
        "Infinite Coast",
        "Iteration",
        "Julia",
        "Spiral Arm",
        "Limit Set",
        "Recursion",
        "Seahorse Valley",
    ),
    "coral_pattern": (
        "Labyrinth",
        "Turing's Garden",
        "Brain Coral",
        "Ridge and Furrow",
        "Growth",
        "Slow Chemistry",
        "Fingerprint",
        "Maze",
    ),
    "stained_glass": ("Rose Window", "Nave Light", "Leadwork", "West Window", "Vespers", "Cathedral", "Panes", "Lumen"),
    "mandala": (
        "Wheel",
        "Rosette",
        "Circle of Hours",
        "Lotus Wheel",
        "Centre",
        "Petal Order",
        "Compass",
        "Kaleidoscope",
    ),
    "marbling": (
        "Endpaper",
        "Ebru",
        "Stone Water",
        "Drift Paper",
        "Floating Ink",
        "Combed Tide",
        "Agate",
        "Suminagashi",
    ),
    "colour_wash": ("Bloom", "Wet on Wet", "Pale Weather", "Spill", "Spring Draft", "Wash", "Tide Mark", "Stain"),
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
    "waterfall": ("飞流", "白练", "水帘", "悬泉", "听瀑", "银河落", "云水", "源"),
    "meadow": ("原野", "风吹草低", "陌上", "田园", "青禾", "远村", "牧歌", "旷野"),
    "harbour": ("归港", "泊", "渔火", "码头", "港湾", "晚潮", "停舟", "家港"),
    "temple": ("晚钟", "古寺", "飞檐", "禅院", "塔影", "云门", "香火", "山寺"),
    "underwater": ("海底", "深蓝", "珊瑚城", "游鱼", "潜", "水中花园", "蓝屋", "浮光"),
    "island": ("椰风", "孤岛", "白沙", "南岛", "信风", "海岛", "浅滩", "归岛"),
    "planet": ("远行星", "轨道", "天外", "星环", "新世界", "近日", "巨星", "凌日"),
    "still_life": ("案上", "静物", "秋实", "午后", "供果", "光影", "厨间", "丰收"),
    "volcano": ("火山口", "熔流", "赤脉", "烬", "沉睡巨人", "灰季", "烈焰山", "喷薄"),
    "botanical": ("草木志", "标本", "叶谱", "花笺", "茎与影", "植物园", "压花", "群芳"),
    "fractal": ("自相似", "无穷", "迭代", "螺旋", "边界", "递归", "海马谷", "分形"),
    "coral_pattern": ("迷宫", "图灵花园", "脑珊瑚", "沟壑", "生长", "指纹", "慢化学", "纹"),
    "stained_glass": ("玫瑰窗", "圣光", "花窗", "晚祷", "彩窗", "铅线", "穹顶", "窗语"),
    "mandala": ("轮", "圆心", "莲轮", "曼荼罗", "花序", "万花筒", "时辰", "罗盘"),
    "marbling": ("墨流", "水拓", "石纹", "浮墨", "云石", "扉页", "玛瑙", "流纹"),
    "colour_wash": ("晕", "泼彩", "淡彩", "浅梦", "雨后", "春信", "水痕", "染"),
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
    if facts.has_time:
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
    if facts.has_time:
        time = _one(rng, _TIMES_ZH[facts.time])
        forms += [f"{time}·{noun}", f"{noun}，{time}"]
    return _one(rng, tuple(forms))
