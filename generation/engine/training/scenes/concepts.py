# ruff: noqa: E501 -- a table reads by its lines
"""Every concept that the model is taught, with its words in English and Chinese.

The first word of each language is the label that people read; the others are ways of saying it that the captions
use. `phrases` say the concept inside a suggested prompt.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TaughtConcept:
    """One concept: its kind, its words, how it is said in a prompt, and where it may stand (objects only)."""

    id: str
    kind: str
    en: tuple[str, ...]
    zh: tuple[str, ...]
    phrase_en: str = ""
    phrase_zh: str = ""
    scenes: tuple[str, ...] = field(default=())


def _concept(
    kind: str, name: str, en: str, zh: str, phrase_en: str = "", phrase_zh: str = "", scenes: str = ""
) -> TaughtConcept:
    words = tuple(w.strip() for w in en.split(","))
    characters = tuple(w.strip() for w in zh.split(","))
    return TaughtConcept(
        name, kind, words, characters, phrase_en or words[0], phrase_zh or characters[0], tuple(scenes.split())
    )


CONCEPTS: tuple[TaughtConcept, ...] = (
    _concept(
        "scene",
        "sea",
        "sea, ocean, seascape, waves, coast, shore, water, seaside, beach",
        "大海, 海, 海洋, 海面, 海上, 海景, 海边, 海浪, 沧海",
        "the sea",
        "大海",
    ),
    _concept(
        "scene",
        "mountains",
        "mountains, mountain, peaks, mountain range, ridges, hills, mountainscape, summit",
        "群山, 山, 山脉, 高山, 山峰, 山景, 山峦, 远山",
        "mountains",
        "群山",
    ),
    _concept(
        "scene",
        "forest",
        "forest, woods, woodland, trees, trunks, grove",
        "森林, 树林, 林间, 丛林, 林中, 密林",
        "a forest",
        "森林",
    ),
    _concept(
        "scene",
        "city",
        "city, skyline, cityscape, skyscrapers, towers, downtown, town, city lights, lit windows",
        "城市, 都市, 高楼, 摩天楼, 城市夜景, 夜景, 都市夜景, 万家灯火",
        "a city",
        "城市",
    ),
    _concept(
        "scene",
        "desert",
        "desert, dunes, sand dunes, sand, sandy desert, sands",
        "沙漠, 沙丘, 大漠, 荒漠, 沙海, 黄沙",
        "the desert",
        "沙漠",
    ),
    _concept(
        "scene",
        "snow",
        "snow, snowy landscape, winter landscape, snowscape, snowy fields, snowy hills, winter, snow scene",
        "雪景, 雪地, 雪原, 冬天, 冬日, 冬景, 雪",
        "a snowy landscape",
        "雪景",
    ),
    _concept(
        "scene",
        "night_sky",
        "night sky, starry sky, stars, starry night, cosmos, space, universe, nebula, starlight",
        "星空, 夜空, 繁星, 星夜, 满天星斗, 宇宙, 星云, 星星",
        "a starry night sky",
        "星空",
    ),
    _concept(
        "scene",
        "geometry",
        "abstract geometry, geometric shapes, geometric, abstract, geometric composition, geometric abstraction, shapes, geometry",
        "抽象几何, 几何图形, 几何, 几何构成, 抽象, 图形, 几何抽象",
        "abstract geometry",
        "抽象几何图形",
    ),
    _concept(
        "scene",
        "flow_field",
        "flow field, flowing lines, swirling lines, swirls, swirl, currents, streamlines, vortex",
        "流场, 流线, 漩涡, 流动的线条, 旋转的线条, 涡流, 线条",
        "a flow field",
        "流场",
    ),
    _concept(
        "scene",
        "ink_wash",
        "ink wash, ink painting, ink wash painting, ink landscape, chinese ink, ink, brush and ink",
        "水墨, 水墨画, 水墨山水, 国画, 山水画, 墨色山水, 山水",
        "an ink wash landscape",
        "水墨山水",
    ),
    _concept(
        "scene",
        "watercolour",
        "watercolour, watercolor, watercolour wash, watercolor wash, watercolour painting, washes, wash, blots",
        "水彩, 水彩画, 水彩晕染, 晕染, 水彩渲染",
        "a watercolour wash",
        "水彩晕染",
    ),
    _concept("palette", "crimson", "crimson, red, scarlet, ruby", "红色, 深红, 绯红, 赤红, 红", "in red", "红色"),
    _concept("palette", "orange", "orange, amber, tangerine", "橙色, 橘色, 橙, 橘红", "in orange", "橙色"),
    _concept("palette", "golden", "golden, gold, yellow", "金色, 金黄, 黄色, 金黄色, 黄", "in gold", "金色"),
    _concept("palette", "green", "green, emerald, jade", "绿色, 翠绿, 碧绿, 绿", "in green", "绿色"),
    _concept(
        "palette", "turquoise", "turquoise, teal, cyan, aqua", "青色, 青绿, 青绿色, 蓝绿, 青", "in turquoise", "青色"
    ),
    _concept("palette", "blue", "blue, azure, cobalt", "蓝色, 蔚蓝, 湛蓝, 深蓝, 蓝", "in blue", "蓝色"),
    _concept("palette", "violet", "violet, purple, lilac", "紫色, 紫罗兰, 紫罗兰色, 紫", "in violet", "紫色"),
    _concept("palette", "pink", "pink, rose, rosy", "粉色, 粉红, 玫瑰色, 粉红色, 粉", "in pink", "粉色"),
    _concept(
        "palette",
        "monochrome",
        "monochrome, black and white, grey, gray, black, white",
        "黑白, 灰色, 单色, 灰, 黑白色",
        "in black and white",
        "黑白",
    ),
    _concept(
        "time",
        "dawn",
        "sunrise, dawn, daybreak, morning, early morning, rising sun",
        "日出, 黎明, 清晨, 拂晓, 朝阳, 早晨, 晨光",
        "at sunrise",
        "日出时分",
    ),
    _concept(
        "time",
        "day",
        "day, daytime, daylight, noon, midday, sunlight, sun, sunny",
        "白天, 白昼, 正午, 日光, 阳光, 太阳",
        "by day",
        "白天",
    ),
    _concept(
        "time",
        "dusk",
        "sunset, dusk, evening, twilight, setting sun, sundown, afterglow",
        "日落, 黄昏, 傍晚, 夕阳, 落日, 晚霞, 暮色",
        "at sunset",
        "日落时分",
    ),
    _concept(
        "time",
        "night",
        "night, midnight, moonlight, moonlit, moon, nighttime",
        "夜晚, 夜里, 深夜, 月夜, 月光, 夜, 月亮, 明月, 午夜",
        "at night",
        "夜晚",
    ),
    _concept(
        "weather",
        "clear",
        "clear, clear sky, cloudless, clear weather",
        "晴朗, 晴空, 晴天, 无云",
        "in clear weather",
        "晴朗",
    ),
    _concept(
        "weather", "cloudy", "cloudy, clouds, cloud, overcast", "多云, 阴天, 云, 云层, 乌云", "under clouds", "多云"
    ),
    _concept(
        "weather", "misty", "misty, mist, fog, foggy, haze, hazy", "薄雾, 雾, 雾气, 迷雾, 雾中, 云雾", "in mist", "薄雾"
    ),
    _concept("weather", "rainy", "rainy, rain, drizzle, rainfall", "下雨, 雨, 雨中, 细雨, 雨天", "in the rain", "雨中"),
    _concept(
        "weather",
        "snowy",
        "snowfall, falling snow, snowing, snowflakes, snowy",
        "下雪, 飘雪, 雪花, 大雪, 落雪",
        "in falling snow",
        "飘雪",
    ),
    _concept("composition", "left", "on the left, left, left side", "左侧, 左边, 偏左, 左", "on the left", "偏左"),
    _concept("composition", "right", "on the right, right, right side", "右侧, 右边, 偏右, 右", "on the right", "偏右"),
    _concept(
        "composition",
        "centre",
        "in the centre, centre, center, middle, in the middle, centred, central",
        "居中, 中央, 正中, 中间",
        "in the centre",
        "居中",
    ),
    _concept(
        "composition",
        "big_sky",
        "wide sky, low horizon, vast sky, big sky",
        "辽阔的天空, 低地平线, 广阔天空, 天空辽阔, 天空",
        "under a vast sky",
        "天空辽阔",
    ),
    _concept(
        "composition",
        "high_horizon",
        "high horizon, from above, seen from above",
        "高地平线, 俯瞰, 俯视, 高处",
        "seen from above",
        "俯瞰",
    ),
    _concept(
        "style",
        "vivid",
        "vivid, vibrant, bright, colourful, colorful, bold",
        "鲜艳, 浓烈, 明艳, 绚丽",
        "vivid",
        "鲜艳的",
    ),
    _concept("style", "soft", "soft, pastel, gentle, pale, delicate, faded", "柔和, 淡雅, 轻柔, 淡", "soft", "柔和的"),
    _concept("style", "moody", "moody, dark, dramatic, sombre, brooding", "暗调, 阴郁, 深沉, 幽暗", "moody", "深沉的"),
    _concept(
        "object",
        "boat",
        "boat, sailing boat, sailboat, ship, sail",
        "小船, 帆船, 船, 孤舟, 扁舟, 帆",
        "a boat",
        "小船",
        "sea ink_wash",
    ),
    _concept(
        "object",
        "birds",
        "birds, bird, seagulls, gulls, flock",
        "飞鸟, 海鸥, 鸟, 鸟群, 鸟儿",
        "birds",
        "飞鸟",
        "sea mountains forest desert ink_wash",
    ),
    _concept("object", "lighthouse", "lighthouse, beacon", "灯塔", "a lighthouse", "灯塔", "sea"),
    _concept("object", "lake", "lake, mountain lake", "湖泊, 湖, 湖水, 湖面", "a lake", "湖泊", "mountains"),
    _concept(
        "object",
        "pines",
        "pines, pine, pine trees, fir trees, firs, fir",
        "松树, 松林, 松, 针叶林",
        "pine trees",
        "松树",
        "mountains snow night_sky",
    ),
    _concept("object", "path", "path, trail, footpath, road", "小路, 小径, 山路, 路", "a path", "小路", "forest"),
    _concept("object", "river", "river, riverside", "河流, 河, 江, 江水, 河面", "a river", "河流", "city"),
    _concept("object", "bridge", "bridge, suspension bridge", "大桥, 桥, 桥梁", "a bridge", "大桥", "city"),
    _concept("object", "cactus", "cactus, cacti, cactuses", "仙人掌", "cacti", "仙人掌", "desert"),
    _concept(
        "object",
        "cabin",
        "cabin, cottage, hut, house, log cabin",
        "小屋, 木屋, 房子, 小木屋",
        "a cabin",
        "小屋",
        "snow",
    ),
    _concept(
        "object",
        "lone_tree",
        "lone tree, lonely tree, tree, single tree",
        "孤树, 一棵树, 树, 孤独的树",
        "a lone tree",
        "孤树",
        "night_sky",
    ),
    _concept("object", "milky_way", "milky way, galaxy", "银河, 星河, 天河", "the milky way", "银河", "night_sky"),
    _concept(
        "object", "circles", "circles, circle, rings, discs", "圆形, 圆, 圆环, 圆圈", "circles", "圆形", "geometry"
    ),
    _concept("object", "triangles", "triangles, triangle", "三角形, 三角", "triangles", "三角形", "geometry"),
    _concept("object", "squares", "squares, square, rectangles", "方形, 正方形, 方块", "squares", "方形", "geometry"),
    _concept(
        "object",
        "flowers",
        "flowers, flower, blossoms, blooms, petals",
        "花朵, 花, 鲜花, 花瓣",
        "flowers",
        "花朵",
        "watercolour",
    ),
    _concept("object", "bamboo", "bamboo, bamboo stalks", "竹子, 竹, 竹林, 翠竹", "bamboo", "竹子", "ink_wash"),
    _concept(
        "filler",
        "filler",
        "a, an, the, of, over, in, at, with, and, on, under, by, above, across, through, beneath, behind, from, to, into, for, some, "
        "beautiful, lovely, peaceful, quiet, calm, wonderful, stunning, serene, gorgeous, magnificent, pretty, tranquil, silent, "
        "picture, painting, image, art, artwork, scene, view, scenery, landscape, illustration, print, poster, drawing, photo, photograph, "
        "show, showing, depicting, shades, tones, tone, colours, colors, colour, color, palette, hues, light, lights, its, one, two, few, "
        "composition, design, style, background, sky, setting, rising, seen, wide, large, small, far, distant, please, me, make, draw, paint, "
        "tall, flowing, swirling, falling, horizon, reflection, reflections, stalks, side, glow, glowing",
        "一幅, 一张, 一片, 一个, 一座, 一艘, 一条, 几只, 几棵, 一间, 一轮, 美丽的, 美丽, 漂亮的, 漂亮, 宁静的, 宁静, 安静的, 壮丽的, 壮丽, 优美的, 唯美的, 唯美, "
        "的, 画, 图, 图画, 图片, 画面, 场景, 风景, 风光, 作品, 景色, 景象, 插画, 绘画, 画作, 下, 中, 里, 上, 和, 与, 有, 在, 以, 之, 时分, 时, 色调, 色彩, 色, 调, 彩, 一只, 两只, 一位, 作, 景, "
        "为主, 主体, 位于, 请, 画一幅, 画一张, 带有, 还有, 映照, 倒影, 远处, 远方, 下面, 上面, 里面, 天, 光, 风格, 构图, 夜幕, 之上, 之下, 笼罩, 天气, 着",
    ),
)


def _hints(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Words that the model was not taught, and the scene that comes nearest to what they speak of.
HINTS: dict[str, tuple[str, ...]] = {
    "night_sky": _hints(
        "space astronaut planet rocket alien spaceship satellite comet meteor galaxy orbit aurora "
        "太空 宇航 火箭 行星 外星 飞船 流星 彗星 极光 卫星"
    ),
    "sea": _hints(
        "fish whale dolphin shark mermaid surf island lagoon harbour harbor sailor pirate tropical palm pool "
        "鱼 鲸 海豚 鲨 美人鱼 岛 港 冲浪 水手 椰 泳"
    ),
    "mountains": _hints(
        "volcano valley cliff canyon waterfall climber eagle goat glacier castle "
        "火山 山谷 悬崖 峡谷 瀑布 登山 鹰 冰川 城堡"
    ),
    "forest": _hints(
        "deer wolf bear fox tiger lion monkey rabbit owl elf fairy jungle leaf leaves mushroom garden squirrel elephant "
        "鹿 狼 熊 狐 虎 狮 猴 兔 猫头鹰 精灵 叶 蘑菇 花园 象"
    ),
    "city": _hints(
        "car street building robot cyber neon train bus taxi office shop cafe traffic people crowd motorcycle cyberpunk futuristic "
        "车 街 建筑 机器人 赛博 霓虹 地铁 办公 商店 咖啡 人群 未来"
    ),
    "desert": _hints(
        "camel pyramid egypt oasis cowboy mars snake scorpion sahara 骆驼 金字塔 埃及 绿洲 牛仔 火星 蛇 蝎"
    ),
    "snow": _hints(
        "ski penguin polar ice icy frozen christmas santa reindeer igloo sled frost 滑雪 企鹅 北极 冰 圣诞 雪橇 霜 雪人"
    ),
    "geometry": _hints(
        "cube pattern logo bauhaus mosaic hexagon polygon grid fractal architecture chess "
        "立方 图案 标志 包豪斯 马赛克 六边形 多边形 网格 棋"
    ),
    "flow_field": _hints(
        "wind hair music smoke wave spiral energy dream magic fire flame 风 发 音乐 烟 螺旋 能量 梦 魔法 火 焰"
    ),
    "ink_wash": _hints(
        "dragon panda calligraphy crane temple monk pagoda samurai zen poem tea "
        "龙 熊猫 书法 鹤 寺 僧 塔 武士 禅 诗 茶 仙"
    ),
    "watercolour": _hints(
        "cat dog portrait girl boy woman man face bouquet vase butterfly fruit child baby bird kitten puppy horse "
        "猫 狗 肖像 女孩 男孩 女人 男人 人物 脸 花束 花瓶 蝴蝶 水果 孩子 马"
    ),
}
DEFAULT_SCENE = "mountains"
# Where only a time of day is named.
# Scenes that know no time of day.
TIMELESS = ("geometry", "flow_field", "ink_wash", "watercolour", "night_sky")
SCENE_OF_TIME = {"dusk": "sea", "dawn": "sea", "night": "night_sky", "day": "mountains"}


def by_kind(kind: str) -> dict[str, TaughtConcept]:
    """The concepts of one kind, by id."""
    return {concept.id: concept for concept in CONCEPTS if concept.kind == kind}


def vocabulary_document() -> dict[str, object]:
    """What stands in a model folder's vocabulary.json."""
    return {
        "version": 1,
        "languages": ["en", "zh"],
        "default_scene": DEFAULT_SCENE,
        "timeless": list(TIMELESS),
        "scene_of_time": SCENE_OF_TIME,
        "hints": {scene: list(words) for scene, words in HINTS.items()},
        "concepts": [
            {
                "id": c.id,
                "kind": c.kind,
                "labels": {"en": list(c.en), "zh": list(c.zh)},
                "phrases": {"en": c.phrase_en, "zh": c.phrase_zh} if c.kind != "filler" else {},
                "scenes": list(c.scenes),
            }
            for c in CONCEPTS
        ],
    }
